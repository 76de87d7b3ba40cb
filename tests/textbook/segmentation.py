"""The losses of masks as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import positive


def tversky(
    xp: Any, probabilities: Any, labels: Any, alpha: float = 0.5, beta: float = 0.5, smooth: float = 0.0
) -> Any:
    true = xp.sum(probabilities * labels, axis=-1) + smooth
    extra = xp.sum(probabilities * (1 - labels), axis=-1)
    missed = xp.sum((1 - probabilities) * labels, axis=-1)
    return 1 - true / (true + alpha * extra + beta * missed)


def focal_tversky(xp: Any, probabilities: Any, labels: Any, gamma: float = 4 / 3, **rest: Any) -> Any:
    return tversky(xp, probabilities, labels, **rest) ** (1 / gamma)


def dice(xp: Any, probabilities: Any, labels: Any, smooth: float = 0.0) -> Any:
    shared, sizes = xp.sum(probabilities * labels, axis=-1), xp.sum(probabilities + labels, axis=-1)
    return 1 - (2 * shared + smooth) / (sizes + smooth)


def jaccard(xp: Any, probabilities: Any, labels: Any, smooth: float = 0.0) -> Any:
    shared, sizes = xp.sum(probabilities * labels, axis=-1), xp.sum(probabilities + labels, axis=-1)
    return 1 - (shared + smooth) / (sizes - shared + smooth)


def generalized_dice(xp: Any, probabilities: Any, labels: Any, smooth: float = 0.0) -> Any:
    weights = positive(xp, labels) / xp.where(labels > 0, labels, 1.0) ** 3
    shared = xp.sum(weights * probabilities * labels, axis=-1)
    sizes = xp.sum(weights * (probabilities + labels), axis=-1)
    return 1 - (2 * shared + smooth) / (sizes + smooth)


def _extension(xp: Any, errors: Any, labels: Any) -> Any:
    order, labels = xp.argsort(-errors, axis=-1), labels + 0.0 * errors
    errors, truth = (xp.take_along_axis(rows, order, axis=-1) for rows in (errors, labels))
    total = xp.sum(truth, axis=-1, keepdims=True)
    index = (total - xp.cumulative_sum(truth, axis=-1)) / (total + xp.cumulative_sum(1 - truth, axis=-1))
    before = xp.concat([xp.ones_like(index[..., :1]), index[..., :-1]], axis=-1)
    return xp.sum(positive(xp, errors) * (before - index), axis=-1)


def lovasz_hinge(xp: Any, logits: Any, labels: Any) -> Any:
    return _extension(xp, 1 - logits * (2 * labels - 1), labels)


def lovasz_softmax(xp: Any, probabilities: Any, labels: Any) -> Any:
    return _extension(xp, xp.abs(labels - probabilities), labels)
