"""The binary losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def sigmoid_cross_entropy(
    xp: Any, logits: Any, labels: Any, pos_weight: float = 1.0, label_smoothing: float = 0.0
) -> Any:
    p, q = 1 / (1 + xp.exp(-logits)), 1 / (1 + xp.exp(logits))
    z = labels * (1 - label_smoothing) + label_smoothing / 2
    return -pos_weight * z * xp.log(p) - (1 - z) * xp.log(q)


def binary_cross_entropy(
    xp: Any, probabilities: Any, labels: Any, label_smoothing: float = 0.0, clamp: bool = False
) -> Any:
    z = labels * (1 - label_smoothing) + label_smoothing / 2
    return -z * xp.log(probabilities) - (1 - z) * xp.log(1 - probabilities)


def multilabel_sigmoid_cross_entropy(
    xp: Any, logits: Any, labels: Any, class_weights: Any = 1.0, label_smoothing: float = 0.0
) -> Any:
    each = sigmoid_cross_entropy(xp, logits, labels, label_smoothing=label_smoothing)
    return xp.mean(class_weights * each, axis=-1)
