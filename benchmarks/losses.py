"""The losses that are timed, with their sizes and the numbers they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

import arrayloss as al

from . import draws
from .draws import Arrays, Draw, Shape

LARGE = 1_000_000  # entries from which on memory and arithmetic decide, not the call


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of what the model gave and of the truth, reduced to its mean.

    Attributes
    ----------
    name : str
        What the tables call it.
    function : callable
        Ours.
    shapes : tuple of tuple of int
        The sizes of the output, from small to large.
    draw : callable
        The arrays of one size, float32 and what the truth is made of.
    half : bool
        Whether it is timed in bfloat16, too.
    outputs : int
        How many of the arrays, the first ones, the model gave: those that there are
        gradients by.
    """

    name: str
    function: Callable[..., Any]
    shapes: tuple[Shape, ...]
    draw: Draw
    half: bool = False
    outputs: int = 1

    def sizes(self, *, few: bool) -> tuple[Shape, ...]:
        """All shapes; or the smallest, and the first of a million entries if there is one."""
        middle = [shape for shape in self.shapes if prod(shape) >= LARGE][:1]
        return (self.shapes[0], *middle) if few else self.shapes

    def arrays(self, shape: Shape) -> Arrays:
        """The numbers of one size, the same in every process."""
        return self.draw(np.random.default_rng(0), shape)


_ENTRIES = ((1_000,), (1_000_000,), (10_000_000,))
_ROWS = ((10, 100), (10_000, 100), (100_000, 100))
_LOGITS = ((32, 10), (1024, 1000), (8192, 1000), (2048, 32000), (64, 128256))

LOSSES = (
    Loss("softmax cross-entropy", al.sparse_softmax_cross_entropy, _LOGITS, draws.classes, half=True),
    Loss("sigmoid cross-entropy", al.sigmoid_cross_entropy, _ENTRIES, draws.binary),
    Loss("squared error", al.squared_error, _ENTRIES, draws.real),
    Loss("Huber", al.huber, _ENTRIES, draws.real),
    Loss("KL divergence", al.kl_divergence, _ROWS, draws.distributions),
)
