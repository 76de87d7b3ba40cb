"""PyTorch: one pass that leaves the gradients behind, in NumPy's memory on a CPU.

Where a compiler looks on, the pass is a loop that it unrolls; transforms and second
derivatives are taken of all logits at once.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import Function

from ..._namespace import in_dtype
from .. import plain
from .. import torch as rows
from ..call import Arrays, Call
from ..items import Problem, items
from ..lend import lent, tensor_of
from . import blocks, whole
from .layer import Layer, computed, divided, standing

Wanted = tuple[int, ...]
Found = tuple[Any, tuple[Any, ...]]


def value(call: Call, layer: Layer) -> Any:
    """The loss of a call."""
    followed = tuple([position for position, array in enumerate(layer) if rows.differentiated(array)])
    if torch.compiler.is_compiling():
        if call.spec.reduction == "none":
            return whole.value(call, layer, rows)
        # Dynamo inlines, wrongly, an autograd function whose inputs need no gradient.
        run = _Unrolled.apply if followed else _Unrolled.forward
        return run(call[:2], followed, *_flat(call, layer))[0]
    if not (_differentiates_others(call) or any(map(rows.is_dual, layer))):
        early = () if call.spec.reduction == "none" else followed
        try:
            return _OnePass.apply(call[:2], early, *_flat(call, layer))[0]
        except RuntimeError:  # a transform is under way, and asks more of a function
            pass
    return whole.value(call, layer, rows)


def value_and_grads(call: Call, layer: Layer, wanted: Wanted) -> Found:
    """The loss and its gradients with respect to the wanted ones of features, kernel and bias."""
    if torch.compiler.is_compiling():
        return _unrolled(call, layer, wanted)
    if not (_differentiates_others(call) or any(map(rows.differentiated, layer))):
        try:
            loss, *grads = _OnePass.apply(call[:2], wanted, *_flat(call, layer))
            return loss, tuple(grads)
        except RuntimeError:
            pass
    return whole.value_and_grads(call, layer, wanted, rows)


def _differentiates_others(call: Call) -> bool:
    return any(rows.differentiated(array) for array in (call.arrays.weights, call.arrays.denominator))


def _flat(call: Call, layer: Layer) -> tuple[Any, ...]:
    """The arrays in a row, as autograd functions take them."""
    _, weights, where, denominator = call.arrays
    return (*layer, weights, where, denominator, *call.arrays.operands[1:])


def _call(static: Any, flat: tuple[Any, ...]) -> tuple[Call, Layer]:
    (library, spec), (weights, where, denominator) = static, flat[3:6]
    return Call(library, spec, Arrays((None, *flat[6:]), weights, where, denominator)), Layer(*flat[:3])


def _one_pass(call: Call, layer: Layer, wanted: Wanted, cotangent: Any = None) -> Found:
    """Loss and gradients; of the items times a cotangent each where there is one."""
    problem, own = standing(call, layer), computed(call, layer)
    if cotangent is not None:
        cotangent = in_dtype(problem.xp, cotangent, problem.compute)
        weights = cotangent if problem.weights is None else cotangent * problem.weights
        problem = problem._replace(weights=weights)
    host = lent(problem)
    if host is None:
        loss, grads = blocks.evaluate(problem, own, wanted, readable=layer.features.device.type == "cpu")
    else:
        memory = Layer(*[array if array is None else array.numpy(force=True) for array in own])
        loss, grads = blocks.evaluate(host, memory, wanted, threads=torch.get_num_threads())
    dtype = layer.features.dtype
    return _cast(loss, dtype), tuple([_cast(each, dtype) for each in grads])


def _cast(found: Any, dtype: torch.dtype) -> torch.Tensor:
    return found.to(dtype) if isinstance(found, torch.Tensor) else tensor_of(found, dtype)


class _OnePass(Function):
    """The loss and its gradients in one pass; of values per item, in a pass of the backward's own."""

    @staticmethod
    def forward(ctx: Any, static: Any, wanted: Wanted, *flat: Any) -> tuple[Any, ...]:
        ctx.static = static
        ctx.set_materialize_grads(False)  # no zeros for the gradients, which are outputs too
        ctx.save_for_backward(*flat)
        loss, ctx.found = _one_pass(*_call(static, flat), wanted)
        ctx.mark_non_differentiable(*ctx.found)
        return loss, *ctx.found

    @staticmethod
    def backward(ctx: Any, cotangent: Any, *_: Any) -> tuple[Any, ...]:
        needs = ctx.needs_input_grad
        if cotangent is None:
            return (None,) * len(needs)
        call, layer = _call(ctx.static, ctx.saved_tensors)
        wanted = tuple([position for position in range(3) if needs[2 + position]])
        grads = dict(zip(wanted, _pulled(ctx, call, layer, wanted, cotangent), strict=True))
        return None, None, *(grads.get(position) for position in range(len(needs) - 2))


def _pulled(ctx: Any, call: Call, layer: Layer, wanted: Wanted, cotangent: Any) -> tuple[Any, ...]:
    """The gradients by the wanted ones, for a cotangent of the loss."""
    found, ctx.found = ctx.found, None
    none = call.spec.reduction == "none"
    if torch.is_grad_enabled() or (none and not rows.has_memory(cotangent)):
        with torch.enable_grad():
            loss = whole.value(call, layer, rows)
            return torch.autograd.grad(loss, [layer[p] for p in wanted], cotangent, create_graph=True)
    if none:
        return _one_pass(call, layer, wanted, cotangent)[1]
    found = found or _one_pass(call, layer, wanted)[1]  # a second time: the same numbers again
    return found if rows.is_one(cotangent) else tuple([gradient * cotangent for gradient in found])


def _unrolled(call: Call, layer: Layer, wanted: Wanted) -> Found:
    """The pass in the plain formulas, for a compiler."""
    problem = divided(standing(call, layer), write=False)
    loss, grads = blocks.in_parts(problem, computed(call, layer), wanted, _plain)
    dtype = layer.features.dtype
    return loss.to(dtype), tuple([each.to(dtype) for each in grads])


def _plain(part: Problem, wanted: Wanted) -> Found:
    loss = plain.reduced(part, items(part, write=False, trusted=False).value)
    return loss, plain.arranged_gradients(part, wanted)


class _Unrolled(Function):
    """The same pass as autograd sees it under a compiler."""

    @staticmethod
    @rows.signed
    def forward(static: Any, wanted: Wanted, *flat: Any) -> tuple[Any, ...]:
        loss, grads = _unrolled(*_call(static, flat), wanted)
        return loss, *grads

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        ctx.wanted = inputs[1]
        ctx.count = len(inputs)
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*output[1:])

    @staticmethod
    def backward(ctx: Any, cotangent: Any, *_: Any) -> tuple[Any, ...]:
        grads = dict(zip(ctx.wanted, ctx.saved_tensors, strict=True))
        found = {position: gradient * cotangent for position, gradient in grads.items()}
        return None, None, *(found.get(position) for position in range(ctx.count - 2))
