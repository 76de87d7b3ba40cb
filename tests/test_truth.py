"""Every loss against what it is defined to be, in 80-digit arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, Entry
from .definitions import per_item

EXACT = [BACKENDS[name] for name in ("numpy", "torch", "jax", "strict")]


def _expected(entry: Entry, parameters: dict[str, Any], operands: dict[str, np.ndarray]) -> tuple[list, dict]:
    """Values per item, and gradients flattened, as mpmath numbers."""
    solved = per_item(entry.name, operands, parameters, along_axis=entry.along_axis)
    values = [value for value, _ in solved]
    return values, {name: [g for _, grads in solved for g in grads[name]] for name in entry.differentiable()}


def _close(got: Any, expected: list, tolerance: float) -> None:
    """Every number within a relative error; as many of them as expected."""
    got = numpy_of(got).ravel()
    assert got.size == len(expected) > 0
    for ours, truth in zip(got.tolist(), expected, strict=True):
        assert abs(mp.mpf(ours) - truth) <= tolerance * max(abs(truth), mp.mpf("1e-290")), (ours, mp.nstr(truth, 25))


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize(("entry", "choice"), CALLS, ids=CALL_IDS)
def test_float64_value_and_gradient_are_the_definition(entry: Entry, choice: int, backend: Backend) -> None:
    parameters, operands = entry.parameters[choice], entry.operands(seed=1, items=(6,))
    values, gradients = _expected(entry, parameters, operands)
    arrays = backend.arrays({**operands, **parameters})

    _close(entry.loss(**arrays, reduction="none"), values, 1e-12)
    _, got = al.value_and_grad(entry.loss, entry.differentiable())(**arrays, reduction="sum")
    for name, gradient in zip(entry.differentiable(), got, strict=True):
        _close(gradient, gradients[name], 1e-12)
