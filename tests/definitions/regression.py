"""The regression losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def squared_error(predictions: Number, targets: Number) -> Number:
    return (predictions - targets) ** 2


def absolute_error(predictions: Number, targets: Number) -> Number:
    return abs(predictions - targets)


def huber(predictions: Number, targets: Number, delta: float = 1.0) -> Number:
    size, delta = abs(predictions - targets), mp.mpf(delta)
    return size**2 / 2 if size <= delta else delta * (size - delta / 2)


def smooth_l1(predictions: Number, targets: Number, beta: float = 1.0) -> Number:
    size, beta = abs(predictions - targets), mp.mpf(beta)
    return size**2 / (2 * beta) if size < beta else size - beta / 2


def log_cosh(predictions: Number, targets: Number) -> Number:
    return mp.log(mp.cosh(predictions - targets))
