"""The multiclass losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

from ._pieces import Number, Row, times_log


def softmax_cross_entropy(
    logits: Row, labels: Row, class_weights: Any = None, label_smoothing: float = 0.0, z_loss: float = 0.0
) -> Number:
    s, count = mp.mpf(label_smoothing), len(logits)
    w = [1] * count if class_weights is None else [mp.mpf(float(each)) for each in class_weights]
    total = mp.fsum(map(mp.exp, logits))
    return mp.mpf(z_loss) * mp.log(total) ** 2 - mp.fsum(
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


def _weighted(logits: Row, labels: Row | int, class_weights: Any, cost: Callable[[Number], Number]) -> Number:
    """Σ w t cost(p), of labels as shares or as an index."""
    count, total = len(logits), mp.fsum(map(mp.exp, logits))
    shares = [mp.mpf(labels == c) for c in range(count)] if isinstance(labels, int) else labels
    w = [1] * count if class_weights is None else [mp.mpf(float(each)) for each in class_weights]
    return mp.fsum(w[c] * shares[c] * cost(mp.exp(logits[c]) / total) for c in range(count) if shares[c])


def softmax_focal(logits: Row, labels: Row | int, gamma: float = 2.0, class_weights: Any = None) -> Number:
    return _weighted(logits, labels, class_weights, lambda p: -((1 - p) ** mp.mpf(gamma)) * mp.log(p))


def sparse_softmax_focal(logits: Row, labels: int, ignore_index: int | None = None, **rest: Any) -> Number:
    return mp.zero if labels == ignore_index else softmax_focal(logits, labels, **rest)


def poly_cross_entropy(
    logits: Row, labels: Row | int, epsilon: float = 2.0, class_weights: Any = None
) -> Number:
    return _weighted(logits, labels, class_weights, lambda p: mp.mpf(epsilon) * (1 - p) - mp.log(p))


def sparse_poly_cross_entropy(
    logits: Row, labels: int, ignore_index: int | None = None, **rest: Any
) -> Number:
    return mp.zero if labels == ignore_index else poly_cross_entropy(logits, labels, **rest)


def generalized_cross_entropy(
    logits: Row, labels: int, q: float = 0.7, class_weights: Any = None, ignore_index: int | None = None
) -> Number:
    if labels == ignore_index:
        return mp.zero
    power = mp.mpf(q)
    return _weighted(logits, labels, class_weights, lambda p: (1 - p**power) / power if power else -mp.log(p))


def cosface(
    cosines: Row, labels: int, margin: float = 0.35, scale: float = 64.0, ignore_index: int | None = None
) -> Number:
    moved = [scale * (c - mp.mpf(margin) * (j == labels)) for j, c in enumerate(cosines)]
    return mp.zero if labels == ignore_index else sparse_softmax_cross_entropy(moved, labels)


def arcface(
    cosines: Row, labels: int, margin: float = 0.5, scale: float = 64.0, ignore_index: int | None = None
) -> Number:
    angle, m = mp.acos(cosines[labels]), mp.mpf(margin)
    own = mp.cos(angle + m) if angle + m <= mp.pi else cosines[labels] - m * mp.sin(m)
    moved = [scale * (own if j == labels else c) for j, c in enumerate(cosines)]
    return mp.zero if labels == ignore_index else sparse_softmax_cross_entropy(moved, labels)
