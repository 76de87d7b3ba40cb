"""The margin losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Maker, Operands
from ._makers import CLASS_WEIGHTS, signs


def _scores(truth: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        shape = items if truth == "sign" else (*items, FEATURES)
        labels = {
            "sign": lambda: signs(rng, items),
            "index": lambda: rng.integers(0, FEATURES, items),
            "several": lambda: rng.integers(0, 2, shape),
        }[truth]
        return {"scores": 2 * rng.normal(size=shape), "labels": labels()}

    return make


ENTRIES = (
    Entry(al.soft_margin, ("scores",), _scores("sign")),
    Entry(
        al.multi_margin,
        ("scores",),
        _scores("index"),
        along_axis=True,
        parameters=(
            {},
            {"p": 2, "margin": 0.5},
            {"class_weights": CLASS_WEIGHTS},
            {"class_weights": CLASS_WEIGHTS, "p": 2, "ignore_index": 2},
        ),
    ),
    Entry(
        al.multilabel_margin,
        ("scores",),
        _scores("several"),
        along_axis=True,
        parameters=({}, {"margin": 0.5}),
    ),
)
