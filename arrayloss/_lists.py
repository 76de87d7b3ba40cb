"""Several classes per item: lists of labels, and what a formula does to the entries they name."""

from __future__ import annotations

from typing import Any

from ._namespace import device_of
from ._typing import Namespace


def leading(xp: Namespace, lengths: Any, count: int) -> Any:
    """Which of so many places come before a length, shape (..., count); None where all do."""
    if lengths is None:
        return None
    places = xp.arange(count, dtype=lengths.dtype, device=device_of(lengths))
    return places < lengths[..., None]


class ClassLists:
    """A list of class indices per item, and the entries that they name in each of its rows.

    Parameters
    ----------
    xp : module
        The namespace of the arrays.
    indices : array of integers, shape (..., K)
        Nothing here checks that they name classes.
    write : bool
        Whether entries may be written in place into arrays that the formula has just made.
    """

    __slots__ = ("indices", "write", "xp")

    def __init__(self, xp: Namespace, indices: Any, *, write: bool) -> None:
        self.xp = xp
        self.indices = indices
        self.write = write

    def with_blank(self, lengths: Any, classes: int, blank: int) -> ClassLists:
        """The lists with the blank last, and in all places that hold no label."""
        xp, usable = self.xp, (self.indices >= 0) & (self.indices < classes)
        placed = leading(xp, lengths, self.indices.shape[-1])
        labels = xp.where(usable if placed is None else usable & placed, self.indices, blank)
        blanks = xp.full_like(xp.sum(labels, axis=-1, keepdims=True, dtype=labels.dtype), blank)
        return ClassLists(xp, xp.concat([labels, blanks], axis=-1), write=self.write)

    def pick(self, rows: Any) -> Any:
        """The named entries of rows of shape (..., T, C), shape (..., K, T)."""
        xp, columns = self.xp, self.xp.matrix_transpose(rows)
        if self.write:
            return columns[self._places()]
        if hasattr(xp, "take_along_axis"):
            wide = xp.broadcast_to(self.indices[..., None], (*self.indices.shape, columns.shape[-1]))
            return xp.take_along_axis(columns, wide, axis=-2)
        named = self._named(rows.shape[-1])[..., None]
        return xp.sum(xp.where(named, columns[..., None, :, :], 0.0), axis=-2)

    def others(self, rows: Any) -> Any:
        """The sum of the entries that no index names, of rows of shape (..., T, C), shape (..., T)."""
        xp = self.xp
        if self.write:
            rows = 1.0 * rows
            xp.matrix_transpose(rows)[self._places()] = 0.0
            return xp.sum(rows, axis=-1)
        named = xp.any(self._named(rows.shape[-1]), axis=-2)[..., None, :]
        return xp.sum(xp.where(named, 0.0, rows), axis=-1)

    def less(self, rows: Any, amounts: Any) -> Any:
        """The rows of shape (..., T, C) less an amount, of shape (..., K, T), for each entry named.

        `rows` may be written on.
        """
        xp = self.xp
        if not self.write:
            named = xp.astype(self._named(rows.shape[-1]), rows.dtype)
            return rows - xp.matmul(xp.matrix_transpose(amounts), named)
        # What is named twice is written twice: each time less all of its amounts.
        columns, places = xp.matrix_transpose(rows), self._places()
        columns[places] = columns[places] - xp.matmul(self.same(rows.dtype), amounts)
        return rows

    def put(self, rows: Any, entries: Any) -> Any:
        """The rows of shape (..., T, C) with an entry, of shape (..., K, T), in each place named.

        What is named twice has the same entry twice. `rows` may be written on.
        """
        xp = self.xp
        if self.write:
            xp.matrix_transpose(rows)[self._places()] = entries
            return rows
        named = xp.astype(self._named(rows.shape[-1]) & (self.once(rows.dtype)[..., None] > 0), rows.dtype)
        kept = 1.0 - xp.sum(named, axis=-2)[..., None, :]
        return kept * rows + xp.matmul(xp.matrix_transpose(entries), named)

    def same(self, dtype: Any) -> Any:
        """1 where two indices name the same class, shape (..., K, K)."""
        return self.xp.astype(self.indices[..., :, None] == self.indices[..., None, :], dtype)

    def once(self, dtype: Any) -> Any:
        """1 for the last index that names a class, shape (..., K)."""
        later = self.xp.sum(self.xp.tril(self.same(dtype), k=-1), axis=-2)
        return self.xp.astype(later == 0, dtype)

    def _places(self) -> tuple[Any, ...]:
        """An open mesh over the items, closed by the classes."""
        xp, indices = self.xp, self.indices
        mesh = []
        for axis, length in enumerate(indices.shape[:-1]):
            shape = tuple(-1 if other == axis else 1 for other in range(indices.ndim))
            item = xp.arange(length, dtype=indices.dtype, device=device_of(indices))
            mesh.append(xp.reshape(item, shape))
        return (*mesh, indices)

    def _named(self, count: int) -> Any:
        """Whether an index names a class, shape (..., K, C)."""
        classes = self.xp.arange(count, dtype=self.indices.dtype, device=device_of(self.indices))
        return self.indices[..., None] == classes
