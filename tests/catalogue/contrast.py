"""The losses that compare all embeddings of a batch with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Maker, Operands


def _pairs(*names: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        return {name: rng.normal(size=(*items, FEATURES)) for name in names}

    return make


ENTRIES = tuple(
    Entry(loss, names, _pairs(*names), along_axis=True, coupled=True, parameters=({}, {"temperature": 0.25}))
    for loss, names in (
        (al.info_nce, ("queries", "keys")),
        (al.nt_xent, ("embeddings1", "embeddings2")),
    )
)
