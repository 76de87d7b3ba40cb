"""The losses of quantities with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Operands
from ._makers import real


def _quantities(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    """Some of them negative, none near -1."""
    return {"predictions": rng.uniform(-0.75, 6, items), "targets": rng.uniform(-0.75, 6, items)}


ENTRIES = (
    Entry(al.squared_log_error, ("predictions",), _quantities),
    Entry(al.absolute_percentage_error, ("predictions",), real, parameters=({}, {"min_target": 2.0})),
)
