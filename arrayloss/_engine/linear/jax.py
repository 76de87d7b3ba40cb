"""JAX: a scan over the rows, in one cached `jit`, its derivative what the same scan found."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from ..._check import type_error
from ..._namespace import Library, in_dtype
from .. import plain
from ..call import Arrays, Call, Spec
from ..items import Problem, masked
from ..jax import compiled, values
from .layer import Layer, computed, divided, rows_at_once, slabs, standing

Wanted = tuple[int, ...]
Step = Callable[[Any, "Rows"], tuple[Any, Any]]


class Rows(NamedTuple):
    """What belongs to some rows: features, labels and the like, weights and mask."""

    features: Any
    operands: tuple[Any, ...]
    weights: Any
    mask: Any


def value(call: Call, layer: Layer) -> Any:
    """The loss of a call."""
    return _value(call.library, call.spec, layer, _bare(call))


def value_and_grads(call: Call, layer: Layer, wanted: Wanted) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its gradients with respect to the wanted ones of features, kernel and bias."""
    return _value_and_grads(call.library, call.spec, wanted, layer, _bare(call))


def _bare(call: Call) -> Arrays:
    """The arrays of a call, nothing in the place of the logits."""
    return call.arrays._replace(operands=(None, *call.arrays.operands[1:]))


@functools.partial(jax.jit, static_argnums=(0, 1))
def _value(library: Library, spec: Spec, layer: Layer, arrays: Arrays) -> Any:
    call = Call(compiled(library), spec, arrays)
    if spec.reduction != "none":
        return _reduced(library, spec, layer, arrays)
    return in_dtype(jnp, plain.reduced(standing(call, layer), _items(call, layer)), layer.features.dtype)


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _value_and_grads(library: Library, spec: Spec, wanted: Wanted, layer: Layer, arrays: Arrays) -> Any:
    return _one_pass(Call(compiled(library), spec, arrays), layer, wanted)


def _items(call: Call, layer: Layer) -> Any:
    """The value per item; where it is differentiated, logits are computed anew instead of kept."""
    problem, own = standing(call, layer), computed(call, layer)

    @jax.checkpoint
    def found(rows: Rows) -> Any:
        part = _part(problem, own._replace(features=rows.features), rows)
        return values(part, derive=False)

    _, parts = _scan(problem, own, lambda sums, rows: (sums, found(rows)), ())
    return parts


def _one_pass(call: Call, layer: Layer, wanted: Wanted) -> tuple[Any, tuple[Any, ...]]:
    """Loss and gradients, the logits of some rows at a time."""
    own, dtype = computed(call, layer), layer.features.dtype
    problem = divided(standing(call, layer), write=False)
    none, shared = problem.spec.reduction == "none", tuple(position for position in wanted if position)

    def step(sums: Any, rows: Rows) -> Any:
        total, *sums = sums
        piece = own._replace(features=rows.features)
        part = _part(problem, piece, rows)
        loss, by_features = plain.reduced(part, values(part, derive=bool(wanted))), None
        if wanted:
            (slopes,) = plain.arranged_gradients(part, (0,))
            by_features = _by_features(piece, slopes) if 0 in wanted else None
            sums = [_add(piece, slopes, p, s) for p, s in zip(shared, sums, strict=True)]
        return (total if none else total + loss, *sums), (loss if none else None, by_features)

    start = jnp.zeros((), dtype=problem.compute, device=None)
    sums, (losses, by_features) = _scan(
        problem, own, step, (start, *[jnp.zeros_like(own[p]) for p in shared])
    )
    grads = dict(zip(shared, sums[1:], strict=True))
    if 0 in wanted:
        mask = None if problem.mask is None else problem.mask[..., None]
        grads[0] = masked(problem.xp, mask, by_features)
    loss = losses if none else sums[0]
    return in_dtype(jnp, loss, dtype), tuple(in_dtype(jnp, grads[p], dtype) for p in wanted)


def _by_features(piece: Layer, slopes: Any) -> Any:
    """The derivative by the features; of ``slopes @ kernel.T`` XLA would keep the kernel transposed."""
    return jnp.matmul(piece.kernel, slopes.T).T


def _part(problem: Problem, piece: Layer, rows: Rows) -> Problem:
    """The problem of some rows."""
    operands = (piece.logits(jnp), *rows.operands)
    return problem._replace(operands=operands, weights=rows.weights, mask=rows.mask)


