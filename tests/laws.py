"""What the tests of laws share: every call on every backend, its outcome, and when two agree."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import dask
import jax
import numpy as np
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, Entry
from .choice import SLOW, VARIANTS, matters, typical, usually

SEEDS = st.integers(0, 2**32 - 1)
THOROUGH = ("numpy", "torch", "strict")
EXAMPLES = {"numpy": 5, "torch": 3, "strict": 2, "jax": 2}


def cells(keep: Callable[[Entry], bool] = lambda _: True, backends: tuple[str, ...] = tuple(BACKENDS)) -> Any:
    """Every backend with every call of the losses that a law speaks of.

    Where the backend is another's variant, settings that only the formula sees are left to the others.
    """
    found = {
        f"{name}-{call}": (name, entry, setting)
        for name in backends
        for (entry, setting), call in zip(CALLS, _unique(CALL_IDS), strict=True)
        if keep(entry) and (name in THOROUGH or matters(entry.parameters[setting]))
    }
    assert found
    asked = pytest.mark.parametrize(
        ("backend", "entry", "setting"), found.values(), ids=found, indirect=["backend"]
    )
    return lambda law: usually(typical, *SLOW, *VARIANTS)(asked(law))


def _unique(names: tuple[str, ...]) -> list[str]:
    return [f"{name}{names[:i].count(name) or ''}" for i, name in enumerate(names)]


calls = cells()


class Outcome(NamedTuple):
    """A loss and its gradients by operand, in NumPy."""

    value: np.ndarray
    gradients: dict[str, np.ndarray]


def hold(law: Callable[..., None], backend: Backend, **strategies: Any) -> None:
    """Run a law on drawn examples, the same in every run; few where a call is slow."""
    count = EXAMPLES.get(backend.name, 1)
    key = f"{law.__module__} {law.__qualname__} {count} {strategies}"
    if key not in _DRAWN:
        _DRAWN[key] = _draw(key, count, strategies)
    for example in _DRAWN[key]:
        law(**example)


# To draw costs more than most laws on NumPy: once for all losses that a law is asked of.
_DRAWN: dict[str, list[dict[str, Any]]] = {}


def _draw(name: str, count: int, strategies: dict[str, Any]) -> list[dict[str, Any]]:
    examples: list[dict[str, Any]] = []
    few = settings(max_examples=count, deadline=None, database=None, phases=(Phase.generate,))
    few(seed(crc32(name.encode()))(given(**strategies)(lambda **drawn: examples.append(drawn))))()
    assert len(examples) == count
    return examples


def read(arrays: list[Any]) -> list[np.ndarray]:
    """The values of arrays, Dask's all at once."""
    return [numpy_of(a) for a in dask.compute(*arrays, scheduler="synchronous")]


def single(entry: Entry, seed: int) -> dict[str, np.ndarray]:
    """The operands of one item, the items' shape ()."""
    return {name: np.asarray(array[0]) for name, array in entry.operands(seed, (1,)).items()}


def outcome(backend: Backend, entry: Entry, setting: int, operands: dict[str, Any], **words: Any) -> Outcome:
    """Value and gradients by every floating operand, each of the right shape and dtype."""
    arrays = backend.arrays(operands)
    return outcome_of(entry, arrays, backend.arrays(entry.parameters[setting] | words))


def outcome_of(entry: Entry, arrays: dict[str, Any], keywords: dict[str, Any]) -> Outcome:
    """The same of arrays that are there."""
    return read_outcome(entry, arrays, differentiated(entry, arrays, keywords))


def outcomes(
    backend: Backend, entry: Entry, setting: int, operands: dict[str, Any], words: list[dict[str, Any]]
) -> list[Outcome]:
    """The outcomes of several calls on the same operands, compiled as one on JAX."""
    arrays = backend.arrays(operands)
    keywords = [backend.arrays(entry.parameters[setting] | each) for each in words]
    if backend.name != "jax":
        return [outcome_of(entry, arrays, each) for each in keywords]
    traced = [{k: v for k, v in each.items() if isinstance(v, jax.Array)} for each in keywords]
    fixed = tuple(tuple((k, v) for k, v in each.items() if not isinstance(v, jax.Array)) for each in keywords)
    return [read_outcome(entry, arrays, result) for result in _together(entry.name, fixed)(arrays, traced)]


@cache
def _together(name: str, fixed: tuple[tuple[tuple[str, Any], ...], ...]) -> Callable[..., list[Any]]:
    """The calls of a loss with these words, compiled as one and once for all examples."""

    def everything(arrays: dict[str, Any], traced: list[dict[str, Any]]) -> list[Any]:
        pairs = zip(map(dict, fixed), traced, strict=True)
        return [differentiated(CATALOGUE[name], arrays, words | more) for words, more in pairs]

    return jax.jit(everything)


def differentiated(entry: Entry, arrays: dict[str, Any], keywords: dict[str, Any]) -> tuple[Any, Any]:
    return al.value_and_grad(entry.loss, entry.differentiable())(**arrays, **keywords)


def read_outcome(entry: Entry, arrays: dict[str, Any], result: tuple[Any, Any]) -> Outcome:
    """The outcome in NumPy, once shapes and dtypes are seen to be right."""
    value, gradients = result
    names = entry.differentiable()
    output = arrays[entry.outputs[0]]
    assert value.dtype == output.dtype, (value.dtype, output.dtype)
    for name, gradient in zip(names, gradients, strict=True):
        assert gradient.dtype == arrays[name].dtype, (name, gradient.dtype)
        assert tuple(gradient.shape) == tuple(arrays[name].shape), (name, gradient.shape)
    value, *gradients = read([value, *gradients])
    return Outcome(value, dict(zip(names, gradients, strict=True)))


def tolerance(backend: Backend) -> float:
    """A few dozen roundings of the backend's widest dtype."""
    return 64 * float(np.finfo(backend.widest).eps)


def close(actual: Any, expected: Any, backend: Backend) -> None:
    """Equal in shape and, to rounding relative to the largest entry, in value."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    assert np.isfinite(expected).all(), expected
    size = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=tolerance(backend), atol=tolerance(backend) * size)


def same(actual: Any, expected: Any) -> None:
    """Equal in shape, dtype and every bit that counts."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.dtype == expected.dtype, (actual.dtype, expected.dtype)
    np.testing.assert_array_equal(actual, expected, strict=True)


def outcomes_close(actual: Outcome, expected: Outcome, backend: Backend) -> None:
    """Equal value and gradients, to rounding."""
    assert actual.gradients.keys() == expected.gradients.keys() != set()
    close(actual.value, expected.value, backend)
    for name, gradient in expected.gradients.items():
        close(actual.gradients[name], gradient, backend)


def zeros(result: Outcome, items: tuple[int, ...] | None = None) -> None:
    """Value and gradients are exactly 0, the value 0-d or of the shape of the items."""
    assert result.value.shape == (items or ())
    assert not np.any(result.value), result.value
    assert result.gradients
    for name, gradient in result.gradients.items():
        assert (gradient == 0).all(), (name, gradient)


def taken(operands: dict[str, Any], rows: Any) -> dict[str, Any]:
    """The operands of some of the items."""
    return {name: array[rows] for name, array in operands.items()}


def weights_of(seed: int, items: tuple[int, ...] | int = 6) -> np.ndarray:
    """Positive weights, exact in float32."""
    return np.random.default_rng(seed).uniform(0.25, 4, items).astype(np.float32).astype(np.float64)
