"""Gradients asked for by `value_and_grad` and by each library's own transforms."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, ENTRIES, Entry

NUMPY, TORCH, JAX = BACKENDS["numpy"], BACKENDS["torch"], BACKENDS["jax"]
ITEMS = 4
WEIGHTS = np.asarray([0.5, 2.0, 1.0, 4.0])
WHERE = np.asarray([True, True, False, True])
CLASS_WEIGHTS = np.asarray([1.0, 0.5, 2.0, 0.25, 1.5])

NESTED = ("sigmoid_cross_entropy", "softmax_cross_entropy", "cosine_embedding")

calls = pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
losses = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
libraries = pytest.mark.parametrize("backend", [TORCH, JAX], ids=["torch", "jax"])
# PyTorch's tracer makes an instance of every autograd function, and then warns about it itself.
compiles = pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")


def equal(actual: Any, expected: Any, rtol: float = 1e-12) -> None:
    """Equal in shape and dtype, and in value relative to the largest entry."""
    actual, expected = numpy_of(actual), numpy_of(expected)
    assert actual.dtype == expected.dtype, (actual.dtype, expected.dtype)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    size = float(np.max(np.abs(expected), initial=1e-3))
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * size)


def all_equal(actual: Any, expected: Any, rtol: float = 1e-12) -> None:
    """The same for as many arrays, at least one."""
    pairs = list(zip(actual, expected, strict=True))
    assert pairs
    for one, other in pairs:
        equal(one, other, rtol)


class Problem:
    """A loss on a backend as a function of its floating operands alone."""

    def __init__(self, entry: Entry, setting: int, backend: Backend, seed: int = 11, **words: Any) -> None:
        self.entry, self.backend = entry, backend
        self.names = entry.differentiable()
        self.arrays = backend.arrays(entry.operands(seed, (ITEMS,)))
        self.words = backend.arrays(entry.parameters[setting] | {"weights": WEIGHTS, "where": WHERE} | words)

    @property
    def floats(self) -> tuple[Any, ...]:
        return tuple(self.arrays[name] for name in self.names)

    @property
    def argnums(self) -> tuple[int, ...]:
        return tuple(range(len(self.names)))

    def __call__(self, *floats: Any) -> Any:
        named = dict(zip(self.names, floats, strict=True))
        return self.entry.loss(**{**self.arrays, **named}, **self.words)

    def closed_form(self, *floats: Any) -> tuple[Any, tuple[Any, ...]]:
        named = dict(zip(self.names, floats or self.floats, strict=True))
        both = al.value_and_grad(self.entry.loss, self.names)
        return both(**{**self.arrays, **named}, **self.words)

    def leaves(self) -> list[torch.Tensor]:
        return [array.clone().requires_grad_() for array in self.floats]

    def batches(self) -> tuple[Any, ...]:
        """Two sets of floating operands, the second another than the first."""
        other = self.backend.arrays(self.entry.operands(12, (ITEMS,)))
        stack = self.backend.xp.stack
        return tuple(stack([self.arrays[name], other[name]]) for name in self.names)


def reference(entry: Entry, setting: int, seed: int = 11, **words: Any) -> tuple[Any, tuple[Any, ...]]:
    """The closed form on NumPy."""
    return Problem(entry, setting, NUMPY, seed, **words).closed_form()


Blocks = list[list[np.ndarray]]
CURVATURES: dict[tuple[str, int], Blocks] = {}


def curvature(entry: Entry, setting: int) -> Blocks:
    """Second derivatives [of][by]: central differences of the closed form's gradient on NumPy."""
    key = f"{entry.name}-{'-'.join(entry.differentiable())}-{entry.parameters[setting]}", setting
    if key not in CURVATURES:
        problem = Problem(entry, setting, NUMPY)
        columns = [_differences(problem, position) for position in problem.argnums]
        CURVATURES[key] = [list(row) for row in zip(*columns, strict=True)]
    return CURVATURES[key]


def _differences(problem: Problem, by: int, step: float = 1e-5) -> list[np.ndarray]:
    """The derivative of each gradient by one operand, whose axes come last."""
    array, slopes = problem.floats[by], []
    for index in np.ndindex(array.shape):
        around = []
        for sign in (1, -1):
            floats = [a.copy() for a in problem.floats]
            floats[by][index] += sign * step
            around.append(problem.closed_form(*floats)[1])
        slopes.append([(up - down) / (2 * step) for up, down in zip(*around, strict=True)])
    return [
        np.reshape(np.stack(column, axis=-1), (*column[0].shape, *array.shape))
        for column in zip(*slopes, strict=True)
    ]


