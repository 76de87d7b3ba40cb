"""Scores that should keep a margin."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, rows


def soft_margin(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """log(1 + exp(-y s)), whose derivative by s is -y / (1 + exp(y s))."""
    agreed = labels * scores
    return Item(ar.log1p(ar.exp(-agreed)), {"scores": -labels / (1 + ar.exp(agreed))})


def multi_margin(
    ar: Arithmetic,
    scores: Row,
    labels: int,
    class_weights: Row | None,
    *,
    p: float = 1.0,
    margin: float = 1.0,
) -> Item:
    """w_y / C times the sum of max(0, margin - x_y + x_i)^p over the classes i other than y."""
    count, weight = len(scores), ar.number(1) if class_weights is None else class_weights[labels]
    total, slopes = ar.number(0), [ar.number(0)] * count
    for i, score in enumerate(scores):
        if i == labels:
            continue
        lack, active = ar.hinge(ar.number(margin) - scores[labels] + score)
        total += lack if p == 1 else lack**2
        slopes[i] = active if p == 1 else 2 * lack
    slopes[labels] = -sum(slopes, ar.number(0))
    by_scores = [ar.times(weight, slope) / count for slope in slopes]
    return Item(ar.times(weight, total) / count, {"scores": by_scores}, weight)


def multilabel_margin(ar: Arithmetic, scores: Row, labels: Row, margin: float = 1.0) -> Item:
    """1 / C times the sum of t_j max(0, margin - x_j + x_i) over all i with t_i = 0 and j with another t."""
    count = len(scores)
    value, slopes = ar.number(0), [ar.number(0)] * count
    pairs = [(j, i) for j in range(count) for i in range(count) if labels[j] != 0 and labels[i] == 0]
    for j, i in pairs:
        lack, active = ar.hinge(ar.number(margin) - scores[j] + scores[i])
        value += labels[j] * lack
        slopes[j] -= labels[j] * active
        slopes[i] += labels[j] * active
    return Item(value / count, {"scores": [slope / count for slope in slopes]})


DEFINITIONS = {
    "soft_margin": entries(soft_margin, "scores", labels=Role.SIGN),
    "multi_margin": rows(multi_margin, "scores", labels=Role.CLASS, class_weights=Role.CLASSES),
    "multilabel_margin": rows(multilabel_margin, "scores", labels=Role.COUNTS),
}
