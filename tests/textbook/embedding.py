"""The embedding losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import norm, positive


def hinge_embedding(xp: Any, distances: Any, labels: Any, margin: float = 1.0) -> Any:
    return xp.where(labels == 1, distances, positive(xp, margin - distances))


def cosine_embedding(xp: Any, embeddings1: Any, embeddings2: Any, labels: Any, margin: float = 0.0) -> Any:
    dot = xp.sum(embeddings1 * embeddings2, axis=-1)
    cosine = dot / xp.sqrt(xp.sum(embeddings1**2, axis=-1) * xp.sum(embeddings2**2, axis=-1))
    return xp.where(labels == 1, 1 - cosine, positive(xp, cosine - margin))


def triplet_margin(
    xp: Any,
    anchors: Any,
    positives: Any,
    negatives: Any,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
) -> Any:
    far = norm(xp, anchors - negatives + eps, p)
    if swap:
        other = norm(xp, positives - negatives + eps, p)
        far = xp.where(other < far, other, far)
    return positive(xp, margin + norm(xp, anchors - positives + eps, p) - far)
