"""The formula as it stands: whole arrays, no writes, no branch on a value.

What compilers fuse, lazy libraries keep lazy and any library that implements the
standard can run.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from .._namespace import in_dtype
from . import domain
from .call import Call
from .items import Items, Problem, arrange, divisor, expanded, finished, items, masked, mass, restore, scaled


def value(call: Call) -> Any:
    """The loss of a call."""
    with np.errstate(all="ignore"):
        problem = arrange(call)
        return reduced(problem, _values(problem))


def value_and_grads(call: Call, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its closed-form gradients with respect to the wanted operands."""
    with np.errstate(all="ignore"):
        problem = arrange(call)
        loss = reduced(problem, _values(problem))
        return loss, gradients(call, problem, wanted)


def reduced(problem: Problem, value: Any) -> Any:
    """Weights, mask, reduction and denominator upon values per item."""
    xp, reduction = problem.xp, problem.spec.reduction
    value = weighted(problem, value)
    if reduction != "none":
        value = xp.sum(value, dtype=problem.compute)
    if reduction == "mean":
        value = mean(problem, value, divisor(problem, write=False))
    return finished(problem, value)


def weighted(problem: Problem, value: Any) -> Any:
    """Values per item times their weights, 0 where they are masked out."""
    if problem.weights is not None:
        value = value * problem.weights
    return masked(problem.xp, problem.mask, value)


def mean(problem: Problem, total: Any, count: Any) -> Any:
    """The total over the count; over nothing 0, or NaN where the caller wants that."""
    return _quotient(problem, total, count, math.nan if problem.spec.or_nan else 0.0)


def _quotient(problem: Problem, total: Any, count: Any, nothing: float) -> Any:
    """The total over the count, and what the mean over nothing is where that is 0."""
    if isinstance(count, int):
        return total / count if count else total * nothing
    xp = problem.xp
    return xp.where(count == 0, nothing, total / xp.where(count == 0, 1.0, count))


def gradients(call: Call, problem: Problem, wanted: tuple[int, ...]) -> tuple[Any, ...]:
    """The gradients of the reduced loss, with the axis where the caller has it."""
    return tuple(restore(call, gradient) for gradient in arranged_gradients(problem, wanted))


def arranged_gradients(
    problem: Problem, wanted: tuple[int, ...], found: Items | None = None
) -> tuple[Any, ...]:
    """The gradient of the reduced loss with respect to each wanted operand, axis last.

    From values and derivatives per item that are there, if any are.
    """
    xp = problem.xp
    value, derivatives = found or items(problem, write=False, trusted=problem.library.readable)
    count = divisor(problem, write=False) if problem.spec.reduction == "mean" else 1
    scale = item_scale(problem, count)
    mask = expanded(problem, problem.mask)
    grads = {p: masked(xp, mask, scaled(problem, derivatives[p](), scale)) for p in wanted}
    for position, term in through_divisor(problem, value, count, wanted).items():
        grads[position] = grads[position] - term
    return tuple(in_dtype(xp, grads[p], problem.operands[p].dtype) for p in wanted)


def item_scale(problem: Problem, count: Any) -> Any:
    """The derivative of the reduced loss with respect to an item's value, 0 for a mean over nothing."""
    return _quotient(problem, 1.0 if problem.weights is None else problem.weights, count, 0.0)


def divides_by_mass(problem: Problem) -> bool:
    """Whether the loss is divided by what its items count for."""
    return problem.spec.reduction == "mean" and problem.spec.denominator == "weights"


def through_divisor(problem: Problem, value: Any, count: Any, wanted: tuple[int, ...]) -> dict[int, Any]:
    """What to take from the gradients because the denominator depends on the operand.

    `value` holds the values per item.
    """
    counted = mass(problem, write=False) if divides_by_mass(problem) else None
    if counted is None or not any(counted.derivatives[p] for p in wanted):
        return {}
    loss = reduced(problem._replace(spec=replace(problem.spec, wide=True)), value)
    scale = masked(problem.xp, problem.mask, loss * item_scale(problem, count))
    return {p: scaled(problem, counted.derivatives[p](), scale) for p in wanted if counted.derivatives[p]}


def _values(problem: Problem) -> Any:
    if problem.library.readable:
        domain.verify(problem, "items")
        domain.verify(problem, "output")
    return items(problem, write=False, trusted=problem.library.readable).value
