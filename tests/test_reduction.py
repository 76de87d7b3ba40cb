"""The four words against arithmetic done by hand, in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import arrayloss as al
from arrayloss._engine import blocks, plain

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CATALOGUE, FEATURES

N, M = 3, 4
CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])

WEIGHTS: dict[str, Any] = {
    "none": None,
    "number": 2.5,
    "whole": 3,
    "column": np.asarray([[0.5], [2.0], [1.25]]),
    "row": np.asarray([1.0, 0.0, 3.0, 0.5]),
    "scalar": np.asarray(1.75),
    "full": np.arange(12.0).reshape(N, M) / 8,
    "int": np.asarray([[0, 1, 2, 3]]),
    "bool": np.asarray([[True], [False], [True]]),
    "zero": np.zeros((N, M)),
    "cancelling": np.asarray([1.0, -1.0, 2.0, -2.0]),
}
MASKS: dict[str, Any] = {
    "none": None,
    "column": np.asarray([[True], [False], [True]]),
    "row": np.asarray([True, True, False, True]),
    "scalar": np.asarray(True),
    "full": np.arange(12).reshape(N, M) % 3 != 1,
    "nothing": np.zeros((N, M), bool),
}
DENOMINATORS: dict[str, Any] = {
    "weights": "weights",
    "count": "count",
    "nonzero": "nonzero",
    "number": 2.5,
    "whole": 7,
    "array": np.asarray(12.5),
    "int-array": np.asarray(9),
}
WORDS = {
    f"{w}-{m}-{d}": (WEIGHTS[w], MASKS[m], DENOMINATORS[d])
    for i, (w, d) in enumerate(product(WEIGHTS, DENOMINATORS))
    for m in [list(MASKS)[i % len(MASKS)], *(["full"] if i % 4 == 0 else [])]
}


def fractions(values: Any) -> list[Fraction]:
    """The numbers of an array, exactly."""
    return [Fraction(float(value)) for value in np.ravel(values)]


def by_hand(
    values: np.ndarray,
    weights: Any,
    where: Any,
    reduction: str,
    denominator: Any,
    mass: np.ndarray | None = None,
) -> Fraction:
    """The reduced loss of per-item values, in fractions."""
    everywhere = np.ones(values.shape)
    weight = fractions(everywhere * (1 if weights is None else weights))
    kept = np.ravel(everywhere * (1 if where is None else where)) != 0
    share = fractions(everywhere if mass is None else mass)
    columns = zip(kept, fractions(values), weight, share, strict=True)
    rows = [row for keep, *row in columns if keep]
    total = sum((w * v for v, w, _ in rows), Fraction(0))
    if reduction == "sum":
        return total
    counts = {
        "weights": sum((w * s for _, w, s in rows), Fraction(0)),
        "count": Fraction(len(rows)),
        "nonzero": Fraction(sum(w * s != 0 for _, w, s in rows)),
    }
    count = counts[denominator] if isinstance(denominator, str) else Fraction(float(denominator))
    return total / count if count else Fraction(0)


def rounding(backend: Backend) -> float:
    return 16 * float(np.finfo(backend.widest).eps)


def agree(actual: Any, expected: Fraction, backend: Backend) -> None:
    """A 0-d result equals a fraction, to rounding."""
    value = numpy_of(actual)
    assert value.shape == () == tuple(actual.shape)
    assert value.dtype == backend.widest
    difference, bound = (
        abs(float(value) - float(expected)),
        rounding(backend) * max(1.0, abs(float(expected))),
    )
    assert difference <= bound, f"{float(value)} is not {float(expected)}"


def near(actual: Any, expected: Any, backend: Backend) -> None:
    """An array equals another, shape included, to rounding."""
    actual, expected = numpy_of(actual), np.asarray(expected)
    assert actual.dtype == backend.widest
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    np.testing.assert_allclose(actual, expected, rtol=rounding(backend), atol=rounding(backend))


def items_and_mean(backend: Backend, words: tuple[Any, Any, Any]) -> None:
    """One combination of words: the loss and its gradient against the same by hand."""
    weights, where, denominator = words
    operands = CATALOGUE["squared_error"].operands(3, (N, M))
    keywords = backend.arrays({"weights": weights, "where": where, "denominator": denominator})
    arrays = backend.arrays(operands)
    values = numpy_of(al.squared_error(**arrays, reduction="none"))
    mean, gradient = al.value_and_grad(al.squared_error)(**arrays, **keywords)
    agree(mean, by_hand(values, weights, where, "mean", denominator), backend)
    error = operands["predictions"] - operands["targets"]
    factors = [by_hand(one, weights, where, "mean", denominator) for one in np.eye(N * M).reshape(-1, N, M)]
    near(gradient, 2 * error * np.reshape(np.asarray(factors, float), (N, M)), backend)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_mean(backend: Backend, words: tuple[Any, Any, Any]) -> None:
    items_and_mean(backend, words)


def test_every_word_is_met() -> None:
    assert len(WORDS) >= len(WEIGHTS) * len(DENOMINATORS)
    for position, choices in enumerate((WEIGHTS, MASKS, DENOMINATORS)):
        met = {name.replace("int-array", "int_array").split("-")[position] for name in WORDS}
        assert met == {name.replace("-", "_") for name in choices}


@pytest.mark.parametrize("where", MASKS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_sum_and_items(weights: str, where: str) -> None:
    for name in ("numpy", "torch", "strict"):
        backend = BACKENDS[name]
        arrays = backend.arrays(CATALOGUE["huber"].operands(4, (N, M)))
        keywords = backend.arrays({"weights": WEIGHTS[weights], "where": MASKS[where]})
        values = numpy_of(al.huber(**arrays, reduction="none"))
        total, by_sum = al.value_and_grad(al.huber)(**arrays, **keywords, reduction="sum")
        agree(total, by_hand(values, WEIGHTS[weights], MASKS[where], "sum", None), backend)
        each, by_none = al.value_and_grad(al.huber)(**arrays, **keywords, reduction="none")
        weight = 1.0 if WEIGHTS[weights] is None else WEIGHTS[weights]
        mask = True if MASKS[where] is None else MASKS[where]
        near(each, np.broadcast_to(np.where(mask, values * weight, 0.0), (N, M)), backend)
        near(by_none, numpy_of(by_sum), backend)


# Numbers worked out by hand: errors 1, 2, 3 cost 1, 4, 9.

PREDICTIONS, TARGETS = np.asarray([1.0, 2.0, 4.0]), np.asarray([0.0, 0.0, 1.0])
TINY: list[tuple[dict[str, Any], float]] = [
    ({}, 14 / 3),
    ({"reduction": "sum"}, 14.0),
    ({"weights": np.asarray([1.0, 2.0, 0.0])}, 3.0),
    ({"weights": np.asarray([1.0, 2.0, 0.0]), "denominator": "count"}, 3.0),
    ({"weights": np.asarray([1.0, 2.0, 0.0]), "denominator": "nonzero"}, 4.5),
    ({"weights": np.asarray([1.0, 2.0, 0.0]), "denominator": 4}, 2.25),
    ({"weights": np.asarray([1.0, 2.0, 0.0]), "reduction": "sum"}, 9.0),
    ({"weights": np.asarray([1, 2, 0])}, 3.0),
    ({"weights": np.asarray([True, True, False])}, 2.5),
    ({"where": np.asarray([True, False, True])}, 5.0),
    ({"where": np.asarray([True, False, True]), "denominator": 4}, 2.5),
    ({"where": np.asarray([True, False, True]), "weights": np.asarray([1.0, 2.0, 0.0])}, 1.0),
    (
        {"where": np.asarray([True, False, True]), "weights": np.asarray([1, 2, 0]), "denominator": "count"},
        0.5,
    ),
    (
        {
            "where": np.asarray([True, False, True]),
            "weights": np.asarray([1, 2, 0]),
            "denominator": "nonzero",
        },
        1.0,
    ),
    ({"weights": 0.5}, 14 / 3),
    ({"weights": 0.5, "reduction": "sum"}, 7.0),
    ({"weights": 0.5, "denominator": "count"}, 7 / 3),
    ({"weights": np.asarray([1.0, -1.0, 0.0])}, 0.0),
    ({"weights": 0}, 0.0),
    ({"weights": 0, "denominator": "nonzero"}, 0.0),
    ({"where": np.asarray(False)}, 0.0),
    ({"denominator": 0}, 0.0),
]


@pytest.mark.parametrize(("words", "expected"), TINY)
def test_worked_out_by_hand(backend: Backend, words: dict[str, Any], expected: float) -> None:
    arrays = backend.arrays({"predictions": PREDICTIONS, "targets": TARGETS})
    agree(al.squared_error(**arrays, **backend.arrays(words)), Fraction(expected), backend)


def test_no_sum_of_weights_no_gradient(backend: Backend) -> None:
    arrays = backend.arrays({"predictions": PREDICTIONS, "targets": TARGETS})
    for weights in ([1.0, -1.0, 0.0], [0.0, 0.0, 0.0]):
        keywords = backend.arrays({"weights": np.asarray(weights)})
        near(al.grad(al.squared_error)(**arrays, **keywords), np.zeros(3), backend)


# Classes: the weight of an item's class, and labels to ignore.

LOGITS = np.asarray([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]])
LABELS = np.asarray([0, 1, 1])
ROWS = [1.3132616875182228, 0.1269280110429726, 0.1269280110429726]
CLASSES: list[tuple[dict[str, Any], float]] = [
    ({}, (ROWS[0] + 2 * ROWS[1]) / 3),
    ({"class_weights": np.asarray([1.0, 2.0])}, (ROWS[0] + 4 * ROWS[1]) / 5),
    ({"class_weights": np.asarray([1, 2])}, (ROWS[0] + 4 * ROWS[1]) / 5),
    ({"class_weights": np.asarray([1.0, 2.0]), "denominator": "count"}, (ROWS[0] + 4 * ROWS[1]) / 3),
    ({"class_weights": np.asarray([0.0, 2.0]), "denominator": "nonzero"}, 4 * ROWS[1] / 2),
    ({"class_weights": np.asarray([0.0, 2.0]), "denominator": "count"}, 4 * ROWS[1] / 3),
    (
        {"class_weights": np.asarray([1.0, 2.0]), "weights": np.asarray([3.0, 1.0, 0.0])},
        (3 * ROWS[0] + 2 * ROWS[1]) / 5,
    ),
    (
        {"class_weights": np.asarray([1.0, 2.0]), "where": np.asarray([True, True, False])},
        (ROWS[0] + 2 * ROWS[1]) / 3,
    ),
    ({"class_weights": np.asarray([0.0, 0.0])}, 0.0),
    ({"ignore_index": 0}, ROWS[1]),
    ({"ignore_index": 1}, ROWS[0]),
    ({"ignore_index": 0, "denominator": "count"}, ROWS[1]),
    ({"ignore_index": 0, "denominator": "nonzero"}, ROWS[1]),
    ({"ignore_index": 0, "denominator": 4.0}, ROWS[1] / 2),
    ({"ignore_index": 0, "denominator": np.asarray(3)}, 2 * ROWS[1] / 3),
    ({"ignore_index": 0, "reduction": "sum"}, 2 * ROWS[1]),
    ({"ignore_index": 0, "weights": np.asarray([5.0, 1.0, 0.0]), "denominator": "count"}, ROWS[1] / 2),
    ({"ignore_index": 0, "weights": np.asarray([5.0, 1.0, 0.0]), "denominator": "nonzero"}, ROWS[1]),
    ({"ignore_index": 1, "where": np.asarray([False, True, True])}, 0.0),
    ({"ignore_index": -100}, (ROWS[0] + 2 * ROWS[1]) / 3),
]


@pytest.mark.parametrize(("words", "expected"), CLASSES)
def test_classes_worked_out_by_hand(backend: Backend, words: dict[str, Any], expected: float) -> None:
    arrays = backend.arrays({"logits": LOGITS, "labels": LABELS} | words)
    agree(al.sparse_softmax_cross_entropy(**arrays), Fraction(expected), backend)


def test_ignored_labels_of_nothing_in_range(backend: Backend) -> None:
    labels = np.asarray([-100, 1, -100])
    arrays = backend.arrays({"logits": LOGITS, "labels": labels})
    value, gradient = al.value_and_grad(al.sparse_softmax_cross_entropy)(**arrays, ignore_index=-100)
    agree(value, Fraction(ROWS[1]), backend)
    row = 1 / (1 + math.exp(2.0))
    near(gradient, np.asarray([[0.0, 0.0], [row, -row], [0.0, 0.0]]), backend)


@pytest.mark.parametrize("denominator", DENOMINATORS)
@pytest.mark.parametrize(
    "name", ["sparse_softmax_cross_entropy", "softmax_cross_entropy", "nll", "multi_margin"]
)
def test_class_weights_count_in_the_denominator(name: str, denominator: str) -> None:
    entry, given = CATALOGUE[name], DENOMINATORS[denominator]
    operands, weights = entry.operands(5, (N, M)), WEIGHTS["full"]
    truth = operands["labels"]
    mass = truth @ CLASS_WEIGHTS if truth.dtype.kind == "f" else CLASS_WEIGHTS[truth]
    for library in ("numpy", "torch", "strict"):
        backend = BACKENDS[library]
        words = {
            "class_weights": CLASS_WEIGHTS,
            "weights": weights,
            "where": MASKS["full"],
            "denominator": given,
        }
        arrays = backend.arrays(operands)
        values = numpy_of(entry.loss(**arrays, class_weights=backend.array(CLASS_WEIGHTS), reduction="none"))
        mean = entry.loss(**arrays, **backend.arrays(words))
        agree(mean, by_hand(values, weights, MASKS["full"], "mean", given, mass), backend)


# The denominator depends on soft labels, and so does the gradient with respect to them.


def _weighted_mean(labels: Any, logits: Any, words: dict[str, Any], smoothing: float) -> Any:
    """The mean softmax cross-entropy, written down without the package."""
    smooth = (1 - smoothing) * labels + smoothing / FEATURES
    rows = -jnp.sum(CLASS_WEIGHTS * smooth * jax.nn.log_softmax(logits), axis=-1)
    weights = jnp.where(words["where"], words["weights"], 0.0)
    count = jnp.sum(weights * (labels @ CLASS_WEIGHTS)) if words["denominator"] == "weights" else 6.5
    return jnp.sum(weights * rows) / count


@pytest.mark.parametrize("denominator", ["weights", 6.5], ids=str)
@pytest.mark.parametrize("smoothing", [0.0, 0.125])
def test_the_denominator_follows_soft_labels(backend: Backend, smoothing: float, denominator: Any) -> None:
    operands = CATALOGUE["softmax_cross_entropy"].operands(6, (4,))
    words = {
        "weights": np.asarray([0.5, 2.0, 1.0, 4.0]),
        "where": np.asarray([True, True, False, True]),
        "denominator": denominator,
    }
    arrays = (operands["labels"], operands["logits"])
    by_labels, by_logits = jax.grad(_weighted_mean, (0, 1))(*map(jnp.asarray, arrays), words, smoothing)
    given = backend.arrays({**operands, **words, "class_weights": CLASS_WEIGHTS})
    loss, found = al.softmax_cross_entropy, ("labels", "logits")
    value, gradients = al.value_and_grad(loss, found)(**given, label_smoothing=smoothing)
    agree(value, Fraction(float(_weighted_mean(*arrays, words, smoothing))), backend)
    near(gradients[0], by_labels, backend)
    near(gradients[1], by_logits, backend)
    near(al.grad(loss, "labels")(**given, label_smoothing=smoothing), by_labels, backend)


# A number as the denominator, and many items.


def test_accumulated_gradients_are_those_of_the_whole(backend: Backend) -> None:
    operands = CATALOGUE["sparse_softmax_cross_entropy"].operands(7, (12,))
    compute = al.value_and_grad(al.sparse_softmax_cross_entropy)
    whole, gradient = compute(**backend.arrays(operands))
    total, parts = 0.0, []
    for rows in (slice(0, 5), slice(5, 7), slice(7, 12)):
        part = backend.arrays({name: array[rows] for name, array in operands.items()})
        value, piece = compute(**part, denominator=backend.array(np.asarray(12)))
        total += float(numpy_of(value))
        parts.append(numpy_of(piece))
    agree(whole, Fraction(total), backend)
    near(gradient, np.concatenate(parts), backend)


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
def test_more_items_than_float32_can_count_one_by_one(library: str) -> None:
    backend, count = BACKENDS[library], 2**24 + 4096
    ones = backend.xp.broadcast_to(backend.array(np.asarray(1.0), "float32"), (count,))
    where = backend.xp.broadcast_to(backend.array(np.asarray([[True, False]])), (count // 2, 2))
    where = backend.xp.reshape(where, (count,))
    for words in ({}, {"where": where}):
        mean = float(al.absolute_error(ones, 0.0, **words))
        assert abs(mean - 1.0) <= 1e-6, (words, mean)
    total = float(al.absolute_error(ones, 0.0, where=where, reduction="sum"))
    assert total == count / 2


# Canaries: a wrong denominator or scale must not pass.


def _one_more(problem: Any, total: Any, count: Any) -> Any:
    return total / (count + 1)


def _half(problem: Any, count: Any) -> Any:
    return 0.5 * SCALE(problem, count)


def _doubled(problem: Any, *, write: bool) -> Any:
    return 2 * DIVISOR(problem, write=write)


SCALE, DIVISOR = plain.item_scale, plain.divisor
CANARIES: dict[str, tuple[str, Callable[..., Any]]] = {
    "mean": ("mean", _one_more),
    "scale": ("item_scale", _half),
    "divisor": ("divisor", _doubled),
}


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("library", ["numpy", "strict", "torch"])
def test_canary(library: str, canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = (WEIGHTS["full"], MASKS["full"], "weights")
    items_and_mean(BACKENDS[library], words)
    name, wrong = CANARIES[canary]
    monkeypatch.setattr(plain, name, wrong)
    if hasattr(blocks, name):
        monkeypatch.setattr(blocks, name, wrong)
    with pytest.raises(AssertionError):
        items_and_mean(BACKENDS[library], words)


# A mean over nothing.

NOTHING: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "empty": ("squared_error", {"predictions": np.zeros((0, 2)), "targets": np.zeros((0, 2))}, {}),
    "masked": (
        "squared_error",
        {"predictions": np.ones(2), "targets": np.zeros(2)},
        {"where": np.asarray([False, False])},
    ),
    "ignored": (
        "sparse_softmax_cross_entropy",
        {"logits": np.full((2, 3), np.nan), "labels": np.asarray([-100, -100])},
        {"ignore_index": -100},
    ),
}


@pytest.mark.parametrize("word", ["weights", "count", "nonzero"])
@pytest.mark.parametrize("case", NOTHING)
def test_a_mean_over_nothing_is_0_or_nan_and_has_no_gradient(backend: Backend, case: str, word: str) -> None:
    name, operands, words = NOTHING[case]
    arrays = backend.arrays(operands | words)
    both = al.value_and_grad(getattr(al, name))
    value, gradient = both(**arrays, denominator=word)
    undefined, same = both(**arrays, denominator=f"{word} or nan")
    assert float(value) == 0.0
    assert math.isnan(float(undefined))
    for found in (gradient, same):
        near(found, np.zeros_like(next(iter(operands.values()))), backend)


@pytest.mark.parametrize("denominator", ["weights", "count", "nonzero"])
def test_a_mean_over_something_is_the_same_either_way(backend: Backend, denominator: str) -> None:
    arrays = backend.arrays(CATALOGUE["squared_error"].operands(3, (N, M)))
    words = backend.arrays({"weights": WEIGHTS["full"], "where": MASKS["full"]})
    one = al.value_and_grad(al.squared_error)(**arrays, **words, denominator=denominator)
    other = al.value_and_grad(al.squared_error)(**arrays, **words, denominator=f"{denominator} or nan")
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(numpy_of(left), numpy_of(right))
