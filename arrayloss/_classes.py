"""One class per row: the only place where labels index arrays."""

from __future__ import annotations

from typing import Any

from ._namespace import device_of, in_dtype, index_dtype
from ._typing import Namespace, Terms

# More than any exponential that is summed; times the number of classes, still a number, and an exact one:
# the difference of two such products is the same where a compiler contracts it.
_HUGE = 2.0**100


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
        Whether entries may be written in place into arrays that the formula has just
        made, which costs next to nothing. Elsewhere each class is compared with the
        index: compilers fuse that, and sharded and lazy arrays stay where they are.
    keep : bool
        Whether rows are wanted for themselves, too, and not only for their sums.
    """

    __slots__ = ("_places", "count", "indices", "keep", "write", "xp")

    def __init__(self, xp: Namespace, indices: Any, count: int, *, write: bool, keep: bool = True) -> None:
        self.xp = xp
        self.indices = indices
        self.count = count
        self.write = write
        self.keep = keep
        self._places = self._open_mesh() if write else ()

    def pick(self, rows: Any) -> Any:
        """The named entry of each row, shape (...)."""
        if self.write:
            return rows[self._places]
        if hasattr(self.xp, "take_along_axis"):
            return self.xp.take_along_axis(rows, self.indices[..., None], axis=-1)[..., 0]
        return self.xp.sum(self.xp.where(self._named(), rows, 0.0), axis=-1)

    def drop(self, rows: Any) -> Any:
        """The rows, of numbers from 0 to 1e30, with each named entry 0; `rows` may be written on."""
        if self.write:
            rows[self._places] = 0.0
            return rows
        if self.keep:
            return self.xp.where(self._named(), 0.0, rows)
        # The distance to the index in huge steps is a mask made of arithmetic, with which XLA
        # fuses a sum on a CPU; of a select it would make an array first.
        own = self.xp.astype(self.indices, rows.dtype)[..., None]
        distance = _HUGE * self._classes(rows.dtype) - _HUGE * own
        return self.xp.minimum(rows, self.xp.abs(distance))

    def put(self, rows: Any, entries: Any) -> Any:
        """The rows with each named entry replaced; `rows` may be written on."""
        if self.write:
            rows[self._places] = entries
            return rows
        entries = entries[..., None] if hasattr(entries, "shape") else entries
        return self.xp.where(self._named(), entries, rows)

    def of(self, vector: Any) -> Any:
        """The entry of a (C,) vector for each row, shape (...)."""
        if self.write:
            return vector[self.indices]
        return self.xp.sum(self.xp.where(self._named(), vector, 0.0), axis=-1)

    def _open_mesh(self) -> tuple[Any, ...]:
        """An open mesh over the rows, closed by the class: where the named entries are."""
        xp, indices = self.xp, self.indices
        if indices.ndim == 1:
            return xp.arange(indices.shape[0], dtype=indices.dtype, device=device_of(indices)), indices
        rows = []
        for axis, length in enumerate(indices.shape):
            shape = tuple(-1 if other == axis else 1 for other in range(indices.ndim))
            row = xp.arange(length, dtype=indices.dtype, device=device_of(indices))
            rows.append(xp.reshape(row, shape))
        return (*rows, indices)

    def _named(self) -> Any:
        return self.indices[..., None] == self._classes(self.indices.dtype)

    def _classes(self, dtype: Any) -> Any:
        return self.xp.arange(self.count, dtype=dtype, device=device_of(self.indices))


def class_mass(xp: Namespace, rows: Any, labels: Classes, class_weights: Any, **_: Any) -> Terms:
    """What a row counts for in the denominator: the weight of the class that it names."""
    return labels.of(class_weights), None


def share_mass(xp: Namespace, rows: Any, labels: Any, class_weights: Any, **_: Any) -> Terms:
    """The same of a distribution: the class weights of its shares."""
    mass = xp.sum(labels * class_weights, axis=-1)
    return mass, None, lambda: xp.zeros_like(labels) + class_weights


def as_indices(xp: Namespace, labels: Any) -> Any:
    """The labels in the dtype that indexes arrays, wide enough to compare with C."""
    return in_dtype(xp, labels, index_dtype(xp, labels))
