"""The multiclass losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from ._pieces import Number, Row, times_log


def softmax_cross_entropy(
    logits: Row, labels: Row, class_weights: Any = None, label_smoothing: float = 0.0
) -> Number:
    s, count = mp.mpf(label_smoothing), len(logits)
    w = [1] * count if class_weights is None else [mp.mpf(float(each)) for each in class_weights]
    total = mp.fsum(map(mp.exp, logits))
    return -mp.fsum(
        times_log(w[c] * ((1 - s) * labels[c] + s / count), mp.exp(logits[c]) / total) for c in range(count)
    )


def sparse_softmax_cross_entropy(
    logits: Row, labels: int, ignore_index: int | None = None, **rest: Any
) -> Number:
    one_hot = [mp.mpf(labels == c) for c in range(len(logits))]
    return mp.zero if labels == ignore_index else softmax_cross_entropy(logits, one_hot, **rest)


def nll(
    log_probabilities: Row, labels: int, class_weights: Any = None, ignore_index: int | None = None
) -> Number:
    if labels == ignore_index:
        return mp.zero
    return -(1 if class_weights is None else mp.mpf(float(class_weights[labels]))) * log_probabilities[labels]
