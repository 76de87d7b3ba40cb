"""The likelihoods with heavy tails as a textbook writes them, on arrays."""

from __future__ import annotations

import math
from typing import Any


def laplace_nll(xp: Any, predictions: Any, scales: Any, targets: Any) -> Any:
    return xp.log(2 * scales) + xp.abs(predictions - targets) / scales


def student_t_nll(xp: Any, predictions: Any, scales: Any, targets: Any, df: float = 4.0) -> Any:
    constant = math.lgamma(df / 2) - math.lgamma((df + 1) / 2) + math.log(df * math.pi) / 2
    z = (predictions - targets) / scales
    return xp.log(scales) + (df + 1) / 2 * xp.log(1 + z**2 / df) + constant


def negative_binomial_nll(xp: Any, rates: Any, targets: Any, dispersion: float = 1.0) -> Any:
    log_gamma = _log_gamma(xp)
    if dispersion == 0:
        return rates - targets * xp.log(rates) + log_gamma(targets + 1)
    r = 1 / dispersion
    chances = log_gamma(targets + 1) + math.lgamma(r) - log_gamma(targets + r)
    return chances - r * xp.log(r / (r + rates)) - targets * xp.log(rates / (r + rates))


def _log_gamma(xp: Any) -> Any:
    if hasattr(xp, "lgamma"):
        return xp.lgamma
    from jax.scipy.special import gammaln  # noqa: PLC0415

    return gammaln
