"""The losses that compare all embeddings of a batch by labels, with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands


def _labelled(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"embeddings": rng.normal(size=(*items, FEATURES)), "labels": rng.integers(-1, 2, items)}


ENTRIES = (
    Entry(
        al.supervised_contrastive,
        ("embeddings",),
        _labelled,
        along_axis=True,
        coupled=True,
        parameters=({}, {"temperature": 0.25}),
    ),
    Entry(
        al.circle,
        ("embeddings",),
        _labelled,
        along_axis=True,
        coupled=True,
        parameters=({"gamma": 8.0}, {"gamma": 4.0, "margin": 0.25}),
    ),
)
