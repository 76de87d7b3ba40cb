"""The likelihood losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Maker, Operands
from ._makers import real


def _counts(output: str) -> Maker:
    """Counts as floating numbers: some at most 1, none exactly there."""

    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        rates = rng.uniform(0.25, 8, items)
        counts = rng.poisson(3, items) + rng.uniform(0.125, 0.875, items)
        return {output: np.log(rates) if output == "log_rates" else rates, "targets": counts}

    return make


def _normal(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    pair = real(rng, items)
    variances = rng.uniform(0.25, 4, items)
    return {"predictions": pair["predictions"], "variances": variances, "targets": pair["targets"]}


ENTRIES = (
    Entry(al.log_poisson_nll, ("log_rates",), _counts("log_rates"), parameters=({}, {"stirling": True})),
    Entry(
        al.poisson_nll,
        ("rates",),
        _counts("rates"),
        parameters=({}, {"stirling": True}, {"eps": 0.125}, {"stirling": True, "eps": 0.5}),
    ),
    Entry(
        al.gaussian_nll,
        ("predictions", "variances"),
        _normal,
        parameters=({}, {"full": True}, {"min_variance": 0.125}),
    ),
)
