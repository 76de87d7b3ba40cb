"""What the arguments of the multiclass losses must not be."""

from __future__ import annotations

from ._kinds import AT_CLASS, AXIS, CLASS_WEIGHTS, OUTPUT, SHARES, SMOOTHING, Table

LOSSES: Table = {
    "softmax_cross_entropy": {
        "logits": OUTPUT,
        "labels": SHARES,
        "axis": AXIS,
        "class_weights": CLASS_WEIGHTS,
        "label_smoothing": SMOOTHING,
    },
    "sparse_softmax_cross_entropy": AT_CLASS | {"logits": OUTPUT, "label_smoothing": SMOOTHING},
    "nll": AT_CLASS | {"log_probabilities": OUTPUT},
}
