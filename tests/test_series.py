"""Each polynomial against the function that it stands for, in mpmath; and the functions made of them."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from arrayloss import _gamma, _series
from arrayloss._namespace import library_of

XP = library_of(np.float32(0)).xp
DIGITS = 40


def bend(x: mpmath.mpf) -> mpmath.mpf:
    return (mpmath.expm1(x) - x) / x**2


def cosh(square: mpmath.mpf) -> mpmath.mpf:
    return (mpmath.cosh(mpmath.sqrt(square)) - 1) / square


def artanh(square: mpmath.mpf) -> mpmath.mpf:
    x = mpmath.sqrt(square)
    return 2 * (mpmath.atanh(x) - x) / x**3


def stirling_error(t: mpmath.mpf) -> mpmath.mpf:
    x = 2 / (t + 1)
    log = mpmath.loggamma(x) - (x - 0.5) * mpmath.log(x) + x - mpmath.log(2 * mpmath.pi) / 2
    return x * log


def stirling_fall(t: mpmath.mpf) -> mpmath.mpf:
    x = 2 / (t + 1)
    return x**2 * (mpmath.log(x) - 1 / (2 * x) - mpmath.digamma(x))


# The function, the ends, and the share of it that a polynomial may be off in float32 and float64. The last
# digit counts where the polynomial is all there is; less does where it is a fraction of a sum.
POLYNOMIALS = {
    "bend": (_series.BEND, bend, (-1, 1), (1e-8, 1e-16)),
    "cosh": (_series.COSH, cosh, (0, 1), (1e-8, 1e-16)),
    "artanh": (_series._ARTANH, artanh, (0, _series._NEAR), (2e-8, 4e-16)),
    "stirling_error": (_gamma._ERROR, stirling_error, (-1, 1), (2e-8, 4.1e-16)),
    "stirling_fall": (_gamma._FALL, stirling_fall, (-1, 1), (2e-8, 4e-16)),
}


def farthest(coefficients: tuple[float, ...], function, ends: tuple[float, float]) -> float:
    """The largest error of a polynomial between two points, as a share of the function there."""
    with mpmath.workdps(DIGITS):
        points = [ends[0] + (ends[1] - ends[0]) * mpmath.mpf(2 * i + 1) / 200 for i in range(100)]
        pairs = [(mpmath.polyval(coefficients[::-1], x), function(x)) for x in points]
        return float(max(abs(found / exact - 1) for found, exact in pairs))


@pytest.mark.parametrize("name", POLYNOMIALS)
def test_a_polynomial_is_its_function(name):
    series, function, ends, shares = POLYNOMIALS[name]
    for coefficients, share in zip(series, shares, strict=True):
        assert farthest(coefficients, function, ends) < share


@pytest.mark.parametrize("name", POLYNOMIALS)
def test_none_is_longer_than_its_dtype_needs(name):
    series, function, ends, (single, _) = POLYNOMIALS[name]
    assert len(series.single) < len(series.double)
    assert farthest(series.single[:-1], function, ends) > single


def test_a_wrong_digit_is_seen():
    wrong = (*_series.BEND.double[:7], _series.BEND.double[7] * (1 - 1e-8), *_series.BEND.double[8:])
    assert farthest(wrong, bend, (-1, 1)) > 1e-16


def test_a_power_series_has_its_own_coefficients():
    exponential = _series.of(lambda _: 1.0)
    assert farthest(exponential.single, bend, (-1, 1)) < 1e-8
    assert farthest(exponential.double, bend, (-1, 1)) < 1e-16


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_with_and_without_writing(dtype):
    x = np.linspace(-1, 1, 101, dtype=dtype)
    kept = x.copy()
    found = _series.BEND.at(XP, x)
    assert found.dtype == dtype
    assert np.array_equal(x, kept)
    assert np.array_equal(found, _series.BEND.at(np, x))


def test_a_number_gets_the_longer_polynomial():
    assert _gamma.stirling_error(XP, 1.0) == pytest.approx(1 - np.log(2 * np.pi) / 2, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lag_is_exact_on_both_sides_of_0(dtype):
    change = np.array([-0.69, -0.5, -0.1, -1e-6, 1e-6, 1e-3, 0.5, 1, 2, 2.3], dtype=dtype)
    part, cut, near = _series.lag(XP, 1.0, change, np.log1p(change))
    assert near.all()
    with mpmath.workdps(DIGITS):
        exact = np.array([float(mpmath.mpf(float(c)) - mpmath.log1p(float(c))) for c in change])
    np.testing.assert_allclose(part * (change - cut), exact, rtol=4 * np.finfo(dtype).eps)


def test_lag_says_where_it_ends():
    change = np.array([-1.0, -0.71, 2.4, 1e30, np.inf, np.nan], dtype=np.float32)
    with np.errstate(all="ignore"):
        assert not _series.lag(XP, 1.0, change, np.log1p(change))[2].any()
