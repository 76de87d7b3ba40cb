"""The likelihood losses as a textbook writes them, on arrays."""

from __future__ import annotations

import math
from typing import Any


def log_poisson_nll(xp: Any, log_rates: Any, targets: Any, stirling: bool = False) -> Any:
    return xp.exp(log_rates) - targets * log_rates + _stirling(xp, targets, stirling)


def poisson_nll(xp: Any, rates: Any, targets: Any, stirling: bool = False, eps: float = 0.0) -> Any:
    return rates - targets * xp.log(rates + eps) + _stirling(xp, targets, stirling)


def gaussian_nll(
    xp: Any, predictions: Any, variances: Any, targets: Any, full: bool = False, min_variance: float = 0.0
) -> Any:
    v = xp.where(variances > min_variance, variances, min_variance)
    return (xp.log(v) + (predictions - targets) ** 2 / v + (math.log(2 * math.pi) if full else 0)) / 2


def _stirling(xp: Any, k: Any, added: bool) -> Any:
    return xp.where(k > 1, k * xp.log(k) - k + xp.log(2 * math.pi * k) / 2, 0.0) if added else 0.0
