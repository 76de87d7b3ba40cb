"""Half precision: computed and accumulated in float32, rounded once at the end."""

from __future__ import annotations

import math
from typing import Any

import jax
import ml_dtypes
import numpy as np
import pytest

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, Entry
from .choice import typical, usually

COUNT = 70_000
LN2 = math.log(2.0)
DTYPES = {"float16": np.dtype(np.float16), "bfloat16": np.dtype(ml_dtypes.bfloat16)}
HALVES = [("numpy", "float16"), *((name, dtype) for name in ("torch", "jax") for dtype in DTYPES)]

calls = pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)


@pytest.fixture(params=HALVES, ids="-".join)
def half(request: pytest.FixtureRequest) -> tuple[Backend, str]:
    """A backend and one of its half-precision dtypes."""
    name, dtype = request.param
    return BACKENDS[name], dtype


def rounded(values: Any, dtype: str) -> np.ndarray:
    """The nearest numbers of a half-precision dtype."""
    with np.errstate(over="ignore"):
        return np.asarray(values, np.float64).astype(DTYPES[dtype])


def spread(backend: Backend, dtype: str, value: float, shape: tuple[int, ...]) -> Any:
    """An array full of one number."""
    return backend.xp.full(shape, value, dtype=getattr(backend.xp, dtype), device=backend.device)


def read(array: Any, dtype: str) -> np.ndarray:
    """The numbers of an array that must be of the dtype."""
    assert str(array.dtype).removeprefix("torch.") == dtype
    return numpy_of(array).astype(DTYPES[dtype])


def steps(values: np.ndarray) -> np.ndarray:
    """The place of each number in the order of all numbers of its dtype; both zeros share one."""
    bits = values.view(np.int16).astype(np.int64)
    return np.where(bits < 0, -32768 - bits, bits)


def within_an_ulp(actual: Any, expected: np.ndarray, dtype: str, ulps: int = 1) -> None:
    """Equal in shape and dtype and to the last place of the dtype."""
    actual, expected = read(actual, dtype), rounded(expected, dtype)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(actual), nan)
    apart = np.where(nan, 0, np.abs(steps(actual) - steps(expected)))
    worst = np.unravel_index(np.argmax(apart), apart.shape)
    assert apart[worst] <= ulps, f"{actual[worst]} is {apart[worst]} ulps from {expected[worst]}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_steps_are_neighbours(dtype: str) -> None:
    tiny = 2.0**-24 if dtype == "float16" else 2.0**-133
    below_two = 2 - 2.0**-10 if dtype == "float16" else 2 - 2.0**-7
    ladder = rounded([-tiny, -0.0, 0.0, tiny, below_two, 2.0], dtype)
    places = steps(ladder)
    assert list(np.diff(places)[:3]) == [1, 0, 1]
    assert places[5] - places[4] == 1
    assert np.any(ladder != rounded(LN2, dtype))


def ln2_each(name: str, backend: Backend, dtype: str, count: int) -> tuple[Any, dict[str, Any]]:
    """A loss and arguments that cost ln 2 per item, the model's output first."""
    integers = backend.xp.zeros((count,), dtype=backend.xp.int32, device=backend.device)
    rows = spread(backend, dtype, 3.0, (count, 2))
    return {
        "sigmoid": (al.sigmoid_cross_entropy, {"logits": spread(backend, dtype, 0.0, (count,)), "labels": 1}),
        "softmax": (
            al.softmax_cross_entropy,
            {"logits": rows, "labels": spread(backend, dtype, 0.5, (count, 2))},
        ),
        "sparse": (al.sparse_softmax_cross_entropy, {"logits": rows, "labels": integers}),
    }[name]


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "sparse"])
def test_many_items_average_to_the_nearest_number(half: tuple[Backend, str], name: str) -> None:
    backend, dtype = half
    loss, arguments = ln2_each(name, backend, dtype, COUNT)
    half_of = spread(backend, dtype, 0.5, (COUNT,))
    for words in ({}, {"denominator": "count"}, {"denominator": COUNT}, {"weights": half_of}):
        mean = loss(**arguments, **words)
        assert mean.shape == ()
        assert read(mean, dtype) == rounded(LN2, dtype), (words, mean)
    where = backend.xp.arange(COUNT, device=backend.device) != 1
    assert read(loss(**arguments, where=where), dtype) == rounded(LN2, dtype)


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "sparse"])
def test_a_sum_overflows_only_at_the_end(half: tuple[Backend, str], name: str) -> None:
    backend, dtype = half
    loss, arguments = ln2_each(name, backend, dtype, 100_000)
    total = read(loss(**arguments, reduction="sum"), dtype)
    assert total == rounded(100_000 * LN2, dtype)
    assert np.isinf(total) == (dtype == "float16")
    below = backend.xp.arange(100_000, device=backend.device) < 45_000
    weights = 1.0 - 2.0 * backend.xp.astype(below, backend.xp.float32)
    within_an_ulp(
        loss(**arguments, weights=weights, reduction="sum"), np.asarray(10_000 * LN2), dtype, ulps=0
    )


def test_a_mean_of_large_items_does_not_overflow(half: tuple[Backend, str]) -> None:
    backend, dtype = half
    predictions = spread(backend, dtype, 128.0, (1000,))
    value, gradient = al.value_and_grad(al.squared_error)(predictions, 0.0)
    assert read(value, dtype) == 16384.0
    within_an_ulp(gradient, np.full(1000, 0.256), dtype)


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "sparse"])
def test_gradient_of_a_mean_over_many_rows(half: tuple[Backend, str], name: str) -> None:
    backend, dtype = half
    loss, arguments = ln2_each(name, backend, dtype, COUNT)
    gradient = al.grad(loss)(**arguments)
    slope = {"sigmoid": -0.5, "softmax": [0.0, 0.0], "sparse": [-0.5, 0.5]}[name]
    expected = np.broadcast_to(np.asarray(slope) / COUNT, gradient.shape)
    assert name == "softmax" or rounded(expected.ravel()[0], dtype) != 0
    within_an_ulp(gradient, expected, dtype)


