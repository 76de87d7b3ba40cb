"""The losses of the margin to the best other class with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands


def _indexed(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"scores": 2 * rng.normal(size=(*items, FEATURES)), "labels": rng.integers(0, FEATURES, items)}


def _shared(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"scores": 2 * rng.normal(size=shape), "labels": rng.dirichlet(np.ones(FEATURES), items)}


ENTRIES = (
    Entry(
        al.multiclass_hinge,
        ("scores",),
        _indexed,
        along_axis=True,
        parameters=({}, {"margin": 0.5}, {"ignore_index": 2}),
    ),
    Entry(
        al.multiclass_perceptron, ("scores",), _indexed, along_axis=True, parameters=({}, {"ignore_index": 2})
    ),
    Entry(al.categorical_hinge, ("scores",), _shared, along_axis=True),
)
