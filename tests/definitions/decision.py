"""The losses of decisions as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def hinge(scores: Number, labels: int) -> Number:
    return max(mp.zero, 1 - labels * scores)


def squared_hinge(scores: Number, labels: int) -> Number:
    return hinge(scores, labels) ** 2


def modified_huber(scores: Number, labels: int) -> Number:
    return squared_hinge(scores, labels) if labels * scores >= -1 else -4 * labels * scores


def perceptron(scores: Number, labels: int) -> Number:
    return max(mp.zero, -labels * scores)


def exponential(scores: Number, labels: int) -> Number:
    return mp.exp(-labels * scores)


def sigmoid_focal(logits: Number, labels: Number, alpha: float | None = None, gamma: float = 2.0) -> Number:
    p = 1 / (1 + mp.exp(-logits))
    of_label = p * labels + (1 - p) * (1 - labels)
    cross = -labels * mp.log(p) - (1 - labels) * mp.log(1 - p)
    weight = 1 if alpha is None else mp.mpf(alpha) * labels + (1 - mp.mpf(alpha)) * (1 - labels)
    return weight * (1 - of_label) ** mp.mpf(gamma) * cross
