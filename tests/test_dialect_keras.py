"""The dialect of Keras against what Keras itself answers, and in every library's own way."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss.dialects import keras as dialect

from .backends import BACKENDS, Backend, numpy_of
from .keras_vectors import CALLED, FILE, questions, renew, split
from .vectors import Question, read, signature, signatures

VECTORS = {question.name: (question, answer) for question, answer in read(FILE)}
FUNCTIONS = [name for name in dialect.__all__ if name.islower()]
CLASSES = [name for name in dialect.__all__ if not name.islower()]
INF = math.inf


# Where the two part, on purpose.


class Own(NamedTuple):
    """What is right, and why it is not what Keras says."""

    reason: str
    value: Any
    gradient: Any = None


def smoothed_along_1(logits: Any, labels: Any) -> Any:
    """Cross-entropy along axis 1 of labels of which a quarter is spread over the classes there."""
    labels = 0.75 * labels + 0.25 / labels.shape[1]
    return np.sum(labels, axis=1) * np.log(np.sum(np.exp(logits), axis=1)) - np.sum(labels * logits, axis=1)


def asked_with(name: str) -> dict[str, Any]:
    return VECTORS[name][0].arguments


TOTAL = math.log(math.exp(1) + math.exp(2) + math.exp(3))
SHARES = np.exp(np.asarray([[1.0, 2.0, 3.0]]) - TOTAL)
OTHERWISE = {
    "log-cosh-small": Own("terms that cancel", [5e-19, 5e-19]),
    "bce-infinite": Own("infinity less infinity", [0.0, 0.0, INF, INF], [[0.0], [0.0], [-1.0], [1.0]]),
    "cce-masked": Own(
        "0 times infinity for a masked class: a label of 0 adds 0",
        [math.log1p(math.exp(-1))],
        [[0.0, 0.2689414213699951, -0.2689414213699951]],
    ),
    "cce-sum-2": Own(
        "the derivative of another function where the labels do not add up to 1",
        [2 * TOTAL - 6],
        2 * SHARES - [[0.0, 0.0, 2.0]],
    ),
    "cce-smooth-axis": Own(
        "the number of classes is read off the last axis",
        smoothed_along_1(asked_with("cce-smooth-axis")["y_pred"], asked_with("cce-smooth-axis")["y_true"]),
    ),
    "scce-shares": Own("the TensorFlow backend alone does not divide by the sum", [math.log(7.0)]),
    "cosine-nothing": Own("the slope of the bound that keeps lengths from 0", [-0.0], [[0.0, 0.0, 0.0]]),
    "hinge-mixed": Own("a 0 is no side as soon as the batch holds a -1", [1.0, 1.0]),
    **{name: Own("1e-7 is added to the divisor", 0.0) for name in ("dice-empty", "tversky-empty")},
    "ctc-no-room": Own("a number for what no alignment has room for", [INF], np.zeros((1, 2, 4))),
    "mse-nothing": Own("a mean over nothing is no number but an empty array", 0.0),
}
NO_LABEL = "labels out of the domain that Keras documents are mistakes"
REFUSED_HERE = {
    "bce-outside": NO_LABEL,
    "cce-negative": NO_LABEL,
    "scce-floats": "a class is an integer",
    "poisson-negative": "a count is not negative",
    "poisson-rate": "a rate is not negative",
    "gce-above": "a class that does not exist is a mistake",
    "ctc-above": "a class that does not exist is a mistake",
    "ctc-gap": "0 ends the labels of a sample",
    "circle-others": "the others are those of the batch",
    "circle-itself": "an embedding is none of the others",
    "hinge-other": "a side is -1 or 1, or 0 for -1",
    "mse-lists": "lists are refused everywhere, with the fix in the message",
    "mse-broadcast": "shapes that differ are mistakes",
    "mse-wide": "a loss is not repeated for its weights",
}
BY_VALUE = {
    "bce-outside",
    "cce-negative",
    "poisson-negative",
    "poisson-rate",
    "hinge-other",
    "ctc-above",
    "ctc-gap",
    "gce-above",
    "scce-above",
    "scce-below",
}
ANSWERED_HERE = {
    "scce-axis": Own(
        "the TensorFlow backend alone knows no axis but the last", np.full((2, 4), math.log(3.0))
    ),
}


def repeated(question: Question) -> bool:
    """Whether weights are broadcast, in a mean that divides by them: Keras adds each up once."""
    given = question.arguments
    if given.get("reduction") != "mean_with_sample_weight" or "sample_weight" not in given:
        return False
    items = given["y_pred"].shape[: -2 if question.function == "CTC" else -1]
    return given["sample_weight"].size != max(1, math.prod(items)) or not items


def column(question: Question) -> bool:
    """Whether weights with an axis more make the result have it, too."""
    given = question.arguments
    weight = given.get("sample_weight")
    return (
        given.get("reduction") == "none" and weight is not None and weight.ndim == given["y_pred"].ndim == 2
    )


def crossed(question: Question) -> bool:
    """Whether the costs of two kinds of mistake differ: Keras has them the wrong way round."""
    return question.arguments.get("alpha", 0.5) != question.arguments.get(
        "beta", question.arguments.get("alpha", 0.5)
    )


PARTED = {*OTHERWISE, *REFUSED_HERE, *ANSWERED_HERE}
AGREED = {
    name: (question, answer)
    for name, (question, answer) in VECTORS.items()
    if "error" not in answer
    and name not in PARTED
    and not repeated(question)
    and not column(question)
    and not crossed(question)
}


def answered(question: Question, backend: Backend | None = None) -> dict[str, Any]:
    """Our value and gradients, on NumPy or on a backend."""
    arguments = question.arguments
    if backend is not None:
        arguments = {name: placed(backend, value) for name, value in arguments.items()}
    function, given = prepared(question, arguments)
    if not question.wanted:
        return {"value": function(**given)}
    value, gradients = al.value_and_grad(function, question.wanted)(**given)
    return {"value": value, **dict(zip(question.wanted, gradients, strict=True))}


def prepared(question: Question, arguments: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The function or an instance of the class, and what it is called with."""
    function = getattr(dialect, question.function)
    options, given = split(question, inspect.signature(function))
    return (function(**options) if options else function), {key: arguments[key] for key in given}


