"""The losses that are timed, with their sizes and the numbers they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

import arrayloss as al

LARGE = 1_000_000  # entries from which on memory and arithmetic decide, not the call
Shape = tuple[int, ...]
Arrays = tuple[Any, ...]
Draw = Callable[[np.random.Generator, Shape], Arrays]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of two arrays, what the model gave and the truth, reduced to its mean.

    Attributes
    ----------
    name : str
        What the tables call it.
    function : callable
        Ours.
    shapes : tuple of tuple of int
        The sizes of the output, from small to large.
    draw : callable
        The two arrays of one size, float32 and what the truth is made of.
    half : bool
        Whether it is timed in bfloat16, too.
    """

    name: str
    function: Callable[..., Any]
    shapes: tuple[Shape, ...]
    draw: Draw
    half: bool = False

    def sizes(self, *, few: bool) -> tuple[Shape, ...]:
        """All shapes; or the smallest, and the first of a million entries if there is one."""
        middle = [shape for shape in self.shapes if prod(shape) >= LARGE][:1]
        return (self.shapes[0], *middle) if few else self.shapes

    def arrays(self, shape: Shape) -> Arrays:
        """The numbers of one size, the same in every process."""
        return self.draw(np.random.default_rng(0), shape)


def _numbers(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(3)


def _classes(rng: np.random.Generator, shape: Shape) -> Arrays:
    return _numbers(rng, shape), rng.integers(0, shape[-1], shape[0])


def _binary(rng: np.random.Generator, shape: Shape) -> Arrays:
    return _numbers(rng, shape), rng.integers(0, 2, shape).astype(np.float32)


def _real(rng: np.random.Generator, shape: Shape) -> Arrays:
    return _numbers(rng, shape), _numbers(rng, shape)


def _distributions(rng: np.random.Generator, shape: Shape) -> Arrays:
    logarithms = (al.special.log_softmax(_numbers(rng, shape)) for _ in range(2))
    output, target = logarithms
    return output, np.exp(target)


def _sequences(rng: np.random.Generator, shape: Shape) -> Arrays:
    items, frames, classes = shape
    return _numbers(rng, shape), rng.integers(1, classes, (items, frames // 5))


_ENTRIES = ((1_000,), (1_000_000,), (10_000_000,))
_ROWS = ((10, 100), (10_000, 100), (100_000, 100))
_FRAMES = ((4, 8, 10), (32, 200, 64))
_LOGITS = ((32, 10), (1024, 1000), (8192, 1000), (2048, 32000), (64, 128256))

LOSSES = (
    Loss("softmax cross-entropy", al.sparse_softmax_cross_entropy, _LOGITS, _classes, half=True),
    Loss("sigmoid cross-entropy", al.sigmoid_cross_entropy, _ENTRIES, _binary),
    Loss("squared error", al.squared_error, _ENTRIES, _real),
    Loss("Huber", al.huber, _ENTRIES, _real),
    Loss("KL divergence", al.kl_divergence, _ROWS, _distributions),
    Loss("CTC", al.ctc, _FRAMES, _sequences),
)
