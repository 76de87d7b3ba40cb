"""Pairs and triplets by how far apart they are."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, rows
from .cosine import cosine


def cosine_distance(ar: Arithmetic, predictions: Row, targets: Row) -> Item:
    """1 - cos(x, y)."""
    near, by_predictions = cosine(ar, predictions, targets)
    _, by_targets = cosine(ar, targets, predictions)
    return Item(1 - near, {"predictions": [-x for x in by_predictions], "targets": [-x for x in by_targets]})


def contrastive(ar: Arithmetic, distances: Number, labels: Number, margin: float = 1.0) -> Item:
    """d^2 for a label of 1, max(0, margin - d)^2 for -1."""
    if labels == 1:
        return Item(distances**2, {"distances": 2 * distances})
    lack, _ = ar.hinge(ar.number(margin) - distances)
    return Item(lack**2, {"distances": -2 * lack})


def triplet_margin_with_distance(
    ar: Arithmetic,
    positive_distances: Number,
    negative_distances: Number,
    swapped_distances: Number | None = None,
    margin: float = 1.0,
) -> Item:
    """max(0, margin + positive - far), where far is the negative's distance, or the swapped if smaller."""
    far, by_far, names = negative_distances, "negative_distances", ["negative_distances"]
    if swapped_distances is not None:
        names.append("swapped_distances")
        if swapped_distances < far:
            far, by_far = swapped_distances, "swapped_distances"
    value, active = ar.hinge(ar.number(margin) + positive_distances - far)
    slopes = {name: -active if name == by_far else 0 * active for name in names}
    return Item(value, {"positive_distances": active, **slopes})


DEFINITIONS = {
    "cosine_distance": rows(cosine_distance, "predictions", "targets"),
    "contrastive": entries(contrastive, "distances", labels=Role.SIGN),
    "triplet_margin_with_distance": entries(
        triplet_margin_with_distance, "positive_distances", "negative_distances", "swapped_distances"
    ),
}
