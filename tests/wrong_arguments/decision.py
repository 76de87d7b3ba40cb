"""What the arguments of the losses of decisions must not be."""

from __future__ import annotations

from ._kinds import EPS, OUTPUT, SHARE, SIGNS, UNIT, Table

LOSSES: Table = {
    **{
        name: {"scores": OUTPUT, "labels": SIGNS}
        for name in ("hinge", "squared_hinge", "modified_huber", "perceptron", "exponential")
    },
    "sigmoid_focal": {"logits": OUTPUT, "labels": UNIT, "alpha": SHARE, "gamma": EPS},
}