def hessian_equals(found: Any, expected: Blocks) -> None:
    """A nest of second derivatives equals the differences."""
    assert len(found) == len(expected) > 0
    for row, others in zip(found, expected, strict=True):
        assert len(row) == len(others) > 0
        for block, other in zip(row, others, strict=True):
            values = numpy_of(block)
            assert values.shape == other.shape, (values.shape, other.shape)
            np.testing.assert_allclose(values, other, rtol=1e-6, atol=1e-8)


# value_and_grad itself.


@losses
def test_by_default_the_model_output(backend: Backend, entry: Entry) -> None:
    arrays = backend.arrays(entry.operands())
    value, gradient = al.value_and_grad(entry.loss)(**arrays)
    alone = al.grad(entry.loss)(**arrays)
    several = len(entry.outputs) > 1
    assert isinstance(gradient, tuple) == isinstance(alone, tuple) == several
    found = gradient if several else (gradient,)
    same, expected = al.value_and_grad(entry.loss, entry.outputs)(*arrays.values())
    equal(value, numpy_of(same), 0)
    all_equal(found, map(numpy_of, expected), 0)
    all_equal(alone if several else (alone,), map(numpy_of, expected), 0)


@losses
def test_by_name_and_by_names(entry: Entry) -> None:
    arrays = entry.operands()
    names = entry.differentiable()
    value, every = al.value_and_grad(entry.loss, names)(**arrays)
    equal(value, entry.loss(**arrays), 0)
    assert isinstance(every, tuple)
    assert len(every) == len(names)
    for name, gradient in zip(names, every, strict=True):
        equal(al.grad(entry.loss, name)(**arrays), gradient, 0)
        (only,) = al.grad(entry.loss, (name,))(*arrays.values())
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


# PyTorch.


@calls
def test_backward(entry: Entry, setting: int) -> None:
    value, expected = reference(entry, setting)
    problem = Problem(entry, setting, TORCH)
    leaves = problem.leaves()
    loss = problem(*leaves)
    equal(loss, value)
    (3 * loss).backward(retain_graph=True)
    all_equal([leaf.grad / 3 for leaf in leaves], expected)
    assert all(leaf.requires_grad and leaf.is_leaf for leaf in leaves)
    again = torch.autograd.grad(loss, leaves, retain_graph=True)
    all_equal(again, expected)
    all_equal(torch.autograd.grad(loss, leaves), map(numpy_of, again), 1e-15)


@calls
def test_backward_without_reduction(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, TORCH, reduction="none")
    leaves, cotangent = problem.leaves(), np.asarray([2.0, -1.0, 5.0, 0.25])
    problem(*leaves).backward(TORCH.array(cotangent))
    weighted = reference(entry, setting, reduction="sum", weights=WEIGHTS * cotangent)[1]
    all_equal([leaf.grad for leaf in leaves], weighted)


@calls
def test_flags_are_left_alone(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, TORCH)
    assert not problem(*problem.floats).requires_grad
    value, gradients = problem.closed_form()
    for array in (*problem.floats, value, *gradients):
        assert not array.requires_grad
    leaves = problem.leaves()
    found = problem.closed_form(*leaves)
    all_equal([a.detach() for a in found[1]], map(numpy_of, gradients), 1e-14)
    assert found[0].requires_grad
    with torch.no_grad():
        assert not problem(*leaves).requires_grad
    for leaf in leaves:
        assert leaf.requires_grad
        assert leaf.grad is None
        assert leaf.is_leaf


@calls
def test_double_backward(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, TORCH)
    leaves = problem.leaves()
    first = torch.autograd.grad(problem(*leaves), leaves, create_graph=True)
    all_equal([g.detach() for g in first], reference(entry, setting)[1])
    generator = np.random.default_rng(13)
    along = [generator.normal(size=tuple(g.shape)) for g in first]
    total = sum((g * TORCH.array(d)).sum() for g, d in zip(first, along, strict=True))
    blocks = curvature(entry, setting)
    expected = [
        sum(np.tensordot(d, row[by], d.ndim) for d, row in zip(along, blocks, strict=True))
        for by in problem.argnums
    ]
    if not total.requires_grad:  # a gradient that is a constant
        assert not any(np.any(np.abs(e) > 1e-8) for e in expected)
        return
    second = torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)
    for found, other in zip(second, expected, strict=True):
        np.testing.assert_allclose(found.numpy(), other, rtol=1e-6, atol=1e-7)


