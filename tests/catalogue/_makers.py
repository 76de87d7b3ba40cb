"""Operands that several families take."""

from __future__ import annotations

import numpy as np

from ._entry import FEATURES, Maker, Operands

CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])


def real(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"predictions": 3 * rng.normal(size=items), "targets": 3 * rng.normal(size=items)}


def shares(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return rng.dirichlet(np.ones(FEATURES), items)


def classes(output: str, truth: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        logits = 3 * rng.normal(size=(*items, FEATURES))
        rows = {
            "logits": logits,
            "probabilities": 0.9 * shares(rng, items) + 0.02,
            "log_probabilities": np.log(0.9 * shares(rng, items) + 0.02),
        }[output]
        truths = {
            "index": rng.integers(0, FEATURES, items),
            "shares": 0.9 * shares(rng, items) + 0.02,
            "log": np.log(0.9 * shares(rng, items) + 0.02),
        }[truth]
        return {output: rows, "targets" if output != "logits" and truth != "index" else "labels": truths}

    return make


def cosines(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    """Cosines with the class centres, some of the label's beyond pi with a margin of 0.5."""
    rows, labels = rng.uniform(-0.8, 0.95, (*items, FEATURES)), rng.integers(0, FEATURES, items)
    own = np.where(
        rng.uniform(size=items) < 0.25, rng.uniform(-0.98, -0.9, items), rng.uniform(-0.8, 0.95, items)
    )
    np.put_along_axis(rows, labels[..., None], own[..., None], axis=-1)
    return {"cosines": rows, "labels": labels}


def signs(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return 2 * rng.integers(0, 2, items) - 1
