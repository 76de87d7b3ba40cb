"""What the arguments of the losses of boxes must not be."""

from __future__ import annotations

from ._kinds import AXIS, BOXES, ENTRIES, NUMBER, Table

# A kind of dtype that boxes have not, and a number for all corners of all boxes.
_TARGETS = (*(wrong for wrong in ENTRIES if "bool" not in wrong.expected), NUMBER)
LOSSES: Table = {
    name: {"boxes": BOXES, "targets": _TARGETS, "axis": AXIS}
    for name in ("generalized_iou", "distance_iou", "complete_iou")
}
