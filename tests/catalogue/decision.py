"""The losses of decisions with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Operands
from ._makers import signs


def _scores(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"scores": 2 * rng.normal(size=items), "labels": signs(rng, items)}


def _logits(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"logits": 3 * rng.normal(size=items), "labels": rng.uniform(0.0625, 0.9375, items)}


ENTRIES = (
    *(
        Entry(loss, ("scores",), _scores)
        for loss in (al.hinge, al.squared_hinge, al.modified_huber, al.perceptron, al.exponential)
    ),
    Entry(
        al.sigmoid_focal,
        ("logits",),
        _logits,
        parameters=({}, {"alpha": 0.25}, {"gamma": 0.0}, {"alpha": 0.75, "gamma": 0.5}),
    ),
)
