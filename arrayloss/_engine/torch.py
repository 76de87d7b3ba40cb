"""PyTorch: blocks in eager mode, the plain formula under compilers and transforms.

Two autograd functions serve every loss. `_Values` gives the value per item and
knows the closed form as its derivative, in reverse and forward mode and under vmap;
the engine's ordinary operations reduce it. `_Reduced` does the same for a reduced
loss in one pass over blocks that leaves the gradient behind, which is what eager
training wants; `_Lent` is it without what transforms need, where NumPy can do the
blocks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch.autograd import Function
from torch.autograd.forward_ad import unpack_dual

from .._check import type_error
from . import domain, plain
from .blocks import evaluate
from .call import Call, Spec
from .items import Problem, arrange, directional, items, restore, scaled
from .lend import evaluate_lent, lent

Static = tuple[Any, Spec]


def value(call: Call) -> Any:
    """The loss of a call."""
    problem = arrange(call)
    static, followed, eager = (problem.library, problem.spec), _followed(problem), _eager(problem)
    host = lent(problem) if eager else None
    if host is not None and not followed:
        return evaluate_lent(problem, host, ())[0]
    if not eager or problem.spec.reduction == "none":
        return _composed(problem)
    if host is not None:
        try:
            return _Lent.apply(static, followed, host, *_flat(problem))
        except RuntimeError:  # a transform of other tensors is under way, and asks more of a function
            pass
    return _Reduced.apply(static, followed, *_flat(problem))[0]


def value_and_grads(call: Call, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its closed-form gradients with respect to the wanted operands."""
    problem = arrange(call)
    alone = _eager(problem) and not any(map(differentiated, problem.operands))
    host = lent(problem) if alone else None
    if host is not None:
        loss, grads = evaluate_lent(problem, host, wanted)
    elif alone and problem.spec.reduction != "none":
        loss, *grads = _Reduced.apply((problem.library, problem.spec), wanted, *_flat(problem))
    else:
        return _composed(problem), plain.gradients(call, problem, wanted)
    return loss, tuple([restore(call, gradient) for gradient in grads])


def _followed(problem: Problem) -> tuple[int, ...]:
    """The operands that autograd follows; none may be one that the formula has no derivative for."""
    followed = tuple([p for p, array in enumerate(problem.operands) if differentiated(array)])
    formula = problem.spec.formula
    for name in [tuple(formula.operands)[p] for p in followed]:
        if name not in formula.differentiable:
            raise type_error(formula.name, name, "requires grad", "a constant of the loss; detach() it")
    return followed


def _eager(problem: Problem) -> bool:
    """Whether no compiler looks on, and autograd only follows operands."""
    if torch.compiler.is_compiling():
        return False
    return not (differentiated(problem.weights) or differentiated(problem.denominator))


def differentiated(array: Any) -> bool:
    """Whether autograd follows the array, in reverse or in forward mode."""
    if array is None:
        return False
    return (torch.is_grad_enabled() and array.requires_grad) or is_dual(array)


def is_dual(array: Any) -> bool:
    """Whether autograd follows the array in forward mode, which no compiler sees."""
    if array is None or torch.compiler.is_compiling():
        return False
    return unpack_dual(array).tangent is not None


def _composed(problem: Problem) -> Any:
    """The loss from ordinary operations upon the values per item."""
    return plain.reduced(problem, _values(problem))


def _values(problem: Problem) -> Any:
    static, flat = (problem.library, problem.spec), _flat(problem)
    if not torch.compiler.is_compiling():
        verify(problem)
        return _Values.apply(static, *flat)
    if any(map(differentiated, problem.operands)):
        return _CompiledValues.apply(static, *flat)
    # Dynamo inlines, wrongly, an autograd function whose inputs need no gradient.
    return items(problem, write=False, trusted=False).value


def verify(problem: Problem) -> None:
    """Raise for a bad label where the values can be read."""
    if problem.operands[0].device.type != "cpu":
        return
    try:
        domain.verify(problem, "items")
        domain.verify(problem, "output")
    except RuntimeError:  # under vmap there is no value to read
        return


def _flat(problem: Problem) -> tuple[Any, ...]:
    """The arrays of a problem in a row, as autograd functions take them."""
    return (problem.weights, problem.mask, problem.denominator, *problem.operands)


def _problem(static: Static, flat: tuple[Any, ...]) -> Problem:
    weights, mask, denominator, *operands = flat
    library, spec = static
    return Problem(library, spec, tuple(operands), weights, mask, denominator)


