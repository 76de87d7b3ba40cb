"""The losses of the margin to the best other class as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def multiclass_hinge(
    scores: Row, labels: int, margin: float = 1.0, ignore_index: int | None = None
) -> Number:
    if labels == ignore_index:
        return mp.zero
    others = [score for i, score in enumerate(scores) if i != labels]
    return max(mp.zero, max(others) - scores[labels] + mp.mpf(margin))


def multiclass_perceptron(scores: Row, labels: int, ignore_index: int | None = None) -> Number:
    return mp.zero if labels == ignore_index else max(scores) - scores[labels]


def categorical_hinge(scores: Row, labels: Row) -> Number:
    best = max((1 - z) * s for s, z in zip(scores, labels, strict=True))
    return max(mp.zero, best - mp.fdot(labels, scores) + 1)
