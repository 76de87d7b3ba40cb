"""Gradients by PyTorch's own transforms: backward, torch.func and torch.compile."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from .backends import numpy_of
from .catalogue import CALLS, CATALOGUE, Entry
from .choice import typical
from .problems import (
    NESTED,
    TORCH,
    WEIGHTS,
    Problem,
    all_equal,
    calls,
    curvature,
    equal,
    hessian_equals,
    reference,
)

# PyTorch's tracer makes an instance of every autograd function, and then warns about it itself.
compiles = pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")


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
    # Whether there is one graph is the formula's doing; what autograd makes of it, the engine's.
    backend = "aot_eager" if typical(entry, setting) else "eager"
    compiled = torch.compile(problem, fullgraph=True, backend=backend)
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
