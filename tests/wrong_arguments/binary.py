"""What the arguments of the binary losses must not be."""

from __future__ import annotations

from ._kinds import AXIS, CLASS_WEIGHTS, FLAG, OUTPUT, POS_WEIGHT, SMOOTHING, UNIT, Table

LOSSES: Table = {
    "sigmoid_cross_entropy": {
        "logits": OUTPUT,
        "labels": UNIT,
        "pos_weight": POS_WEIGHT,
        "label_smoothing": SMOOTHING,
    },
    "binary_cross_entropy": {
        "probabilities": OUTPUT,
        "labels": UNIT,
        "label_smoothing": SMOOTHING,
        "clamp": FLAG,
    },
    "multilabel_sigmoid_cross_entropy": {
        "logits": OUTPUT,
        "labels": UNIT,
        "axis": AXIS,
        "class_weights": CLASS_WEIGHTS,
        "label_smoothing": SMOOTHING,
    },
}
