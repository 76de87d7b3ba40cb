"""What the arguments of the losses of the margin to the best other class must not be."""

from __future__ import annotations

from ._kinds import AXIS, IGNORE_INDEX, INDICES, MARGIN, OUTPUT, SHARES, Table

_OF_CLASS = {"scores": OUTPUT, "labels": INDICES, "axis": AXIS, "ignore_index": IGNORE_INDEX}
LOSSES: Table = {
    "multiclass_hinge": _OF_CLASS | {"margin": MARGIN},
    "multiclass_perceptron": _OF_CLASS,
    "categorical_hinge": {"scores": OUTPUT, "labels": SHARES, "axis": AXIS},
}
