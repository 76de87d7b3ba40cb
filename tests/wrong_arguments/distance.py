"""What the arguments of the losses of distances must not be."""

from __future__ import annotations

from ._kinds import AXIS, ENTRIES, MARGIN, MISSING, OUTPUT, SIBLING, SIGNS, Table

LOSSES: Table = {
    "cosine_distance": {"predictions": OUTPUT, "targets": ENTRIES, "axis": AXIS},
    "contrastive": {"distances": OUTPUT, "labels": SIGNS, "margin": MARGIN},
    "triplet_margin_with_distance": {
        "positive_distances": OUTPUT,
        "negative_distances": SIBLING,
        "swapped_distances": tuple(wrong for wrong in SIBLING if wrong is not MISSING),
        "margin": MARGIN,
    },
}
