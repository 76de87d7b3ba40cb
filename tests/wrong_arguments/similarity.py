"""What the arguments of the losses that compare all embeddings by labels must not be."""

from __future__ import annotations

from ._kinds import AXIS, BATCH, DELTA, GROUPS, SMOOTHING, Table

LOSSES: Table = {
    "supervised_contrastive": {"embeddings": BATCH, "labels": GROUPS, "temperature": DELTA, "axis": AXIS},
    "circle": {"embeddings": BATCH, "labels": GROUPS, "margin": SMOOTHING, "gamma": DELTA, "axis": AXIS},
}
