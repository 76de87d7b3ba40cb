"""The losses as a textbook writes them, on arrays: per item, for autodiff to differentiate.

Nothing here is careful; it is right in float64 on ordinary numbers, and it shares no
formula with the package.
"""

from __future__ import annotations

import math
from typing import Any


def squared_error(xp: Any, predictions: Any, targets: Any) -> Any:
    return (predictions - targets) ** 2


def absolute_error(xp: Any, predictions: Any, targets: Any) -> Any:
    return xp.abs(predictions - targets)


def huber(xp: Any, predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    size = xp.abs(predictions - targets)
    return xp.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))


def smooth_l1(xp: Any, predictions: Any, targets: Any, beta: float = 1.0) -> Any:
    size = xp.abs(predictions - targets)
    return xp.where(size < beta, 0.5 * size**2 / beta, size - 0.5 * beta) if beta else size


def log_cosh(xp: Any, predictions: Any, targets: Any) -> Any:
    return xp.log(xp.cosh(predictions - targets))


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


def log_poisson_nll(xp: Any, log_rates: Any, targets: Any, stirling: bool = False) -> Any:
    return xp.exp(log_rates) - targets * log_rates + _stirling(xp, targets, stirling)


def poisson_nll(xp: Any, rates: Any, targets: Any, stirling: bool = False, eps: float = 0.0) -> Any:
    return rates - targets * xp.log(rates + eps) + _stirling(xp, targets, stirling)


def gaussian_nll(
    xp: Any, predictions: Any, variances: Any, targets: Any, full: bool = False, min_variance: float = 0.0
) -> Any:
    v = xp.where(variances > min_variance, variances, min_variance)
    return (xp.log(v) + (predictions - targets) ** 2 / v + (math.log(2 * math.pi) if full else 0)) / 2


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
    each = softmax_cross_entropy(xp, logits, _one_hot(xp, logits, labels), **rest)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def nll(
    xp: Any, log_probabilities: Any, labels: Any, class_weights: Any = 1.0, ignore_index: int | None = None
) -> Any:
    each = -xp.sum(class_weights * _one_hot(xp, log_probabilities, labels) * log_probabilities, axis=-1)
    return each if ignore_index is None else xp.where(labels == ignore_index, 0.0, each)


def cross_entropy(xp: Any, probabilities: Any, targets: Any) -> Any:
    return -xp.sum(targets * xp.log(probabilities), axis=-1)


def kl_divergence(xp: Any, log_probabilities: Any, targets: Any, log_targets: bool = False) -> Any:
    if log_targets:
        return xp.sum(xp.exp(targets) * (targets - log_probabilities), axis=-1)
    return xp.sum(targets * (xp.log(targets) - log_probabilities), axis=-1)


def hinge_embedding(xp: Any, distances: Any, labels: Any, margin: float = 1.0) -> Any:
    return xp.where(labels == 1, distances, _positive(xp, margin - distances))


def margin_ranking(xp: Any, scores1: Any, scores2: Any, labels: Any, margin: float = 0.0) -> Any:
    return _positive(xp, margin - labels * (scores1 - scores2))


def cosine_embedding(xp: Any, embeddings1: Any, embeddings2: Any, labels: Any, margin: float = 0.0) -> Any:
    dot = xp.sum(embeddings1 * embeddings2, axis=-1)
    cosine = dot / xp.sqrt(xp.sum(embeddings1**2, axis=-1) * xp.sum(embeddings2**2, axis=-1))
    return xp.where(labels == 1, 1 - cosine, _positive(xp, cosine - margin))


def triplet_margin(
    xp: Any,
    anchors: Any,
    positives: Any,
    negatives: Any,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
) -> Any:
    far = _norm(xp, anchors - negatives + eps, p)
    if swap:
        other = _norm(xp, positives - negatives + eps, p)
        far = xp.where(other < far, other, far)
    return _positive(xp, margin + _norm(xp, anchors - positives + eps, p) - far)


def _stirling(xp: Any, k: Any, added: bool) -> Any:
    return xp.where(k > 1, k * xp.log(k) - k + xp.log(2 * math.pi * k) / 2, 0.0) if added else 0.0


def _norm(xp: Any, x: Any, p: float) -> Any:
    return xp.max(xp.abs(x), axis=-1) if math.isinf(p) else xp.sum(xp.abs(x) ** p, axis=-1) ** (1 / p)


def _positive(xp: Any, x: Any) -> Any:
    return xp.where(x > 0, x, 0.0)


def _one_hot(xp: Any, rows: Any, labels: Any) -> Any:
    return xp.astype(labels[..., None] == xp.arange(rows.shape[-1]), rows.dtype)
