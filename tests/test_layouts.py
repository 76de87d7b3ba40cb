"""What the caller gave stays as it was, and its layout does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np

from .backends import Backend
from .catalogue import Entry
from .choice import SLOW
from .laws import (
    Outcome,
    calls,
    cells,
    differentiated,
    outcome,
    outcome_of,
    outcomes_close,
    read,
    same,
    weights_of,
)


@calls
def test_inputs_are_not_modified(backend: Backend, entry: Entry, setting: int) -> None:
    given = {**entry.operands(4, (6,)), **entry.parameters[setting]}
    given |= {"weights": weights_of(4), "where": np.arange(6) != 2}
    arrays = backend.arrays(given)
    for reduction in ("mean", "none") if backend.name not in SLOW else ("mean",):
        entry.loss(**arrays, reduction=reduction)
        differentiated(entry, arrays, {"reduction": reduction})
    held = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    assert len(held) >= 4
    for name, value in held.items():
        np.testing.assert_array_equal(read([arrays[name]])[0], value, err_msg=name)


@cells(backends=("numpy",))
def test_read_only_arrays(backend: Backend, entry: Entry, setting: int) -> None:
    arrays = entry.operands(5, (6,))
    keywords = {**entry.parameters[setting], "weights": weights_of(5), "where": np.arange(6) != 2}
    free = outcome(backend, entry, setting, arrays, weights=keywords["weights"], where=keywords["where"])
    frozen = 0
    for array in (*arrays.values(), *keywords.values()):
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
            frozen += 1
    assert frozen >= 4
    locked = outcome_of(entry, arrays, keywords)
    same(locked.value, free.value)
    for name, gradient in free.gradients.items():
        same(locked.gradients[name], gradient)


def moved(entry: Entry, operands: dict[str, np.ndarray], axis: int) -> dict[str, np.ndarray]:
    """The operands with the last axis of those that have one at another place."""
    rank = operands[entry.outputs[0]].ndim
    return {name: np.moveaxis(a, -1, axis) if a.ndim == rank else a for name, a in operands.items()}


@cells(lambda entry: entry.axes == 1)
def test_the_axis_may_be_anywhere(backend: Backend, entry: Entry, setting: int) -> None:
    places = [((2, 3, 2), 1), ((2, 3, 2), 0), ((2, 3, 2), 2), ((2, 3), 0), ((2, 3), 1)]
    for items, axis in places[:1] if backend.name in SLOW else places:
        operands, weights = entry.operands(6, items), weights_of(6, items)
        expected = outcome(backend, entry, setting, operands, weights=weights)
        actual = outcome(backend, entry, setting, moved(entry, operands, axis), weights=weights, axis=axis)
        outcomes_close(actual, Outcome(expected.value, moved(entry, expected.gradients, axis)), backend)


@cells(backends=("numpy", "torch", "strict"))
def test_any_memory_layout(backend: Backend, entry: Entry, setting: int) -> None:
    keywords = backend.arrays(entry.parameters[setting])
    for layout in LAYOUTS if backend.name != "strict" else ("transposed",):
        operands = entry.operands(7, (3, 4))
        if layout == "broadcast":
            operands = {name: np.broadcast_to(array[:1], array.shape) for name, array in operands.items()}
        expected = outcome(backend, entry, setting, operands)
        arrays = {name: LAYOUTS[layout](backend, array) for name, array in operands.items()}
        outcomes_close(outcome_of(entry, arrays, keywords), expected, backend)


def _transposed(backend: Backend, array: np.ndarray) -> Any:
    order = tuple(reversed(range(array.ndim)))
    return backend.xp.permute_dims(backend.array(np.transpose(array)), order)


def _strided(backend: Backend, array: np.ndarray) -> Any:
    return backend.array(np.repeat(array, 2, axis=1))[:, ::2]


def _reversed(backend: Backend, array: np.ndarray) -> Any:
    if backend.name != "numpy":  # torch has no negative strides
        return _strided(backend, array)
    return array[::-1].copy()[::-1]


def _broadcast(backend: Backend, array: np.ndarray) -> Any:
    return backend.xp.broadcast_to(backend.array(array[:1]), array.shape)


LAYOUTS = {"transposed": _transposed, "strided": _strided, "reversed": _reversed, "broadcast": _broadcast}
