"""Laws of the robust losses: one family, its limits, its order and its scale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import arrayloss as al

from .definitions.robust import general_robust as definition

ERRORS = np.concatenate([[0.0], np.geomspace(1e-9, 1e9, 55), -np.geomspace(1e-3, 1e3, 21)])
MEMBERS = {1.0: al.charbonnier, 0.0: al.cauchy, -2.0: al.geman_mcclure, -math.inf: al.welsch}
members = pytest.mark.parametrize("alpha", MEMBERS)
losses = pytest.mark.parametrize("loss", MEMBERS.values(), ids=lambda loss: loss.__name__)


def both(loss: Any, errors: np.ndarray = ERRORS, **parameters: float) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes per item of errors."""
    return al.value_and_grad(loss)(errors, np.zeros_like(errors), reduction="none", **parameters)


def general(alpha: float, errors: np.ndarray = ERRORS, **parameters: float) -> tuple[np.ndarray, np.ndarray]:
    return both(al.general_robust, errors, alpha=alpha, **parameters)


@members
@pytest.mark.parametrize("scale", [1.0, 0.375])
def test_the_members_are_the_family_at_their_alpha(alpha: float, scale: float) -> None:
    for one, other in zip(both(MEMBERS[alpha], scale=scale), general(alpha, scale=scale), strict=True):
        np.testing.assert_array_equal(one, other)


def test_alpha_two_is_half_the_squared_error() -> None:
    value, slope = both(al.squared_error)
    np.testing.assert_array_equal(general(2.0), (0.5 * value, 0.5 * slope))


@pytest.mark.parametrize("delta", [1.0, 0.3, 2.5])
def test_alpha_one_is_the_pseudo_huber_loss_over_delta_squared(delta: float) -> None:
    for one, other in zip(both(al.pseudo_huber, delta=delta), general(1.0, scale=delta), strict=True):
        np.testing.assert_allclose(one, delta**2 * other, rtol=1e-14)


@pytest.mark.parametrize("alpha", [2.0, 1.0, 0.0, -2.0])
@pytest.mark.parametrize("step", [-1e-12, 1e-12])
def test_the_family_is_continuous_in_alpha(alpha: float, step: float) -> None:
    if alpha + step <= 2:
        for one, other in zip(general(alpha + step), general(alpha), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10)


def test_large_negative_alphas_reach_the_limit() -> None:
    errors = np.linspace(-6, 6, 25)
    for alpha in (-1e12, -1e30):
        for one, other in zip(general(alpha, errors), both(al.welsch, errors), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9)


ALPHAS = (2 - 1e-7, 1.7, 1 + 1e-9, 0.7, 1e-6, 1e-15, -1e-6, -0.7, -7.3, -1e6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("alpha", ALPHAS)
def test_nothing_is_lost_next_to_the_limits(alpha: float, dtype: str) -> None:
    errors = ERRORS[1:].astype(dtype)
    value, _ = general(alpha, errors)
    with mp.workdps(60):
        truth = np.asarray([float(definition(mp.mpf(float(e)), mp.zero, alpha)) for e in errors])
    np.testing.assert_allclose(value, truth, rtol=6 * float(np.finfo(dtype).eps))


def test_more_alpha_costs_more() -> None:
    alphas = (-math.inf, -1e5, -7.0, -2.0, -0.5, -1e-7, 0.0, 1e-7, 0.5, 1.0, 1.5, 2 - 1e-7, 2.0)
    values = np.stack([general(alpha, np.linspace(0.05, 40, 200))[0] for alpha in alphas])
    assert (np.diff(values, axis=0) >= -1e-14 * values[1:]).all()
    assert (values[:-2] < values[2:])[:, 20:].any()


@losses
def test_small_errors_cost_half_their_square(loss: Any) -> None:
    errors = np.geomspace(1e-12, 1e-9, 20)
    value, slope = both(loss, errors)
    np.testing.assert_allclose(value, 0.5 * errors**2, rtol=1e-15)
    np.testing.assert_allclose(slope, errors, rtol=1e-15)


@losses
def test_errors_count_in_units_of_the_scale(loss: Any) -> None:
    value, slope = both(loss)
    scaled_value, scaled_slope = both(loss, 8.0 * ERRORS, scale=8.0)
    np.testing.assert_array_equal(scaled_value, value)
    np.testing.assert_array_equal(8.0 * scaled_slope, slope)


@losses
def test_both_signs_cost_alike_and_pull_back(loss: Any) -> None:
    value, slope = both(loss)
    for mirrored, sign in zip(both(loss, -ERRORS), (1.0, -1.0), strict=True):
        np.testing.assert_array_equal(mirrored, sign * (value if sign > 0 else slope))
    assert (slope * ERRORS >= 0).all()


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_from_alpha_one_on_the_loss_is_convex(alpha: float) -> None:
    _, slope = general(alpha, np.linspace(-20, 20, 401))
    assert (np.diff(slope) > 0).all()


@pytest.mark.parametrize(("alpha", "most"), [(-2.0, 2.0), (-math.inf, 1.0), (-1.0, 3.0), (-8.0, 1.25)])
def test_below_alpha_zero_an_outlier_costs_a_bounded_amount(alpha: float, most: float) -> None:
    value, slope = general(alpha, np.asarray([1e6, 1e150, math.inf]))
    np.testing.assert_allclose(value, most, rtol=1e-5)
    assert (np.abs(slope) < 1e-11).all()
