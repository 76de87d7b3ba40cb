"""The embedding losses with inputs to call them on."""

from __future__ import annotations

import math

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands
from ._makers import signs


def _distances(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"distances": rng.uniform(0, 2, items), "labels": signs(rng, items)}


def _embeddings(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {
        "embeddings1": rng.normal(size=shape),
        "embeddings2": rng.normal(size=shape),
        "labels": signs(rng, items),
    }


def _triplets(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {name: rng.normal(size=shape) for name in ("anchors", "positives", "negatives")}


ENTRIES = (
    Entry(al.hinge_embedding, ("distances",), _distances, parameters=({}, {"margin": 1.5})),
    Entry(
        al.cosine_embedding,
        ("embeddings1", "embeddings2"),
        _embeddings,
        along_axis=True,
        parameters=({}, {"margin": -0.25}),
    ),
    Entry(
        al.triplet_margin,
        ("anchors", "positives", "negatives"),
        _triplets,
        along_axis=True,
        parameters=(
            {},
            {"swap": True},
            {"p": 1.0},
            {"p": 3.5, "margin": 0.5},
            {"p": math.inf, "swap": True},
            {"eps": 0.25, "swap": True},
        ),
    ),
)
