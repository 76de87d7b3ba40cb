"""The deviances with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Maker, Operands


def _positive(output: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        return {output: rng.uniform(0.25, 8, items), "targets": rng.gamma(3, 1, items) + 0.125}

    return make


ENTRIES = (
    Entry(al.poisson_deviance, ("rates",), _positive("rates")),
    Entry(al.gamma_deviance, ("predictions",), _positive("predictions")),
    Entry(
        al.tweedie_deviance,
        ("predictions",),
        _positive("predictions"),
        parameters=({}, *({"power": power} for power in (0.0, 1.0, 1.0625, 2.0, 3.0))),
    ),
)
