"""The ranking losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Operands
from ._makers import signs


def _pairs(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {
        "scores1": rng.normal(size=items),
        "scores2": rng.normal(size=items),
        "labels": signs(rng, items),
    }


ENTRIES = (Entry(al.margin_ranking, ("scores1", "scores2"), _pairs, parameters=({}, {"margin": 0.5})),)
