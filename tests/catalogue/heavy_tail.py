"""The likelihoods with heavy tails, and inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Operands
from ._makers import real


def _scaled(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    pair = real(rng, items)
    scales = rng.uniform(0.25, 4, items)
    return {"predictions": pair["predictions"], "scales": scales, "targets": pair["targets"]}


def _counts(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    """Counts as floating numbers: some below 1, none exactly there."""
    return {
        "rates": rng.uniform(0.25, 8, items),
        "targets": rng.poisson(3, items) + rng.uniform(0.125, 0.875, items),
    }


OUTPUTS = ("predictions", "scales")
ENTRIES = (
    Entry(al.laplace_nll, OUTPUTS, _scaled),
    Entry(al.student_t_nll, OUTPUTS, _scaled, parameters=({}, {"df": 0.5}, {"df": 64.0})),
    Entry(
        al.negative_binomial_nll,
        ("rates",),
        _counts,
        parameters=({}, {"dispersion": 0.0}, {"dispersion": 0.25}, {"dispersion": 3.0}),
    ),
)
