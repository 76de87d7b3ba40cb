"""Dask stays lazy: building a loss and its gradients computes nothing."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import dask
import dask.array as da
import numpy as np
import pytest

import arrayloss as al

from .backends import BACKENDS
from .calls import by_call, by_loss, close, gradients_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, PENALTIES, Entry
from .choice import default, typical, usually


def _raiser(*_: Any, **__: Any) -> Any:
    raise AssertionError("a lazy array was computed")


def lazily(loss: Any, **arguments: Any) -> tuple[Any, ...]:
    """The value and the gradients, built where nothing may be computed."""
    with dask.config.set(scheduler=_raiser):
        value, gradients = al.value_and_grad(loss)(**arguments)
        results = (loss(**arguments), value, *gradients_of(gradients))
    assert all(isinstance(result, da.Array) for result in results)
    return results


def test_computing_is_seen():
    x = da.ones(3, chunks=2)
    with dask.config.set(scheduler=_raiser):
        for force in (
            x.compute,
            lambda: float(x.sum()),
            lambda: np.asarray(x),
            lambda: bool(x[0] > 0),
        ):
            with pytest.raises(AssertionError, match="a lazy array was computed"):
                force()


def _rechunked(arguments: dict[str, Any], size: int) -> dict[str, Any]:
    """The arrays of items in several chunks; those per class as they are."""
    return {k: v.rechunk({0: size}) if _per_item(v) else v for k, v in arguments.items()}


def _per_item(array: Any) -> bool:
    return isinstance(array, da.Array) and array.shape[0] == 7


def _numpy_results(entry: Entry, arguments: dict[str, Any]) -> tuple[Any, ...]:
    value, gradients = al.value_and_grad(entry.loss)(**arguments)
    return value, value, *gradients_of(gradients)


@usually(default)
@by_call
def test_dask_stays_lazy(entry, setting):
    words = {"weights": np.linspace(0.0, 2.0, 7), "where": np.arange(7) % 3 > 0}
    arguments = entry.operands() | entry.parameters[setting] | words
    lazy = _rechunked(BACKENDS["dask"].arrays(arguments), 3)
    for result, expected in zip(lazily(entry.loss, **lazy), _numpy_results(entry, arguments), strict=True):
        close(result, expected)


@usually(typical)
@by_loss
def test_dask_stays_lazy_without_a_reduction(entry):
    arguments = entry.operands() | {"reduction": "none"}
    lazy = _rechunked(BACKENDS["dask"].arrays(arguments), 3)
    for result, expected in zip(lazily(entry.loss, **lazy), _numpy_results(entry, arguments), strict=True):
        close(result, expected)


# Who meets whom in a batch has to be known before it is computed.
uncoupled = pytest.mark.parametrize(
    ("entry", "setting"),
    [call for call in CALLS if not call[0].coupled],
    ids=[name for name, call in zip(CALL_IDS, CALLS, strict=True) if not call[0].coupled],
)
losses = pytest.mark.parametrize(
    "entry", [e for e in CATALOGUE.values() if not e.coupled], ids=lambda entry: entry.name
)


@usually(default)
@uncoupled
def test_dask_with_chunks_of_unknown_size(entry, setting):
    keep = np.array([True, False, True, True, False, True, True])
    arguments = entry.operands() | entry.parameters[setting] | {"weights": np.linspace(0.0, 2.0, 7)}
    lazy = _rechunked(BACKENDS["dask"].arrays(arguments), 3)
    rows = da.from_array(keep, chunks=3)
    lazy = {k: v[rows] if _per_item(v) else v for k, v in lazy.items()}
    assert math.isnan(lazy[entry.outputs[0]].shape[0])
    kept = {k: v[keep] if isinstance(v, np.ndarray) and len(v) == 7 else v for k, v in arguments.items()}
    for reduction in ("mean", "sum") if typical(entry, setting) else ("mean",):
        results = lazily(partial(entry.loss, reduction=reduction), **lazy)
        for result, expected in zip(
            results, _numpy_results(entry, kept | {"reduction": reduction}), strict=True
        ):
            close(result, expected)


@usually(typical)
@losses
def test_dask_with_chunks_of_unknown_size_and_no_weights(entry):
    keep = np.array([True, False, True, True, False, True, True])
    rows = da.from_array(keep, chunks=3)
    lazy = {k: v[rows] for k, v in _rechunked(BACKENDS["dask"].arrays(entry.operands()), 3).items()}
    kept = {k: v[keep] for k, v in entry.operands().items()}
    for result, expected in zip(lazily(entry.loss, **lazy), _numpy_results(entry, kept), strict=True):
        close(result, expected)


@pytest.mark.parametrize("entry", [e for e in CATALOGUE.values() if e.coupled], ids=lambda e: e.name)
def test_a_batch_of_unknown_size_is_refused(entry):
    rows = da.from_array(np.arange(7) != 3, chunks=3)
    arguments = {k: v[rows] for k, v in BACKENDS["dask"].arrays(entry.operands()).items()}
    message = rf"'{entry.outputs[0]}' has shape \(nan, 5\); expected .* known lengths"
    with pytest.raises(ValueError, match=message):
        entry.loss(**arguments)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda penalty: penalty.__name__)
def test_dask_penalties_stay_lazy(penalty):
    x = da.from_array(np.arange(7.0), chunks=3)
    with dask.config.set(scheduler=_raiser):
        value, (gradient,) = al.value_and_grad(penalty)(x[x > 2])
    expected, (right,) = al.value_and_grad(penalty)(np.arange(3.0, 7.0))
    close(value, expected)
    close(gradient, right)
