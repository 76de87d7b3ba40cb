"""The regression losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def squared_error(xp: Any, predictions: Any, targets: Any) -> Any:
    return (predictions - targets) ** 2


def absolute_error(xp: Any, predictions: Any, targets: Any) -> Any:
    return xp.abs(predictions - targets)


def huber(xp: Any, predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    size = xp.abs(predictions - targets)
    return xp.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))


def smooth_l1(xp: Any, predictions: Any, targets: Any, beta: float = 1.0) -> Any:
    size = xp.abs(predictions - targets)
    return xp.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta) if beta else size


def log_cosh(xp: Any, predictions: Any, targets: Any) -> Any:
    return xp.log(xp.cosh(predictions - targets))
