"""The few types that signatures are written in."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypeVar

Array = TypeVar("Array")
"""An array of any library: what comes in decides what goes out."""

Reduction: TypeAlias = Literal["mean", "sum", "none"]
Denominator: TypeAlias = (
    Literal["weights", "count", "nonzero", "weights or nan", "count or nan", "nonzero or nan"] | float
)

Axes: TypeAlias = int | tuple[int, ...] | None
"""An axis, several that are taken for one, or all of them."""

Namespace: TypeAlias = Any
"""A namespace of the array API standard, as formulas take it."""

Terms: TypeAlias = tuple[Any, ...]
"""What a formula returns: the value per item, then a derivative per operand."""
