"""The multiclass losses as a textbook writes them, on arrays."""

from __future__ import annotations

import math
from typing import Any

from ._pieces import one_hot, softmax


def softmax_cross_entropy(
    xp: Any,
    logits: Any,
    labels: Any,
    class_weights: Any = 1.0,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Any:
    p = softmax(xp, logits)
    z = z_loss * xp.log(xp.sum(xp.exp(logits), axis=-1)) ** 2
    t = labels * (1 - label_smoothing) + label_smoothing / labels.shape[-1]
    return z - xp.sum(class_weights * t * xp.log(p), axis=-1)


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


def _ignoring(xp: Any, each: Any, labels: Any, ignore_index: int | None) -> Any:
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def softmax_focal(xp: Any, logits: Any, labels: Any, gamma: float = 2.0, class_weights: Any = 1.0) -> Any:
    p = softmax(xp, logits)
    return -xp.sum(class_weights * labels * (1 - p) ** gamma * xp.log(p), axis=-1)


def sparse_softmax_focal(
    xp: Any, logits: Any, labels: Any, ignore_index: int | None = None, **rest: Any
) -> Any:
    each = softmax_focal(xp, logits, one_hot(xp, logits, labels), **rest)
    return _ignoring(xp, each, labels, ignore_index)


def poly_cross_entropy(
    xp: Any, logits: Any, labels: Any, epsilon: float = 2.0, class_weights: Any = 1.0
) -> Any:
    p = softmax(xp, logits)
    return xp.sum(class_weights * labels * (epsilon * (1 - p) - xp.log(p)), axis=-1)


def sparse_poly_cross_entropy(
    xp: Any, logits: Any, labels: Any, ignore_index: int | None = None, **rest: Any
) -> Any:
    each = poly_cross_entropy(xp, logits, one_hot(xp, logits, labels), **rest)
    return _ignoring(xp, each, labels, ignore_index)


def generalized_cross_entropy(
    xp: Any,
    logits: Any,
    labels: Any,
    q: float = 0.7,
    class_weights: Any = 1.0,
    ignore_index: int | None = None,
) -> Any:
    p, t = softmax(xp, logits), class_weights * one_hot(xp, logits, labels)
    return _ignoring(xp, xp.sum(t * ((1 - p**q) / q if q else -xp.log(p)), axis=-1), labels, ignore_index)


def cosface(
    xp: Any,
    cosines: Any,
    labels: Any,
    margin: float = 0.35,
    scale: float = 64.0,
    ignore_index: int | None = None,
) -> Any:
    t = one_hot(xp, cosines, labels)
    p = softmax(xp, scale * (cosines - margin * t))
    return _ignoring(xp, -xp.sum(t * xp.log(p), axis=-1), labels, ignore_index)


def arcface(
    xp: Any,
    cosines: Any,
    labels: Any,
    margin: float = 0.5,
    scale: float = 64.0,
    ignore_index: int | None = None,
) -> Any:
    t, angle = one_hot(xp, cosines, labels), xp.acos(cosines)
    turned = xp.where(angle + margin <= math.pi, xp.cos(angle + margin), cosines - margin * math.sin(margin))
    p = softmax(xp, scale * xp.where(t == 1, turned, cosines))
    return _ignoring(xp, -xp.sum(t * xp.log(p), axis=-1), labels, ignore_index)
