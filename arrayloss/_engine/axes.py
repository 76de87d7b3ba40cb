"""Moving axes: formulas have theirs last."""

from __future__ import annotations

from math import prod
from types import ModuleType
from typing import Any


def moved(xp: ModuleType, array: Any, source: int | None, target: int | None) -> Any:
    """The array with one axis moved (`xp.moveaxis` has no rule under torch.vmap)."""
    if source is None or target is None or source % array.ndim == target % array.ndim:
        return array
    order = list(range(array.ndim))
    order.insert(target % array.ndim, order.pop(source))
    return xp.permute_dims(array, tuple(order))


def axis_last(xp: ModuleType, array: Any, axis: int | tuple[int, ...] | None) -> Any:
    """The array with its axis last; with several as one, in their order."""
    if not isinstance(axis, tuple):
        return moved(xp, array, axis, -1)
    items = array.ndim - len(axis)
    array = xp.permute_dims(array, order_of(axis, array.ndim))
    return xp.reshape(array, (*array.shape[:items], prod(array.shape[items:])))


def order_of(axis: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """All axes, some of them last."""
    return (*(i for i in range(rank) if i not in axis), *axis)
