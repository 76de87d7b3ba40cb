"""Gradients asked for by `value_and_grad`, and what else of a loss can be differentiated."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import Backend, numpy_of
from .catalogue import CATALOGUE, ENTRIES, Entry
from .choice import SLOW, typical, usually
from .problems import ITEMS, JAX, TORCH, WEIGHTS, WHERE, Problem, all_equal, calls, equal, reference

CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])

losses = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
libraries = pytest.mark.parametrize("backend", [TORCH, JAX], ids=["torch", "jax"])


# value_and_grad itself.


@usually(typical, *SLOW)
@losses
def test_by_default_the_model_output(backend: Backend, entry: Entry) -> None:
    arrays = backend.arrays(entry.operands())
    value, gradient = al.value_and_grad(entry.loss)(**arrays)
    alone = al.grad(entry.loss)(**arrays)
    several = len(entry.outputs) > 1
    assert isinstance(gradient, tuple) == isinstance(alone, tuple) == several
    found = gradient if several else (gradient,)
    places, words = entry.apart(arrays)
    same, expected = al.value_and_grad(entry.loss, entry.outputs)(*places.values(), **words)
    equal(value, numpy_of(same), 0)
    all_equal(found, map(numpy_of, expected), 0)
    all_equal(alone if several else (alone,), map(numpy_of, expected), 0)


@losses
def test_by_name_and_by_names(entry: Entry) -> None:
    arrays = entry.operands()
    places, words = entry.apart(arrays)
    names = entry.differentiable()
    value, every = al.value_and_grad(entry.loss, names)(**arrays)
    equal(value, entry.loss(**arrays), 0)
    assert isinstance(every, tuple)
    assert len(every) == len(names)
    for name, gradient in zip(names, every, strict=True):
        equal(al.grad(entry.loss, name)(**arrays), gradient, 0)
        (only,) = al.grad(entry.loss, (name,))(*places.values(), **words)
        equal(only, gradient, 0)
    all_equal(al.grad(entry.loss, names[::-1])(**arrays), every[::-1], 0)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_reductions(backend: Backend, reduction: str) -> None:
    arrays = backend.arrays(CATALOGUE["huber"].operands(items=(3, 2)))
    value, gradient = al.value_and_grad(al.huber)(**arrays, reduction=reduction)
    equal(value, numpy_of(al.huber(**arrays, reduction=reduction)), 1e-6)
    assert numpy_of(value).shape == ((3, 2) if reduction == "none" else ())
    total = numpy_of(al.grad(al.huber)(**arrays, reduction="sum"))
    equal(gradient, total / 6 if reduction == "mean" else total, 1e-6)


def test_penalties_by_position(backend: Backend) -> None:
    arrays = [backend.array(np.arange(3.0) - 1), backend.array(np.asarray([[2.0]]))]
    value, gradients = al.value_and_grad(al.l2_penalty)(*arrays)
    assert float(numpy_of(value)) == 3.0
    all_equal(gradients, map(numpy_of, arrays), 0)
    (alone,) = al.grad(al.l1_penalty)(arrays[0])
    equal(alone, np.sign(numpy_of(arrays[0])), 0)


PREDICTIONS, TARGETS = np.asarray([0.5, 3.0, -2.0]), np.asarray([0.0, 0.5, 1.0])
PARTIALS: dict[str, Callable[[Any], Any]] = {
    "plain": lambda wrap: wrap(functools.partial(al.huber, delta=2.0))(PREDICTIONS, TARGETS),
    "nested": lambda wrap: wrap(functools.partial(functools.partial(al.huber, delta=9.0), delta=2.0))(
        predictions=PREDICTIONS, targets=TARGETS
    ),
    "position": lambda wrap: wrap(functools.partial(al.huber, PREDICTIONS, delta=2.0))(TARGETS),
    "positions": lambda wrap: wrap(
        functools.partial(functools.partial(al.huber, PREDICTIONS), TARGETS, delta=2.0)
    )(),
    "bound": lambda wrap: wrap(functools.partial(al.huber, targets=TARGETS, delta=2.0))(PREDICTIONS),
    "overridden": lambda wrap: wrap(functools.partial(al.huber, targets=PREDICTIONS, delta=2.0))(
        PREDICTIONS, targets=TARGETS
    ),
}


@pytest.mark.parametrize("wrt", [None, "predictions", "targets", ("targets", "predictions")], ids=str)
@pytest.mark.parametrize("form", PARTIALS)
def test_partials(form: str, wrt: Any) -> None:
    expected = al.value_and_grad(al.huber, wrt)(PREDICTIONS, TARGETS, delta=2.0)
    found = PARTIALS[form](functools.partial(al.value_and_grad, wrt=wrt))
    equal(found[0], expected[0], 0)
    several = isinstance(wrt, tuple)
    assert isinstance(found[1], tuple) == several
    all_equal(found[1] if several else found[1:], expected[1] if several else expected[1:], 0)
    alone = PARTIALS[form](functools.partial(al.grad, wrt=wrt))
    all_equal(alone if several else (alone,), expected[1] if several else expected[1:], 0)


def test_the_wrapper_looks_like_the_loss() -> None:
    for wrap in (al.grad, al.value_and_grad):
        assert wrap(al.huber).__name__ == "huber"
        assert wrap(functools.partial(al.huber, delta=2.0)).__name__ == "huber"


def _plain(predictions: Any, targets: Any) -> float:
    return 1.0


LABELS, LOGITS = np.asarray([0, 1, 0]), np.asarray([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]])
ERRORS: dict[str, tuple[Callable[[], Any], str]] = {
    "unknown": (lambda: al.value_and_grad(al.huber, "logits"), "logits"),
    "one-unknown": (lambda: al.grad(al.huber, ("predictions", "x")), "x"),
    "number": (lambda: al.grad(al.huber, 1), "wrt"),
    "integers": (lambda: al.grad(al.huber, "targets")(PREDICTIONS, LABELS), "targets"),
    "a-number": (lambda: al.grad(al.huber, "targets")(PREDICTIONS, 0.5), "targets"),
    "a-list": (lambda: al.grad(al.huber)([1.0], TARGETS), "predictions"),
    "labels": (lambda: al.grad(al.sparse_softmax_cross_entropy, "labels")(LOGITS, LABELS), "labels"),
    "parameter": (lambda: al.grad(al.huber, "delta")(PREDICTIONS, TARGETS, delta=2.0), "delta"),
    "weights": (lambda: al.grad(al.huber, "weights")(PREDICTIONS, TARGETS, weights=TARGETS), "weights"),
    "where": (lambda: al.grad(al.huber, "where")(PREDICTIONS, TARGETS, where=TARGETS > 0), "where"),
    "pos-weight": (
        lambda: al.grad(al.sigmoid_cross_entropy, "pos_weight")(PREDICTIONS, LABELS, pos_weight=TARGETS),
        "pos_weight",
    ),
    "class-weights": (
        lambda: al.grad(al.nll, "class_weights")(LOGITS, LABELS, class_weights=LOGITS[0]),
        "class_weights",
    ),
    "not-callable": (lambda: al.value_and_grad(3), "value_and_grad|callable"),
    "no-number": (
        lambda: al.value_and_grad(al.special.softmax)(PREDICTIONS),
        "softmax.*'x' is asked for in wrt",
    ),
    "not-a-loss": (lambda: al.value_and_grad(_plain)(PREDICTIONS, TARGETS), "loss.*returned 1.0"),
    "twice": (lambda: al.grad(al.huber)(PREDICTIONS, TARGETS, predictions=PREDICTIONS), "predictions"),
    "too-many": (lambda: al.grad(al.huber)(PREDICTIONS, TARGETS, PREDICTIONS), "huber|predictions"),
    "missing": (lambda: al.grad(al.huber)(PREDICTIONS), "targets"),
    "missing-output": (lambda: al.grad(al.huber)(targets=TARGETS), "predictions"),
    "no-penalty": (al.grad(al.l2_penalty), "arrays"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    call, words = ERRORS[name]
    with pytest.raises(TypeError, match=words):
        call()


@usually(typical)
@losses
def test_compiled_and_mapped(entry: Entry) -> None:
    expected = reference(entry, 0)
    ours, theirs = Problem(entry, 0, JAX), Problem(entry, 0, TORCH)
    value, gradients = jax.jit(ours.closed_form)(*ours.floats)
    equal(value, expected[0])
    all_equal(gradients, expected[1])
    for problem, vmap in ((ours, jax.vmap), (theirs, torch.func.vmap)):
        batches = problem.batches()
        values, gradients = vmap(problem.closed_form)(*batches)
        assert float(values[0]) != float(values[1])
        for row in (0, 1):
            value, slopes = problem.closed_form(*(batch[row] for batch in batches))
            equal(values[row], value)
            all_equal([gradient[row] for gradient in gradients], slopes)
        all_equal([gradient[0] for gradient in gradients], expected[1])


# Weights, denominators and constants.


def differentiate(backend: Backend, function: Callable[[Any], Any], array: np.ndarray) -> Any:
    """The gradient of a function of one array by the library's own means."""
    if backend is JAX:
        return jax.grad(function)(backend.array(array))
    leaf = backend.array(array).requires_grad_()
    function(leaf).backward()
    return leaf.grad


