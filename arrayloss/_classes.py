"""One class per row: the only place where labels index arrays."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ._namespace import device_of, index_dtype


class Classes:
    """One class index per row, with what a formula does to the entry it names.

    Parameters
    ----------
    xp : module
        The namespace of the arrays.
    indices : array of integers, shape (...)
        A class per row, each in ``[0, C)``; nothing here checks it.
    count : int
        C, the number of classes.
    write : bool
        Whether entries may be written in place into arrays that the formula has
        just made. It costs next to nothing; elsewhere the entry is found by comparing
        every class with the index, which compilers fuse, which keeps sharded and
        lazy arrays where they are, and which every library can differentiate.
    """

    __slots__ = ("_at", "count", "indices", "write", "xp")

    def __init__(self, xp: ModuleType, indices: Any, count: int, *, write: bool) -> None:
        self.xp = xp
        self.indices = indices
        self.count = count
        self.write = write
        self._at: Any = _positions(xp, indices) if write else _one_hot(xp, indices, count)

    def like(self, indices: Any) -> Classes:
        """Other classes for the same rows."""
        return Classes(self.xp, indices, self.count, write=self.write)

    def pick(self, rows: Any) -> Any:
        """The named entry of each row, shape (...)."""
        if self.write:
            return rows[self._at]
        return self.xp.sum(self.xp.where(self._at, rows, 0.0), axis=-1, dtype=rows.dtype)

    def put(self, rows: Any, entries: Any) -> Any:
        """The rows with each named entry replaced; `rows` may be written on."""
        if self.write:
            rows[self._at] = entries
            return rows
        fresh = entries[..., None] if hasattr(entries, "shape") else entries
        return self.xp.where(self._at, fresh, rows)

    def of(self, vector: Any) -> Any:
        """The entry of a (C,) vector for each row, shape (...)."""
        if self.write:
            return vector[self.indices]
        return self.pick(self.xp.broadcast_to(vector, self._at.shape))


def _positions(xp: ModuleType, indices: Any) -> tuple[Any, ...]:
    """An open mesh over the rows, closed by the class: the index of each entry."""
    last = indices.ndim - 1
    rows = (
        xp.reshape(
            xp.arange(length, dtype=indices.dtype, device=device_of(indices)),
            tuple(-1 if other == axis else 1 for other in range(last + 1)),
        )
        for axis, length in enumerate(indices.shape)
    )
    return (*rows, indices)


def _one_hot(xp: ModuleType, indices: Any, count: int) -> Any:
    classes = xp.arange(count, dtype=indices.dtype, device=device_of(indices))
    return indices[..., None] == classes


def as_indices(xp: ModuleType, labels: Any) -> Any:
    """The labels in the dtype that indexes arrays, wide enough to compare with C."""
    return xp.astype(labels, index_dtype(xp, labels), copy=False)
