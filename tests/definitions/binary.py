"""The binary losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from ._pieces import Number, Row, times_log


def sigmoid_cross_entropy(
    logits: Number, labels: Number, pos_weight: float = 1.0, label_smoothing: float = 0.0
) -> Number:
    z = (1 - mp.mpf(label_smoothing)) * labels + mp.mpf(label_smoothing) / 2
    p, q = 1 / (1 + mp.exp(-logits)), 1 / (1 + mp.exp(logits))
    return -mp.mpf(pos_weight) * times_log(z, p) - times_log(1 - z, q)


def binary_cross_entropy(
    probabilities: Number, labels: Number, label_smoothing: float = 0.0, clamp: bool = False
) -> Number:
    """Clamped or not: the same between the clamps."""
    z = (1 - mp.mpf(label_smoothing)) * labels + mp.mpf(label_smoothing) / 2
    return -times_log(z, probabilities) - times_log(1 - z, 1 - probabilities)


def multilabel_sigmoid_cross_entropy(
    logits: Row, labels: Row, class_weights: Any = None, label_smoothing: float = 0.0
) -> Number:
    weights = [1] * len(logits) if class_weights is None else [mp.mpf(float(w)) for w in class_weights]
    return mp.fsum(
        w * sigmoid_cross_entropy(x, label, label_smoothing=label_smoothing)
        for w, x, label in zip(weights, logits, labels, strict=True)
    ) / len(logits)
