"""The numbers that losses are given: what a model may have given, then the truth, in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import arrayloss as al

Shape = tuple[int, ...]
Arrays = tuple[Any, ...]
Draw = Callable[[np.random.Generator, Shape], Arrays]


def numbers(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Normal ones of a spread of 3: logits, scores and predictions."""
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(3)


def _positive(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Rates, scales and distances, of which few are more than ten times as large as most."""
    return np.exp(rng.standard_normal(shape, dtype=np.float32))


def _sides(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return np.float32(2) * rng.integers(0, 2, shape).astype(np.float32) - np.float32(1)


def _shares(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return np.asarray(al.special.softmax(numbers(rng, shape)))


def classes(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logits, and the index of a class for each row."""
    return numbers(rng, shape), rng.integers(0, shape[-1], shape[0])


def log_classes(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logarithms of probabilities, and the index of a class for each row."""
    logits, labels = classes(rng, shape)
    return al.special.log_softmax(logits), labels


def binary(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logits, and 0 or 1 for each."""
    return numbers(rng, shape), rng.integers(0, 2, shape).astype(np.float32)


def probable(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Probabilities, and 0 or 1 for each."""
    logits, labels = binary(rng, shape)
    return al.special.sigmoid(logits), labels


def real(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Two that are real numbers."""
    return numbers(rng, shape), numbers(rng, shape)


def positive(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Two that are more than 0."""
    return _positive(rng, shape), _positive(rng, shape)


def counts(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Rates, and counts of their size."""
    rates = _positive(rng, shape)
    return rates, rng.poisson(rates).astype(np.float32)


def log_counts(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logarithms of rates, and counts of their size."""
    rates, found = counts(rng, shape)
    return np.log(rates), found


def scaled(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Centres with a scale or variance each, and the truth."""
    return numbers(rng, shape), _positive(rng, shape), numbers(rng, shape)


def sides(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Scores, and 1 or -1 for each."""
    return numbers(rng, shape), _sides(rng, shape)


def far(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Distances, and 1 or -1 for each."""
    return _positive(rng, shape), _sides(rng, shape)


def ordered(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Two scores, and 1 or -1 for each pair."""
    return *real(rng, shape), _sides(rng, shape)


def paired(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Two vectors, and 1 or -1 for each pair of rows."""
    return *real(rng, shape), _sides(rng, shape[:1])


def triplets(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Three vectors, the third farther from the first for about half of the rows."""
    anchors, other, negatives = (numbers(rng, shape) for _ in range(3))
    return anchors, other, negatives


def shares(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logits, and a distribution for each row."""
    return numbers(rng, shape), _shares(rng, shape)


def distributions(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logarithms of probabilities, and a distribution for each row."""
    logarithms = (al.special.log_softmax(numbers(rng, shape)) for _ in range(2))
    output, target = logarithms
    return output, np.exp(target)


def several(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Scores, and 1 at four classes of each row, 0 elsewhere."""
    places = rng.permuted(np.tile(np.arange(shape[1]), (shape[0], 1)), axis=1)
    return numbers(rng, shape), (places < 4).astype(np.float32)


def sequences(rng: np.random.Generator, shape: Shape) -> Arrays:
    """Logits of items, frames and classes, and a label for each five frames."""
    items, frames, kinds = shape
    return numbers(rng, shape), rng.integers(1, kinds, (items, frames // 5))
