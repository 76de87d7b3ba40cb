"""The multiclass losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import one_hot


def softmax_cross_entropy(
    xp: Any, logits: Any, labels: Any, class_weights: Any = 1.0, label_smoothing: float = 0.0
) -> Any:
    exponentials = xp.exp(logits)
    p = exponentials / xp.sum(exponentials, axis=-1, keepdims=True)
    t = labels * (1 - label_smoothing) + label_smoothing / labels.shape[-1]
    return -xp.sum(class_weights * t * xp.log(p), axis=-1)


def sparse_softmax_cross_entropy(
    xp: Any, logits: Any, labels: Any, ignore_index: int | None = None, **rest: Any
) -> Any:
    each = softmax_cross_entropy(xp, logits, one_hot(xp, logits, labels), **rest)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def nll(
    xp: Any, log_probabilities: Any, labels: Any, class_weights: Any = 1.0, ignore_index: int | None = None
) -> Any:
    each = -xp.sum(class_weights * one_hot(xp, log_probabilities, labels) * log_probabilities, axis=-1)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)
