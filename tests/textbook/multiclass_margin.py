"""The losses of the margin to the best other class as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import one_hot, positive


def multiclass_hinge(
    xp: Any, scores: Any, labels: Any, margin: float = 1.0, ignore_index: int | None = None
) -> Any:
    label = one_hot(xp, scores, labels)
    own = xp.sum(label * scores, axis=-1)
    best = xp.max(xp.where(label == 1, -1e9, scores), axis=-1)
    each = positive(xp, best - own + margin)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def multiclass_perceptron(xp: Any, scores: Any, labels: Any, ignore_index: int | None = None) -> Any:
    return multiclass_hinge(xp, scores, labels, 0.0, ignore_index)


def categorical_hinge(xp: Any, scores: Any, labels: Any) -> Any:
    best = xp.max((1 - labels) * scores, axis=-1)
    return positive(xp, best - xp.sum(labels * scores, axis=-1) + 1)
