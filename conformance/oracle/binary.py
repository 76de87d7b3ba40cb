"""Binary labels: one probability of yes each."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, rows


def sigmoid_cross_entropy(
    ar: Arithmetic, logits: Number, labels: Number, pos_weight: Number, label_smoothing: float = 0.0
) -> Item:
    """-q z log p - (1 - z) log (1 - p) with p = 1 / (1 + exp(-x)) and 1 - p = 1 / (1 + exp(x))."""
    smoothing = ar.number(label_smoothing)
    z = (1 - smoothing) * labels + smoothing / 2
    wanted, unwanted = pos_weight * z, 1 - z
    minus_log_p, minus_log_1_p = ar.log1p(ar.exp(-logits)), ar.log1p(ar.exp(logits))
    by_z = ar.times(pos_weight, minus_log_p) - minus_log_1_p
    return Item(
        ar.times(wanted, minus_log_p) + ar.times(unwanted, minus_log_1_p),
        {
            # d(-log p)/dx = -(1 - p), d(-log(1 - p))/dx = p
            "logits": unwanted / (1 + ar.exp(-logits)) - wanted / (1 + ar.exp(logits)),
            "labels": ar.times(1 - smoothing, by_z),
        },
    )


def multilabel_sigmoid_cross_entropy(
    ar: Arithmetic, logits: Row, labels: Row, class_weights: Row | None, label_smoothing: float = 0.0
) -> Item:
    """1 / C times the sum of w times the sigmoid cross-entropy of each entry of the row."""
    count = len(logits)
    weights = class_weights or [ar.number(1)] * count
    each = [
        sigmoid_cross_entropy(ar, x, label, ar.number(1), label_smoothing)
        for x, label in zip(logits, labels, strict=True)
    ]

    def weighted(quantities: Row) -> Row:
        return [ar.times(w, q) / count for w, q in zip(weights, quantities, strict=True)]

    return Item(
        sum(weighted([item.value for item in each]), ar.number(0)),
        {name: weighted([item.slopes[name] for item in each]) for name in ("logits", "labels")},
    )


def binary_cross_entropy(
    ar: Arithmetic,
    probabilities: Number,
    labels: Number,
    label_smoothing: float = 0.0,
    clamp: bool = False,
) -> Item:
    """-z log p - (1 - z) log (1 - p)."""
    smoothing = ar.number(label_smoothing)
    z, p = (1 - smoothing) * labels + smoothing / 2, probabilities
    if clamp:
        return _clamped(ar, p, z, 1 - smoothing)
    return Item(
        -ar.times(z, ar.log(p)) - ar.times(1 - z, ar.log1p(-p)),
        {
            "probabilities": ar.over(1 - z, 1 - p) - ar.over(z, p),
            # log(1 - p) - log p as one logarithm, which is exactly 0 at p = 1/2
            "labels": ar.times(1 - smoothing, ar.log(ar.over(1 - p, p))),
        },
    )


def _clamped(ar: Arithmetic, p: Number, z: Number, by_label: Number) -> Item:
    """The same with logarithms of at least -100, and a rule for the derivative by p.

    That is torch.nn.functional.binary_cross_entropy: (p - z) / max(p (1 - p), 1e-12).
    """
    least = ar.number(-100)
    log_p, log_1_p = max(ar.log(p), least), max(ar.log1p(-p), least)
    return Item(
        -z * log_p - (1 - z) * log_1_p,
        {
            "probabilities": (p - z) / max(p * (1 - p), ar.number(1e-12)),
            "labels": by_label * (log_1_p - log_p),
        },
    )


DEFINITIONS = {
    "sigmoid_cross_entropy": entries(sigmoid_cross_entropy, "logits", "labels", pos_weight=Role.FACTOR),
    "multilabel_sigmoid_cross_entropy": rows(
        multilabel_sigmoid_cross_entropy, "logits", "labels", class_weights=Role.CLASSES
    ),
    "binary_cross_entropy": entries(binary_cross_entropy, "probabilities", "labels"),
}
