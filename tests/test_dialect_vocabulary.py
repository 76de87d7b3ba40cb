"""The dialects' losses of a linear layer against PyTorch and against what TensorFlow gave."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss.dialects import tensorflow as tf_nn
from arrayloss.dialects import torch as torch_nn

from .backends import BACKENDS, Backend, numpy_of
from .tensorflow_sampled import FILE, questions

ANSWERS = json.loads(FILE.read_text(encoding="utf-8"))
QUESTIONS = questions()
WRT = ("weights", "biases", "inputs")
WEIGHT = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5, 1.0, 3.0])

WORDS: dict[str, dict[str, Any]] = {
    "default": {},
    "sum": {"reduction": "sum"},
    "none": {"reduction": "none"},
    "smoothing": {"label_smoothing": 0.25},
    "weight": {"weight": WEIGHT},
    "weight-smoothing": {"weight": WEIGHT, "label_smoothing": 0.25},
    "ignore": {"ignore_index": 3},
    "one-row": {"reduction": "sum"},
}


@pytest.mark.parametrize("name", ["numpy", "torch", "jax", "strict"])
@pytest.mark.parametrize("key", QUESTIONS)
def test_tensorflow_gave_these_numbers(name: str, key: str) -> None:
    backend, arguments = BACKENDS[name], dict(QUESTIONS[key])
    drawn = arguments.pop("sampled_values")
    arrays = backend.arrays(arguments, "float32")
    arrays["sampled_values"] = tuple(
        backend.array(each, "float32" if each.dtype.kind == "f" else None) for each in drawn
    )
    function = getattr(tf_nn, key.partition("-")[0])
    value, grads = al.value_and_grad(function, WRT)(**arrays)
    expected = [ANSWERS[key]["values"], *ANSWERS[key]["gradients"]]
    for got, wanted in zip((value, *grads), expected, strict=True):
        np.testing.assert_allclose(numpy_of(got), np.asarray(wanted, np.float32), rtol=2e-5, atol=2e-6)


def test_every_answer_is_compared() -> None:
    assert QUESTIONS.keys() == ANSWERS.keys() - {"tensorflow"}
    assert len(QUESTIONS) == 8


@pytest.mark.parametrize("function", [tf_nn.nce_loss, tf_nn.sampled_softmax_loss])
def test_tensorflow_must_be_given_samples(function: Any) -> None:
    arguments = QUESTIONS["nce_loss-1-True"]
    with pytest.raises(
        TypeError, match=r"'sampled_values' is None; expected a tuple .* nothing is drawn here"
    ):
        function(**arguments | {"sampled_values": None})
    with pytest.raises(
        ValueError, match=r"'labels' has shape \(3, 1\); expected \(batch, 2\), with num_true=2"
    ):
        function(**arguments | {"num_true": 2})
    with pytest.raises(ValueError, match="'kernel' has shape") as caught:
        function(**arguments | {"weights": np.ones((7, 3), np.float32)})
    assert "gave 'weights' as 'kernel'" in caught.value.__notes__[0]


def layer(backend: Backend, words: str) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    target = np.asarray([1, -100, 3, 6, 0])
    given = {
        "input": rng.normal(size=(5, 4)),
        "linear_weight": rng.normal(size=(7, 4)),
        "target": np.abs(target) % 7 if words == "ignore" else target,
        "linear_bias": rng.normal(size=7),
    }
    if words == "one-row":
        given |= {"input": given["input"][2], "target": np.asarray(given["target"][2])}
    return backend.arrays(given | WORDS[words])


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("name", ["numpy", "torch", "jax"])
def test_torch_gives_the_same(name: str, words: str) -> None:
    theirs = layer(BACKENDS["torch"], words)
    wrt = ("input", "linear_weight", "linear_bias")
    leaves = [theirs[each].requires_grad_() for each in wrt]
    expected = torch.nn.functional.linear_cross_entropy(**theirs)
    slopes = torch.autograd.grad(expected.sum(), leaves)
    value, grads = al.value_and_grad(torch_nn.linear_cross_entropy, wrt)(**layer(BACKENDS[name], words))
    for got, wanted in zip((value, *grads), (expected, *slopes), strict=True):
        np.testing.assert_allclose(numpy_of(got), numpy_of(wanted), rtol=1e-12, atol=1e-14)


def test_of_nothing_torch_gives_nan() -> None:
    given = layer(BACKENDS["torch"], "default") | {"target": torch.full((5,), -100)}
    assert torch.isnan(torch.nn.functional.linear_cross_entropy(**given))
    assert torch.isnan(torch_nn.linear_cross_entropy(**given))


def test_what_torch_takes_and_the_dialect_refuses() -> None:
    given = layer(BACKENDS["numpy"], "default")
    with pytest.raises(TypeError, match=r"'labels' has dtype float64; expected an? integer"):
        torch_nn.linear_cross_entropy(**given | {"target": np.full((5, 7), 1 / 7)})
    with pytest.raises(ValueError, match=r"'input' has shape .* expected a 1-D or 2-D array"):
        torch_nn.linear_cross_entropy(**given | {"input": np.ones((2, 5, 4))})
    with pytest.raises(ValueError, match=r"'linear_weight' has shape .* expected a 2-D array"):
        torch_nn.linear_cross_entropy(**given | {"linear_weight": np.ones((7, 2, 4))})
