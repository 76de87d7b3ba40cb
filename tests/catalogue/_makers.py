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


def signs(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return 2 * rng.integers(0, 2, items) - 1
