"""Embeddings by their directions, and the way back from cosines to them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ._engine import Linear
from ._namespace import device_of, eager, index_dtype
from ._stable import dots, unit
from ._typing import Namespace


class Directions:
    """Embeddings as unit vectors, with the way back.

    A zero vector has no direction: it stays zero, and so is every derivative by it.

    Attributes
    ----------
    vectors : array, shape (..., D)
        The unit vectors.
    directed : array, shape (...)
        Whether they are not zero.
    """

    __slots__ = ("_norm", "_size", "directed", "vectors", "xp")

    def __init__(self, xp: Namespace, embeddings: Any, *, quick: bool = False) -> None:
        self.xp = xp
        self.vectors, self._size, norm = unit(xp, embeddings, quick=quick)
        self.directed = norm[..., 0] != 0
        self._norm = xp.where(norm == 0, math.inf, norm)

    def push(self, changes: Any) -> Any:
        """From changes of the embeddings to those of the unit vectors."""
        return self._across(self.shortened(changes))

    def pull(self, cotangents: Any) -> Any:
        """From cotangents of the unit vectors to those of the embeddings.

        The transpose step by step: what is left across a short embedding may be infinite
        over its length, and infinities do not cancel.
        """
        return self.shortened(self._across(cotangents))

    def _across(self, changes: Any) -> Any:
        along = self.xp.sum(self.vectors * changes, axis=-1, keepdims=True)
        return changes - along * self.vectors

    def shortened(self, changes: Any) -> Any:
        """Changes across the unit vectors over the embeddings' lengths."""
        across = changes / self._norm
        if eager(self.xp) and self.xp.all(self._size == 1.0):
            return across
        return across / self._size


class Angle(NamedTuple):
    """The angles of pairs of embeddings.

    Attributes
    ----------
    apart : array, shape (...)
        1 minus the cosine, which is 0 of a zero vector.
    first, second, between : Directions, Directions, array
        The directions, and the difference of the unit vectors.
    """

    apart: Any
    first: Directions
    second: Directions
    between: Any

    def cosine(self) -> Any:
        """The cosine itself."""
        xp, first, second = self.first.xp, self.first, self.second
        return xp.where(first.directed & second.directed, dots(xp, first.vectors, second.vectors), 0.0)

    def by_first(self) -> Any:
        """The derivative of `apart` by the first embeddings."""
        return self.first.shortened(self.between - self.apart[..., None] * self.first.vectors)

    def by_second(self) -> Any:
        """The derivative of `apart` by the second embeddings."""
        return self.second.shortened(-self.between - self.apart[..., None] * self.second.vectors)


def angle(xp: Namespace, embeddings1: Any, embeddings2: Any) -> Angle:
    """The angles of pairs: 1 minus the cosine as ½ |u - v|², which does not cancel."""
    first, second = (Directions(xp, each, quick=True) for each in (embeddings1, embeddings2))
    directed = first.directed & second.directed
    between = first.vectors - second.vectors
    apart = xp.where(directed, 0.5 * dots(xp, between, between), 1.0)
    return Angle(apart, first, second, between)


class Slopes:
    """The derivatives of items by the cosines of their anchors with every key.

    Attributes
    ----------
    rows : array, shape (..., N, K)
        Per anchor and key.
    factor : array, shape (..., N)
        What to multiply each anchor's row by.
    """

    __slots__ = ("factor", "rows", "xp")

    def __init__(self, xp: Namespace, rows: Any, factor: Any) -> None:
        self.xp, self.rows, self.factor = xp, rows, factor[..., None]

    def of_keys(self, some: slice) -> Slopes:
        """Those by the cosines with some of the keys."""
        return Slopes(self.xp, self.rows[..., some], self.factor[..., 0])

    def by_anchors(self, keys: Any) -> Linear:
        """The derivative by the unit vectors of the anchors."""
        total = self.factor * self.xp.matmul(self.rows, keys)
        return Linear(
            lambda changes: self.xp.sum(changes * total, axis=-1),
            lambda cotangents: cotangents[..., None] * total,
        )

    def by_keys(self, anchors: Any) -> Linear:
        """The derivative by the unit vectors of the keys."""
        weighted = self.factor * anchors
        across = self.xp.matrix_transpose(self.rows)
        return Linear(
            lambda changes: self.xp.sum(weighted * self.xp.matmul(self.rows, changes), axis=-1),
            lambda cotangents: self.xp.matmul(across, cotangents[..., None] * weighted),
        )


def through(directions: Directions, *parts: Linear) -> Linear:
    """The derivative by embeddings, from those by their unit vectors in all their parts."""

    def push(changes: Any) -> Any:
        turned = directions.push(changes)
        return sum([part.push(turned) for part in parts[1:]], parts[0].push(turned))

    def pull(cotangents: Any) -> Any:
        first, *others = [part.pull(cotangents) for part in parts]
        return directions.pull(sum(others, first))

    return Linear(push, pull)


def cosines(xp: Namespace, anchors: Any, keys: Any) -> Any:
    """The dot product of every vector with every other, shape (..., N, K)."""
    return xp.matmul(anchors, xp.matrix_transpose(keys))


def places(xp: Namespace, rows: Any) -> Any:
    """The number of each row, shape (N,)."""
    return xp.arange(rows.shape[-2], dtype=index_dtype(xp, rows), device=device_of(rows))


def itself(xp: Namespace, rows: Any) -> Any:
    """Where each row of a square has the row's own place, shape (N, N)."""
    own = places(xp, rows)
    return own[:, None] == own
