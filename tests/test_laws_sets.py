"""Laws of losses of sets: lists of documents, and masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import arrayloss as al

from .backends import BACKENDS, numpy_of
from .catalogue import CATALOGUE, Entry

LISTS = ("pairwise_logistic", "pairwise_hinge", "ranking_softmax", "list_mle")
MASKS = ("dice", "jaccard", "tversky", "focal_tversky", "lovasz_hinge", "lovasz_softmax")
SETS = tuple(CATALOGUE[name] for name in (*LISTS, *MASKS, "generalized_dice"))
ONE_AXIS = SETS[:-1]
PRESENT = np.asarray([[1, 1, 0, 1, 1], [0, 0, 0, 0, 0], [0, 1, 1, 0, 1], [1, 1, 1, 1, 1]], bool)

by_set = pytest.mark.parametrize("entry", SETS, ids=lambda entry: entry.name)
by_flat = pytest.mark.parametrize("entry", ONE_AXIS, ids=lambda entry: entry.name)


def loss_of(entry: Entry) -> Callable[..., Any]:
    """The loss as users have it."""
    return getattr(al, entry.name)


def both(entry: Entry, operands: dict[str, Any], **words: Any) -> tuple[Any, tuple[Any, ...]]:
    return al.value_and_grad(loss_of(entry), entry.differentiable())(**operands, **words)


def equal(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(numpy_of(found), numpy_of(expected), rtol=1e-13, atol=1e-15)


# Masks of entries.


@by_set
def test_what_is_masked_out_is_as_good_as_not_there(entry: Entry) -> None:
    operands = entry.operands(1, (4,))
    values = loss_of(entry)(**operands, where=PRESENT, reduction="none")
    value, gradients = both(entry, operands, where=PRESENT, reduction="sum")
    for i in (0, 2, 3):
        alone = {name: rows[i][PRESENT[i]] for name, rows in operands.items()}
        expected, slopes = both(entry, alone)
        equal(values[i], expected)
        for gradient, slope in zip(gradients, slopes, strict=True):
            equal(gradient[i][PRESENT[i]], slope)
    equal(value, values.sum())
    equal(loss_of(entry)(**operands, where=PRESENT), values.sum() / 3)
    assert values[1] == 0
    assert all((gradient[~PRESENT] == 0).all() for gradient in gradients)


@by_set
def test_masked_entries_may_hold_anything(entry: Entry) -> None:
    operands = entry.operands(2, (4,))
    expected, slopes = both(entry, operands, where=PRESENT)
    for poison in (np.nan, np.inf, -np.inf, 7.0):
        wrong = {n: np.where(PRESENT, a, poison if a.dtype.kind == "f" else 9) for n, a in operands.items()}
        for name, backend in BACKENDS.items():
            if name not in ("numpy", "torch", "jax", "dask", "strict") or (poison != 7 and name == "jax"):
                continue
            value, gradients = both(entry, backend.arrays(wrong), where=backend.array(PRESENT))
            equal(value, expected)
            for gradient, slope in zip(gradients, slopes, strict=True):
                equal(gradient, slope)
                assert (numpy_of(gradient)[~PRESENT] == 0).all()


@by_set
def test_a_mask_broadcasts(entry: Entry) -> None:
    operands, row = entry.operands(3, (4,)), PRESENT[0]
    full = np.broadcast_to(row, (4, 5))
    for one, other in zip(
        both(entry, operands, where=row)[1], both(entry, operands, where=full)[1], strict=True
    ):
        np.testing.assert_array_equal(one, other)


# Several axes, and the order of entries.


@by_flat
@pytest.mark.parametrize("axis", [(1, 3), (3, 1), (0, 2), (-1, 0, 1)])
def test_several_axes_are_one(entry: Entry, axis: tuple[int, ...]) -> None:
    shape = (2, 3, 2, 2)
    operands = {n: a.reshape(-1)[:24].reshape(shape) for n, a in entry.operands(4, (5,)).items()}
    where = np.random.default_rng(4).uniform(size=(3, 2, 2)) < 0.75
    axes = [i % 4 for i in axis]
    order = [i for i in range(4) if i not in axes] + axes
    items = tuple(shape[i] for i in order[: 4 - len(axes)])

    def flat(array: np.ndarray) -> np.ndarray:
        return np.broadcast_to(array, shape).transpose(order).reshape(*items, -1)

    rows = {name: flat(array) for name, array in operands.items()}
    expected, slopes = both(entry, rows, where=flat(where), reduction="none")
    for backend in (BACKENDS[name] for name in ("numpy", "torch", "strict")):
        words = {"where": backend.array(where), "axis": axis, "reduction": "none"}
        value, gradients = both(entry, backend.arrays(operands), **words)
        equal(value, expected)
        for gradient, slope in zip(gradients, slopes, strict=True):
            equal(flat(numpy_of(gradient)), slope)


@by_flat
def test_the_order_of_entries_does_not_matter(entry: Entry) -> None:
    operands, order = entry.operands(5, (6,)), np.asarray([3, 0, 4, 1, 2])
    value, gradients = both(entry, operands, reduction="none")
    moved, slopes = both(entry, {n: a[:, order] for n, a in operands.items()}, reduction="none")
    equal(moved, value)
    for gradient, slope in zip(gradients, slopes, strict=True):
        equal(slope, gradient[:, order])


def test_images_of_classes_are_what_axis_and_over_say() -> None:
    rng = np.random.default_rng(6)
    probabilities, labels = rng.uniform(size=(2, 3, 4, 5)), rng.integers(0, 2, (2, 3, 4, 5))
    values = al.generalized_dice(probabilities, labels, axis=1, over=(2, 3), reduction="none")
    each = [
        al.generalized_dice(p, y, axis=0, over=(-1, -2)) for p, y in zip(probabilities, labels, strict=True)
    ]
    equal(values, each)
    one = al.generalized_dice(probabilities[:, :1], labels[:, :1], axis=1, over=(2, 3), reduction="none")
    equal(one, al.dice(probabilities[:, 0], labels[:, 0], axis=(1, 2), reduction="none"))


# Relatives.


def test_the_tversky_loss_has_its_special_cases() -> None:
    operands = CATALOGUE["dice"].operands(7, (6,))
    equal(al.dice(**operands, smooth=0.5), al.tversky(**operands, smooth=0.25))
    equal(al.jaccard(**operands, smooth=0.5), al.tversky(**operands, alpha=1, beta=1, smooth=0.5))
    equal(al.focal_tversky(**operands, gamma=1), al.tversky(**operands))
    dice = al.dice(**operands, reduction="none")
    equal(al.jaccard(**operands, reduction="none"), 2 * dice / (1 + dice))


def test_the_lovasz_extension_is_the_jaccard_loss_of_hard_masks() -> None:
    rng = np.random.default_rng(8)
    found, labels = rng.integers(0, 2, (50, 6)), rng.integers(0, 2, (50, 6))
    labels[:, 0] = 1
    expected = al.jaccard(1.0 * found, labels, reduction="none")
    equal(al.lovasz_softmax(1.0 * found, labels, reduction="none"), expected)
    equal(al.lovasz_hinge(2.0 * found - 1.0, labels, reduction="none"), 2 * expected)


def test_two_documents_have_one_loss() -> None:
    scores, labels = np.random.default_rng(9).normal(size=(20, 2)), np.asarray([0, 1])
    labels = np.broadcast_to(labels, scores.shape)
    expected = al.pairwise_logistic(scores, labels, reduction="none")
    equal(al.list_mle(scores, labels, reduction="none"), expected)
    equal(al.ranking_softmax(scores, labels, reduction="none"), expected)


@pytest.mark.parametrize("name", LISTS)
def test_a_shift_of_the_scores_does_not_matter(name: str) -> None:
    entry = CATALOGUE[name]
    operands = entry.operands(10, (6,))
    operands["scores"] = np.round(operands["scores"] * 64) / 64
    expected, slopes = both(entry, operands)
    for shift in (-1000.0, 512.0):
        value, gradients = both(entry, operands | {"scores": operands["scores"] + shift})
        np.testing.assert_allclose(value, expected, rtol=1e-11)
        np.testing.assert_allclose(gradients[0], slopes[0], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", [*LISTS, "lovasz_hinge", "lovasz_softmax"])
def test_it_is_convex(name: str) -> None:
    entry = CATALOGUE[name]
    operands, other = entry.operands(11, (200,)), entry.operands(12, (200,))
    output = entry.outputs[0]
    middle = operands | {output: 0.25 * operands[output] + 0.75 * other[output]}
    ends = [entry.loss(**(operands | {output: o[output]}), reduction="none") for o in (operands, other)]
    between = entry.loss(**middle, reduction="none")
    assert (between <= 0.25 * ends[0] + 0.75 * ends[1] + 1e-12).all()
    assert (between < 0.25 * ends[0] + 0.75 * ends[1] - 1e-6).any()


# Precision.


@pytest.mark.parametrize("spread", [1.0, 50.0, 3000.0])
def test_long_lists_neither_overflow_nor_lose_digits(spread: float) -> None:
    rng = np.random.default_rng(13)
    scores, labels = spread * rng.normal(size=1000), rng.permutation(1000)
    drawn = scores[np.argsort(-labels)].astype(np.longdouble)
    left = np.logaddexp.accumulate(drawn[::-1])[::-1]
    value, gradient = al.value_and_grad(al.list_mle)(scores, labels)
    np.testing.assert_allclose(value, float(np.sum(left - drawn)), rtol=1e-13)
    shares = np.exp(np.minimum(drawn[None, :] - left[:, None], 0))
    expected = np.sum(np.triu(shares), axis=0) - 1
    np.testing.assert_allclose(gradient[np.argsort(-labels)], expected.astype(float), rtol=1e-9, atol=1e-12)


def test_more_pixels_than_float32_counts() -> None:
    count = 2**24 + 2**20
    labels = np.zeros(count, bool)
    labels[: count // 2] = True
    probabilities = np.where(labels, 1.0, 0.0).astype(np.float32)
    probabilities[-1] = 1.0
    found = al.lovasz_softmax(probabilities, labels)
    assert abs(float(found) * (count // 2 + 1) - 1.0) < 1e-5
