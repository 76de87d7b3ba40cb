"""Maps of arguments and results: the way back is the derivative of the way there."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import arrayloss as al
from arrayloss import _maps as maps
from arrayloss._engine.transforms import Marked

from .backends import Backend, numpy_of

ROWS = np.asarray([[0.25, 0.5, 0.125], [0.0, 0.75, 1.0]])
SHARES = np.asarray([[0.25, 0.5, 0.125], [0.0625, 0.75, 0.875]])
KEPT = np.asarray([[True, False, True], [True, True, False]])

# Each map of an argument, with what it is asked of.
MAPS: dict[str, tuple[Any, np.ndarray]] = {
    "clipped": (lambda x: maps.clipped(x, 0.2, 0.6), ROWS),
    "clipped-below": (lambda x: maps.clipped(x, low=0.2), ROWS),
    "clipped-at-the-bounds": (lambda x: maps.clipped(x, 0.0, 1.0), ROWS),
    "affine": (lambda x: maps.affine(x, 2.0, -1.0), ROWS),
    "smoothed": (lambda x: maps.smoothed(x, 0.25, 3), ROWS),
    "logarithm": (maps.logarithm, SHARES),
    "exponential": (maps.exponential, ROWS),
    "log_odds": (maps.log_odds, SHARES),
    "log_odds-more": (lambda x: maps.log_odds(x, 0.125), ROWS),
    "normalised": (lambda x: maps.normalised(x, -1), SHARES),
    "softmax": (maps.softmax, ROWS),
    "softmax-of-one": (maps.softmax, ROWS[:, :1]),
    "normalised-first": (lambda x: maps.normalised(x, 0), SHARES),
    "without_first": (maps.without_first, ROWS),
    "centred": (maps.centred, ROWS),
    "merged": (lambda x: maps.merged(x, (1, 0)), ROWS),
    "with_axis": (lambda x: maps.with_axis(x, -2), ROWS),
    "without_axis": (lambda x: maps.without_axis(x, -1), ROWS[:, :1]),
    "with_entry": (lambda x: maps.with_entry(x, 2.0, 0), ROWS),
}


def marked(function: Any, x: Any) -> Any:
    return function(Marked(x, "x"))


@pytest.mark.parametrize("name", MAPS)
def test_the_way_back_is_the_derivative(name: str, backend: Backend) -> None:
    function, x = MAPS[name]
    expected, back = jax.vjp(function, jax.numpy.asarray(x))
    cotangent = np.arange(1.0, 1.0 + expected.size).reshape(expected.shape) / 8
    (slope,) = back(jax.numpy.asarray(cotangent))
    near = 1e-12 if backend.widest == np.float64 else 1e-5
    there = marked(function, backend.array(x))
    np.testing.assert_allclose(numpy_of(there.array), expected, rtol=near)
    np.testing.assert_allclose(numpy_of(there.back(backend.array(cotangent))), slope, rtol=near, atol=near)
    np.testing.assert_allclose(numpy_of(function(backend.array(x))), expected, rtol=near)


@pytest.mark.parametrize("name", ["masked", "product", "sides"])
def test_with_another_array(name: str, backend: Backend) -> None:
    functions = {
        "masked": lambda x, other: maps.masked(x, other, 7.0),
        "product": maps.product,
        "sides": lambda x, _: maps.sides(x),
    }
    other = KEPT if name == "masked" else SHARES
    x, slope = {
        "masked": (ROWS, np.where(KEPT, 1.0, 0.0)),
        "product": (ROWS, SHARES),
        "sides": (1.0 * KEPT, np.ones((2, 3))),
    }[name]
    found = functions[name](Marked(backend.array(x), "x"), backend.array(other))
    expected = {"masked": np.where(KEPT, ROWS, 7.0), "product": ROWS * SHARES, "sides": 2.0 * KEPT - 1.0}[
        name
    ]
    np.testing.assert_allclose(numpy_of(found.array), expected, rtol=1e-6)
    np.testing.assert_allclose(numpy_of(found.back(backend.array(np.ones((2, 3))))), slope, rtol=1e-6)


@pytest.mark.parametrize("name", MAPS)
def test_what_is_no_array_stays_as_it_is(name: str) -> None:
    given = [1.0]
    assert MAPS[name][0](given) is given


def test_results_are_mapped_with_their_gradients() -> None:
    def mean(predictions: Any, targets: Any) -> Any:
        return maps.times(
            maps.mean_along(al.squared_error(predictions, targets, reduction="none"), -1, 3), 2.0
        )

    value, slope = al.value_and_grad(mean)(ROWS, SHARES)
    np.testing.assert_allclose(value, 2.0 * np.mean((ROWS - SHARES) ** 2, axis=-1), rtol=1e-15)
    np.testing.assert_allclose(slope, 4.0 / 3.0 * (ROWS - SHARES), rtol=1e-15)
    _, _, bend = al.value_grad_and_curvature(mean)(ROWS, SHARES)
    np.testing.assert_allclose(bend, np.full((2, 3), 4.0 / 3.0), rtol=1e-15)


def test_the_dtype_stays() -> None:
    for name, (function, x) in MAPS.items():
        assert function(x.astype("float16")).dtype == np.float16, name
        assert marked(function, x.astype("float32")).array.dtype == np.float32, name
