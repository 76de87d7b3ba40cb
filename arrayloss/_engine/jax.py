"""JAX: the plain formula under one cached `jit`, its derivative the closed form."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from .._check import type_error
from .._namespace import Library
from . import plain
from .call import Arrays, Call, Spec
from .items import Problem, arrange, directional, items

Operands = tuple[Any, ...]
Way = Callable[[], Any]


class _Compiled:
    """`jax.numpy` in the forms that XLA fuses, with a branch that it can take."""

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    @staticmethod
    def clip(x: Any, *, min: Any = None, max: Any = None) -> Any:  # noqa: A002 -- the standard's names
        """The standard's; with two constant bounds it would be an operation that no sum is fused with."""
        if min is not None and max is not None:
            min = lax.optimization_barrier(jnp.asarray(min, dtype=x.dtype, device=None))  # type: ignore[no-untyped-call] # noqa: A001
        return jnp.clip(x, min=min, max=max)

    @staticmethod
    def take_along_axis(x: Any, indices: Any, /, *, axis: int) -> Any:
        """The standard's, of indices that the engine has made safe."""
        return jnp.take_along_axis(x, indices, axis=axis, mode="promise_in_bounds")

    @staticmethod
    def matmul(x: Any, y: Any, /) -> Any:
        """The standard's, to the last digit on GPUs, too."""
        return jnp.matmul(x, y, precision=lax.Precision.HIGHEST)

    @staticmethod
    def scan(step: Callable[[Any, Any], Any], carry: Any, frames: Any, *, reverse: bool) -> Any:
        """A loop over the first axis of the frames."""
        return lax.scan(step, carry, frames, reverse=reverse)

    @staticmethod
    def branch(sure: Any, yes: Way, no: Way, unknown: Way) -> Any:
        """One of two ways, or a third where a device would have to be waited for."""
        return lax.platform_dependent(cpu=lambda: lax.cond(sure, yes, no), default=unknown)


@functools.cache
def compiled(library: Library) -> Library:
    """The library with the namespace that formulas are compiled with."""
    return replace(library, xp=_Compiled())  # type: ignore[arg-type]


def value(call: Call) -> Any:
    """The loss of a call."""
    return _value(call.library, call.spec, call.arrays)


def value_and_grads(call: Call, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its closed-form gradients with respect to the wanted operands."""
    return _value_and_grads(call.library, call.spec, wanted, call.arrays)


# Not inlined: what is linear in a tangent stays one call, which eager differentiation runs compiled.
@functools.partial(jax.jit, static_argnums=(0, 1))
def _value(library: Library, spec: Spec, arrays: Arrays) -> Any:
    problem = arrange(Call(compiled(library), spec, arrays))
    return plain.reduced(problem, values(problem, derive=False))


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _value_and_grads(library: Library, spec: Spec, wanted: tuple[int, ...], arrays: Arrays) -> Any:
    call = Call(compiled(library), spec, arrays)
    problem = arrange(call)
    return plain.reduced(problem, values(problem, derive=True)), plain.gradients(call, problem, wanted)


def values(problem: Problem, *, derive: bool) -> Any:
    """The value per item, differentiated by the formula's own derivatives."""
    bare = problem._replace(operands=(), weights=None, mask=None, denominator=None)
    return _rule(bare, derive, problem.operands, problem.mask)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _rule(bare: Problem, derive: bool, operands: Operands, mask: Any) -> Any:
    problem = bare._replace(operands=operands, mask=mask)
    return items(problem, write=False, trusted=False, derive=derive).value


def _tangent(
    bare: Problem, _: bool, primals: tuple[Operands, Any], tangents: tuple[Operands, Any]
) -> tuple[Any, Any]:
    problem = bare._replace(operands=primals[0], mask=primals[1])
    value, derivatives = items(problem, write=False, trusted=False)
    formula = problem.spec.formula
    total = jnp.zeros_like(value)
    for position, (name, tangent) in enumerate(zip(formula.operands, tangents[0], strict=True)):
        if tangent is None or isinstance(tangent, SymbolicZero) or tangent.dtype == jax.dtypes.float0:
            continue
        if name not in formula.differentiable:
            raise type_error(formula.name, name, "is differentiated", "a constant of the loss")
        total = total + directional(problem, derivatives[position](), tangent.astype(problem.compute))
    return value, total


_rule.defjvp(_tangent, symbolic_zeros=True)
