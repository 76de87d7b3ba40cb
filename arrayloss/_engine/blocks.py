"""Arrays that can be written: rows in blocks that fit the cache, in one pass.

A block's values and derivatives are computed while it is in the cache and written
into results that are allocated once, so nothing of the inputs' size is made on the
way. NumPy, CuPy (as one block) and eager PyTorch run this.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from . import domain, plain
from .call import Call
from .items import Problem, arrange, divisor, expanded, factors, finished, items, masked, mass, restore

Index = tuple[Any, ...]


def value(call: Call) -> Any:
    """The loss of a call."""
    library = call.library
    return evaluate(arrange(call), (), size=library.block, readable=library.readable)[0]


def value_and_grads(call: Call, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its closed-form gradients with respect to the wanted operands."""
    library, problem = call.library, arrange(call)
    loss, grads = evaluate(problem, wanted, size=library.block, readable=library.readable)
    return loss, tuple(restore(problem, gradient) for gradient in grads)


def evaluate(
    problem: Problem, wanted: tuple[int, ...], *, size: int | None, readable: bool
) -> tuple[Any, tuple[Any, ...]]:
    """The reduced loss and the wanted gradients, axis last, in one pass over blocks.

    Parameters
    ----------
    problem : Problem
        The arranged call.
    wanted : tuple of int
        The operands whose gradients to compute.
    size : int or None
        The number of entries in a block, None for everything at once.
    readable : bool
        Whether values can be read, so that a bad label raises.
    """
    with np.errstate(all="ignore"):
        if _couples(problem, wanted):
            return _whole(problem, wanted, readable=readable)
        count = divisor(problem, write=True) if problem.spec.reduction == "mean" else 1
        scale = plain.item_scale(problem, count)
        results = Results(problem, wanted)
        for index in blocks(problem.items_shape, size and size // (problem.classes or 1)):
            part = cut(problem, index)
            if readable and not domain.holds(part):
                domain.verify(problem)
            value, derivatives = items(part, write=True, trusted=readable)
            results.add_value(part, index, value)
            results.add_gradients(part, index, derivatives, scale)
        return results.loss(count), tuple(results.gradients.values())


def _couples(problem: Problem, wanted: tuple[int, ...]) -> bool:
    """Whether the denominator depends on a wanted operand, so that every item does."""
    counted = mass(problem, write=True) if wanted else None
    return counted is not None and any(counted.derivatives[p] for p in wanted)


def _whole(problem: Problem, wanted: tuple[int, ...], *, readable: bool) -> tuple[Any, tuple[Any, ...]]:
    """The plain formula: rare enough not to be worth a second pass over blocks."""
    if readable:
        domain.verify(problem)
    value = items(problem, write=False, trusted=readable).value
    return plain.reduced(problem, value), plain.arranged_gradients(problem, wanted)


class Results:
    """What the blocks are gathered into: gradients, and values or their partial sums."""

    def __init__(self, problem: Problem, wanted: tuple[int, ...]) -> None:
        xp = problem.xp
        self.problem = problem
        self.gradients = {p: xp.empty_like(problem.operands[p]) for p in wanted}
        self.sums: list[Any] = []
        self.values = None
        if problem.spec.reduction == "none":
            like = problem.operands[0]
            self.values = xp.empty_like(like[..., 0] if problem.spec.formula.along_axis else like)

    def add_value(self, part: Problem, index: Index, value: Any) -> None:
        """Keep the weighted values of a block, or their sum."""
        xp = part.xp
        if part.weights is not None:
            value = value * xp.astype(part.weights, part.compute, copy=False)
        value = masked(xp, part.mask, value)
        if self.values is None:
            self.sums.append(xp.sum(value, dtype=part.compute))
        else:
            self.values[index] = value

    def add_gradients(self, part: Problem, index: Index, derivatives: Any, scale: Any) -> None:
        """Write the gradients of a block where they belong."""
        xp = part.xp
        here = scale[index] if getattr(scale, "ndim", 0) else scale
        mask = None if part.mask is None else expanded(part, part.mask)
        for position, gradient in self.gradients.items():
            derivative, factor = factors(part, derivatives[position](), here)
            place = gradient[index]
            if mask is None and place.dtype == part.compute:
                xp.multiply(derivative, factor, out=place)
            else:
                place[...] = masked(xp, mask, derivative * factor)

    def loss(self, count: Any) -> Any:
        """The reduced loss in the dtype of the output."""
        problem, xp = self.problem, self.problem.xp
        if self.values is not None:
            return self.values
        total = self.sums[0] if len(self.sums) == 1 else xp.sum(xp.stack(self.sums), dtype=problem.compute)
        if problem.spec.reduction == "mean":
            total = plain.quotient(problem, total, count)
        return finished(problem, total)


def cut(problem: Problem, index: Index) -> Problem:
    """One block of a problem."""
    roles = problem.spec.formula.operands.values()
    return problem._replace(
        operands=tuple(
            array if array is None or role.shape == "classes" else array[index]
            for array, role in zip(problem.operands, roles, strict=True)
        ),
        weights=None if problem.weights is None else problem.weights[index],
        mask=None if problem.mask is None else problem.mask[index],
    )


def blocks(shape: tuple[int, ...], limit: int | None) -> Iterator[Index]:
    """Indices that cut an array of the shape into boxes of at most `limit` entries.

    A box spans whole trailing axes, so it is contiguous where the array is; the
    boxes are as equal as they can be.
    """
    axis, inner = len(shape), 1
    while axis and (limit is None or inner * shape[axis - 1] <= limit):
        axis -= 1
        inner *= shape[axis]
    if not axis or limit is None:
        yield (...,)
        return
    length = shape[axis - 1]
    step = -(-length // -(-length * inner // max(limit, 1)))
    for lead in product(*map(range, shape[: axis - 1])):
        corner = tuple(slice(i, i + 1) for i in lead)
        for start in range(0, length, step):
            yield (*corner, slice(start, start + step), ...)
