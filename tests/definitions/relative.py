"""The losses of quantities as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def squared_log_error(predictions: Number, targets: Number) -> Number:
    return (mp.log(1 + predictions) - mp.log(1 + targets)) ** 2


def absolute_percentage_error(predictions: Number, targets: Number, min_target: float = 0.0) -> Number:
    return abs(predictions - targets) / max(abs(targets), mp.mpf(min_target))
