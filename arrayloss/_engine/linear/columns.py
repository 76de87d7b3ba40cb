"""Some columns of an array, by the class: where a library can, gathered and added in place."""

from __future__ import annotations

from typing import Any

from ..._namespace import device_of
from ..._typing import Namespace


def take(xp: Namespace, array: Any, classes: Any) -> Any:
    """The entries of the classes along the last axis."""
    if hasattr(xp, "take_along_axis"):
        return xp.take(array, classes, axis=-1)
    return xp.matmul(array, xp.permute_dims(_one_hot(xp, classes, array), (1, 0)))


def add(xp: Namespace, like: Any, classes: Any, entries: Any) -> Any:
    """Zeros like an array, with the entries added at their classes along the last axis."""
    if hasattr(like, "at"):
        return xp.zeros_like(like).at[..., classes].add(entries)
    if hasattr(xp, "index_add"):
        return xp.index_add(xp.zeros_like(like), like.ndim - 1, classes, entries)
    if hasattr(xp.add, "at"):
        total = xp.zeros_like(like)
        xp.add.at(total, (..., classes), entries)
        return total
    return xp.matmul(entries, _one_hot(xp, classes, like))


def _one_hot(xp: Namespace, classes: Any, like: Any) -> Any:
    """A row per class, 1 at its place: for a library that moves no data by index."""
    every = xp.arange(like.shape[-1], dtype=classes.dtype, device=device_of(classes))
    return xp.astype(classes[:, None] == every, like.dtype)
