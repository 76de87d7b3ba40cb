"""Zeros, infinities, the largest and the smallest numbers: finite means no NaN anywhere."""

from __future__ import annotations

import itertools
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, numpy_of
from .catalogue import CALL_IDS, CALLS, Entry
from .choice import default, typical, usually

SMALL = {"float32": [1e-45, 1.2e-38, 1e-6], "float64": [5e-324, 2.3e-308, 1e-12]}
LARGE = {"float32": [88.8, 1e4, 3.4e38, np.inf], "float64": [709.9, 1e8, 1.7e308, np.inf]}
TRIPLET = ("anchors", "positives", "negatives")
UNITS = {"float32": [1 - 6e-8, 1.0], "float64": [1 - 1.2e-16, 1.0]}


BOX = 4


def _grid(name: str, dtype: str) -> list[float]:
    """The numbers that an operand of this name may meet."""
    unit = [0.0, -0.0, *SMALL[dtype], 0.25, 0.5, *UNITS[dtype]]
    if name in ("rates", "variances", "scales", "counts"):
        return [0.0, -0.0, *SMALL[dtype], 0.5, 1.0, 2.0, *LARGE[dtype]]
    if name == "cosines":
        return [*unit, *(-x for x in unit)]
    if name in ("probabilities", "labels") or name == "targets":
        return unit
    if name == "quantities":
        return [-UNITS[dtype][0], -0.5, 0.0, -0.0, *SMALL[dtype], 0.5, 1.0, *LARGE[dtype]]
    if name == "log_probabilities":
        return [-x for x in [0.0, *SMALL[dtype], 1.0, *LARGE[dtype]]]
    kinks = [0.5, 1.0, 2.0]
    positive = [0.0, *SMALL[dtype], *kinks, *LARGE[dtype]]
    return [*positive, *(-x for x in positive)]


def _operands(entry: Entry, dtype: str) -> dict[str, np.ndarray]:
    """All pairs for elementwise losses, seeded rows of the grids for the others."""
    template = entry.operands()
    rng = np.random.default_rng(3)
    if entry.along_axis:
        return {name: _rows(name, array, rng, dtype) for name, array in template.items()}
    truth = "counts" if "poisson" in entry.name else "predictions"
    kind = {"squared_log_error": "quantities"}.get(entry.name)
    if "rates" in template or "deviance" in entry.name:
        kind = "counts"
    grids = [
        _grid(kind or (truth if name == "targets" else name), dtype) if array.dtype.kind == "f" else [1, -1]
        for name, array in template.items()
    ]
    columns = np.asarray(list(itertools.product(*grids)))
    return {name: columns[:, i].astype(array.dtype) for i, (name, array) in enumerate(template.items())}


def _rows(name: str, template: np.ndarray, rng: np.random.Generator, dtype: str) -> np.ndarray:
    if template.dtype.kind == "i":
        return rng.choice(np.unique(template), (400, *template.shape[1:]))
    rows = rng.choice(_grid(name, dtype), (400, *template.shape[1:]))
    if template.shape[-1] == BOX:  # a box's corners are in order
        rows = np.concatenate([np.minimum(rows[:, :2], rows[:, 2:]), np.maximum(rows[:, :2], rows[:, 2:])], 1)
    if name in ("embeddings", "embeddings1", "embeddings2", "queries", "keys", *TRIPLET):
        rows[::3] = rng.choice([0.0, 1.0, SMALL[dtype][1]], rows[::3].shape)
        rows[::7] = 0.0
    return rows


def _closed_form(entry: Entry, arrays: dict[str, Any]) -> tuple[Any, Any]:
    return al.value_and_grad(entry.loss, entry.differentiable())(**arrays, reduction="none")


def _total(entry: Entry, arrays: dict[str, Any]) -> tuple[list[Any], Any]:
    """The floating operands, and the sum and the items of the loss as a function of them."""
    names = entry.differentiable()
    rest = {name: array for name, array in arrays.items() if name not in names}

    def total(*given: Any) -> tuple[Any, Any]:
        items = entry.loss(**dict(zip(names, given, strict=True)), **rest, reduction="none")
        return items.sum(), items

    return [arrays[name] for name in names], total


def _by_torch(entry: Entry, arrays: dict[str, Any]) -> tuple[Any, Any]:
    given, total = _total(entry, arrays)
    given = [array.requires_grad_() for array in given]
    value, items = total(*given)
    return items, torch.autograd.grad(value, given)


def _by_jax(entry: Entry, arrays: dict[str, Any]) -> tuple[Any, Any]:
    given, total = _total(entry, arrays)
    both = jax.value_and_grad(total, tuple(range(len(given))), has_aux=True)
    (_, items), gradients = jax.jit(both)(*given)
    return items, gradients


WAYS = {"numpy": _closed_form, "strict": _closed_form, "torch": _by_torch, "jax": _by_jax}
FORMATS = [
    # XLA compiles the same formula for both.
    pytest.param(name, dtype, marks=pytest.mark.exhaustive if (name, dtype) == ("jax", "float64") else ())
    for name, dtype in itertools.product(WAYS, SMALL)
]


@usually(default, "jax")
@pytest.mark.parametrize(("library", "dtype"), FORMATS)
@pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
def test_finite_value_has_no_nan_gradient(entry: Entry, setting: int, library: str, dtype: str) -> None:
    operands = _operands(entry, dtype)
    arrays = BACKENDS[library].arrays({**operands, **entry.parameters[setting]}, dtype)
    items, gradients = WAYS[library](entry, arrays)
    finite = np.isfinite(numpy_of(items))
    assert finite.sum() > 20

    for name, gradient in zip(entry.differentiable(), gradients, strict=True):
        got = numpy_of(gradient)
        bad = np.isnan(got).any(axis=tuple(range(1, got.ndim)))
        where = np.flatnonzero(bad & finite)
        assert where.size == 0, (name, {k: v[where[0]] for k, v in operands.items()}, got[where[0]])


@usually(typical, "jax")
@pytest.mark.parametrize("library", WAYS)
@pytest.mark.parametrize(
    ("entry", "setting"),
    [call for call in CALLS if not call[0].coupled],  # those pass it on to all that are compared
    ids=[name for name, call in zip(CALL_IDS, CALLS, strict=True) if not call[0].coupled],
)
def test_nan_in_any_operand_is_nan_and_stays_in_its_item(entry: Entry, setting: int, library: str) -> None:
    backend = BACKENDS[library]
    clean = entry.operands()
    expected = numpy_of(
        entry.loss(**backend.arrays({**clean, **entry.parameters[setting]}), reduction="none")
    )
    for name in entry.differentiable():
        operands = {key: array.copy() for key, array in clean.items()}
        operands[name][3] = np.nan
        arrays = backend.arrays({**operands, **entry.parameters[setting]})
        got = numpy_of(entry.loss(**arrays, reduction="none"))
        assert np.isnan(got[3]) or clean.get("labels", [0] * 4)[3] == entry.parameters[setting].get(
            "ignore_index", -1
        )
        np.testing.assert_array_equal(np.delete(got, 3), np.delete(expected, 3))
