"""Embeddings, and the distances between them."""

from __future__ import annotations

import math

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, rows
from .cosine import cosine


def hinge_embedding(ar: Arithmetic, distances: Number, labels: Number, margin: float = 1.0) -> Item:
    """The distance d for a label of 1, max(0, margin - d) for -1."""
    if labels == 1:
        return Item(distances, {"distances": ar.number(1)})
    value, active = ar.hinge(ar.number(margin) - distances)
    return Item(value, {"distances": -active})


def cosine_embedding(
    ar: Arithmetic, embeddings1: Row, embeddings2: Row, labels: Number, margin: float = 0.0
) -> Item:
    """1 - cos(a, b) for a label of 1, max(0, cos(a, b) - margin) for -1."""
    near, by_first = cosine(ar, embeddings1, embeddings2)
    _, by_second = cosine(ar, embeddings2, embeddings1)
    value, slope = 1 - near, ar.number(-1)
    if labels != 1:
        value, slope = ar.hinge(near - ar.number(margin))
    slopes = {"embeddings1": by_first, "embeddings2": by_second}
    return Item(value, {name: [slope * each for each in by] for name, by in slopes.items()})


def triplet_margin(
    ar: Arithmetic,
    anchors: Row,
    positives: Row,
    negatives: Row,
    *,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
) -> Item:
    """max(0, margin + |a - b| - far), where far is |a - n|, or |b - n| if that is smaller and may be.

    To every coordinate of a difference eps is added.
    """
    near, by_near = _norm(ar, _apart(ar, anchors, positives, eps), p)
    far, by_far = _norm(ar, _apart(ar, anchors, negatives, eps), p)
    zero = [ar.number(0)] * len(anchors)
    by_other = zero
    if swap:
        other, other_slopes = _norm(ar, _apart(ar, positives, negatives, eps), p)
        if other < far:
            far, by_far, by_other = other, zero, other_slopes
    value, active = ar.hinge(ar.number(margin) + near - far)
    slopes = {
        "anchors": _minus(by_near, by_far),
        "positives": _minus(_minus(zero, by_near), by_other),
        "negatives": _minus(by_far, _minus(zero, by_other)),
    }
    # Where the loss is 0 nothing moves it, not even where a distance has no derivative.
    return Item(
        value, {n: zero if active == 0 else [active * each for each in by] for n, by in slopes.items()}
    )


def _apart(ar: Arithmetic, a: Row, b: Row, eps: float) -> Row:
    return [x - y + ar.number(eps) for x, y in zip(a, b, strict=True)]


def _minus(a: Row, b: Row) -> Row:
    return [x - y for x, y in zip(a, b, strict=True)]


def _norm(ar: Arithmetic, vector: Row, p: float) -> tuple[Number, Row]:
    """The p-norm and its derivative, which is 0 at 0; farthest coordinates that tie share it."""
    sizes = [abs(x) for x in vector]
    if any(ar.is_nan(size) for size in sizes):
        return ar.nan, [ar.nan] * len(vector)
    norm = _length(ar, sizes, p)
    if norm == 0:
        return norm, [ar.number(0)] * len(vector)
    if math.isinf(p):
        tied = [ar.number(size == norm) for size in sizes]
        return norm, [ar.sign(x) * t / sum(tied) for x, t in zip(vector, tied, strict=True)]
    if p == 1:
        return norm, [ar.sign(x) for x in vector]
    slopes = [
        ar.sign(x) * ar.power(size / norm, ar.number(p) - 1) if x != 0 else ar.number(0)
        for x, size in zip(vector, sizes, strict=True)
    ]
    return norm, slopes


def _length(ar: Arithmetic, sizes: Row, p: float) -> Number:
    """(sum of size^p)^(1/p), divided by the largest size first, so that one alone is exact."""
    top = max(sizes)
    if math.isinf(p) or top in (0, ar.infinity):
        return top
    if p == 1:
        return sum(sizes, ar.number(0))
    if p == 2:
        return ar.sqrt(sum((size**2 for size in sizes), ar.number(0)))
    order = ar.number(p)
    # Sorted, so that the same sizes in another order give the same digits, and a tie is one.
    total = sum((ar.power(size / top, order) for size in sorted(sizes) if size != 0), ar.number(0))
    return top * ar.power(total, 1 / order)


DEFINITIONS = {
    "hinge_embedding": entries(hinge_embedding, "distances", labels=Role.SIGN),
    "cosine_embedding": rows(cosine_embedding, "embeddings1", "embeddings2", labels=Role.SIGN),
    "triplet_margin": rows(triplet_margin, "anchors", "positives", "negatives"),
}