def in_half(entry: Entry, backend: Backend, dtype: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The operands rounded once to half precision, in that dtype and in float32."""
    operands = {
        name: rounded(array, dtype).astype(np.float64) if array.dtype.kind == "f" else array
        for name, array in entry.operands(9, (6,)).items()
    }
    return backend.arrays(operands, dtype), backend.arrays(operands, "float32")


WORDS = {"weights": np.asarray([0.5, 1.0, 3.0, 0.0, 2.0, 1.0]), "where": np.arange(6) != 4}


CELLS = {
    f"{name}-{dtype}-{call}-{setting}": (BACKENDS[name], dtype, entry, setting)
    for name, dtype in HALVES
    for (entry, setting), call in zip(CALLS, CALL_IDS, strict=True)
    if name != "jax"
    or setting == 0
    or (set(entry.parameters[setting]), dtype) == ({"class_weights"}, "float16")
}


@usually(typical, "jax")
@pytest.mark.parametrize(("backend", "dtype", "entry", "setting"), CELLS.values(), ids=CELLS)
def test_as_in_float32_but_for_one_rounding(backend: Backend, dtype: str, entry: Entry, setting: int) -> None:
    halves, singles = in_half(entry, backend, dtype)
    words = backend.arrays(entry.parameters[setting] | WORDS, "float32")
    both = al.value_and_grad(entry.loss, entry.differentiable())
    value, gradients = both(**halves, **words)
    wide, wide_gradients = both(**singles, **words)
    within_an_ulp(value, numpy_of(wide), dtype)
    assert len(gradients) == len(entry.differentiable()) > 0
    for gradient, expected in zip(gradients, wide_gradients, strict=True):
        within_an_ulp(gradient, numpy_of(expected), dtype)


@calls
def test_items_as_in_float32(entry: Entry, setting: int) -> None:
    for name, dtype in HALVES[:3]:
        halves, singles = in_half(entry, BACKENDS[name], dtype)
        words = BACKENDS[name].arrays(entry.parameters[setting], "float32")
        value = entry.loss(**halves, **words, reduction="none")
        within_an_ulp(value, numpy_of(entry.loss(**singles, **words, reduction="none")), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@calls
def test_backward(entry: Entry, setting: int, dtype: str) -> None:
    backend = BACKENDS["torch"]
    arrays, _ = in_half(entry, backend, dtype)
    words = backend.arrays(entry.parameters[setting] | WORDS, "float32")
    names = entry.differentiable()
    expected = al.grad(entry.loss, names)(**arrays, **words)
    leaves = [arrays[name].requires_grad_() for name in names]
    loss = entry.loss(**arrays, **words)
    assert str(loss.dtype) == f"torch.{dtype}"
    loss.backward()
    for leaf, gradient in zip(leaves, expected, strict=True):
        within_an_ulp(leaf.grad, read(gradient, dtype).astype(np.float64), dtype)


@usually(typical)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("entry", "setting"),
    [(entry, i) for entry, i in CALLS if i == 0],
    ids=[name for (_, i), name in zip(CALLS, CALL_IDS, strict=True) if i == 0],
)
def test_jax_grad(entry: Entry, setting: int, dtype: str) -> None:
    backend = BACKENDS["jax"]
    arrays, _ = in_half(entry, backend, dtype)
    words = backend.arrays(entry.parameters[setting] | WORDS, "float32")
    names = entry.differentiable()
    expected = al.grad(entry.loss, names)(**arrays, **words)

    def loss(floats: dict[str, Any]) -> Any:
        return entry.loss(**{**arrays, **floats}, **words)

    found = jax.jit(jax.grad(loss))({name: arrays[name] for name in names})
    for name, gradient in zip(names, expected, strict=True):
        within_an_ulp(found[name], read(gradient, dtype).astype(np.float64), dtype)


def test_penalties_round_once(half: tuple[Backend, str]) -> None:
    backend, dtype = half
    large = 64.0 if dtype == "float16" else 16.0  # half its square is followed by steps of 2 or of 1
    step = 2.0 if dtype == "float16" else 1.0
    small = math.sqrt(step) / 2  # half its square, three times, is less than half a step
    arrays = [spread(backend, dtype, value, (1,)) for value in (large, *[small] * 5)]
    exact = 0.5 * sum(float(numpy_of(array)[0]) ** 2 for array in arrays)
    assert rounded(exact, dtype) != rounded(0.5 * large**2, dtype)
    value, gradients = al.value_and_grad(al.l2_penalty)(*arrays)
    assert read(value, dtype) == rounded(exact, dtype)
    for array, gradient in zip(arrays, gradients, strict=True):
        np.testing.assert_array_equal(read(gradient, dtype), read(array, dtype))
    total = al.l1_penalty(*arrays, *arrays)
    assert read(total, dtype) == rounded(2 * sum(float(numpy_of(array)[0]) for array in arrays), dtype)


def test_penalty_of_many_small_entries(half: tuple[Backend, str]) -> None:
    backend, dtype = half
    value = al.l2_penalty(spread(backend, dtype, 0.5, (40_000,)), spread(backend, dtype, 0.5, (40_000,)))
    assert read(value, dtype) == rounded(10_000.0, dtype)
