"""The likelihood losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, times_log


def log_poisson_nll(log_rates: Number, targets: Number, stirling: bool = False) -> Number:
    return mp.exp(log_rates) - targets * log_rates + _stirling(targets, stirling)


def poisson_nll(rates: Number, targets: Number, stirling: bool = False, eps: float = 0.0) -> Number:
    return rates - times_log(targets, rates + mp.mpf(eps)) + _stirling(targets, stirling)


def gaussian_nll(
    predictions: Number, variances: Number, targets: Number, full: bool = False, min_variance: float = 0.0
) -> Number:
    v = max(variances, mp.mpf(min_variance))
    return (mp.log(v) + (predictions - targets) ** 2 / v + (mp.log(2 * mp.pi) if full else 0)) / 2


def _stirling(k: Number, added: bool) -> Number:
    """Log k!, nearly."""
    return k * mp.log(k) - k + mp.log(2 * mp.pi * k) / 2 if added and k > 1 else mp.zero
