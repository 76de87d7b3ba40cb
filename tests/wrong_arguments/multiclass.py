"""What the arguments of the multiclass losses must not be."""

from __future__ import annotations

from ._kinds import (
    ANGLE,
    AT_CLASS,
    AXIS,
    BETA,
    CLASS_WEIGHTS,
    COEFFICIENT,
    DELTA,
    IGNORE_INDEX,
    INDICES,
    OUTPUT,
    SHARES,
    SMOOTHING,
    Table,
)

_AT_SHARES = {"logits": OUTPUT, "labels": SHARES, "axis": AXIS, "class_weights": CLASS_WEIGHTS}
_AT_ANGLE = {
    "cosines": OUTPUT,
    "labels": INDICES,
    "scale": DELTA,
    "axis": AXIS,
    "ignore_index": IGNORE_INDEX,
}

LOSSES: Table = {
    "softmax_cross_entropy": {
        "logits": OUTPUT,
        "labels": SHARES,
        "axis": AXIS,
        "class_weights": CLASS_WEIGHTS,
        "label_smoothing": SMOOTHING,
        "z_loss": BETA,
    },
    "sparse_softmax_cross_entropy": AT_CLASS
    | {"logits": OUTPUT, "label_smoothing": SMOOTHING, "z_loss": BETA},
    "softmax_focal": _AT_SHARES | {"gamma": BETA},
    "sparse_softmax_focal": AT_CLASS | {"logits": OUTPUT, "gamma": BETA},
    "poly_cross_entropy": _AT_SHARES | {"epsilon": COEFFICIENT},
    "sparse_poly_cross_entropy": AT_CLASS | {"logits": OUTPUT, "epsilon": COEFFICIENT},
    "generalized_cross_entropy": AT_CLASS | {"logits": OUTPUT, "q": SMOOTHING},
    "cosface": _AT_ANGLE | {"margin": BETA},
    "arcface": _AT_ANGLE | {"margin": ANGLE},
    "nll": AT_CLASS | {"log_probabilities": OUTPUT},
}
