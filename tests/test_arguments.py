"""Arguments that are made to fit, and their gradients on the way back."""

from __future__ import annotations

from typing import Any

import dask.array
import numpy as np
import pytest
import torch

from arrayloss._arguments import broadcast, cast, fit
from arrayloss._engine import bare
from arrayloss._engine.transforms import Marked

from .backends import Backend, numpy_of


def marked(array: Any) -> Marked:
    return Marked(array, "labels")


SHAPES = [
    ((), (2, 3)),
    ((3,), (2, 3)),
    ((1, 3), (2, 3)),
    ((2, 1), (2, 3)),
    ((1, 1), (2, 3)),
    ((2, 1, 3), (4, 2, 5, 3)),
    ((1,), (0,)),
]


@pytest.mark.parametrize(("own", "shape"), SHAPES, ids=str)
def test_a_gradient_is_added_up_where_an_argument_was_repeated(backend: Backend, own: Any, shape: Any):
    values = np.arange(1.0, 1 + np.prod(own)).reshape(own)
    found = broadcast(marked(backend.array(values)), shape)
    np.testing.assert_array_equal(numpy_of(found.array), np.broadcast_to(values, shape))
    gradient = np.arange(np.prod(shape)).reshape(shape) + 0.5
    # The gradient of <gradient, broadcast(x)> by each entry of x.
    places = [np.reshape(row, own) for row in np.eye(values.size)]
    expected = [np.sum(gradient * np.broadcast_to(place, shape)) for place in places]
    back = numpy_of(found.back(backend.array(gradient)))
    assert back.shape == own
    np.testing.assert_array_equal(back, np.reshape(expected, own))


def test_what_fits_or_cannot_be_made_to_fit_stays_as_it_is():
    array, number = np.ones((2, 3)), 2.0
    for given in (array, marked(array)):
        assert broadcast(given, (2, 3)) is given
        assert broadcast(given, (3, 3)) is given
        assert broadcast(given, (3,)) is given
        assert cast(given, np.dtype("float64")) is given
        assert fit(given, array) is given
        assert fit(given, torch.ones(2, 3)) is given
        assert fit(given, None) is given
    for given in (number, marked(number), None, [1.0]):
        assert broadcast(given, (2, 3)) is given
        assert cast(given, np.dtype("float32")) is given
        assert fit(given, array) is given


def test_lengths_that_are_not_known_are_left_alone():
    unknown = dask.array.ones((4, 3))
    unknown = unknown[unknown[:, 0] > 0]
    row = dask.array.ones(3)
    assert broadcast(row, unknown.shape) is row
    assert broadcast(unknown, (4, 3)) is unknown


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_a_gradient_is_cast_back(dtype: str):
    given = marked(np.ones(3, dtype))
    found = cast(given, np.dtype("float64"))
    assert bare(found).dtype == np.float64
    assert found.back(np.ones(3)).dtype == dtype


def test_a_gradient_of_half_precision_is_added_up_in_single():
    found = broadcast(marked(np.ones(2, "float16")), (3, 2))
    column = np.asarray([[60000], [60000], [-60000]], "float16")  # the first two overflow
    back = found.back(np.repeat(column, 2, axis=1))
    assert (back.dtype, back.tolist()) == (np.float16, [np.float16(60000)] * 2)


def test_integers_are_cast_and_not_differentiated():
    integers = np.asarray([1, 0])
    assert cast(integers, np.dtype("float32")).dtype == np.float32
    given = marked(integers)
    assert cast(given, np.dtype("float32")) is given


def test_complex_numbers_are_left_for_the_loss_to_refuse():
    given = np.ones(2, "complex128")
    assert cast(given, np.dtype("float64")) is given
    real = np.ones(2)
    assert cast(real, np.dtype("complex128")) is real


def test_fit_casts_and_broadcasts():
    found = fit(marked(np.ones(3, "float32")), marked(np.ones((2, 3))))
    assert (found.array.dtype, found.array.shape, found.key) == (np.float64, (2, 3), "labels")
    back = found.back(np.ones((2, 3)))
    assert (back.dtype, back.tolist()) == (np.float32, [2.0, 2.0, 2.0])
