"""What the arguments of the embedding losses must not be."""

from __future__ import annotations

from ._kinds import AXIS, COSINE, EPS, FLAG, MARGIN, ORDER, OUTPUT, SIBLING, SIGNS, TRIPLET, Table

LOSSES: Table = {
    "hinge_embedding": {"distances": OUTPUT, "labels": SIGNS, "margin": MARGIN},
    "cosine_embedding": {
        "embeddings1": OUTPUT,
        "embeddings2": SIBLING,
        "labels": SIGNS,
        "margin": COSINE,
        "axis": AXIS,
    },
    "triplet_margin": TRIPLET | {"margin": MARGIN, "p": ORDER, "swap": FLAG, "eps": EPS, "axis": AXIS},
}
