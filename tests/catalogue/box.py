"""The losses of boxes with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import Entry, Operands


def _corners(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    low = rng.normal(size=(*items, 2))
    return np.concatenate([low, low + rng.uniform(0.25, 3, (*items, 2))], axis=-1)


def _boxes(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"boxes": _corners(rng, items), "targets": _corners(rng, items)}


ENTRIES = tuple(
    Entry(loss, ("boxes",), _boxes, along_axis=True, features=4)
    for loss in (al.generalized_iou, al.distance_iou, al.complete_iou)
)
