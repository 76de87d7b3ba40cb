"""The losses of distances with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands
from ._makers import signs


def _distances(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"distances": rng.uniform(0, 2, items), "labels": signs(rng, items)}


def _vectors(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"predictions": rng.normal(size=shape), "targets": rng.normal(size=shape)}


def _triplets(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {name: rng.uniform(0, 2, items) for name in ("positive_distances", "negative_distances")}


def _swapped(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return _triplets(rng, items) | {"swapped_distances": rng.uniform(0, 2, items)}


DISTANCES = ("positive_distances", "negative_distances")
ENTRIES = (
    Entry(al.cosine_distance, ("predictions",), _vectors, along_axis=True),
    Entry(al.contrastive, ("distances",), _distances, parameters=({}, {"margin": 1.5})),
    Entry(al.triplet_margin_with_distance, DISTANCES, _triplets, parameters=({}, {"margin": 0.5})),
)

SWAPPED = Entry(al.triplet_margin_with_distance, DISTANCES, _swapped, parameters=({"margin": 0.75},))
"""`triplet_margin_with_distance` of three distances, of which one may be left out."""
