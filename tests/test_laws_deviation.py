"""Laws of the losses of deviations and of quantities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp

import arrayloss as al

RNG = np.random.default_rng(5)
P, T = 3 * RNG.normal(size=(2, 40))
CONVEX = {
    "pseudo_huber": (al.pseudo_huber, {"delta": 0.75}),
    "quantile": (al.quantile, {"quantile": 0.875}),
    "expectile": (al.expectile, {"expectile": 0.125}),
    "epsilon_insensitive": (al.epsilon_insensitive, {"epsilon": 1.5}),
    "absolute_percentage_error": (al.absolute_percentage_error, {"min_target": 0.5}),
}


def both(loss: Any, predictions: Any, targets: Any, **words: Any) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes per item."""
    return al.value_and_grad(loss)(predictions, targets, reduction="none", **words)


@pytest.mark.parametrize("name", CONVEX)
def test_convex_along_lines(name: str) -> None:
    loss, parameters = CONVEX[name]
    ends = 5 * RNG.normal(size=(2, 40))
    for share in (0.25, 0.5, 0.9):
        between, first, second = (
            loss(p, T, reduction="none", **parameters)
            for p in (share * ends[0] + (1 - share) * ends[1], *ends)
        )
        assert (between <= share * first + (1 - share) * second + 1e-12).all()


LIKE = {
    "quantile": (al.quantile, {"quantile": 0.5}, al.absolute_error, 0.5),
    "expectile": (al.expectile, {"expectile": 0.5}, al.squared_error, 0.5),
    "epsilon_insensitive": (al.epsilon_insensitive, {"epsilon": 0.0}, al.absolute_error, 1.0),
    "pseudo_huber-large": (al.pseudo_huber, {"delta": 1e9}, al.squared_error, 0.5),
    "pseudo_huber-small": (al.pseudo_huber, {"delta": 1e-9}, al.absolute_error, 1e-9),
}


@pytest.mark.parametrize("name", LIKE)
def test_meets_the_loss_that_it_bends(name: str) -> None:
    loss, parameters, other, share = LIKE[name]
    for one, two in zip(both(loss, P, T, **parameters), both(other, P, T), strict=True):
        np.testing.assert_allclose(one, share * two, rtol=1e-7)


@pytest.mark.parametrize(("loss", "name"), [(al.quantile, "quantile"), (al.expectile, "expectile")])
def test_the_other_level_mirrors(loss: Any, name: str) -> None:
    value, slope = both(loss, P, T, **{name: 0.875})
    mirrored, back = both(loss, T, P, **{name: 0.125})
    np.testing.assert_array_equal(mirrored, value)
    np.testing.assert_array_equal(back, -slope)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.8])
def test_the_best_constant_is_the_quantile(quantile: float) -> None:
    costs = [al.quantile(np.full(40, c), T, quantile=quantile) for c in T]
    share = np.mean(T[np.argmin(costs)] >= T)
    assert share - 1 / 40 <= quantile + 1e-9
    assert quantile <= share + 1e-9


def test_the_best_constant_is_the_expectile() -> None:
    low, high = T.min(), T.max()
    for _ in range(60):
        middle = (low + high) / 2
        rises = al.grad(al.expectile)(np.full(40, middle), T, expectile=0.8).sum() > 0
        low, high = (low, middle) if rises else (middle, high)
    pulls = np.where(middle < T, 0.8, 0.2) * (T - middle)
    assert abs(pulls.sum()) < 1e-12


def test_a_tolerance_costs_no_more_than_itself() -> None:
    full = al.absolute_error(P, T, reduction="none")
    tolerant = al.epsilon_insensitive(P, T, epsilon=1.5, reduction="none")
    assert ((full - 1.5 <= tolerant + 1e-15) & (tolerant <= full)).all()
    assert ((tolerant == 0) == (full <= 1.5)).all()


# Quantities.


def test_the_order_of_two_quantities_does_not_matter() -> None:
    p, t = np.expm1(P), np.expm1(T)
    np.testing.assert_array_equal(
        al.squared_log_error(p, t, reduction="none"), al.squared_log_error(t, p, reduction="none")
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_close_quantities_differ_in_all_digits(dtype: str) -> None:
    t = np.geomspace(1e-6, 1e20, 60).astype(dtype)
    p = np.nextafter(t, np.asarray(np.inf, dtype))
    value = al.squared_log_error(p, t, reduction="none")
    with mp.workdps(60):
        pairs = zip(p.tolist(), t.tolist(), strict=True)
        truth = np.asarray([float((mp.log1p(mp.mpf(a)) - mp.log1p(mp.mpf(b))) ** 2) for a, b in pairs])
    np.testing.assert_allclose(value, truth, rtol=8 * float(np.finfo(dtype).eps))


def test_shares_have_no_units() -> None:
    one, other = both(al.absolute_percentage_error, P, T), both(al.absolute_percentage_error, 8 * P, 8 * T)
    np.testing.assert_array_equal(other[0], one[0])
    np.testing.assert_array_equal(8 * other[1], one[1])


def test_a_least_target_divides_smaller_ones() -> None:
    least = np.where(np.abs(T) < 2.0, 2.0, np.abs(T))
    value = al.absolute_percentage_error(P, T, min_target=2.0, reduction="none")
    np.testing.assert_allclose(value, np.abs(P - T) / least, rtol=1e-15)
    assert (np.abs(T) < 2.0).any()
