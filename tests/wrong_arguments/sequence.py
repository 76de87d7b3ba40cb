"""What the arguments of the losses of sequences must not be."""

from __future__ import annotations

from ._kinds import AXIS, BLANK, LENGTHS, LISTS, OUTPUT, Table

LOSSES: Table = {
    "ctc": {
        "logits": OUTPUT,
        "labels": LISTS,
        "logit_lengths": LENGTHS,
        "label_lengths": LENGTHS,
        "blank": BLANK,
        "time_axis": AXIS,
        "axis": AXIS,
    },
}
