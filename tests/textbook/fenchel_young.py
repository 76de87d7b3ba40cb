"""The Fenchel–Young losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import one_hot


def sparsemax(xp: Any, logits: Any, labels: Any, ignore_index: int | None = None) -> Any:
    ordered = xp.sort(logits, axis=-1, descending=True)
    count = xp.arange(1, logits.shape[-1] + 1, dtype=logits.dtype)
    sums = xp.cumulative_sum(ordered, axis=-1)
    inside = xp.astype(1 + count * ordered > sums, logits.dtype)
    size = xp.sum(inside, axis=-1)
    threshold = ((xp.sum(inside * ordered, axis=-1) - 1) / size)[..., None]
    own = xp.sum(one_hot(xp, logits, labels) * logits, axis=-1)
    each = xp.sum(xp.where(logits > threshold, logits**2 - threshold**2, 0.0), axis=-1) / 2 - own + 0.5
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def binary_sparsemax(xp: Any, logits: Any, labels: Any) -> Any:
    return (1 - labels) * _rising(xp, logits) + labels * _rising(xp, -logits)


def fenchel_young(xp: Any, scores: Any, targets: Any) -> Any:
    return xp.log(xp.sum(xp.exp(scores), axis=-1)) - xp.sum(targets * scores, axis=-1)


def _rising(xp: Any, x: Any) -> Any:
    return xp.where(x <= -1, 0.0, xp.where(x >= 1, x, (x + 1) ** 2 / 4))
