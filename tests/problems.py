"""What the tests of gradients share: losses as functions of their floating operands, and what to expect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, Entry

NUMPY, TORCH, JAX = BACKENDS["numpy"], BACKENDS["torch"], BACKENDS["jax"]
ITEMS = 4
WEIGHTS = np.asarray([0.5, 2.0, 1.0, 4.0])
WHERE = np.asarray([True, True, False, True])

NESTED = ("sigmoid_cross_entropy", "softmax_cross_entropy", "cosine_embedding")

calls = pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)


def equal(actual: Any, expected: Any, rtol: float = 1e-12) -> None:
    """Equal in shape and dtype, and in value relative to the largest entry."""
    actual, expected = numpy_of(actual), numpy_of(expected)
    assert actual.dtype == expected.dtype, (actual.dtype, expected.dtype)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    size = float(np.max(np.abs(expected), initial=1e-3))
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * size)


def all_equal(actual: Any, expected: Any, rtol: float = 1e-12) -> None:
    """The same for as many arrays, at least one."""
    pairs = list(zip(actual, expected, strict=True))
    assert pairs
    for one, other in pairs:
        equal(one, other, rtol)


class Problem:
    """A loss on a backend as a function of its floating operands alone."""

    def __init__(self, entry: Entry, setting: int, backend: Backend, seed: int = 11, **words: Any) -> None:
        self.entry, self.backend = entry, backend
        self.names = entry.differentiable()
        self.arrays = backend.arrays(entry.operands(seed, (ITEMS,)))
        self.words = backend.arrays(entry.parameters[setting] | {"weights": WEIGHTS, "where": WHERE} | words)

    @property
    def floats(self) -> tuple[Any, ...]:
        return tuple(self.arrays[name] for name in self.names)

    @property
    def argnums(self) -> tuple[int, ...]:
        return tuple(range(len(self.names)))

    def __call__(self, *floats: Any) -> Any:
        named = dict(zip(self.names, floats, strict=True))
        return self.entry.loss(**{**self.arrays, **named}, **self.words)

    def closed_form(self, *floats: Any) -> tuple[Any, tuple[Any, ...]]:
        named = dict(zip(self.names, floats or self.floats, strict=True))
        both = al.value_and_grad(self.entry.loss, self.names)
        return both(**{**self.arrays, **named}, **self.words)

    def leaves(self) -> list[torch.Tensor]:
        return [array.clone().requires_grad_() for array in self.floats]

    def batches(self) -> tuple[Any, ...]:
        """Two sets of floating operands, the second another than the first."""
        other = self.backend.arrays(self.entry.operands(12, (ITEMS,)))
        stack = self.backend.xp.stack
        return tuple(stack([self.arrays[name], other[name]]) for name in self.names)


def reference(entry: Entry, setting: int, seed: int = 11, **words: Any) -> tuple[Any, tuple[Any, ...]]:
    """The closed form on NumPy."""
    return Problem(entry, setting, NUMPY, seed, **words).closed_form()


Blocks = list[list[np.ndarray]]
CURVATURES: dict[tuple[str, int], Blocks] = {}


def curvature(entry: Entry, setting: int) -> Blocks:
    """Second derivatives [of][by]: central differences of the closed form's gradient on NumPy."""
    key = f"{entry.name}-{'-'.join(entry.differentiable())}-{entry.parameters[setting]}", setting
    if key not in CURVATURES:
        problem = Problem(entry, setting, NUMPY)
        columns = [_differences(problem, position) for position in problem.argnums]
        CURVATURES[key] = [list(row) for row in zip(*columns, strict=True)]
    return CURVATURES[key]


def _differences(problem: Problem, by: int, step: float = 1e-5) -> list[np.ndarray]:
    """The derivative of each gradient by one operand, whose axes come last."""
    array, slopes = problem.floats[by], []
    for index in np.ndindex(array.shape):
        around = []
        for sign in (1, -1):
            floats = [a.copy() for a in problem.floats]
            floats[by][index] += sign * step
            around.append(problem.closed_form(*floats)[1])
        slopes.append([(up - down) / (2 * step) for up, down in zip(*around, strict=True)])
    return [
        np.reshape(np.stack(column, axis=-1), (*column[0].shape, *array.shape))
        for column in zip(*slopes, strict=True)
    ]


def hessian_equals(found: Any, expected: Blocks) -> None:
    """A nest of second derivatives equals the differences."""
    assert len(found) == len(expected) > 0
    for row, others in zip(found, expected, strict=True):
        assert len(row) == len(others) > 0
        for block, other in zip(row, others, strict=True):
            values = numpy_of(block)
            assert values.shape == other.shape, (values.shape, other.shape)
            np.testing.assert_allclose(values, other, rtol=1e-6, atol=1e-8)
