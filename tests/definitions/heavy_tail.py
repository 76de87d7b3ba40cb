"""The likelihoods with heavy tails as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, times_log


def laplace_nll(predictions: Number, scales: Number, targets: Number) -> Number:
    return mp.log(2 * scales) + abs(predictions - targets) / scales


def student_t_nll(predictions: Number, scales: Number, targets: Number, df: float = 4.0) -> Number:
    n, z = mp.mpf(df), (predictions - targets) / scales
    density = mp.gamma((n + 1) / 2) / mp.gamma(n / 2) / mp.sqrt(n * mp.pi) * (1 + z**2 / n) ** (-(n + 1) / 2)
    return mp.log(scales) - mp.log(density)


def negative_binomial_nll(rates: Number, targets: Number, dispersion: float = 1.0) -> Number:
    k, a = targets, mp.mpf(dispersion)
    if a == 0:
        return rates - times_log(k, rates) + mp.loggamma(k + 1)
    r = 1 / a
    p = r / (r + rates)
    return mp.loggamma(k + 1) + mp.loggamma(r) - mp.loggamma(k + r) - r * mp.log(p) - times_log(k, 1 - p)
