"""What relates the losses of classes and distributions to each other, and bounds them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import arrayloss as al

from .backends import BACKENDS, numpy_of
from .catalogue import CATALOGUE, FEATURES

ROWS = 40
ONE_HOT = np.eye(FEATURES)
CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])


def operands(name: str, seed: int = 0) -> dict[str, np.ndarray]:
    return CATALOGUE[name].operands(seed, (ROWS,))


def both(loss: Callable[..., Any], *arrays: Any, **words: Any) -> tuple[np.ndarray, np.ndarray]:
    """The loss of each item and the gradient of their sum by what the model gave."""
    value = loss(*arrays, **words, reduction="none")
    return value, al.grad(loss)(*arrays, **words, reduction="sum")


def agree(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...], rtol: float = 1e-13) -> None:
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-15)


LIMITS = {
    "softmax_focal": ({"gamma": 0}, al.softmax_cross_entropy),
    "poly_cross_entropy": ({"epsilon": 0}, al.softmax_cross_entropy),
    "sparse_softmax_focal": ({"gamma": 0}, al.sparse_softmax_cross_entropy),
    "sparse_poly_cross_entropy": ({"epsilon": 0}, al.sparse_softmax_cross_entropy),
    "generalized_cross_entropy": ({"q": 0}, al.sparse_softmax_cross_entropy),
}


@pytest.mark.parametrize("class_weights", [None, CLASS_WEIGHTS], ids=["plain", "class_weights"])
@pytest.mark.parametrize("name", LIMITS)
def test_the_limit_is_the_cross_entropy(name: str, class_weights: Any) -> None:
    words, parent = LIMITS[name]
    arrays, loss = operands(name).values(), getattr(al, name)
    agree(
        both(loss, *arrays, class_weights=class_weights, **words),
        both(parent, *arrays, class_weights=class_weights),
    )


@pytest.mark.parametrize("name", ["softmax_focal", "poly_cross_entropy"])
def test_an_index_is_its_one_hot_row(name: str) -> None:
    logits, labels = operands(f"sparse_{name}").values()
    for words in CATALOGUE[name].parameters:
        by_index = both(getattr(al, f"sparse_{name}"), logits, labels, **words)
        agree(by_index, both(getattr(al, name), logits, ONE_HOT[labels], **words))


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("loss", [al.softmax_cross_entropy, al.fenchel_young])
def test_two_classes_that_are_alike_pull_at_nobody(loss: Callable[..., Any], library: str) -> None:
    """What rounds alike cancels: a softmax by its reciprocal sum leaves something of every eighth row."""
    score = np.random.default_rng(0).uniform(-50, 50, (1000, 1))
    logits, halves = (
        BACKENDS[library].array(rows) for rows in (score + np.zeros(2), np.full((1000, 2), 0.5))
    )
    assert not numpy_of(al.grad(loss)(logits, halves)).any()


def test_focus_only_takes_away() -> None:
    arrays = operands("softmax_focal").values()
    values = [al.softmax_focal(*arrays, gamma=gamma, reduction="none") for gamma in (0, 0.5, 1, 2, 7)]
    for more, less in itertools.pairwise(values):
        assert (less < more).all()


def test_the_generalized_cross_entropy_ends_at_the_absolute_error_and_is_bounded() -> None:
    logits, labels = operands("generalized_cross_entropy").values()
    probabilities = al.special.softmax(logits)[np.arange(ROWS), labels]
    agree((al.generalized_cross_entropy(logits, labels, q=1, reduction="none"),), (1 - probabilities,))
    for q in (0.125, 0.5, 1):
        assert (al.generalized_cross_entropy(1e3 * logits, labels, q=q, reduction="none") <= 1 / q).all()


@pytest.mark.parametrize("loss", [al.cosface, al.arcface])
def test_without_a_margin_cosines_are_logits(loss: Callable[..., Any]) -> None:
    cosines, labels = operands(loss.__name__).values()
    value, gradient = both(al.sparse_softmax_cross_entropy, 8 * cosines, labels)
    agree(both(loss, cosines, labels, margin=0, scale=8), (value, 8 * gradient))


@pytest.mark.parametrize("margin", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("loss", [al.cosface, al.arcface])
def test_a_cosine_nearer_to_the_label_costs_less(loss: Callable[..., Any], margin: float) -> None:
    """Over the whole circle, also where cos(theta + m) would rise again."""
    cosines = np.zeros((400, 3))
    cosines[:, 0] = np.linspace(-1, 1, 400)
    value, gradient = both(loss, cosines, np.zeros(400, int), margin=margin, scale=4)
    assert (np.diff(value) < 0).all()
    assert (gradient[1:-1, 0] < 0).all()


def test_a_normaliser_costs_the_square_of_its_logarithm() -> None:
    for name in ("softmax_cross_entropy", "sparse_softmax_cross_entropy"):
        arrays, loss = operands(name), getattr(al, name)
        plain = loss(**arrays, reduction="none")
        squares = al.special.logsumexp(arrays["logits"]) ** 2
        agree((loss(**arrays, z_loss=0.25, reduction="none"),), (plain + 0.25 * squares,))


def test_smoothed_labels_are_what_smoothing_is_of() -> None:
    logits, labels = operands("softmax_cross_entropy").values()
    smooth = al.special.smooth_labels(labels, alpha=0.25)
    agree(
        both(al.softmax_cross_entropy, logits, smooth),
        both(al.softmax_cross_entropy, logits, labels, label_smoothing=0.25),
    )


# Divergences.


def test_the_generalized_divergence_is_that_of_distributions_and_of_counts() -> None:
    rates, targets = operands("generalized_kl").values()
    poisson = al.poisson_nll(rates, targets, reduction="none") - al.poisson_nll(
        targets, targets, reduction="none"
    )
    found = al.generalized_kl(rates, targets, reduction="none")
    agree((found,), (poisson.sum(-1),), 1e-11)
    rates, targets = (rows / rows.sum(-1, keepdims=True) for rows in (rates, targets))
    plain = al.kl_divergence(np.log(rates), targets, reduction="none")
    agree((al.generalized_kl(rates, targets, reduction="none"),), (plain,), 1e-11)


def test_js_divergence_is_the_square_of_a_distance() -> None:
    a, b = operands("js_divergence").values()
    c = np.roll(a, 1, axis=0)
    distances = [np.sqrt(al.js_divergence(*pair, reduction="none")) for pair in ((a, b), (b, c), (a, c))]
    assert (distances[2] <= distances[0] + distances[1]).all()
    assert all((each**2 <= np.log(2)).all() for each in distances)
    by_first, by_second = al.grad(al.js_divergence, ("probabilities", "targets"))(a, b)
    turned = al.grad(al.js_divergence, ("targets", "probabilities"))(b, a)
    np.testing.assert_array_equal(al.js_divergence(a, b), al.js_divergence(b, a))
    np.testing.assert_array_equal((by_first, by_second), turned)


def test_distillation_is_the_divergence_of_softmaxes() -> None:
    student, teacher = operands("distillation").values()
    for temperature in (0.5, 1.0, 4.0):
        logs, shares = (
            al.special.log_softmax(student / temperature),
            al.special.softmax(teacher / temperature),
        )
        expected = temperature**2 * al.kl_divergence(logs, shares, reduction="none")
        found = al.distillation(student, teacher, temperature=temperature, reduction="none")
        agree((found,), (expected,), 1e-10)


def test_distillation_ends_at_half_the_variance_of_the_difference() -> None:
    student, teacher = operands("distillation").values()
    found = al.distillation(student, teacher, temperature=1e6, reduction="none")
    agree((found,), (np.var(student - teacher, axis=-1) / 2,), 1e-5)


def test_distillation_knows_no_shift() -> None:
    student, teacher = (np.round(64 * rows) / 64 for rows in operands("distillation").values())
    agree(both(al.distillation, student + 32, teacher - 16), both(al.distillation, student, teacher))


@pytest.mark.parametrize("name", ["generalized_kl", "js_divergence", "distillation"])
def test_convex_in_what_the_model_gave(name: str) -> None:
    (output, truth), loss = operands(name).values(), getattr(al, name)
    other = np.roll(output, 1, axis=0)
    ends = [loss(rows, truth, reduction="none") for rows in (output, other)]
    for share in (0.125, 0.5, 0.75):
        between = loss((1 - share) * output + share * other, truth, reduction="none")
        assert (between <= (1 - share) * ends[0] + share * ends[1] + 1e-12).all()


@pytest.mark.parametrize("name", ["generalized_kl", "js_divergence"])
def test_near_equality_nothing_cancels(name: str) -> None:
    """A difference of d costs d² over twice the target, or over eight times it."""
    targets = np.full((1, 4), 0.25)
    outputs = targets + 2.0**-40 * np.asarray([1, -1, 2, -2])
    square = np.sum((outputs - targets) ** 2 / targets) / {"generalized_kl": 2, "js_divergence": 8}[name]
    value, gradient = both(getattr(al, name), outputs, targets)
    np.testing.assert_allclose(value, square, rtol=1e-11)
    slope = (outputs - targets) / targets / {"generalized_kl": 1, "js_divergence": 4}[name]
    np.testing.assert_allclose(gradient, slope, rtol=1e-11)
