"""The losses of masks with inputs to call them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Operands, by_item


def _soft(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {"probabilities": rng.uniform(0.02, 0.98, shape), "labels": rng.uniform(0.02, 0.98, shape)}


def _sides(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    labels = rng.integers(0, 2, (*items, FEATURES))
    labels[..., 1] = 1  # no class is absent
    return labels


def _hard(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"probabilities": rng.uniform(0.02, 0.98, (*items, FEATURES)), "labels": _sides(rng, items)}


def _logits(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"logits": 2 * rng.normal(size=(*items, FEATURES)), "labels": _sides(rng, items)}


def _overlap(loss: Callable[..., Any], *settings: dict[str, Any]) -> Entry:
    return Entry(
        by_item(loss),
        ("probabilities",),
        _soft,
        along_axis=True,
        parameters=({}, {"smooth": 0.5}, *settings),
    )


ENTRIES = (
    _overlap(al.dice),
    _overlap(al.generalized_dice),
    _overlap(al.jaccard),
    _overlap(al.tversky, {"alpha": 0.25, "beta": 0.75}),
    _overlap(al.focal_tversky, {"alpha": 0.25, "beta": 0.75, "gamma": 2.0}, {"gamma": 1.0}),
    Entry(by_item(al.lovasz_hinge), ("logits",), _logits, along_axis=True),
    Entry(by_item(al.lovasz_softmax), ("probabilities",), _hard, along_axis=True),
)
