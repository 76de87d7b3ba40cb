"""Every public loss with inputs to call it on: the one list that the tests go by.

`tests/test_public_api.py` fails by name for a loss that is missing here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import arrayloss as al

Operands = dict[str, np.ndarray]
Maker = Callable[[np.random.Generator, tuple[int, ...]], Operands]

FEATURES = 5


@dataclass(frozen=True)
class Entry:
    """A loss and how to call it.

    `make(rng, items)` gives operands for items of that shape, the class or feature
    axis last where `along_axis`; `outputs` are the names of what the model gave;
    `parameters` the settings of the loss's own parameters worth testing, the default
    first, arrays among them in NumPy.
    """

    loss: Callable[..., Any]
    outputs: tuple[str, ...]
    make: Maker
    along_axis: bool = False
    parameters: tuple[dict[str, Any], ...] = field(default=({},))

    @property
    def name(self) -> str:
        return self.loss.__name__

    def operands(self, seed: int = 0, items: tuple[int, ...] = (7,)) -> Operands:
        """Seeded operands, floating ones exact in float32."""
        made = self.make(np.random.default_rng(seed), items)
        return {
            k: v.astype(np.float32).astype(np.float64) if v.dtype.kind == "f" else v for k, v in made.items()
        }

    def differentiable(self) -> tuple[str, ...]:
        """The operands that the loss has a derivative for: all floating ones."""
        made = self.operands()
        return tuple(name for name, array in made.items() if array.dtype.kind == "f")


def _real(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"predictions": 3 * rng.normal(size=items), "targets": 3 * rng.normal(size=items)}


def _binary(name: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        output = 4 * rng.normal(size=items) if name == "logits" else rng.uniform(0.01, 0.99, items)
        return {name: output, "labels": rng.uniform(0, 1, items)}

    return make


def _counts(output: str) -> Maker:
    """Counts as floating numbers: some at most 1, none exactly there."""

    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        rates = rng.uniform(0.25, 8, items)
        counts = rng.poisson(3, items) + rng.uniform(0.125, 0.875, items)
        return {output: np.log(rates) if output == "log_rates" else rates, "targets": counts}

    return make


def _normal(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    pair = _real(rng, items)
    variances = rng.uniform(0.25, 4, items)
    return {"predictions": pair["predictions"], "variances": variances, "targets": pair["targets"]}


def _shares(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return rng.dirichlet(np.ones(FEATURES), items)


def _classes(output: str, truth: str) -> Maker:
    def make(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
        logits = 3 * rng.normal(size=(*items, FEATURES))
        rows = {
            "logits": logits,
            "probabilities": 0.9 * _shares(rng, items) + 0.02,
            "log_probabilities": np.log(0.9 * _shares(rng, items) + 0.02),
        }[output]
        truths = {
            "index": rng.integers(0, FEATURES, items),
            "shares": 0.9 * _shares(rng, items) + 0.02,
            "log": np.log(0.9 * _shares(rng, items) + 0.02),
        }[truth]
        return {output: rows, "targets" if output != "logits" and truth != "index" else "labels": truths}

    return make


def _signs(rng: np.random.Generator, items: tuple[int, ...]) -> np.ndarray:
    return 2 * rng.integers(0, 2, items) - 1


def _distances(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {"distances": rng.uniform(0, 2, items), "labels": _signs(rng, items)}


def _pairs(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {
        "scores1": rng.normal(size=items),
        "scores2": rng.normal(size=items),
        "labels": _signs(rng, items),
    }


def _embeddings(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {
        "embeddings1": rng.normal(size=shape),
        "embeddings2": rng.normal(size=shape),
        "labels": _signs(rng, items),
    }


def _triplets(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    shape = (*items, FEATURES)
    return {name: rng.normal(size=shape) for name in ("anchors", "positives", "negatives")}


_CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])

ENTRIES = (
    Entry(al.squared_error, ("predictions",), _real),
    Entry(al.absolute_error, ("predictions",), _real),
    Entry(al.huber, ("predictions",), _real, parameters=({}, {"delta": 2.5})),
    Entry(al.smooth_l1, ("predictions",), _real, parameters=({}, {"beta": 0.5}, {"beta": 0.0})),
    Entry(al.log_cosh, ("predictions",), _real),
    Entry(
        al.sigmoid_cross_entropy,
        ("logits",),
        _binary("logits"),
        parameters=(
            {},
            {"pos_weight": 3.0},
            {"label_smoothing": 0.25},
            {"pos_weight": 0.5, "label_smoothing": 0.125},
        ),
    ),
    Entry(
        al.binary_cross_entropy,
        ("probabilities",),
        _binary("probabilities"),
        parameters=({}, {"label_smoothing": 0.25}, {"clamp": True}),
    ),
    Entry(al.log_poisson_nll, ("log_rates",), _counts("log_rates"), parameters=({}, {"stirling": True})),
    Entry(
        al.poisson_nll,
        ("rates",),
        _counts("rates"),
        parameters=({}, {"stirling": True}, {"eps": 0.125}, {"stirling": True, "eps": 0.5}),
    ),
    Entry(
        al.gaussian_nll,
        ("predictions", "variances"),
        _normal,
        parameters=({}, {"full": True}, {"min_variance": 0.125}),
    ),
    Entry(
        al.softmax_cross_entropy,
        ("logits",),
        _classes("logits", "shares"),
        along_axis=True,
        parameters=(
            {},
            {"class_weights": _CLASS_WEIGHTS},
            {"label_smoothing": 0.125},
            {"class_weights": _CLASS_WEIGHTS, "label_smoothing": 0.125},
        ),
    ),
    Entry(
        al.sparse_softmax_cross_entropy,
        ("logits",),
        _classes("logits", "index"),
        along_axis=True,
        parameters=(
            {},
            {"class_weights": _CLASS_WEIGHTS},
            {"label_smoothing": 0.125},
            {"class_weights": _CLASS_WEIGHTS, "label_smoothing": 0.125},
            {"ignore_index": 2},
        ),
    ),
    Entry(
        al.nll,
        ("log_probabilities",),
        _classes("log_probabilities", "index"),
        along_axis=True,
        parameters=({}, {"class_weights": _CLASS_WEIGHTS}, {"ignore_index": 2}),
    ),
    Entry(al.cross_entropy, ("probabilities",), _classes("probabilities", "shares"), along_axis=True),
    Entry(al.kl_divergence, ("log_probabilities",), _classes("log_probabilities", "shares"), along_axis=True),
    Entry(al.hinge_embedding, ("distances",), _distances, parameters=({}, {"margin": 1.5})),
    Entry(al.margin_ranking, ("scores1", "scores2"), _pairs, parameters=({}, {"margin": 0.5})),
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

LOG_TARGETS = Entry(
    al.kl_divergence,
    ("log_probabilities",),
    _classes("log_probabilities", "log"),
    along_axis=True,
    parameters=({"log_targets": True},),
)
"""`kl_divergence` of logarithmic targets, whose operands are others."""

CATALOGUE = {entry.name: entry for entry in ENTRIES}
PENALTIES = (al.l1_penalty, al.l2_penalty)
SPECIAL = tuple(getattr(al.special, name) for name in al.special.__all__)
CALLS = tuple((entry, i) for entry in (*ENTRIES, LOG_TARGETS) for i in range(len(entry.parameters)))
CALL_IDS = tuple(f"{entry.name}-{'-'.join(map(str, entry.parameters[i])) or 'default'}" for entry, i in CALLS)