@pytest.mark.parametrize("word", ["weights", "count", "nonzero", 2.5], ids=str)
@libraries
def test_weights_may_be_differentiated(backend: Backend, word: Any) -> None:
    operands = CATALOGUE["huber"].operands(15, (ITEMS,))
    values = al.huber(**operands, reduction="none")
    arrays, where = backend.arrays(operands), backend.array(WHERE)

    def loss(weights: Any) -> Any:
        return al.huber(**arrays, weights=weights, where=where, denominator=word)

    count = {"weights": WEIGHTS[WHERE].sum(), "count": 3.0, "nonzero": 3.0, 2.5: 2.5}[word]
    mean = np.sum((WEIGHTS * values)[WHERE]) / count if word == "weights" else 0.0
    equal(differentiate(backend, loss, WEIGHTS), np.where(WHERE, (values - mean) / count, 0.0))


@libraries
def test_broadcast_weights_may_be_differentiated(backend: Backend) -> None:
    operands = CATALOGUE["huber"].operands(15, (3, 4))
    values = al.huber(**operands, reduction="none")
    arrays = backend.arrays(operands)
    weights = np.asarray([[0.5], [1.0], [2.0]])
    gradient = differentiate(backend, lambda w: al.huber(**arrays, weights=w, reduction="sum"), weights)
    equal(gradient, values.sum(axis=1, keepdims=True))


