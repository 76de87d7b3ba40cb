"""Laws of the deviances and of the likelihoods with heavy tails, and where they meet other losses."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

import arrayloss as al

RNG = np.random.default_rng(6)
MEANS, TARGETS = np.exp(2 * RNG.normal(size=(2, 200)))
POWERS = (1.0, 1 + 2**-40, 1.25, 1.5, 1.75, 2 - 2**-40, 2.0, 2 + 2**-40, 3.0, 4.5)

by_power = pytest.mark.parametrize("power", POWERS)


@by_power
def test_a_deviance_is_0_where_both_agree_and_positive_elsewhere(power):
    deviance = partial(al.tweedie_deviance, power=power, reduction="none")
    value, gradients = al.value_and_grad(deviance, ("predictions", "targets"))(TARGETS, TARGETS)
    assert not np.any(value)
    assert not np.any(gradients)
    assert np.all(deviance(MEANS, TARGETS) > 0)
    assert np.all(deviance(np.nextafter(TARGETS, np.inf), TARGETS) > 0)


@by_power
def test_a_change_of_units_is_a_power_of_it(power):
    deviance = partial(al.tweedie_deviance, power=power, reduction="none")
    scaled = 8.0 ** (2 - power) * deviance(MEANS, TARGETS)
    np.testing.assert_allclose(deviance(8 * MEANS, 8 * TARGETS), scaled, rtol=1e-13)


@pytest.mark.parametrize(
    ("power", "loss"), [(0.0, al.squared_error), (1.0, al.poisson_deviance), (2.0, al.gamma_deviance)]
)
def test_powers_are_losses_of_their_own_and_limits(power, loss):
    value, gradient = al.value_and_grad(loss)(MEANS, TARGETS, reduction="none")
    near = (0.0,) if power == 0 else (0.0, 2**-50) if power == 1 else (-(2**-50), 0.0, 2**-50)
    for step in near:
        found = al.value_and_grad(al.tweedie_deviance)(MEANS, TARGETS, power=power + step, reduction="none")
        np.testing.assert_allclose(found[0], value, rtol=1e-12)
        np.testing.assert_allclose(found[1], gradient, rtol=1e-12)


def test_a_deviance_is_twice_what_the_likelihood_lacks():
    counts = np.round(TARGETS)
    for dispersion in (0.0, 0.5, 2.0):
        nll = partial(al.negative_binomial_nll, dispersion=dispersion, reduction="none")
        lack = 2 * (nll(MEANS, counts) - nll(counts, counts))
        assert np.all(lack >= -1e-13)
        if not dispersion:
            np.testing.assert_allclose(lack, al.poisson_deviance(MEANS, counts, reduction="none"), atol=1e-12)


@pytest.mark.parametrize("dispersion", [0.0, 0.125, 1.0, 4.0])
def test_negative_binomial_probabilities_add_up_to_1(dispersion):
    counts = np.arange(20_000)
    nll = al.negative_binomial_nll(np.full(20_000, 3.0), counts, dispersion=dispersion, reduction="none")
    assert math.isclose(np.sum(np.exp(-nll)), 1.0, rel_tol=1e-13)


def test_negative_binomial_goes_over_into_poisson():
    counts = np.round(TARGETS)
    values = [
        al.negative_binomial_nll(MEANS, counts, dispersion=dispersion, reduction="none")
        for dispersion in (0.0, 1e-18)
    ]
    np.testing.assert_allclose(values[1], values[0], rtol=1e-14)
    poisson = al.poisson_nll(MEANS, counts, reduction="none") + [math.lgamma(k + 1) for k in counts]
    np.testing.assert_allclose(values[0], poisson, rtol=1e-11)


def test_student_goes_over_into_normal_and_has_cauchys_density():
    errors, ones = RNG.normal(size=50), np.ones(50)
    zeros = 0 * ones
    normal = al.gaussian_nll(errors, ones, zeros, full=True, reduction="none")
    found = al.student_t_nll(errors, ones, zeros, df=1e15, reduction="none")
    np.testing.assert_allclose(found, normal, rtol=1e-13)
    cauchy = np.log(math.pi * (1 + errors**2))
    np.testing.assert_allclose(
        al.student_t_nll(errors, ones, zeros, df=1.0, reduction="none"), cauchy, rtol=1e-14
    )


@pytest.mark.parametrize("df", [0.5, 1.0, 4.0, 30.0])
def test_scaled_densities_integrate_to_1(df):
    x = np.sinh(np.linspace(-60, 60, 200_001))
    widths = np.cosh(np.linspace(-60, 60, 200_001)) * (120 / 200_000)
    losses = {
        "laplace": al.laplace_nll(0 * x, np.full_like(x, 2.0), x, reduction="none"),
        "student": al.student_t_nll(0 * x, np.full_like(x, 2.0), x, df=df, reduction="none"),
    }
    for name, nll in losses.items():
        assert math.isclose(np.sum(np.exp(-nll) * widths), 1.0, rel_tol=1e-6), name
