"""Gradients by JAX's own transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from .backends import numpy_of
from .catalogue import CATALOGUE, Entry
from .choice import default, typical, usually
from .problems import (
    JAX,
    NESTED,
    TORCH,
    Problem,
    all_equal,
    calls,
    curvature,
    equal,
    hessian_equals,
    reference,
)


def _directions(problem: Problem) -> tuple[Any, ...]:
    generator = np.random.default_rng(14)
    return tuple(JAX.array(generator.normal(size=a.shape)) for a in problem.floats)


@usually(typical)
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


@usually(default)
@calls
def test_jax_gradients_and_second_derivatives(entry: Entry, setting: int) -> None:
    problem = Problem(entry, setting, JAX)

    def both(*floats: Any) -> Any:
        return jax.grad(problem, problem.argnums)(*floats), jax.hessian(problem, problem.argnums)(*floats)

    slopes, found = jax.jit(jax.vmap(both))(*problem.batches())
    all_equal([slope[0] for slope in slopes], reference(entry, setting)[1])
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
