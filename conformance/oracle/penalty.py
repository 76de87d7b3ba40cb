"""Sums over all entries of any number of arrays."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Definition, Item, Role


def l1_penalty(ar: Arithmetic, x: Number) -> Item:
    """|x|, with derivative 0 at 0."""
    return Item(abs(x), {"x": ar.sign(x)})


def l2_penalty(ar: Arithmetic, x: Number) -> Item:
    """x^2 / 2."""
    return Item(x**2 / 2, {"x": x})


DEFINITIONS = {
    formula.__name__: Definition(formula, {"x": Role.ENTRY}, variadic=True)
    for formula in (l1_penalty, l2_penalty)
}