def _add(piece: Layer, slopes: Any, position: int, total: Any) -> Any:
    """The gradient of kernel or bias with what some rows add, the kernel's in parts."""
    if position == 2:
        return total + piece.back(jnp, slopes, (2,))[0]
    for slab in slabs(total):
        (more,) = piece.back(jnp, slopes[..., slab], (1,))
        total = lax.dynamic_update_slice(total, total[:, slab] + more, (0, slab.start))
    return total


def _scan(problem: Problem, layer: Layer, step: Step, start: Any) -> tuple[Any, Any]:
    """A step after the other over all rows; what each gives beside the sums, in the items' shape."""
    shape, operands = problem.items_shape, problem.operands[1:]
    count, size = math.prod(shape), rows_at_once(problem.operands[0].shape[-1])
    every = [role.shape == "classes" for role in problem.spec.formula.roles[1:]]

    def stepping(sums: Any, rows: Rows) -> Any:
        own = zip(operands, rows.operands, every, strict=True)
        return step(sums, rows._replace(operands=tuple(all_ if shared else one for all_, one, shared in own)))

    split = tuple(None if shared else array for array, shared in zip(operands, every, strict=True))
    rows = _reshaped(Rows(layer.features, split, problem.weights, problem.mask), len(shape), (count,))
    whole, found = count // size * size if count > size else 0, []
    if whole:
        start, parts = lax.scan(stepping, start, _reshaped(_taken(rows, slice(whole)), 1, (-1, size)))
        found.append(_reshaped(parts, 2, (whole,)))
    if whole < count or not count:
        start, last = stepping(start, _taken(rows, slice(whole, None)))
        found.append(last)
    return start, _reshaped(jax.tree.map(lambda *parts: jnp.concatenate(parts), *found), 1, shape)


def _reshaped(arrays: Any, rank: int, shape: tuple[int, ...]) -> Any:
    """Arrays with their first axes in another shape."""
    return jax.tree.map(lambda a: jnp.reshape(a, (*shape, *a.shape[rank:])), arrays)


def _taken(arrays: Any, rows: slice) -> Any:
    """Some of the rows of all arrays."""
    return jax.tree.map(lambda a: a[rows], arrays)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _reduced(library: Library, spec: Spec, layer: Layer, arrays: Arrays) -> Any:
    return _one_pass(Call(compiled(library), spec, arrays), layer, ())[0]


def _tangent(
    library: Library, spec: Spec, primals: tuple[Layer, Arrays], tangents: tuple[Layer, Arrays]
) -> tuple[Any, Any]:
    """The gradients that the value's own pass finds, in the direction of the tangents."""
    (layer, arrays), (moved, others) = primals, tangents
    call = Call(compiled(library), spec, arrays)
    wanted = tuple(position for position, tangent in enumerate(moved) if _moves(tangent))
    loss, grads = _one_pass(call, layer, wanted)
    total = jnp.zeros_like(loss)
    for position, gradient in zip(wanted, grads, strict=True):
        pair = (in_dtype(jnp, each, spec.compute) for each in (gradient, moved[position]))
        total = total + in_dtype(jnp, jnp.vdot(*pair), loss.dtype)
    return loss, total + _by_others(call, layer, others)


def _by_others(call: Call, layer: Layer, tangents: Arrays) -> Any:
    """What weights and a denominator that are differentiated add to the derivative."""
    for name, role_tangent in zip(call.spec.formula.operands, tangents.operands, strict=True):
        if _moves(role_tangent):
            raise type_error(call.spec.formula.name, name, "is differentiated", "a constant of the loss")
    moved = {name: t for name, t in tangents._asdict().items() if name != "operands" and _moves(t)}
    if not moved:
        return 0.0

    def loss(given: dict[str, Any]) -> Any:
        own = call._replace(arrays=call.arrays._replace(**given))
        found = plain.reduced(standing(own, layer), _items(own, layer))
        return in_dtype(jnp, found, layer.features.dtype)

    return jax.jvp(loss, ({name: getattr(call.arrays, name) for name in moved},), (moved,))[1]


def _moves(tangent: Any) -> bool:
    """Whether there is a tangent that may not be 0."""
    return not (tangent is None or isinstance(tangent, SymbolicZero) or tangent.dtype == jax.dtypes.float0)


_reduced.defjvp(_tangent, symbolic_zeros=True)
