"""Laws of the losses of decisions, and where they meet other losses."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import arrayloss as al

RNG = np.random.default_rng(5)
SCORES, OTHERS = 3 * RNG.normal(size=(2, 200))
LABELS = RNG.choice([-1, 1], 200)
DECISIONS = (al.hinge, al.squared_hinge, al.modified_huber, al.perceptron, al.exponential)

by_loss = pytest.mark.parametrize("loss", DECISIONS, ids=lambda loss: loss.__name__)


@by_loss
def test_convex_along_any_line(loss):
    ends = [loss(scores, LABELS, reduction="none") for scores in (SCORES, OTHERS)]
    middle = loss(0.5 * (SCORES + OTHERS), LABELS, reduction="none")
    assert np.all(middle <= 0.5 * (ends[0] + ends[1]) * (1 + 1e-14))


@by_loss
def test_sides_are_alike(loss):
    value, gradient = al.value_and_grad(loss)(SCORES, LABELS, reduction="none")
    other, opposite = al.value_and_grad(loss)(-SCORES, -LABELS, reduction="none")
    np.testing.assert_array_equal(other, value)
    np.testing.assert_array_equal(opposite, -gradient)


def test_they_bound_the_number_of_errors():
    wrong = SCORES * LABELS <= 0
    for loss in (al.hinge, al.squared_hinge, al.modified_huber, al.exponential):
        assert np.all(loss(SCORES, LABELS, reduction="none") >= wrong)


def test_a_perceptron_learns_from_scores_of_0():
    assert al.grad(al.perceptron)(np.zeros(2), np.array([1, -1]), reduction="sum").tolist() == [-1, 1]


def test_modified_huber_meets_the_squared_hinge():
    inside = SCORES * LABELS >= -1
    values = [loss(SCORES, LABELS, reduction="none") for loss in (al.modified_huber, al.squared_hinge)]
    np.testing.assert_array_equal(values[0][inside], values[1][inside])
    assert np.all(values[0][~inside] < values[1][~inside])


LOGITS, SHARES = 4 * RNG.normal(size=200), RNG.uniform(size=200)


def test_focal_without_focus_is_the_cross_entropy():
    for words in ({}, {"weights": SHARES}):
        found = al.value_and_grad(al.sigmoid_focal, ("logits", "labels"))(LOGITS, SHARES, gamma=0.0, **words)
        want = al.value_and_grad(al.sigmoid_cross_entropy, ("logits", "labels"))(LOGITS, SHARES, **words)
        np.testing.assert_allclose(found[0], want[0], rtol=1e-15)
        for one, other in zip(found[1], want[1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-17)


def test_focal_falls_with_its_focus_and_is_symmetric():
    values = [al.sigmoid_focal(LOGITS, SHARES, gamma=g, reduction="none") for g in (0.0, 0.5, 2.0, 5.0)]
    assert all(np.all(more < less) for less, more in itertools.pairwise(values))
    for alpha in (None, 0.25):
        turned = al.sigmoid_focal(
            -LOGITS, 1 - SHARES, alpha=None if alpha is None else 1 - alpha, reduction="none"
        )
        np.testing.assert_allclose(
            turned, al.sigmoid_focal(LOGITS, SHARES, alpha=alpha, reduction="none"), rtol=1e-13
        )


def test_focal_keeps_the_digits_of_a_confident_prediction():
    logits = np.asarray([20.0, 100.0], dtype=np.float32)
    found = al.sigmoid_focal(logits, 1, reduction="none")
    np.testing.assert_allclose(found, [np.exp(-60.0), 0.0], rtol=1e-6)
    assert np.isclose(al.sigmoid_focal(np.asarray(100.0), 1), np.exp(-300.0), rtol=1e-14)
