"""Decisions between two sides, by a score or by a logit."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Definition, Item, Role, entries


def hinge(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """max(0, 1 - y s)."""
    lack, active = ar.hinge(1 - labels * scores)
    return Item(lack, {"scores": -labels * active})


def squared_hinge(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """max(0, 1 - y s)^2."""
    lack, _ = ar.hinge(1 - labels * scores)
    return Item(lack**2, {"scores": -2 * labels * lack})


def modified_huber(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """max(0, 1 - y s)^2 where y s >= -1, and -4 y s below."""
    kept = labels * scores
    if kept < -1:
        return Item(-4 * kept, {"scores": -4 * labels})
    return squared_hinge(ar, scores, labels)


def perceptron(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """max(0, -y s), whose derivative at 0 is that of a score on the wrong side."""
    wrong, active = ar.hinge(-labels * scores)
    return Item(wrong, {"scores": -labels if scores == 0 else -labels * active})


def exponential(ar: Arithmetic, scores: Number, labels: Number) -> Item:
    """exp(-y s)."""
    value = ar.exp(-labels * scores)
    return Item(value, {"scores": -labels * value})


def sigmoid_focal(
    ar: Arithmetic, logits: Number, labels: Number, alpha: float | None = None, gamma: float = 2.0
) -> Item:
    """Weight a times m^g times the cross-entropy, with m = (1 - z) p + z (1 - p)."""
    x, z, g = logits, labels, ar.number(gamma)
    p, q = 1 / (1 + ar.exp(-x)), 1 / (1 + ar.exp(x))
    missed = (1 - z) * p + z * q
    cross = ar.times(z, ar.log1p(ar.exp(-x))) + ar.times(1 - z, ar.log1p(ar.exp(x)))
    power = ar.number(gamma == 0) if missed == 0 else ar.power(missed, g)
    weight, by_weight = ar.number(1), ar.number(0)
    if alpha is not None:
        share = ar.number(alpha)
        weight, by_weight = share * z + (1 - share) * (1 - z), 2 * share - 1
    # dm/dx = (1 - 2 z) p q and dm/dz = q - p.
    by_x = g * (1 - 2 * z) * ar.times(ar.over(p * q, missed), cross) + (1 - z) * p - z * q
    by_z = ar.times(power, g * (q - p) * ar.over(cross, missed) - x)
    return Item(
        weight * ar.times(power, cross),
        {
            "logits": weight * ar.times(power, by_x),
            "labels": by_weight * ar.times(power, cross) + weight * by_z,
        },
    )


DEFINITIONS: dict[str, Definition] = {
    **{
        formula.__name__: entries(formula, "scores", labels=Role.SIGN)
        for formula in (hinge, squared_hinge, modified_huber, perceptron, exponential)
    },
    "sigmoid_focal": entries(sigmoid_focal, "logits", "labels"),
}
