"""The ranking losses with inputs to call them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import arrayloss as al

from ._entry import FEATURES, Entry, Maker, Operands, by_item
from ._makers import shares, signs


def _pairs(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {
        "scores1": rng.normal(size=items),
        "scores2": rng.normal(size=items),
        "labels": signs(rng, items),
    }


def _orders(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return rng.permuted(np.broadcast_to(np.arange(FEATURES), (*items, FEATURES)), axis=-1)


def _lists(labels: Callable[..., np.ndarray]) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        return {"scores": 2 * rng.normal(size=(*items, FEATURES)), "labels": labels(rng, items)}

    return make


def _list_entry(
    loss: Callable[..., Any], labels: Callable[..., np.ndarray], *settings: dict[str, Any]
) -> Entry:
    return Entry(by_item(loss), ("scores",), _lists(labels), along_axis=True, parameters=({}, *settings))


ENTRIES = (
    Entry(al.margin_ranking, ("scores1", "scores2"), _pairs, parameters=({}, {"margin": 0.5})),
    _list_entry(al.pairwise_logistic, _orders),
    _list_entry(al.pairwise_hinge, _orders, {"margin": 0.5}),
    _list_entry(al.ranking_softmax, shares),
    _list_entry(al.list_mle, _orders),
)
