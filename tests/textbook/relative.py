"""The losses of quantities as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def squared_log_error(xp: Any, predictions: Any, targets: Any) -> Any:
    return (xp.log(1 + predictions) - xp.log(1 + targets)) ** 2


def absolute_percentage_error(xp: Any, predictions: Any, targets: Any, min_target: float = 0.0) -> Any:
    size = xp.abs(targets)
    return xp.abs(predictions - targets) / xp.where(size > min_target, size, min_target)