@libraries
def test_a_denominator_may_be_differentiated(backend: Backend) -> None:
    operands = CATALOGUE["huber"].operands(15, (ITEMS,))
    total, arrays = al.huber(**operands, reduction="sum"), backend.arrays(operands)
    gradient = differentiate(backend, lambda d: al.huber(**arrays, denominator=d), np.asarray(8.0))
    equal(gradient, np.asarray(-total / 64))


CONSTANTS: dict[str, tuple[str, np.ndarray]] = {
    "softmax_cross_entropy": ("class_weights", CLASS_WEIGHTS),
    "sparse_softmax_cross_entropy": ("class_weights", CLASS_WEIGHTS),
    "nll": ("class_weights", CLASS_WEIGHTS),
    "multi_margin": ("class_weights", CLASS_WEIGHTS),
    "multilabel_sigmoid_cross_entropy": ("class_weights", CLASS_WEIGHTS),
    "sigmoid_cross_entropy": ("pos_weight", np.asarray(2.0)),
}


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("name", CONSTANTS)
@libraries
def test_constants_are_refused(backend: Backend, name: str, reduction: str) -> None:
    entry, (argument, array) = CATALOGUE[name], CONSTANTS[name]
    arrays = backend.arrays(entry.operands(16, (ITEMS,)))

    def loss(constant: Any) -> Any:
        return entry.loss(**arrays, **{argument: constant}, reduction=reduction).sum()

    assert np.isfinite(numpy_of(loss(backend.array(array))))
    with pytest.raises(TypeError, match=argument):
        differentiate(backend, loss, array)
    forward = torch.func.jvp if backend is TORCH else jax.jvp
    constant = backend.array(array)
    with pytest.raises(TypeError, match=argument):
        forward(loss, (constant,), (constant,))
    transform = torch.func.grad if backend is TORCH else jax.grad
    with pytest.raises(TypeError, match=argument):
        transform(loss)(constant)


@libraries
def test_integer_class_weights_and_labels_are_constants(backend: Backend) -> None:
    arrays = backend.arrays({"logits": LOGITS, "labels": LABELS, "class_weights": np.asarray([1, 2])})
    names = ("labels", "class_weights")
    held = {name: arrays[name] for name in names}
    found = differentiate(backend, lambda x: al.sparse_softmax_cross_entropy(x, **held), LOGITS)
    equal(found, numpy_of(al.grad(al.sparse_softmax_cross_entropy)(**arrays)))


# What the mask hides, autodiff does not see.


@usually(typical, "jax")
@pytest.mark.parametrize(("backend", "poison"), [(TORCH, np.nan), (TORCH, np.inf), (JAX, np.nan)])
@calls
def test_masked_poison(backend: Backend, entry: Entry, setting: int, poison: float) -> None:
    operands = entry.operands(11, (ITEMS,))
    mask = ~WHERE
    for name in entry.differentiable():
        operands[name][mask] = poison
    problem = Problem(entry, setting, backend)
    problem.arrays = backend.arrays(operands)
    value, expected = reference(entry, setting)
    if backend is JAX:
        found = jax.value_and_grad(problem, problem.argnums)(*problem.floats)
    else:
        leaves = problem.leaves()
        loss = problem(*leaves)
        found = loss, torch.autograd.grad(loss, leaves)
    equal(found[0], value)
    all_equal(found[1], expected)


@libraries
def test_masked_poison_in_weights(backend: Backend) -> None:
    operands = CATALOGUE["huber"].operands(11, (ITEMS,))
    weights = np.where(WHERE, WEIGHTS, np.nan)
    targets = backend.array(operands["targets"])
    words = backend.arrays({"weights": weights, "where": WHERE})
    expected = al.grad(al.huber)(**operands, weights=WEIGHTS, where=WHERE)
    for reduction in ("mean", "sum", "none"):
        found = differentiate(
            backend,
            lambda p, reduction=reduction: al.huber(p, targets, **words, reduction=reduction).sum(),
            operands["predictions"],
        )
        scale = 1.0 if reduction == "mean" else WEIGHTS[WHERE].sum()
        equal(found, scale * expected)