def placed(backend: Backend, value: Any) -> Any:
    """An argument on a backend, in its dtype or in the integers that there are."""
    if not isinstance(value, np.ndarray):
        return value
    return backend.array(value, None if value.dtype == np.int64 else value.dtype.name)


def across(gradient: Any, vectors: Any) -> Any:
    """The gradient by the directions of vectors of length 1, which alone count here."""
    return gradient - np.sum(gradient * vectors, axis=-1, keepdims=True) * vectors


def of_shares(gradient: Any, probabilities: Any) -> Any:
    """The gradient by what probabilities are of their sum, which alone counts here."""
    return gradient - np.sum(gradient * probabilities, axis=-1, keepdims=True)


SCALED = {
    "circle": across,
    "Circle": across,
    "categorical_generalized_cross_entropy": of_shares,
    "CategoricalGeneralizedCrossEntropy": of_shares,
}


def rtol_of(question: Question) -> float:
    if question.function.lower() in ("dice", "tversky"):
        return 1e-6  # what Keras adds to the divisor
    if question.function.lower() == "ctc":
        return 1e-5  # of float32, in which Keras computes it on TensorFlow
    # Keras's logarithm of 2 is one of float32.
    if question.function in ("log_cosh", "LogCosh"):
        return 1e-7
    return 1e-9 if question.arguments["y_pred"].dtype == np.float64 else 1e-5


def disagreement(question: Question, found: dict[str, Any], answer: dict[str, Any]) -> str:
    """Where an answer is not the expected one; empty if nowhere."""
    expected, rtol = {"value": answer["value"], **answer["gradients"]}, rtol_of(question)
    for key, ours in found.items():
        actual, wanted = numpy_of(ours), np.asarray(expected[key])
        if key == "y_pred" and question.function in SCALED:
            wanted = SCALED[question.function](wanted, question.arguments["y_pred"])
        if (actual.dtype, actual.shape) != (wanted.dtype, wanted.shape):
            return f"{question.name}: {key} is {actual.dtype} {actual.shape}"
        if not np.allclose(actual, wanted, rtol=rtol, atol=rtol * max(1e-3, np.abs(wanted).max(initial=0.0))):
            return f"{question.name}: {key} is {actual}, not {wanted}"
    return ""


by_name = pytest.mark.parametrize("function", dialect.__all__)


def asked(function: str) -> list[tuple[Question, dict[str, Any]]]:
    return [pair for pair in AGREED.values() if pair[0].function == function]


def test_the_file_has_the_questions_of_the_script() -> None:
    kept = {question.name: question for question, _ in read(FILE)}
    assert list(kept) == [question.name for question in questions()]
    for question in questions():
        assert (kept[question.name].function, kept[question.name].wanted) == (
            question.function,
            question.wanted,
        )
        for name, value in question.arguments.items():
            np.testing.assert_array_equal(kept[question.name].arguments[name], value)


