"""The robust losses as their papers write them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def charbonnier(predictions: Number, targets: Number, scale: float = 1.0) -> Number:
    return mp.sqrt(1 + _square(predictions, targets, scale)) - 1


def cauchy(predictions: Number, targets: Number, scale: float = 1.0) -> Number:
    return mp.log(1 + _square(predictions, targets, scale) / 2)


def geman_mcclure(predictions: Number, targets: Number, scale: float = 1.0) -> Number:
    square = _square(predictions, targets, scale)
    return 2 * square / (square + 4)


def welsch(predictions: Number, targets: Number, scale: float = 1.0) -> Number:
    return 1 - mp.exp(-_square(predictions, targets, scale) / 2)


def general_robust(predictions: Number, targets: Number, alpha: float = 1.0, scale: float = 1.0) -> Number:
    square = _square(predictions, targets, scale)
    if alpha == 2:
        return square / 2
    if alpha == 0:
        return mp.log(1 + square / 2)
    if alpha == -mp.inf:
        return 1 - mp.exp(-square / 2)
    alpha = mp.mpf(alpha)
    rest = abs(alpha - 2)
    return rest / alpha * ((square / rest + 1) ** (alpha / 2) - 1)


def _square(predictions: Number, targets: Number, scale: float) -> Number:
    return ((predictions - targets) / mp.mpf(scale)) ** 2
