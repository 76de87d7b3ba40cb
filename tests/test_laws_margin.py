"""What the losses of boxes, of multiclass margins and of Fenchel–Young have in common with others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import arrayloss as al

from .backends import Backend, numpy_of
from .catalogue import CATALOGUE

BOXES = ("generalized_iou", "distance_iou", "complete_iou")
CONVEX = ("multiclass_hinge", "multiclass_perceptron", "sparsemax", "binary_sparsemax", "fenchel_young")
SIMPLEX = np.asarray([[1.0, 0.0, 0.0], [0.0, 0.75, 0.25], [0.5, 0.25, 0.25]])


def squares(xp: Any, rows: Any) -> tuple[Any, Any]:
    """Half the square of each row, which is its own conjugate."""
    return 0.5 * xp.sum(rows * rows, axis=-1), rows


@pytest.mark.parametrize("name", [*CONVEX, "categorical_hinge"])
def test_convex_along_random_lines(name: str) -> None:
    entry = CATALOGUE[name]
    one, other = entry.operands(1, (200,)), entry.operands(2, (200,))
    output = entry.outputs[0]
    share = np.random.default_rng(3).uniform(size=200)
    across = share[:, None] if entry.along_axis else share
    between = across * one[output] + (1 - across) * other[output]
    start, end, middle = (
        entry.loss(**{**one, output: scores}, reduction="none")
        for scores in (one[output], other[output], between)
    )
    assert np.all(middle <= share * start + (1 - share) * end + 1e-12)
    assert np.any(middle < share * start + (1 - share) * end - 1e-3)


@pytest.mark.parametrize("name", BOXES)
def test_boxes_are_symmetric_and_have_no_unit(name: str) -> None:
    loss, given = CATALOGUE[name].loss, CATALOGUE[name].operands(4, (50,))
    boxes, targets = given["boxes"], given["targets"]
    each = loss(boxes, targets, reduction="none")
    np.testing.assert_allclose(loss(targets, boxes, reduction="none"), each, rtol=1e-14)
    np.testing.assert_array_equal(loss(1024.0 * boxes, 1024.0 * targets, reduction="none"), each)
    flipped = [box[:, [1, 0, 3, 2]] for box in (boxes, targets)]
    np.testing.assert_allclose(loss(*flipped, reduction="none"), each, rtol=1e-14)


def test_boxes_are_ranked_by_what_they_add() -> None:
    given = CATALOGUE["distance_iou"].operands(5, (50,))
    overlap, complete = (f(**given, reduction="none") for f in (al.distance_iou, al.complete_iou))
    assert np.all(overlap <= complete)
    assert np.any(overlap < complete)


def test_a_box_in_the_wrong_order_is_refused(backend: Backend) -> None:
    boxes = backend.arrays(
        {"boxes": np.asarray([[0.0, 0.0, 1.0, 1.0]]), "targets": np.asarray([[0.0, 2.0, 1.0, 1.0]])}
    )
    if backend.readable:
        with pytest.raises(ValueError, match=r"'targets' holds 2.0 at position \(0, 1\); expected corners"):
            al.generalized_iou(**boxes)
    else:
        assert np.isnan(numpy_of(al.generalized_iou(**boxes)))


def test_fenchel_young_of_the_softmax_is_cross_entropy(backend: Backend) -> None:
    scores = np.random.default_rng(6).normal(size=(3, 3)).astype(np.float32).astype(np.float64)
    arrays = backend.arrays({"scores": scores, "targets": SIMPLEX})
    value, gradient = al.value_and_grad(al.fenchel_young)(**arrays, reduction="sum")
    expected, slopes = al.value_and_grad(al.softmax_cross_entropy)(scores, SIMPLEX, reduction="sum")
    rtol = 1e-12 if backend.widest == "float64" else 1e-5
    np.testing.assert_allclose(numpy_of(value), expected, rtol=rtol)
    np.testing.assert_allclose(numpy_of(gradient), slopes, rtol=rtol, atol=rtol)


def test_fenchel_young_of_squares_is_squared_error(backend: Backend) -> None:
    arrays = backend.arrays({"scores": 2.0 * SIMPLEX[::-1], "targets": SIMPLEX})
    value, gradient = al.value_and_grad(al.fenchel_young)(**arrays, conjugate=squares, reduction="sum")
    squared, slopes = al.value_and_grad(al.squared_error)(2.0 * SIMPLEX[::-1], SIMPLEX, reduction="sum")
    rtol = 1e-14 if backend.widest == "float64" else 1e-6
    np.testing.assert_allclose(numpy_of(value), 0.5 * (squared - np.sum(SIMPLEX**2)), rtol=rtol)
    np.testing.assert_allclose(numpy_of(gradient), 0.5 * slopes, rtol=rtol, atol=rtol)


def test_sparsemax_of_two_classes_is_the_binary_one() -> None:
    logits = np.linspace(-3.0, 3.0, 25)
    rows = np.stack([np.zeros(25), logits], axis=-1)
    for label in (0, 1):
        several = al.sparsemax(rows, np.full(25, label), reduction="none")
        one = al.binary_sparsemax(logits, label, reduction="none")
        np.testing.assert_allclose(several, one, rtol=1e-14, atol=1e-16)


def test_a_hinge_without_margin_is_the_perceptron() -> None:
    given = CATALOGUE["multiclass_hinge"].operands(7, (50,))
    hinge = al.multiclass_hinge(**given, margin=0.0, reduction="none")
    np.testing.assert_array_equal(hinge, al.multiclass_perceptron(**given, reduction="none"))
    labels = np.eye(5)[given["labels"]]
    positive = given["scores"] - given["scores"].min() + 1.0
    both = (al.multiclass_hinge(positive, given["labels"]), al.categorical_hinge(positive, labels))
    np.testing.assert_allclose(*both, rtol=1e-14)
