"""The losses of decisions as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import positive


def hinge(xp: Any, scores: Any, labels: Any) -> Any:
    return positive(xp, 1 - labels * scores)


def squared_hinge(xp: Any, scores: Any, labels: Any) -> Any:
    return positive(xp, 1 - labels * scores) ** 2


def modified_huber(xp: Any, scores: Any, labels: Any) -> Any:
    kept = labels * scores
    return xp.where(kept >= -1, squared_hinge(xp, scores, labels), -4 * kept)


def perceptron(xp: Any, scores: Any, labels: Any) -> Any:
    return positive(xp, -labels * scores)


def exponential(xp: Any, scores: Any, labels: Any) -> Any:
    return xp.exp(-labels * scores)


def sigmoid_focal(xp: Any, logits: Any, labels: Any, alpha: float | None = None, gamma: float = 2.0) -> Any:
    p = 1 / (1 + xp.exp(-logits))
    of_label = p * labels + (1 - p) * (1 - labels)
    cross = -labels * xp.log(p) - (1 - labels) * xp.log(1 - p)
    weight = 1 if alpha is None else alpha * labels + (1 - alpha) * (1 - labels)
    return weight * (1 - of_label) ** gamma * cross
