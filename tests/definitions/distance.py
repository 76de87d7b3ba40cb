"""The losses of distances as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row, cosine


def cosine_distance(predictions: Row, targets: Row) -> Number:
    return 1 - cosine(predictions, targets)


def contrastive(distances: Number, labels: int, margin: float = 1.0) -> Number:
    return distances**2 if labels == 1 else max(mp.zero, mp.mpf(margin) - distances) ** 2


def triplet_margin_with_distance(
    positive_distances: Number,
    negative_distances: Number,
    swapped_distances: Number = mp.inf,
    margin: float = 1.0,
) -> Number:
    far = min(negative_distances, swapped_distances)
    return max(mp.zero, mp.mpf(margin) + positive_distances - far)
