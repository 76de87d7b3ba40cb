"""The losses of deviations as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def pseudo_huber(xp: Any, predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    return delta**2 * (xp.sqrt(1 + ((predictions - targets) / delta) ** 2) - 1)


def quantile(xp: Any, predictions: Any, targets: Any, quantile: float = 0.5) -> Any:
    missing = targets - predictions
    return xp.where(missing > 0, quantile * missing, (quantile - 1) * missing)


def expectile(xp: Any, predictions: Any, targets: Any, expectile: float = 0.5) -> Any:
    missing = targets - predictions
    return xp.where(missing > 0, expectile, 1 - expectile) * missing**2


def epsilon_insensitive(xp: Any, predictions: Any, targets: Any, epsilon: float = 0.1) -> Any:
    excess = xp.abs(predictions - targets) - epsilon
    return xp.where(excess > 0, excess, 0.0)
