"""What a truth that is out of range must do to a result, and where it must raise instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .backends import BACKENDS, numpy_of

READABLE = [name for name, backend in BACKENDS.items() if backend.readable]
by_readable = pytest.mark.parametrize("backend", [BACKENDS[name] for name in READABLE], ids=READABLE)


def same(result: Any, expected: Any) -> None:
    """Require equality, NaN for NaN."""
    np.testing.assert_array_equal(numpy_of(result), numpy_of(expected), strict=True)


def only_rows_are_nan(result: np.ndarray, good: np.ndarray, rows: Any) -> None:
    """Require NaN all over the rows and, everywhere else, what came without bad labels."""
    bad = np.zeros(result.shape[0], bool)
    bad[rows] = True
    assert np.isfinite(good).all()
    assert np.isnan(result[bad]).all()
    np.testing.assert_array_equal(result[~bad], good[~bad])