TORCH_FIRST: dict[str, Callable[[Problem], Any]] = {
    "grad": lambda p: torch.func.grad(p, p.argnums)(*p.floats),
    "jacrev": lambda p: torch.func.jacrev(p, p.argnums)(*p.floats),
    "jacfwd": lambda p: torch.func.jacfwd(p, p.argnums)(*p.floats),
    "vmap(grad)": lambda p: [g[0] for g in torch.func.vmap(torch.func.grad(p, p.argnums))(*p.batches())],
    "grad(vmap)": lambda p: [
        g[0] for g in torch.func.grad(lambda *a: torch.func.vmap(p)(*a).sum(), p.argnums)(*p.batches())
    ],
}


@pytest.mark.parametrize("transform", TORCH_FIRST)
@calls
def test_torch_func(entry: Entry, setting: int, transform: str) -> None:
    problem = Problem(entry, setting, TORCH)
    all_equal(TORCH_FIRST[transform](problem), reference(entry, setting)[1])


@calls
def test_torch_jvp(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, TORCH)
    value, gradients = reference(entry, setting)
    along = [np.random.default_rng(14).normal(size=g.shape) for g in gradients]
    out, tangent = torch.func.jvp(problem, problem.floats, tuple(map(TORCH.array, along)))
    equal(out, value)
    equal(tangent, np.asarray(sum(np.sum(g * d) for g, d in zip(gradients, along, strict=True))))
    for position, (gradient, direction) in enumerate(zip(gradients, along, strict=True)):

        def alone(array: torch.Tensor, position: int = position) -> torch.Tensor:
            return problem(*problem.floats[:position], array, *problem.floats[position + 1 :])

        _, tangent = torch.func.jvp(alone, (problem.floats[position],), (TORCH.array(direction),))
        equal(tangent, np.asarray(np.sum(gradient * direction)))


@calls
def test_torch_second_derivatives(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, TORCH)
    expected = curvature(entry, setting)
    hessian_equals(torch.func.hessian(problem, problem.argnums)(*problem.floats), expected)
    mixed = torch.func.jacrev(torch.func.jacfwd(problem, problem.argnums), problem.argnums)
    hessian_equals(mixed(*problem.floats), expected)
    batched = torch.func.vmap(torch.func.hessian(problem, problem.argnums))(*problem.batches())
    hessian_equals([[block[0] for block in row] for row in batched], expected)


EDGES = [(e, i) for e, i in CALLS if i == 0 or set(e.parameters[i]) == {"class_weights"}]


@compiles
@pytest.mark.parametrize(("entry", "setting"), EDGES, ids=[f"{e.name}-{i}" for e, i in EDGES])
def test_torch_compile(entry: Entry, setting: int) -> None:
    value, expected = reference(entry, setting)
    problem = Problem(entry, setting, TORCH)
    torch._dynamo.reset()
    compiled = torch.compile(problem, fullgraph=True, backend="aot_eager")
    leaves = problem.leaves()
    loss = compiled(*leaves)
    equal(loss, value)
    (2 * loss).backward()
    all_equal([leaf.grad / 2 for leaf in leaves], expected)


@compiles
@pytest.mark.parametrize("name", NESTED)
def test_torch_compile_without_gradients(name: str) -> None:
    entry = CATALOGUE[name]
    value, expected = reference(entry, 0)
    problem = Problem(entry, 0, TORCH)
    torch._dynamo.reset()
    equal(torch.compile(problem, fullgraph=True, backend="aot_eager")(*problem.floats), value)
    both = torch.compile(problem.closed_form, fullgraph=True, backend="aot_eager")(*problem.floats)
    equal(both[0], value)
    all_equal(both[1], expected)


FIRST_CALL = """
    import warnings
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", ".*should not be instantiated")
    import torch, arrayloss as al
    logits, labels = torch.tensor([[1.0, 2.0], [1.0, 3.0]], requires_grad=True), torch.tensor([0, 1])
    loss = torch.compile(al.sparse_softmax_cross_entropy, fullgraph=True, backend="aot_eager")(logits, labels)
    loss.backward()
    print(float(loss.detach()), float(logits.grad[0, 0]))
"""


