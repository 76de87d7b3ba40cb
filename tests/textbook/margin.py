"""The margin losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import one_hot, positive


def soft_margin(xp: Any, scores: Any, labels: Any) -> Any:
    return xp.log(1 + xp.exp(-labels * scores))


def multi_margin(
    xp: Any,
    scores: Any,
    labels: Any,
    class_weights: Any = 1.0,
    p: int = 1,
    margin: float = 1.0,
    ignore_index: int | None = None,
) -> Any:
    label = one_hot(xp, scores, labels)
    own = xp.sum(label * scores, axis=-1, keepdims=True)
    lacks = (1 - label) * positive(xp, margin - own + scores) ** p
    each = xp.sum(class_weights * label, axis=-1) * xp.mean(lacks, axis=-1)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def multilabel_margin(xp: Any, scores: Any, labels: Any, margin: float = 1.0) -> Any:
    lacks = positive(xp, margin - scores[..., :, None] + scores[..., None, :])
    pairs = labels[..., :, None] * (labels[..., None, :] == 0)
    return xp.sum(pairs * lacks, axis=(-2, -1)) / scores.shape[-1]
