"""Barron's robust functions of a scaled error z: the value, and functions that give slope and curvature.

Near 0 each is ½ z². Errors as large as a dtype holds are no special case, and none is squared
where its square would overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from ._namespace import eager
from ._stable import clip, constant
from ._typing import Namespace

Shape: TypeAlias = tuple[Any, Callable[[], Any], Callable[[], Any]]

# Beside the square of this, 1 is lost in every dtype; and the square overflows in none.
_LARGE = 2.0**60

# The same of numbers that are held, which leaves room for a square to be divided by a small number.
_HELD = 2.0**33

# What moves no quotient f(x) / x with f(x) ≈ x, and makes it 1 at 0.
_TINY = 2.0**-60

# Above the logarithm of the square of every finite number.
_LOG_OF_MOST = 2048.0

# From here on the general function is what it is at its limits 0 and −∞, to the last place.
_NEGLIGIBLE = 2.0**-64


def rounded(xp: Namespace, x: Any, limit: float) -> Shape:
    """limit² (√(1 + (x / limit)²) − 1), a square that becomes linear at the limit."""
    near = clip(xp, x / limit, -_LARGE, _LARGE)
    root = xp.sqrt(1.0 + near * near)

    def curvature() -> Any:
        total = 1.0 + (x / limit) ** 2
        return 1.0 / total / xp.sqrt(total)

    value = (clip(xp, x / (1.0 + root), -limit, limit), x)
    return value, lambda: clip(xp, x / root, -limit, limit), curvature


def squared(xp: Namespace, z: Any) -> Shape:
    """½ z²."""
    return (0.5 * z, z), lambda: z, lambda: constant(xp, 1.0, z)


def charbonnier(xp: Namespace, z: Any) -> Shape:
    """√(1 + z²) − 1."""
    return rounded(xp, z, 1.0)


def cauchy(xp: Namespace, z: Any) -> Shape:
    """log(1 + ½ z²)."""
    near, beyond = _held(xp, z)
    square = 0.5 * near * near
    value = xp.log1p(square) if beyond is None else xp.log1p(square) + 2.0 * xp.log(beyond)

    def slope() -> Any:
        inner = near / (1.0 + square)
        # Not divided twice: XLA would divide by the product, which may overflow.
        return inner if beyond is None else inner * (1.0 / beyond)

    def curvature() -> Any:
        inner = (1.0 - square) / (1.0 + square) / (1.0 + square)
        return inner if beyond is None else inner / beyond / beyond

    return value, slope, curvature


def geman_mcclure(xp: Namespace, z: Any) -> Shape:
    """2 z² / (z² + 4)."""
    near, beyond = _held(xp, z)
    share = 4.0 / (4.0 + near * near)
    part = near * share

    def slope() -> Any:
        return part * share if beyond is None else part * share / beyond / beyond / beyond

    def curvature() -> Any:
        inner = share * share * (share - 0.75 * near * part)
        return inner if beyond is None else inner / beyond / beyond / beyond / beyond

    return (part, 0.5 * near), slope, curvature


def welsch(xp: Namespace, z: Any) -> Shape:
    """1 − exp(−½ z²)."""
    near = clip(xp, z, -_HELD, _HELD)  # an infinite error has a slope of 0, and not ∞ · 0
    power = -0.5 * near * near
    return -xp.expm1(power), lambda: near * xp.exp(power), lambda: (1.0 - near * near) * xp.exp(power)


def general(xp: Namespace, z: Any, alpha: float) -> Shape:
    """(b / α) ((1 + z² / b)^(α / 2) − 1) with b = 2 − α, and its limits."""
    alpha = -math.inf if -alpha * _NEGLIGIBLE > 1.0 else alpha if abs(alpha) > _NEGLIGIBLE else 0.0
    return _NAMED[alpha](xp, z) if alpha in _NAMED else _between(xp, z, alpha)


_NAMED = {2.0: squared, 1.0: charbonnier, 0.0: cauchy, -2.0: geman_mcclure, -math.inf: welsch}


def _between(xp: Namespace, z: Any, alpha: float) -> Shape:
    """The general function where it is none with a name."""
    most, head = (2.0 - alpha) / alpha, _head(alpha)
    near, beyond = _held(xp, z)
    total, log, spread = _spread(xp, near, beyond, 2.0 - alpha)
    power = clip(xp, 0.5 * alpha / (2.0 - alpha) * spread + math.copysign(_TINY, alpha), high=1.0)
    far = _far_power(xp, total, log, alpha) if alpha > 0 else None  # else for derivatives alone

    def reaching(x: Any, exponent: float) -> Any:
        return x if beyond is None else x * beyond**exponent

    def outer() -> Any:
        large = _far_power(xp, total, log, alpha) if far is None else far
        return xp.where(log < 1.0, xp.exp(power), large)

    def slope() -> Any:
        return reaching(near / total * outer(), head - 1.0)

    def curvature() -> Any:
        rest = 1.0 + (alpha - 1.0) / (2.0 - alpha) * (near * near)
        return reaching(rest / total * (outer() / total), head - 2.0)

    large = None if far is None else reaching(most * far, head) - most
    value = _grown(xp, spread, power, most, large)
    if beyond is not None:
        value = xp.where(xp.isinf(beyond), math.inf if alpha > 0 else -most, value)
    return value, slope, curvature


def _spread(xp: Namespace, near: Any, beyond: Any, width: float) -> tuple[Any, Any, Any]:
    """1 + z² / b of what is near, and its logarithm and b times that of all."""
    square = near * near
    ratio = square / width + _TINY
    log = xp.log1p(ratio)
    spread = square * (log / ratio)
    if beyond is None:
        return 1.0 + ratio, log, spread
    more = clip(xp, 2.0 * xp.log(beyond), high=_LOG_OF_MOST)
    return 1.0 + ratio, log + more, spread + width * more


def _grown(xp: Namespace, spread: Any, power: Any, most: float, large: Any) -> Any:
    """B / α (exp(power) − 1) with power = α / 2b · spread.

    Small powers keep their digits as a product, however small α is; large ones without an
    exponential, which would magnify what they were rounded by. So a power is no more than 1 here,
    and none overflows.
    """
    less_one = xp.expm1(power)
    large = most * less_one if large is None else large
    return xp.where(xp.abs(power) < 1.0, 0.5 * spread * (less_one / power), large)


def _far_power(xp: Namespace, x: Any, log: Any, exponent: float) -> Any:
    """X to half the exponent; what the rounding of the exponent to a dtype loses is put back.

    With the logarithm of x, and of what is beyond.
    """
    head = _head(exponent)
    power = x ** (0.5 * head)
    return power if head == exponent else power * xp.exp((0.5 * (exponent - head)) * log)


def _head(exponent: float) -> float:
    """The part of an exponent that float32 holds; the rest of it has the same sign."""
    return math.trunc(exponent * 4096.0) / 4096.0


def _held(xp: Namespace, x: Any) -> tuple[Any, Any]:
    """The numbers as near · beyond, exactly: near has a square, and beyond is 1 where the number has one.

    Where that can be seen to be everywhere, beyond is None.
    """
    size = xp.abs(x)
    if eager(xp) and size.size and xp.max(size) <= _HELD:
        return x, None
    return clip(xp, x, -_HELD, _HELD), clip(xp, size * (1.0 / _HELD), low=1.0)
