"""Labels that exclude each other: one class, or a distribution, per row."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, rows
from .softmax import others, without_each


def softmax_cross_entropy(
    ar: Arithmetic, logits: Row, labels: Row, class_weights: Row | None, label_smoothing: float = 0.0
) -> Item:
    """-sum a log p with p = softmax(x), a = w t and t = (1 - s) labels + s / C."""
    smoothing, count = ar.number(label_smoothing), len(labels)
    weights = class_weights or [ar.number(1)] * count
    shares = [
        w * ((1 - smoothing) * label + smoothing / count) for w, label in zip(weights, labels, strict=True)
    ]
    odds = others(ar, logits)
    costs = [ar.log1p(against) for against in odds]  # -log p
    # A row without a softmax has no loss, even if no share asks for its logarithm.
    value = ar.nan if ar.is_nan(odds[0]) else _dot(ar, shares, costs)
    by_labels = [ar.times(w * (1 - smoothing), cost) for w, cost in zip(weights, costs, strict=True)]
    slopes = {"logits": _by_logits(ar, shares, odds), "labels": by_labels}
    if class_weights is None:
        return Item(value, slopes)
    return Item(value, slopes, _dot(ar, class_weights, labels), {"labels": class_weights})


def _dot(ar: Arithmetic, shares: Row, quantities: Row) -> Number:
    """The sum of the products; a share of 0 leaves its term out."""
    return sum((ar.times(a, q) for a, q in zip(shares, quantities, strict=True)), ar.number(0))


def _by_logits(ar: Arithmetic, shares: Row, odds: Row) -> Row:
    """p_c sum a - a_c with p = 1 / (1 + T), so (sum of the other a - a_c T) / (1 + T)."""
    rest = without_each(ar, shares)
    return [
        -a if against == ar.infinity else (r - a * against) / (1 + against)
        for a, r, against in zip(shares, rest, odds, strict=True)
    ]


def sparse_softmax_cross_entropy(
    ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, label_smoothing: float = 0.0
) -> Item:
    """The same of the one-hot row of a class; its mass is the weight of that class."""
    one_hot = [ar.number(c == labels) for c in range(len(logits))]
    return softmax_cross_entropy(ar, logits, one_hot, class_weights, label_smoothing)


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
