"""What the arguments of the Fenchel–Young losses must not be."""

from __future__ import annotations

from ._kinds import AXIS, CONJUGATE, IGNORE_INDEX, INDICES, OUTPUT, SHARES, UNIT, Table

LOSSES: Table = {
    "sparsemax": {"logits": OUTPUT, "labels": INDICES, "axis": AXIS, "ignore_index": IGNORE_INDEX},
    "binary_sparsemax": {"logits": OUTPUT, "labels": UNIT},
    "fenchel_young": {"scores": OUTPUT, "targets": SHARES, "axis": AXIS, "conjugate": CONJUGATE},
}