def test_every_question_is_accounted_for() -> None:
    assert {name for name in (*OTHERWISE, *REFUSED_HERE) if "error" in VECTORS[name][1]} == set()
    assert {name for name in ANSWERED_HERE if "error" not in VECTORS[name][1]} == set()
    assert len(AGREED) > 890
    used: dict[str, set[str]] = {name: set() for name in dialect.__all__}
    for question, _ in AGREED.values():
        used[question.function] |= question.arguments.keys()
    for name, arguments in used.items():
        own = set(inspect.signature(getattr(dialect, name)).parameters)
        assert own - arguments <= {"name", "dtype", *SETTLED.get(name, ())}, name
        assert name.islower() or "sample_weight" in arguments


# Options that no question is about, or only one that says something else here.
SETTLED: dict[str, set[str]] = {
    "circle": {"ref_labels", "ref_embeddings", "remove_diagonal"},
    "Circle": {"remove_diagonal"},
}


@by_name
def test_the_signature_is_kerass(function: str) -> None:
    ours, theirs = signature(getattr(dialect, function)), signatures(FILE)[function]
    assert [each[0] for each in ours] == [each[0] for each in theirs]
    assert ours == theirs


@by_name
def test_values_and_closed_form_gradients_are_kerass(function: str) -> None:
    pairs = asked(function)
    assert len(pairs) >= 8
    wrong = [disagreement(question, answered(question), answer) for question, answer in pairs]
    assert list(filter(None, wrong)) == []


STRIDES = {"numpy": 1, "torch": 5}


@by_name
def test_every_library_says_the_same(function: str, backend: Backend) -> None:
    for question, _ in asked(function)[:: STRIDES.get(backend.name, 41)]:
        if backend.widest != np.float64 and question.arguments["y_pred"].dtype == np.float64:
            continue
        expected, rtol = answered(question), rtol_of(question)
        for key, found in answered(question, backend).items():
            np.testing.assert_allclose(numpy_of(found), expected[key], rtol=rtol, atol=rtol)


@by_name
def test_automatic_differentiation_sees_the_same_gradient(function: str) -> None:
    question = next(question for question, _ in reversed(asked(function)) if question.wanted)
    expected = answered(question)
    loss, given = prepared(question, question.arguments)
    rtol = rtol_of(question)

    def total(y_pred: Any, rest: dict[str, Any]) -> Any:
        value = loss(**{**arrays, **rest, "y_pred": y_pred})
        return value.sum(), value

    arrays = {key: value for key, value in given.items() if not hasattr(value, "shape")}
    others = {k: jax.numpy.asarray(v) for k, v in given.items() if hasattr(v, "shape") and k != "y_pred"}
    prediction = jax.numpy.asarray(given["y_pred"])
    (_, value), gradient = jax.jit(jax.value_and_grad(total, has_aux=True))(prediction, others)
    np.testing.assert_allclose(value, expected["value"], rtol=rtol, atol=rtol)
    np.testing.assert_allclose(gradient, expected["y_pred"], rtol=rtol, atol=rtol)

    others = {k: torch.tensor(v) for k, v in given.items() if hasattr(v, "shape") and k != "y_pred"}
    prediction = torch.tensor(given["y_pred"], requires_grad=True)
    torch.compiler.reset()
    summed, value = torch.compile(total, fullgraph=True, backend="eager")(prediction, others)
    summed.backward()
    np.testing.assert_allclose(numpy_of(value.detach()), expected["value"], rtol=rtol, atol=rtol)
    np.testing.assert_allclose(numpy_of(prediction.grad), expected["y_pred"], rtol=rtol, atol=rtol)


@pytest.mark.parametrize("name", [*OTHERWISE, *ANSWERED_HERE])
def test_where_keras_is_wrong_the_number_is_right(name: str) -> None:
    question, answer = VECTORS[name]
    own, found = {**OTHERWISE, **ANSWERED_HERE}[name], answered(question)
    np.testing.assert_allclose(found["value"], own.value, rtol=1e-12)
    if own.gradient is not None:
        np.testing.assert_allclose(found["y_pred"], own.gradient, rtol=1e-12, atol=1e-15)
    if "error" not in answer:
        assert disagreement(question, found, answer), "Keras is right by now"


def test_a_mean_divides_by_its_weights_as_often_as_they_weigh() -> None:
    pairs = [
        pair for pair in VECTORS.values() if repeated(pair[0]) and pair[0].function == "MeanSquaredError"
    ]
    assert len(pairs) >= 4
    for question, answer in pairs:
        given = question.arguments
        losses = np.mean((given["y_pred"] - given["y_true"]) ** 2, axis=-1)
        weights = np.broadcast_to(given["sample_weight"], losses.shape)
        np.testing.assert_allclose(
            answered(question)["value"], np.average(losses, weights=weights), rtol=1e-12
        )
        assert disagreement(question, answered(question), answer), "Keras is right by now"


