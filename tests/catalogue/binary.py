"""The binary losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Maker, Operands
from ._makers import CLASS_WEIGHTS


def _binary(name: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        output = 4 * rng.normal(size=items) if name == "logits" else rng.uniform(0.01, 0.99, items)
        return {name: output, "labels": rng.uniform(0, 1, items)}

    return make


def _several(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"logits": 4 * rng.normal(size=shape), "labels": rng.uniform(0, 1, shape)}


ENTRIES = (
    Entry(
        al.sigmoid_cross_entropy,
        ("logits",),
        _binary("logits"),
        parameters=(
            {},
            {"pos_weight": 3.0},
            {"label_smoothing": 0.25},
            {"pos_weight": 0.5, "label_smoothing": 0.125},
        ),
    ),
    Entry(
        al.binary_cross_entropy,
        ("probabilities",),
        _binary("probabilities"),
        parameters=({}, {"label_smoothing": 0.25}, {"clamp": True}),
    ),
    Entry(
        al.multilabel_sigmoid_cross_entropy,
        ("logits",),
        _several,
        along_axis=True,
        parameters=(
            {},
            {"class_weights": CLASS_WEIGHTS},
            {"class_weights": CLASS_WEIGHTS, "label_smoothing": 0.125},
        ),
    ),
)
