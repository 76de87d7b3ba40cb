"""Scores of a row's class that should be above the best of the others."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, rows


def _best(ar: Arithmetic, scores: Row) -> tuple[Number, Row]:
    """The largest score and its derivatives, shared equally by those that are the largest."""
    best = scores[0]
    for score in scores[1:]:
        best = score if ar.is_nan(score) or score > best else best
    ties = [score == best for score in scores]
    return best, [ar.number(int(tie)) / max(sum(ties), 1) for tie in ties]


def multiclass_hinge(ar: Arithmetic, scores: Row, labels: int, *, margin: float = 1.0) -> Item:
    """max(0, max over i != y of x_i - x_y + margin), which is 0 where there is no other class."""
    others = scores[:labels] + scores[labels + 1 :]
    if not others:
        return Item(ar.number(0), {"scores": [ar.number(0)]})
    best, slopes = _best(ar, others)
    value, active = ar.hinge(best - scores[labels] + ar.number(margin))
    slopes.insert(labels, ar.number(-1))
    return Item(value, {"scores": [active * slope for slope in slopes]})


def multiclass_perceptron(ar: Arithmetic, scores: Row, labels: int) -> Item:
    """Max over i of x_i, less x_y."""
    return multiclass_hinge(ar, scores, labels, margin=0.0)


def categorical_hinge(ar: Arithmetic, scores: Row, labels: Row) -> Item:
    """max(0, max over i of (1 - z_i) x_i - sum of z_i x_i + 1)."""
    pairs = list(zip(scores, labels, strict=True))
    best, shares = _best(ar, [(1 - z) * x for x, z in pairs])
    value, active = ar.hinge(best - sum((z * x for x, z in pairs), ar.number(0)) + 1)
    by_scores = [active * (share * (1 - z) - z) for share, (_, z) in zip(shares, pairs, strict=True)]
    by_labels = [-active * (share + 1) * x for share, (x, _) in zip(shares, pairs, strict=True)]
    return Item(value, {"scores": by_scores, "labels": by_labels})


DEFINITIONS = {
    "multiclass_hinge": rows(multiclass_hinge, "scores", labels=Role.CLASS),
    "multiclass_perceptron": rows(multiclass_perceptron, "scores", labels=Role.CLASS),
    "categorical_hinge": rows(categorical_hinge, "scores", "labels"),
}
