"""Robust functions of an error in units of a scale, as Barron's paper has them."""

from __future__ import annotations

import math

from .arithmetic import Arithmetic, Number
from .core import Item, entries, of_error


def charbonnier(ar: Arithmetic, predictions: Number, targets: Number, scale: float = 1.0) -> Item:
    """Alpha 1: sqrt(1 + z^2) - 1."""
    return general_robust(ar, predictions, targets, 1.0, scale)


def cauchy(ar: Arithmetic, predictions: Number, targets: Number, scale: float = 1.0) -> Item:
    """Alpha 0: log(1 + z^2 / 2)."""
    return general_robust(ar, predictions, targets, 0.0, scale)


def geman_mcclure(ar: Arithmetic, predictions: Number, targets: Number, scale: float = 1.0) -> Item:
    """Alpha -2: 2 z^2 / (z^2 + 4)."""
    z, unit = _scaled(ar, predictions, targets, scale)
    if abs(z) == ar.infinity:
        return of_error(ar.number(2), ar.number(0))
    return of_error(2 * z**2 / (z**2 + 4), 16 * z / (z**2 + 4) ** 2 / unit)


def welsch(ar: Arithmetic, predictions: Number, targets: Number, scale: float = 1.0) -> Item:
    """Alpha minus infinity: 1 - exp(-z^2 / 2)."""
    return general_robust(ar, predictions, targets, -math.inf, scale)


def general_robust(
    ar: Arithmetic, predictions: Number, targets: Number, alpha: float = 1.0, scale: float = 1.0
) -> Item:
    """B / a ((1 + z^2 / b)^(a / 2) - 1) with b = 2 - a, and the limits of it; at infinity, too."""
    z, unit = _scaled(ar, predictions, targets, scale)
    if abs(z) == ar.infinity:
        return _at_infinity(ar, z, unit, alpha)
    half = z**2 / 2
    if alpha == 2:
        return of_error(half, z / unit)
    if alpha == 0:
        return of_error(ar.log1p(half), z / (1 + half) / unit)
    if alpha == -math.inf:
        return of_error(1 - ar.exp(-half), z * ar.exp(-half) / unit)
    a = ar.number(alpha)
    total, power = 1 + z**2 / (2 - a), a / 2
    value = (2 - a) / a * (ar.power(total, power) - 1)
    return of_error(value, z * ar.power(total, power - 1) / unit)


def _at_infinity(ar: Arithmetic, z: Number, unit: Number, alpha: float) -> Item:
    """The limits: bounded below alpha 0, of slope 1 at alpha 1."""
    a, side = ar.number(alpha), ar.sign(z)
    value = ar.number(1) if alpha == -math.inf else ar.infinity if alpha >= 0 else (2 - a) / -a
    slope = side * ar.infinity if alpha > 1 else side / unit if alpha == 1 else ar.number(0)
    return of_error(value, slope)


def _scaled(ar: Arithmetic, predictions: Number, targets: Number, scale: float) -> tuple[Number, Number]:
    """The error in units of the scale, and the scale."""
    unit = ar.number(scale)
    return (predictions - targets) / unit, unit


DEFINITIONS = {
    formula.__name__: entries(formula, "predictions", "targets")
    for formula in (charbonnier, cauchy, geman_mcclure, welsch, general_robust)
}
