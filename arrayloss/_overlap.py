"""How far two fuzzy sets overlap, with nothing lost to a difference from 1."""

from __future__ import annotations

from typing import Any

from ._stable import largest
from ._typing import Namespace, Terms


def tversky_loss(
    xp: Namespace, probabilities: Any, labels: Any, *, alpha: float, beta: float, smooth: float
) -> Terms:
    """(α FP + β FN) / (TP + s + α FP + β FN), 0 of nothing over nothing, with its derivatives."""
    no, unseen = 1.0 - labels, 1.0 - probabilities
    extra = xp.sum(probabilities * no, axis=-1, keepdims=True)
    missed = xp.sum(unseen * labels, axis=-1, keepdims=True)
    agreed = xp.sum(probabilities * labels, axis=-1, keepdims=True) + smooth
    apart = alpha * extra + beta * missed
    total = agreed + apart
    total = xp.where(total == 0, 1.0, total)
    agreed, apart = agreed / total, apart / total

    def slope(own: float, no: Any, other: float, yes: Any) -> Any:
        return (own * agreed * no - (other * agreed + apart) * yes) / total

    return (
        apart[..., 0],
        lambda: slope(alpha, no, beta, labels),
        lambda: slope(beta, unseen, alpha, probabilities),
    )


def generalized_dice_loss(xp: Namespace, probabilities: Any, labels: Any, smooth: float) -> Terms:
    """The Dice loss of sums over classes, the last axis but one, each over the square of its volume.

    The weights are taken over that of the smallest class, so that they neither overflow nor vanish.
    """
    volumes = xp.sum(labels, axis=-1, keepdims=True)
    empty = volumes == 0
    least = -largest(xp, xp.where(empty, -xp.inf, -volumes)[..., 0])[..., None]
    least, volumes = xp.where(xp.isinf(least), 1.0, least), xp.where(empty, 1.0, volumes)
    weights = xp.where(empty, 0.0, (least / volumes) ** 2)
    shared = 2.0 * xp.sum(probabilities * labels, axis=-1, keepdims=True)
    odd = xp.sum(probabilities * (1.0 - labels) + (1.0 - probabilities) * labels, axis=-1, keepdims=True)
    agreed = xp.sum(weights * shared, axis=-2, keepdims=True) + smooth * least * least
    apart = xp.sum(weights * odd, axis=-2, keepdims=True)
    total = xp.where(agreed + apart == 0, 1.0, agreed + apart)
    agreed, apart = agreed / total, apart / total

    def slope(truth: Any) -> Any:
        return agreed * (1.0 - truth) - (agreed + 2.0 * apart) * truth

    def by_labels() -> Any:
        rarer = 2.0 * (agreed * odd - apart * shared) / volumes
        return (slope(probabilities) - rarer) * weights / total

    return apart[..., 0, 0], lambda: slope(labels) * weights / total, by_labels
