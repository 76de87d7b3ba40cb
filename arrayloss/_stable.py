"""Stable primitives on the level of formulas: the namespace comes in first."""

from __future__ import annotations

from types import ModuleType
from typing import Any


def times(xp: ModuleType, factor: Any, quantity: Any) -> Any:
    """factor · quantity, with 0 · inf = 0: a zero factor leaves its term out."""
    return xp.where(factor == 0, 0.0, factor * quantity)


def softplus(xp: ModuleType, x: Any) -> Any:
    """log(1 + exp(x)) as a sum of two positive terms."""
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x)))


def sigmoid(xp: ModuleType, x: Any) -> Any:
    """1 / (1 + exp(-x)), exact in both tails."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, 1.0, small) / (1.0 + small)
