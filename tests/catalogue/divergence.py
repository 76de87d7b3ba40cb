"""The divergence losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands
from ._makers import classes, shares


def _rates(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"rates": rng.uniform(0.25, 4, shape), "targets": rng.uniform(0.25, 4, shape)}


def _both(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"probabilities": 0.9 * shares(rng, items) + 0.02, "targets": 0.9 * shares(rng, items) + 0.02}


def _taught(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"logits": 2 * rng.normal(size=shape), "teacher_logits": 2 * rng.normal(size=shape)}


ENTRIES = (
    Entry(al.cross_entropy, ("probabilities",), classes("probabilities", "shares"), along_axis=True),
    Entry(al.kl_divergence, ("log_probabilities",), classes("log_probabilities", "shares"), along_axis=True),
    Entry(al.generalized_kl, ("rates",), _rates, along_axis=True),
    Entry(al.js_divergence, ("probabilities",), _both, along_axis=True),
    Entry(
        al.distillation,
        ("logits", "teacher_logits"),
        _taught,
        along_axis=True,
        parameters=({}, {"temperature": 4.0}),
    ),
)

LOG_TARGETS = Entry(
    al.kl_divergence,
    ("log_probabilities",),
    classes("log_probabilities", "log"),
    along_axis=True,
    parameters=({"log_targets": True},),
)
"""`kl_divergence` of logarithmic targets, whose operands are others."""
