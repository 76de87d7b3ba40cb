"""The Fenchel–Young losses with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands


def _indexed(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"logits": rng.normal(size=(*items, FEATURES)), "labels": rng.integers(0, FEATURES, items)}


def _binary(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"logits": 1.5 * rng.normal(size=items), "labels": rng.uniform(0, 1, items)}


def _shared(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"scores": 2 * rng.normal(size=shape), "targets": rng.dirichlet(np.ones(FEATURES), items)}


ENTRIES = (
    Entry(al.sparsemax, ("logits",), _indexed, along_axis=True, parameters=({}, {"ignore_index": 2})),
    Entry(al.binary_sparsemax, ("logits",), _binary),
    Entry(al.fenchel_young, ("scores",), _shared, along_axis=True),
)
