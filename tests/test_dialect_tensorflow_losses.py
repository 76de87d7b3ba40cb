"""The losses of TensorFlow 1 against what TensorFlow itself answers, and in every library's own way."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss.dialects import tensorflow as nn

from .backends import BACKENDS, Backend, numpy_of
from .tensorflow_losses_vectors import AVERAGE, FILE, questions, renew
from .vectors import Question, read, signature, signatures

VECTORS = {question.name: (question, answer) for question, answer in read(FILE)}
FUNCTIONS = [*(name for name in nn.losses.__all__ if name.islower()), AVERAGE]
# Where the two part, on purpose: what is right, or that it is refused, and why.
OTHERWISE = {
    "pairs-of-all": (8 / 6, "with one weight for all, the entries of all items are counted for each")
}
REFUSED_HERE = {
    "hinge-soft": "a label is 0 or 1",
    "entry-weights": "weights of entries have no meaning for pairs of them",
}
# By value: where that cannot be read, NaN.
BY_VALUE = {"hinge-soft", "above", "weightless"}
AGREED = [
    (question, answer)
    for name, (question, answer) in VECTORS.items()
    if "error" not in answer and name not in {*OTHERWISE, *REFUSED_HERE}
]


def function_of(name: str) -> Callable[..., Any]:
    return nn.compute_average_loss if name == AVERAGE else getattr(nn.losses, name)


def answered(question: Question, backend: Backend | None = None) -> dict[str, Any]:
    """Our value and gradients, on NumPy or on a backend."""
    function, given = function_of(question.function), question.arguments
    if backend is not None:
        given = {name: placed(backend, value) for name, value in given.items()}
    if not question.wanted:
        return {"value": function(**given)}
    value, gradients = al.value_and_grad(function, question.wanted)(**given)
    return {"value": value, **dict(zip(question.wanted, gradients, strict=True))}


def placed(backend: Backend, value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return backend.array(value, None if value.dtype == np.int64 else value.dtype.name)


def disagreement(question: Question, found: dict[str, Any], answer: dict[str, Any]) -> str:
    """Where an answer is not the expected one; empty if nowhere. TensorFlow computes in float32."""
    expected = {"value": answer["value"], **answer["gradients"]}
    for key, ours in found.items():
        actual, wanted = numpy_of(ours), np.asarray(expected[key])
        if (actual.dtype, actual.shape) != (wanted.dtype, wanted.shape):
            return f"{question.name}: {key} is {actual.dtype} {actual.shape}"
        if not np.allclose(actual, wanted, rtol=1e-5, atol=1e-5 * max(0.1, np.abs(wanted).max(initial=0.0))):
            return f"{question.name}: {key} is {actual}, not {wanted}"
    return ""


by_function = pytest.mark.parametrize("function", FUNCTIONS)


def asked(function: str) -> list[tuple[Question, dict[str, Any]]]:
    return [pair for pair in AGREED if pair[0].function == function]


def test_the_file_has_the_questions_of_the_script() -> None:
    assert list(VECTORS) == [question.name for question in questions()]
    for question in questions():
        for name, value in question.arguments.items():
            np.testing.assert_array_equal(VECTORS[question.name][0].arguments[name], value)


def test_every_argument_is_asked_about() -> None:
    for name in FUNCTIONS:
        used = {key for question, _ in asked(name) for key in question.arguments}
        own = set(inspect.signature(function_of(name)).parameters)
        assert own - used <= {
            "scope",
            "loss_collection",
            *(("axis", "dim") if name != "cosine_distance" else ()),
        }
    assert len(AGREED) > 500


@by_function
def test_the_signature_is_tensorflows(function: str) -> None:
    assert signature(function_of(function)) == signatures(FILE)[function]


def test_there_are_many_questions() -> None:
    assert len(AGREED) > 750


def test_the_reductions_are_tensorflows() -> None:
    words = {getattr(nn.losses.Reduction, name) for name in vars(nn.losses.Reduction) if name.isupper()}
    assert words == {
        question.arguments["reduction"] for question, _ in AGREED if "reduction" in question.arguments
    }


@by_function
def test_values_and_closed_form_gradients_are_tensorflows(function: str) -> None:
    pairs = asked(function)
    assert len(pairs) >= 6
    wrong = [disagreement(question, answered(question), answer) for question, answer in pairs]
    assert list(filter(None, wrong)) == []


@by_function
def test_every_library_says_the_same(function: str, backend: Backend) -> None:
    for question, _ in asked(function)[:: 1 if backend.name == "numpy" else 19]:
        expected = answered(question)
        for key, found in answered(question, backend).items():
            np.testing.assert_allclose(numpy_of(found), expected[key], rtol=1e-5, atol=1e-5)


@by_function
def test_automatic_differentiation_sees_the_same_gradient(function: str) -> None:
    question, _ = next(pair for pair in asked(function) if pair[0].arguments[pair[0].wanted[0]].size > 3)
    expected, (leaf,) = answered(question), question.wanted
    given = question.arguments
    constant = {key: value for key, value in given.items() if not hasattr(value, "shape")}

    def total(output: Any, rest: dict[str, Any]) -> Any:
        return function_of(function)(**{**constant, **rest, leaf: output}).sum()

    others = {k: jax.numpy.asarray(v) for k, v in given.items() if hasattr(v, "shape") and k != leaf}
    gradient = jax.jit(jax.grad(total))(jax.numpy.asarray(given[leaf]), others)
    np.testing.assert_allclose(gradient, expected[leaf], rtol=1e-5, atol=1e-6)
    others = {k: torch.tensor(v) for k, v in given.items() if hasattr(v, "shape") and k != leaf}
    output = torch.tensor(given[leaf], requires_grad=True)
    torch.compiler.reset()
    torch.compile(total, fullgraph=True, backend="aot_eager")(output, others).backward()
    np.testing.assert_allclose(numpy_of(output.grad), expected[leaf], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", OTHERWISE)
def test_where_tensorflow_is_wrong_the_number_is_right(name: str) -> None:
    (question, answer), (value, _) = VECTORS[name], OTHERWISE[name]
    np.testing.assert_allclose(answered(question)["value"], value, rtol=1e-6)
    assert disagreement(question, answered(question), answer), "TensorFlow is right by now"


@pytest.mark.parametrize("name", [n for n, (_, a) in VECTORS.items() if "error" in a or n in REFUSED_HERE])
@pytest.mark.parametrize("library", [name for name, each in BACKENDS.items() if each.widest == "float64"])
def test_what_is_refused(library: str, name: str) -> None:
    backend, (question, _) = BACKENDS[library], VECTORS[name]
    if name in BY_VALUE and not backend.readable:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert np.isnan(numpy_of(answered(question, backend)["value"])).any() or name == "weightless"
        return
    with pytest.raises((TypeError, ValueError)) as caught:
        answered(question, backend)
    said = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert f"{question.function}()" in said


@pytest.mark.tensorflow
def test_tensorflow_still_says_the_same(tmp_path: Any) -> None:
    renew(tmp_path / "again.json")
    again = {question.name: answer for question, answer in read(tmp_path / "again.json")}
    assert signatures(tmp_path / "again.json") == signatures(FILE)
    for name, (question, answer) in VECTORS.items():
        if "error" in answer:
            assert again[name] == answer
        else:
            assert (
                disagreement(question, {"value": again[name]["value"], **again[name]["gradients"]}, answer)
                == ""
            )
