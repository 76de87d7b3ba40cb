"""The losses of distances as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import positive


def cosine_distance(xp: Any, predictions: Any, targets: Any) -> Any:
    dot = xp.sum(predictions * targets, axis=-1)
    return 1 - dot / xp.sqrt(xp.sum(predictions**2, axis=-1) * xp.sum(targets**2, axis=-1))


def contrastive(xp: Any, distances: Any, labels: Any, margin: float = 1.0) -> Any:
    return xp.where(labels == 1, distances**2, positive(xp, margin - distances) ** 2)


def triplet_margin_with_distance(
    xp: Any,
    positive_distances: Any,
    negative_distances: Any,
    swapped_distances: Any = None,
    margin: float = 1.0,
) -> Any:
    far = negative_distances
    if swapped_distances is not None:
        far = xp.where(swapped_distances < far, swapped_distances, far)
    return positive(xp, margin + positive_distances - far)
