"""Inputs stay as they are: no call changes the arrays it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, numpy_of
from .calls import arguments_of, by_call


def _state(array: Any) -> tuple[Any, ...]:
    """What a call might change of an array: its numbers, and what is known of it."""
    facts: tuple[Any, ...] = (tuple(array.shape), str(array.dtype))
    if isinstance(array, np.ndarray):
        facts += (array.flags.writeable, array.strides, array.base is None)
    if isinstance(array, torch.Tensor):
        facts += (array.requires_grad, array.is_leaf, array.grad is None, array._version, array.stride())
    return (numpy_of(array).tolist(), *facts)


WRITABLE = ("numpy", "torch", "strict")


@by_call
@pytest.mark.parametrize("backend", [BACKENDS[name] for name in WRITABLE], ids=WRITABLE)
def test_inputs_are_not_modified(entry, setting, backend):
    arguments = arguments_of(entry, backend, setting)
    words = {"weights": backend.array(np.linspace(0.0, 2.0, 7)), "where": backend.array(np.arange(7) % 3 > 0)}
    arrays = {k: v for k, v in (arguments | words).items() if hasattr(v, "shape")}
    before = {name: _state(array) for name, array in arrays.items()}
    for reduction in ("mean", "none"):
        entry.loss(**arguments, **words, reduction=reduction)
        al.value_and_grad(entry.loss)(**arguments, **words, reduction=reduction)
    assert {name: _state(array) for name, array in arrays.items()} == before


@by_call
def test_requires_grad_is_not_touched(entry, setting):
    arguments = arguments_of(entry, BACKENDS["torch"], setting)
    outputs = {name: arguments[name].clone().requires_grad_() for name in entry.outputs}
    arguments |= outputs
    before = {name: _state(array) for name, array in arguments.items() if isinstance(array, torch.Tensor)}
    for reduction in ("mean", "none"):
        value = entry.loss(**arguments, reduction=reduction)
        assert value.requires_grad
        al.value_and_grad(entry.loss)(**arguments, reduction=reduction)
    after = {name: _state(array) for name, array in arguments.items() if isinstance(array, torch.Tensor)}
    assert after == before
    with torch.no_grad():
        assert not entry.loss(**arguments).requires_grad


def test_a_changed_input_is_seen():
    array, tensor = np.ones(3), torch.ones(3)
    before = _state(array), _state(tensor)
    array[1] = 2.0
    tensor.requires_grad_()
    assert _state(array) != before[0]
    assert _state(tensor) != before[1]
