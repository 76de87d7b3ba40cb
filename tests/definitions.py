"""The losses as a textbook writes them, in mpmath: one item, no care for rounding.

Enough digits take the place of care, so nothing here shares a formula, or a mistake,
with the package. Derivatives are difference quotients at those digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

DIGITS = 80
STEP = mpmath.mpf(10) ** -25

Number = Any
Row = list[Any]


def _log(p: Number) -> Number:
    return mp.log(p) if p else -mp.inf


def _times_log(t: Number, p: Number) -> Number:
    """t log p, 0 where t is 0."""
    return t * _log(p) if t else mp.zero


def _squared_error(predictions: Number, targets: Number) -> Number:
    return (predictions - targets) ** 2


def _absolute_error(predictions: Number, targets: Number) -> Number:
    return abs(predictions - targets)


def _huber(predictions: Number, targets: Number, delta: float = 1.0) -> Number:
    size, delta = abs(predictions - targets), mp.mpf(delta)
    return size**2 / 2 if size <= delta else delta * (size - delta / 2)


def _smooth_l1(predictions: Number, targets: Number, beta: float = 1.0) -> Number:
    size, beta = abs(predictions - targets), mp.mpf(beta)
    return size**2 / (2 * beta) if size < beta else size - beta / 2


def _log_cosh(predictions: Number, targets: Number) -> Number:
    return mp.log(mp.cosh(predictions - targets))


def _sigmoid_cross_entropy(
    logits: Number, labels: Number, pos_weight: float = 1.0, label_smoothing: float = 0.0
) -> Number:
    z = (1 - mp.mpf(label_smoothing)) * labels + mp.mpf(label_smoothing) / 2
    p, q = 1 / (1 + mp.exp(-logits)), 1 / (1 + mp.exp(logits))
    return -mp.mpf(pos_weight) * _times_log(z, p) - _times_log(1 - z, q)


def _binary_cross_entropy(
    probabilities: Number, labels: Number, label_smoothing: float = 0.0, clamp: bool = False
) -> Number:
    """Clamped or not: the same between the clamps."""
    z = (1 - mp.mpf(label_smoothing)) * labels + mp.mpf(label_smoothing) / 2
    return -_times_log(z, probabilities) - _times_log(1 - z, 1 - probabilities)


def _log_poisson_nll(log_rates: Number, targets: Number, stirling: bool = False) -> Number:
    return mp.exp(log_rates) - targets * log_rates + _stirling(targets, stirling)


def _poisson_nll(rates: Number, targets: Number, stirling: bool = False, eps: float = 0.0) -> Number:
    return rates - _times_log(targets, rates + mp.mpf(eps)) + _stirling(targets, stirling)


def _stirling(k: Number, added: bool) -> Number:
    """Log k!, nearly."""
    return k * mp.log(k) - k + mp.log(2 * mp.pi * k) / 2 if added and k > 1 else mp.zero


def _gaussian_nll(
    predictions: Number, variances: Number, targets: Number, full: bool = False, min_variance: float = 0.0
) -> Number:
    v = max(variances, mp.mpf(min_variance))
    return (mp.log(v) + (predictions - targets) ** 2 / v + (mp.log(2 * mp.pi) if full else 0)) / 2


def _softmax_cross_entropy(
    logits: Row, labels: Row, class_weights: Any = None, label_smoothing: float = 0.0
) -> Number:
    s, count = mp.mpf(label_smoothing), len(logits)
    w = [1] * count if class_weights is None else [mp.mpf(float(each)) for each in class_weights]
    total = mp.fsum(map(mp.exp, logits))
    return -mp.fsum(
        _times_log(w[c] * ((1 - s) * labels[c] + s / count), mp.exp(logits[c]) / total) for c in range(count)
    )


def _sparse_softmax_cross_entropy(
    logits: Row, labels: int, ignore_index: int | None = None, **rest: Any
) -> Number:
    one_hot = [mp.mpf(labels == c) for c in range(len(logits))]
    return mp.zero if labels == ignore_index else _softmax_cross_entropy(logits, one_hot, **rest)


def _nll(
    log_probabilities: Row, labels: int, class_weights: Any = None, ignore_index: int | None = None
) -> Number:
    if labels == ignore_index:
        return mp.zero
    return -(1 if class_weights is None else mp.mpf(float(class_weights[labels]))) * log_probabilities[labels]


def _cross_entropy(probabilities: Row, targets: Row) -> Number:
    return -mp.fsum(_times_log(t, p) for p, t in zip(probabilities, targets, strict=True))


def _kl_divergence(log_probabilities: Row, targets: Row, log_targets: bool = False) -> Number:
    shares = [mp.exp(t) for t in targets] if log_targets else targets
    return mp.fsum(t * (_log(t) - lp) if t else 0 for lp, t in zip(log_probabilities, shares, strict=True))


def _hinge_embedding(distances: Number, labels: int, margin: float = 1.0) -> Number:
    return distances if labels == 1 else max(mp.zero, mp.mpf(margin) - distances)


def _margin_ranking(scores1: Number, scores2: Number, labels: int, margin: float = 0.0) -> Number:
    return max(mp.zero, -labels * (scores1 - scores2) + mp.mpf(margin))


def _cosine_embedding(embeddings1: Row, embeddings2: Row, labels: int, margin: float = 0.0) -> Number:
    lengths = mp.norm(embeddings1) * mp.norm(embeddings2)
    cosine = mp.fdot(embeddings1, embeddings2) / lengths if lengths else mp.zero
    return 1 - cosine if labels == 1 else max(mp.zero, cosine - mp.mpf(margin))


def _triplet_margin(
    anchors: Row,
    positives: Row,
    negatives: Row,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
) -> Number:
    def distance(a: Row, b: Row) -> Number:
        sizes = [abs(x - y + mp.mpf(eps)) for x, y in zip(a, b, strict=True)]
        return max(sizes) if math.isinf(p) else mp.fsum(s ** mp.mpf(p) for s in sizes) ** (1 / mp.mpf(p))

    far = distance(anchors, negatives)
    if swap:
        far = min(far, distance(positives, negatives))
    return max(mp.zero, mp.mpf(margin) + distance(anchors, positives) - far)


DEFINITIONS: dict[str, Callable[..., Number]] = {
    name.removeprefix("_"): function
    for name, function in list(globals().items())
    if name.startswith("_") and callable(function) and name not in ("_log", "_times_log", "_stirling")
}


def per_item(
    name: str, operands: dict[str, np.ndarray], parameters: dict[str, Any], *, along_axis: bool
) -> list[tuple[Number, dict[str, list[Number]]]]:
    """Value and gradient of each item, in C order; the axis is the last one."""
    return [_solve(DEFINITIONS[name], item, parameters) for item in _items(operands, along_axis=along_axis)]


def _items(operands: dict[str, np.ndarray], *, along_axis: bool) -> Iterator[dict[str, Any]]:
    first = next(iter(operands.values()))
    shape = first.shape[:-1] if along_axis else first.shape
    for index in np.ndindex(shape):
        yield {name: _exact(array[index]) for name, array in operands.items()}


def _exact(value: Any) -> Any:
    if getattr(value, "ndim", 0):
        return [mp.mpf(float(each)) for each in value]
    return int(value) if isinstance(value, np.integer) else mp.mpf(float(value))


def _solve(
    definition: Callable[..., Number], item: dict[str, Any], parameters: dict[str, Any]
) -> tuple[Number, dict[str, list[Number]]]:
    with mp.workdps(DIGITS):
        gradient = {
            name: [_slope(definition, item, parameters, name, i) for i in range(_length(value))]
            for name, value in item.items()
            if not isinstance(value, int)
        }
        return definition(**item, **parameters), gradient


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def _slope(
    definition: Callable[..., Number],
    item: dict[str, Any],
    parameters: dict[str, Any],
    name: str,
    position: int,
) -> Number:
    """A central difference quotient, its error far below double precision."""

    def moved(step: Number) -> Number:
        value = item[name]
        if isinstance(value, list):
            value = [v + step if i == position else v for i, v in enumerate(value)]
        else:
            value = value + step
        return definition(**{**item, name: value}, **parameters)

    return (moved(STEP) - moved(-STEP)) / (2 * STEP)
