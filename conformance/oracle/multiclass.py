"""Labels that exclude each other: one class, or a distribution, per row."""

from __future__ import annotations

from .arithmetic import Arithmetic, Row
from .core import Item, Role, rows
from .softmax import by_logits, dot, log_sum, one_hot, others, probability


def softmax_cross_entropy(
    ar: Arithmetic,
    logits: Row,
    labels: Row,
    class_weights: Row | None,
    *,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Item:
    """-sum a log p + z log^2 sum exp(x) with p = softmax(x), a = w t and t = (1 - s) labels + s / C."""
    smoothing, count = ar.number(label_smoothing), len(labels)
    weights = class_weights or [ar.number(1)] * count
    shares = [
        w * ((1 - smoothing) * label + smoothing / count) for w, label in zip(weights, labels, strict=True)
    ]
    odds = others(ar, logits)
    costs = [ar.log1p(against) for against in odds]  # -log p
    # A row without a softmax has no loss, even if no share asks for its logarithm.
    value = ar.nan if ar.is_nan(odds[0]) else dot(ar, shares, costs)
    by_labels = [ar.times(w * (1 - smoothing), cost) for w, cost in zip(weights, costs, strict=True)]
    slopes = {"logits": by_logits(ar, shares, odds), "labels": by_labels}
    if z_loss and not ar.is_nan(odds[0]):
        factor, log = ar.number(z_loss), log_sum(ar, logits, odds)
        value += factor * log**2
        drift = [2 * factor * log * probability(ar, against) for against in odds]
        slopes["logits"] = [x + y for x, y in zip(slopes["logits"], drift, strict=True)]
    if class_weights is None:
        return Item(value, slopes)
    return Item(value, slopes, dot(ar, class_weights, labels), {"labels": class_weights})


def sparse_softmax_cross_entropy(
    ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, **parameters: float
) -> Item:
    """The same of the one-hot row of a class; its mass is the weight of that class."""
    return softmax_cross_entropy(ar, logits, one_hot(ar, labels, len(logits)), class_weights, **parameters)


def nll(ar: Arithmetic, log_probabilities: Row, labels: int, class_weights: Row | None) -> Item:
    """-w_y log p_y."""
    weight = ar.number(1) if class_weights is None else class_weights[labels]
    slopes = [-weight if c == labels else ar.number(0) for c in range(len(log_probabilities))]
    return Item(-ar.times(weight, log_probabilities[labels]), {"log_probabilities": slopes}, weight)


DEFINITIONS = {
    "softmax_cross_entropy": rows(softmax_cross_entropy, "logits", "labels", class_weights=Role.CLASSES),
    "sparse_softmax_cross_entropy": rows(
        sparse_softmax_cross_entropy, "logits", labels=Role.CLASS, class_weights=Role.CLASSES
    ),
    "nll": rows(nll, "log_probabilities", labels=Role.CLASS, class_weights=Role.CLASSES),
}
