"""Real numbers and counts against distributions with heavier tails than the usual ones."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries


def laplace_nll(ar: Arithmetic, predictions: Number, scales: Number, targets: Number) -> Item:
    """log(2 b) + |e| / b; at b = 0 an error costs infinity, because 1 / b outgrows log b."""
    error, one = predictions - targets, ar.number(1)
    apart, by_p = ar.over(abs(error), scales), ar.over(ar.sign(error), scales)
    steep = apart == ar.infinity
    return Item(
        apart if steep else ar.log(2 * scales) + apart,
        {
            "predictions": by_p,
            "scales": -ar.infinity if steep else ar.over(one, scales) - ar.over(apart, scales),
            "targets": -by_p,
        },
    )


def student_t_nll(
    ar: Arithmetic, predictions: Number, scales: Number, targets: Number, df: float = 4.0
) -> Item:
    """Log s + (n + 1) / 2 log(1 + e^2 / (n s^2)), and what makes the density a density."""
    error, n = predictions - targets, ar.number(df)
    squares = ar.over(error**2, n * scales**2)
    constant = ar.log(n * ar.pi()) / 2 + ar.log_gamma(n / 2) - ar.log_gamma((n + 1) / 2)
    if squares == ar.infinity:  # the limits for large errors
        by_p, by_s = (n + 1) / error, -ar.over(n, scales)
    else:
        total = n * scales**2 + error**2
        by_p, by_s = (n + 1) * ar.over(error, total), ar.over(ar.number(1), scales)
        by_s -= (n + 1) * ar.over(ar.over(error**2, total), scales)
    value = ar.log(scales) + (n + 1) / 2 * ar.log1p(squares) + constant
    return Item(
        squares if squares == ar.infinity else value, {"predictions": by_p, "scales": by_s, "targets": -by_p}
    )


def negative_binomial_nll(ar: Arithmetic, rates: Number, targets: Number, dispersion: float = 1.0) -> Item:
    """Minus the logarithm of G(k + r) / (k! G(r)) (1 + a l)^-r (a l / (1 + a l))^k with r = 1 / a.

    With a = 0 that is l^k exp(-l) / k!.
    """
    a, k = ar.number(dispersion), targets
    log_factorial, log_rates = ar.log_gamma(k + 1), ar.log(rates)
    if dispersion == 0:
        spread = ar.number(1)
        value, by_k = rates - ar.times(k, log_rates), ar.digamma(k + 1) - log_rates
    else:
        spread, r = 1 + a * rates, 1 / a
        log_spread = ar.log1p(a * rates)
        log_odds = ar.log(a) + log_rates
        value = (k + r) * log_spread - ar.times(k, log_odds) + ar.log_gamma(r) - ar.log_gamma(k + r)
        by_k = log_spread - log_odds + ar.digamma(k + 1) - ar.digamma(k + r)
    return Item(
        rates if rates == ar.infinity else value + log_factorial,
        {"rates": (1 - ar.over(k, rates)) / spread, "targets": by_k},
    )


DEFINITIONS = {
    "laplace_nll": entries(laplace_nll, "predictions", "scales", "targets"),
    "student_t_nll": entries(student_t_nll, "predictions", "scales", "targets"),
    "negative_binomial_nll": entries(negative_binomial_nll, "rates", "targets"),
}
