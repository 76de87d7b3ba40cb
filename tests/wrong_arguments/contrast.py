"""What the arguments of the losses that compare all embeddings of a batch must not be."""

from __future__ import annotations

from ._kinds import AXIS, BATCH, DELTA, SIBLING, Table

LOSSES: Table = {
    "info_nce": {"queries": BATCH, "keys": SIBLING, "temperature": DELTA, "axis": AXIS},
    "nt_xent": {"embeddings1": BATCH, "embeddings2": SIBLING, "temperature": DELTA, "axis": AXIS},
}
