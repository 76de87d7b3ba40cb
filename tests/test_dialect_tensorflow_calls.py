"""The dialect of TensorFlow in every library's own way: gradients, transforms, compilers, words."""

from __future__ import annotations

import functools
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss.dialects import tensorflow as nn
from arrayloss.dialects._speech import spoken

from .backends import BACKENDS, Backend, numpy_of
from .problems import all_equal, equal
from .test_import import fresh

LOGITS = np.asarray([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
SHARES = np.asarray([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])
COUNTS = np.asarray([[0.0, 1.0, 2.5], [3.0, 0.5, 7.0]])
CLASSES = np.asarray([2, 0])
FACTOR = np.asarray([0.5, 2.0, 3.0])

# Each function: its arguments in order, those that have a derivative, and the loss that it calls.
CALLS: dict[str, tuple[dict[str, Any], tuple[str, ...], Callable[..., Any]]] = {
    "sigmoid_cross_entropy_with_logits": (
        {"labels": SHARES, "logits": LOGITS},
        ("labels", "logits"),
        lambda labels, logits: (al.sigmoid_cross_entropy, {"logits": logits, "labels": labels}),
    ),
    "weighted_cross_entropy_with_logits": (
        {"labels": SHARES, "logits": LOGITS, "pos_weight": FACTOR},
        ("labels", "logits"),
        lambda labels, logits, pos_weight: (
            al.sigmoid_cross_entropy,
            {"logits": logits, "labels": labels, "pos_weight": pos_weight},
        ),
    ),
    "softmax_cross_entropy_with_logits": (
        {"labels": SHARES, "logits": LOGITS, "axis": 0},
        ("labels", "logits"),
        lambda labels, logits, axis: (
            al.softmax_cross_entropy,
            {"logits": logits, "labels": labels, "axis": axis},
        ),
    ),
    "sparse_softmax_cross_entropy_with_logits": (
        {"labels": CLASSES, "logits": LOGITS},
        ("logits",),
        lambda labels, logits: (al.sparse_softmax_cross_entropy, {"logits": logits, "labels": labels}),
    ),
    "log_poisson_loss": (
        {"targets": COUNTS, "log_input": LOGITS, "compute_full_loss": True},
        ("targets", "log_input"),
        lambda targets, log_input, compute_full_loss: (
            al.log_poisson_nll,
            {"log_rates": log_input, "targets": targets, "stirling": compute_full_loss},
        ),
    ),
    "ctc_loss": (
        {
            "labels": np.asarray([[1, 2], [2, 0]]),
            "logits": np.stack([LOGITS, 2 * LOGITS[::-1], LOGITS + 1]),
            "label_length": np.asarray([2, 1]),
            "logit_length": np.asarray([3, 2]),
        },
        ("logits",),
        lambda labels, logits, label_length, logit_length: (
            al.ctc,
            {
                "logits": logits,
                "labels": labels,
                "logit_lengths": logit_length,
                "label_lengths": label_length,
                "time_axis": 0,
            },
        ),
    ),
    "l2_loss": ({"t": LOGITS}, ("t",), lambda t: (al.l2_penalty, {"t": t})),
}
CORE = {"log_input": "log_rates"}

by_function = pytest.mark.parametrize("name", CALLS)


def given(name: str, backend: Backend) -> tuple[Callable[..., Any], dict[str, Any], tuple[str, ...]]:
    """A function, its arguments on a backend and those that have a derivative."""
    arguments, wanted, _ = CALLS[name]
    return getattr(nn, name), backend.arrays(arguments), wanted


def core_call(name: str, backend: Backend) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """The loss itself, and what it is called with by position and by name."""
    loss, arguments = CALLS[name][2](**given(name, backend)[1])
    if loss is al.l2_penalty:
        return loss, tuple(arguments.values()), {}
    return loss, (), {**arguments, "reduction": "none"}


def of_the_core(name: str, backend: Backend) -> tuple[Any, tuple[Any, ...]]:
    """The value and the gradients of the loss itself."""
    loss, arrays, words = core_call(name, backend)
    wrt = None if arrays else tuple(CORE.get(key, key) for key in CALLS[name][1])
    return al.value_and_grad(loss, wrt)(*arrays, **words)


def test_every_function_is_here():
    # What TensorFlow 1 has, what only reduces and what has a linear layer is asked elsewhere.
    elsewhere = {"compute_average_loss", "losses", "nce_loss", "sampled_softmax_loss"}
    assert sorted(CALLS) == sorted({*nn.__all__} - elsewhere)


@by_function
def test_gradients_by_position_by_keyword_and_by_name(backend: Backend, name: str):
    function, arguments, wanted = given(name, backend)
    value, gradients = of_the_core(name, backend)
    for call in (
        lambda transformed: transformed(*arguments.values()),
        lambda transformed: transformed(**dict(reversed(arguments.items()))),
    ):
        found = call(al.value_and_grad(function, wanted))
        equal(found[0], numpy_of(value), 0)
        all_equal(found[1], map(numpy_of, gradients), 0)
        # By default what the model gave, which TensorFlow has last.
        equal(call(al.grad(function)), numpy_of(gradients[-1]), 0)
        equal(call(al.grad(function, wanted[0])), numpy_of(gradients[0]), 0)
    bound = functools.partial(function, name="ignored")
    equal(al.value_and_grad(bound)(**arguments)[0], numpy_of(value), 0)


@by_function
def test_the_value_is_that_of_the_loss(backend: Backend, name: str):
    function, arguments, _ = given(name, backend)
    loss, arrays, words = core_call(name, backend)
    expected = numpy_of(loss(*arrays, **words))  # by itself: beside its gradient, XLA may round it otherwise
    equal(function(**arguments), expected, 0)
    equal(function(*arguments.values()), expected, 0)


def floats(name: str, library: str) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The sum of a function's values as a function of what it has a derivative by, and that."""
    function, arguments, wanted = given(name, BACKENDS[library])
    fixed = {key: value for key, value in arguments.items() if key not in wanted}

    def total(*leaves: Any) -> Any:
        return function(**fixed, **dict(zip(wanted, leaves, strict=True))).sum()

    return total, tuple(arguments[key] for key in wanted)


@by_function
def test_jax_sees_the_same_gradient(name: str):
    total, leaves = floats(name, "jax")
    places = tuple(range(len(leaves)))
    _, expected = of_the_core(name, BACKENDS["numpy"])
    all_equal(jax.grad(total, places)(*leaves), expected)
    all_equal(jax.jit(jax.grad(total, places))(*leaves), expected)
    function, arguments, _ = given(name, BACKENDS["jax"])
    static = tuple(key for key in ("axis", "compute_full_loss") if key in arguments)
    equal(jax.jit(function, static_argnames=static)(**arguments), of_the_core(name, BACKENDS["numpy"])[0])


@by_function
def test_torch_sees_the_same_gradient(name: str):
    total, leaves = floats(name, "torch")
    _, expected = of_the_core(name, BACKENDS["numpy"])
    for each in (total, torch.compile(total, fullgraph=True, backend="aot_eager")):
        for leaf in leaves:
            leaf.grad = None
            leaf.requires_grad_()
        each(*leaves).backward()
        all_equal([leaf.grad for leaf in leaves], expected)
    function, arguments, _ = given(name, BACKENDS["torch"])
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    equal(compiled(**arguments), of_the_core(name, BACKENDS["numpy"])[0])


# Labels that are made to fit.


def fitted(labels: Any, logits: Any) -> Any:
    return nn.softmax_cross_entropy_with_logits(labels, logits).sum()


def test_the_gradient_of_labels_that_were_made_to_fit_is_that_of_the_labels(backend: Backend):
    row, logits = backend.array(SHARES[0], "float32"), backend.array(LOGITS)
    function = nn.softmax_cross_entropy_with_logits
    gradient = al.grad(function, "labels")(row, logits)
    whole = backend.array(np.stack([SHARES[0], SHARES[0]]), backend.widest)
    expected = numpy_of(al.grad(function, "labels")(whole, logits)).sum(axis=0)
    equal(gradient, expected.astype("float32"), 1e-6)


def test_autograd_goes_through_what_was_made_to_fit():
    row, logits = SHARES[0].astype("float32"), LOGITS
    expected = al.grad(nn.softmax_cross_entropy_with_logits, ("labels", "logits"))(row, logits)
    with jax.numpy_dtype_promotion("standard"):
        all_equal(
            jax.jit(jax.grad(fitted, (0, 1)))(jax.numpy.asarray(row), jax.numpy.asarray(logits)),
            expected,
            1e-6,
        )
    leaves = [torch.tensor(row, requires_grad=True), torch.tensor(logits, requires_grad=True)]
    torch.compile(fitted, fullgraph=True, backend="aot_eager")(*leaves).backward()
    all_equal([leaf.grad for leaf in leaves], expected, 1e-6)


def test_closed_forms_go_through_compilers_and_transforms():
    row, logits = SHARES[0].astype("float32"), LOGITS
    both = al.value_and_grad(nn.softmax_cross_entropy_with_logits, ("labels", "logits"))
    _, expected = both(row, logits)
    tensors = torch.tensor(row), torch.tensor(logits)
    _, compiled = torch.compile(both, fullgraph=True, backend="aot_eager")(*tensors)
    all_equal(compiled, expected, 1e-6)
    all_equal(torch.func.grad(fitted, (0, 1))(*tensors), expected, 1e-6)
    all_equal(jax.jit(both)(jax.numpy.asarray(row), jax.numpy.asarray(logits))[1], expected, 1e-6)
    stacked = torch.vmap(fitted, (None, 0))(tensors[0], torch.stack([tensors[1]] * 2))
    np.testing.assert_allclose(numpy_of(stacked), [fitted(row, logits)] * 2, rtol=1e-12)


# Words.

WORDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "dim": (
        "softmax_cross_entropy_with_logits",
        {"labels": SHARES, "logits": LOGITS, "dim": 0},
        "write axis=",
    ),
    "dim-first": ("softmax_cross_entropy_with_logits", {"dim": 0}, "write axis="),
    "targets": ("weighted_cross_entropy_with_logits", {"targets": SHARES, "logits": LOGITS}, "write labels="),
    "sentinel": (
        "sparse_softmax_cross_entropy_with_logits",
        {"_sentinel": None, "logits": LOGITS},
        "labels=..., logits=",
    ),
}


@pytest.mark.parametrize("case", WORDS)
def test_an_old_word_is_refused_with_the_new_one(case: str):
    name, words, new = WORDS[case]
    with pytest.raises(TypeError, match=rf"^arrayloss\.dialects\.tensorflow\.{name}\(\): .*no longer.*{new}"):
        getattr(nn, name)(**words)
    with pytest.raises(TypeError, match="no longer an argument"):
        al.value_and_grad(getattr(nn, name))(**words)


def test_the_sentinel_by_position_is_refused():
    with pytest.raises(TypeError, match="'_sentinel' is no longer an argument"):
        nn.sparse_softmax_cross_entropy_with_logits(None, CLASSES, LOGITS)


def test_errors_speak_the_dialect():
    with pytest.raises(TypeError, match="'log_rates'") as caught:
        nn.log_poisson_loss(COUNTS, CLASSES)
    assert caught.value.__notes__ == [
        "arrayloss.dialects.tensorflow.log_poisson_loss() gave 'log_input' as 'log_rates'"
    ]
    with pytest.raises(ValueError, match="'labels' has shape") as shape:
        nn.sigmoid_cross_entropy_with_logits(labels=SHARES[0], logits=LOGITS)
    assert shape.value.__notes__ == [
        "called by arrayloss.dialects.tensorflow.sigmoid_cross_entropy_with_logits()"
    ]
    with pytest.raises(TypeError, match=r"'pos_weight' is None") as own:
        nn.weighted_cross_entropy_with_logits(SHARES, LOGITS, None)
    assert not hasattr(own.value, "__notes__")


def test_a_decorated_function_keeps_its_face():
    def loss(labels: int, logits: int = 2) -> int:
        """Says."""
        return labels * logits

    same = spoken(old={"z": "labels=..."})(loss)
    assert inspect.signature(same) == inspect.signature(loss)
    assert (same.__name__, same.__doc__, same(3), same(logits=1, labels=4)) == ("loss", "Says.", 6, 4)
    assert pickle.loads(pickle.dumps(nn.l2_loss)) is nn.l2_loss


def test_other_errors_pass_as_they_are():
    @spoken()
    def broken() -> None:
        raise KeyError("k")

    with pytest.raises(KeyError) as caught:
        broken()
    assert not hasattr(caught.value, "__notes__")


def test_a_dialect_comes_when_it_is_asked_for():
    assert fresh("import sys, arrayloss; print('arrayloss.dialects' in sys.modules)") == "False"
    seen = "print('tensorflow' in sys.modules, 'torch' in sys.modules)"
    assert fresh(f"import sys, arrayloss.dialects.tensorflow; {seen}") == "False False"
