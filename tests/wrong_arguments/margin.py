"""What the arguments of the margin losses must not be."""

from __future__ import annotations

from ._kinds import AT_CLASS, AXIS, DEGREE, MARGIN, MULTIPLICITIES, OUTPUT, SIGNS, Table

LOSSES: Table = {
    "soft_margin": {"scores": OUTPUT, "labels": SIGNS},
    "multi_margin": AT_CLASS | {"scores": OUTPUT, "p": DEGREE, "margin": MARGIN},
    "multilabel_margin": {"scores": OUTPUT, "labels": MULTIPLICITIES, "margin": MARGIN, "axis": AXIS},
}