def test_each_kind_of_mistake_has_the_cost_that_keras_documents() -> None:
    pairs = [pair for pair in VECTORS.values() if crossed(pair[0])]
    assert len(pairs) >= 4
    for question, answer in pairs:
        given = question.arguments
        other = question._replace(arguments={**given, "alpha": given["beta"], "beta": given["alpha"]})
        assert disagreement(question, answered(other), answer) == ""
        assert disagreement(question, answered(question), answer), "Keras is right by now"


def test_a_column_of_weights_makes_no_column_of_losses() -> None:
    question, answer = next(pair for pair in VECTORS.values() if column(pair[0]))
    np.testing.assert_allclose(answered(question)["value"], answer["value"][:, 0], rtol=1e-12)


@pytest.mark.parametrize("name", [n for n, (_, a) in VECTORS.items() if n in REFUSED_HERE or n in BY_VALUE])
@pytest.mark.parametrize("library", [name for name, each in BACKENDS.items() if each.widest == "float64"])
def test_what_is_refused(library: str, name: str) -> None:
    backend, (question, _) = BACKENDS[library], VECTORS[name]
    if name in BY_VALUE and not backend.readable:
        assert np.isnan(numpy_of(answered(question, backend)["value"])).any()
        return
    with pytest.raises((TypeError, ValueError)) as caught:
        answered(question, backend)
    function = question.function if question.function.islower() else "mean_squared_error"
    said = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert f"arrayloss.dialects.keras.{function}()" in said


def test_sequences_have_their_axes() -> None:
    labels, logits = np.asarray([[1]]), np.zeros((1, 2, 3))
    for name, given in (("y_true", (labels[0], logits)), ("y_pred", (labels, logits[0]))):
        with pytest.raises(ValueError, match=f"{name!r} has shape"):
            dialect.ctc(*given)


# The classes.


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_frozen_shows_what_was_chosen_and_refuses_other_words(name: str) -> None:
    kind = getattr(dialect, name)
    assert repr(kind()) == f"{name}()"
    assert repr(kind(reduction="sum", name="mine")) == f"{name}(reduction='sum', name='mine')"
    with pytest.raises(AttributeError):
        kind().reduction = "none"
    with pytest.raises(ValueError, match="'reduction' is 'average'"):
        kind(reduction="average")
    with pytest.raises(TypeError, match="'dtype' is 'float32'"):
        kind(dtype="float32")
    assert list(inspect.signature(kind()).parameters) == list(CALLED)


def test_by_default_the_prediction_is_differentiated() -> None:
    for name in FUNCTIONS:
        question, _ = asked(name)[0]
        value, gradient = al.value_and_grad(getattr(dialect, name))(**question.arguments)
        expected = answered(question)
        np.testing.assert_array_equal(value, expected["value"])
        np.testing.assert_array_equal(gradient, expected["y_pred"])


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean_with_sample_weight", "sum", "none"])
def test_what_a_layer_masked_does_not_count(reduction: str) -> None:
    y_true, y_pred = torch.zeros(2, 3, dtype=torch.float64), torch.ones(2, 3, dtype=torch.float64)
    y_pred[0] = torch.nan
    y_pred._keras_mask = torch.tensor([False, True])
    weights = torch.tensor([4.0, 3.0], dtype=torch.float64)
    expected = {"sum_over_batch_size": 3.0, "mean_with_sample_weight": 1.0, "sum": 3.0, "none": [0.0, 3.0]}
    criterion = dialect.MeanSquaredError(reduction=reduction)
    np.testing.assert_allclose(numpy_of(criterion(y_true, y_pred, weights)), expected[reduction])
    _, gradient = al.value_and_grad(criterion)(y_true, y_pred, weights)
    assert numpy_of(gradient)[0].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_mean_of_halves_is_one_of_many(dtype: str) -> None:
    y_pred = np.ones((70_000, 1), dtype)
    value = dialect.MeanSquaredError()(np.zeros_like(y_pred), y_pred)
    assert (value.dtype, float(value)) == (np.dtype(dtype), 1.0)
    assert dialect.mean_squared_error(np.zeros_like(y_pred), y_pred).dtype == np.dtype(dtype)


@pytest.mark.tensorflow
def test_keras_still_says_the_same(tmp_path: Any) -> None:
    renew(tmp_path / "again.json")
    again = {question.name: answer for question, answer in read(tmp_path / "again.json")}
    assert signatures(tmp_path / "again.json") == signatures(FILE)
    for question, answer in read(FILE):
        if "error" in answer:
            assert again[question.name] == answer
        else:
            for key, value in {"value": answer["value"], **answer["gradients"]}.items():
                other = {"value": again[question.name]["value"], **again[question.name]["gradients"]}[key]
                np.testing.assert_allclose(other, value, rtol=rtol_of(question), atol=1e-7)