def test_the_first_call_of_a_process_may_be_compiled() -> None:
    run = [sys.executable, "-c", textwrap.dedent(FIRST_CALL)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    value, slope = map(float, done.stdout.split())
    assert value == pytest.approx(0.7200948, rel=1e-6)
    assert slope == pytest.approx(-0.3655293, rel=1e-6)


INDUCTOR = """
    import torch
    import arrayloss as al

    logits = torch.tensor([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]], requires_grad=True)
    loss = torch.compile(al.sparse_softmax_cross_entropy, fullgraph=True)(logits, torch.tensor([0, 1, 1]))
    loss.backward()
    print(float(loss.detach()), *logits.grad.flatten().tolist())
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="PyTorch's inductor needs a C++ compiler")
def test_inductor() -> None:
    """In a process of its own: the compiler minds what was imported before it."""
    run = [sys.executable, "-c", textwrap.dedent(INDUCTOR)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    value, *slopes = map(float, done.stdout.split())
    assert value == pytest.approx(0.52237257, rel=1e-6)
    assert slopes == pytest.approx([-0.24368620, 0.24368620] + [0.03973430, -0.03973430] * 2, rel=1e-6)


# JAX.


def _directions(problem: Problem) -> tuple[Any, ...]:
    generator = np.random.default_rng(14)
    return tuple(JAX.array(generator.normal(size=a.shape)) for a in problem.floats)


@calls
def test_jax_first_derivatives(entry: Entry, setting: int) -> None:
    value, expected = reference(entry, setting)
    problem = Problem(entry, setting, JAX)
    along = _directions(problem)

    def everything(floats: Any, batches: Any) -> Any:
        reverse = jax.value_and_grad(problem, problem.argnums)(*floats)
        jitted = jax.grad(jax.jit(problem), problem.argnums)(*floats)
        mapped = jax.vmap(jax.grad(problem, problem.argnums))(*batches)
        summed = jax.grad(lambda *a: jnp.sum(jax.vmap(problem)(*a)), problem.argnums)(*batches)
        scaled = jax.vjp(problem, *floats)[1](jnp.asarray(3.0))
        return reverse, jitted, mapped, summed, scaled, jax.jvp(problem, floats, along)

    reverse, jitted, mapped, summed, scaled, forward = jax.jit(everything)(problem.floats, problem.batches())
    equal(reverse[0], value)
    equal(forward[0], value)
    all_equal(reverse[1], expected)
    all_equal(jitted, expected)
    all_equal([g[0] for g in mapped], expected)
    all_equal([g[0] for g in summed], expected)
    all_equal([g / 3 for g in scaled], expected)
    slope = sum(np.sum(g * numpy_of(d)) for g, d in zip(expected, along, strict=True))
    equal(forward[1], np.asarray(slope))


@calls
def test_jax_second_derivatives(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, JAX)
    found = jax.jit(jax.vmap(jax.hessian(problem, problem.argnums)))(*problem.batches())
    found = [[block[0] for block in row] for row in found]
    hessian_equals(found, curvature(entry, setting))
    twin = Problem(entry, setting, TORCH)
    other = torch.func.hessian(twin, twin.argnums)(*twin.floats)
    for row, same in zip(found, other, strict=True):
        all_equal(row, same, 1e-11)


JAX_NESTINGS: dict[str, Callable[[Problem], Any]] = {
    "jacrev(jacrev)": lambda p: jax.jacrev(jax.jacrev(p, p.argnums), p.argnums)(*p.floats),
    "jit(jacfwd(jacrev))": lambda p: jax.jit(jax.jacfwd(jax.jacrev(p, p.argnums), p.argnums))(*p.floats),
    "hessian(jit)": lambda p: jax.hessian(jax.jit(p), p.argnums)(*p.floats),
    "jacrev(grad(jit))": lambda p: jax.jacrev(jax.grad(jax.jit(p), p.argnums), p.argnums)(*p.floats),
    "jacfwd(jacfwd)": lambda p: jax.jacfwd(jax.jacfwd(p, p.argnums), p.argnums)(*p.floats),
}


@pytest.mark.parametrize("nesting", JAX_NESTINGS)
@pytest.mark.parametrize("name", NESTED)
def test_jax_nestings(name: str, nesting: str) -> None:
    entry = CATALOGUE[name]
    hessian_equals(JAX_NESTINGS[nesting](Problem(entry, 0, JAX)), curvature(entry, 0))


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