def signed(forward: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the signature at hand: torch asks for it at every call, and working it out takes its time."""
    forward.__signature__ = inspect.signature(forward)  # type: ignore[attr-defined]
    return forward


class _CompiledValues(Function):
    """The value per item with the closed form as its derivative in reverse mode."""

    @staticmethod
    @signed
    def forward(static: Static, *flat: Any) -> Any:
        return items(_problem(static, flat), write=False, trusted=False).value

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.static, *flat = inputs
        ctx.save_for_backward(*flat)

    @staticmethod
    def backward(ctx: Any, cotangent: Any) -> tuple[Any, ...]:
        problem = _problem(ctx.static, ctx.saved_tensors)
        _, derivatives = items(problem, write=False, trusted=False)
        return (
            None,
            None,
            None,
            None,
            *(
                scaled(problem, derivatives[p](), cotangent).to(array.dtype) if need else None
                for p, (array, need) in enumerate(
                    zip(problem.operands, ctx.needs_input_grad[4:], strict=True)
                )
            ),
        )


class _Values(_CompiledValues):
    """The same with forward mode and vmap, which compilers do not take."""

    generate_vmap_rule = True

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        _CompiledValues.setup_context(ctx, inputs, output)
        ctx.save_for_forward(*inputs[1:])

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        problem = _problem(ctx.static, ctx.saved_tensors)
        _, derivatives = items(problem, write=False, trusted=False)
        total = 0.0
        for tangent, derivative in zip(tangents[4:], derivatives, strict=False):
            if tangent is not None:
                total = total + directional(problem, derivative(), tangent.to(problem.compute))
        return total


class _Reduced(Function):
    """The reduced loss and its gradients in one pass over blocks."""

    @staticmethod
    @signed
    def forward(static: Static, wanted: tuple[int, ...], *flat: Any) -> tuple[Any, ...]:
        loss, grads = _in_blocks(_problem(static, flat), wanted)
        return loss, *grads

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Any, ...]) -> None:
        ctx.static, ctx.wanted, *flat = inputs
        ctx.set_materialize_grads(False)  # no zeros for the gradients, which are outputs too
        ctx.found = output[1:]
        ctx.mark_non_differentiable(*ctx.found)
        ctx.save_for_backward(*flat)
        ctx.save_for_forward(*flat)

    @staticmethod
    def backward(ctx: Any, cotangent: Any, *_: Any) -> tuple[Any, ...]:
        if cotangent is None:
            return (None,) * len(ctx.needs_input_grad)
        found, ctx.found = ctx.found, None
        if torch.is_grad_enabled():
            found = plain.arranged_gradients(_problem(ctx.static, ctx.saved_tensors), ctx.wanted)
        elif found is None:  # a second time: the same numbers again
            found = _in_blocks(_problem(ctx.static, ctx.saved_tensors), ctx.wanted)[1]
        if torch.is_grad_enabled() or not is_one(cotangent):
            found = tuple(gradient * cotangent for gradient in found)
        grads = dict(zip(ctx.wanted, found, strict=True))
        return None, None, *(grads.get(p - 3) for p in range(len(ctx.needs_input_grad) - 2))

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> tuple[Any, ...]:
        problem = _problem(ctx.static, ctx.saved_tensors)
        formula = problem.spec.formula
        followed = [name in formula.differentiable for name in formula.operands]
        moved = {p: t for p, t in enumerate(tangents[5:]) if t is not None and followed[p]}
        grads = plain.arranged_gradients(problem, tuple(moved))
        total = sum((g * t).sum() for g, t in zip(grads, moved.values(), strict=True))
        return total, *(None for _ in ctx.wanted)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], static: Static, wanted: tuple[int, ...], *flat: Any) -> Any:
        def one(*flat: Any) -> tuple[Any, ...]:
            problem = _problem(static, flat)
            return _composed(problem), *plain.arranged_gradients(problem, wanted)

        return torch.vmap(one, in_dims=in_dims[2:])(*flat), (0,) * (1 + len(wanted))


class _Lent(_Reduced):
    """The same for tensors whose memory NumPy shares, without transforms: they cost more than small rows."""

    @staticmethod
    def forward(ctx: Any, static: Static, wanted: tuple[int, ...], host: Problem, *flat: Any) -> Any:
        ctx.static, ctx.wanted = static, wanted
        loss, ctx.found = evaluate_lent(_problem(static, flat), host, wanted)
        ctx.save_for_backward(*flat)
        ctx.save_for_forward(*flat)
        return loss

    setup_context = Function.setup_context

    @staticmethod
    def backward(ctx: Any, cotangent: Any) -> tuple[Any, ...]:
        static, wanted, *grads = _Reduced.backward(ctx, cotangent)
        return static, wanted, None, *grads

    @staticmethod
    def jvp(ctx: Any, static: None, wanted: None, host: None, *tangents: Any) -> Any:
        return _Reduced.jvp(ctx, static, wanted, *tangents)[0]


def _in_blocks(problem: Problem, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The reduced loss and the wanted gradients, axis last; on a GPU as one block."""
    host = lent(problem)
    if host is not None:
        return evaluate_lent(problem, host, wanted)
    return evaluate(problem, wanted, readable=problem.operands[0].device.type == "cpu")


def is_one(cotangent: Any) -> bool:
    """Whether there is nothing to multiply, where that can be known for free."""
    if cotangent.device.type != "cpu":
        return False
    try:
        return bool(cotangent.item() == 1)
    except RuntimeError:  # a batch of cotangents under vmap
        return False


def has_memory(tensor: Any) -> bool:
    """Whether there are values of its own, which a batch under vmap has not."""
    try:
        tensor.data_ptr()
    except RuntimeError:
        return False
    return True
