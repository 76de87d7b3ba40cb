"""Counts and real numbers against the parameters of their distributions."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries


def log_poisson_nll(ar: Arithmetic, log_rates: Number, targets: Number, stirling: bool = False) -> Item:
    """exp(x) - k x, and Stirling's approximation; at infinity the exponential outgrows the product."""
    rate, (added, by_added) = ar.exp(log_rates), _stirling(ar, targets, stirling)
    value = rate if log_rates == ar.infinity else rate - ar.times(targets, log_rates) + added
    return Item(value, {"log_rates": rate - targets, "targets": by_added - log_rates})


def poisson_nll(
    ar: Arithmetic, rates: Number, targets: Number, stirling: bool = False, eps: float = 0.0
) -> Item:
    """The rate r - k log(r + eps), and Stirling's approximation; an infinite rate outgrows its logarithm."""
    total, (added, by_added) = rates + ar.number(eps), _stirling(ar, targets, stirling)
    value = rates if rates == ar.infinity else rates - ar.times(targets, ar.log(total)) + added
    return Item(value, {"rates": 1 - ar.over(targets, total), "targets": by_added - ar.log(total)})


def _stirling(ar: Arithmetic, k: Number, added: bool) -> tuple[Number, Number]:
    """K log k - k + log(2 pi k) / 2 where k > 1, and its derivative."""
    if not added or not k > 1:
        return ar.number(0), ar.number(0)
    return k * ar.log(k) - k + ar.log(2 * ar.pi() * k) / 2, ar.log(k) + 1 / (2 * k)


def gaussian_nll(
    ar: Arithmetic,
    predictions: Number,
    variances: Number,
    targets: Number,
    *,
    full: bool = False,
    min_variance: float = 0.0,
) -> Item:
    """(log v + e^2 / v) / 2 with v no less than the floor, and log(2 pi) / 2.

    The derivative by the variance is that at v, below the floor, too. At v = 0 an error
    costs infinity, because 1 / v outgrows log v, and no error costs minus infinity.
    """
    floor = ar.number(min_variance)
    v = variances if ar.is_nan(variances) or variances > floor else floor
    error = predictions - targets
    squares = ar.over(error**2, v)
    steep = squares == ar.infinity
    constant = ar.log(2 * ar.pi()) if full else ar.number(0)
    by_p = ar.over(error, v)
    return Item(
        squares if steep else (ar.log(v) + squares + constant) / 2,
        {
            "predictions": by_p,
            "variances": -ar.infinity if steep else (ar.over(ar.number(1), v) - ar.over(squares, v)) / 2,
            "targets": -by_p,
        },
    )


DEFINITIONS = {
    "log_poisson_nll": entries(log_poisson_nll, "log_rates", "targets"),
    "poisson_nll": entries(poisson_nll, "rates", "targets"),
    "gaussian_nll": entries(gaussian_nll, "predictions", "variances", "targets"),
}
