"""Arrays that can be written: rows in blocks that fit the cache, in one pass.

A block's values and derivatives are computed while it is in the cache and written
into results that are allocated once, so nothing of the inputs' size is made on the
way. NumPy, on several threads, CuPy, as one block, and eager PyTorch run this. The
result does not depend on the number of threads: blocks do not, and sums keep their
order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np

from .._host import keep_memory
from .._namespace import eager
from . import domain, plain
from .call import Call
from .items import (
    Problem,
    arrange,
    divisor,
    expanded,
    factors,
    finished,
    items,
    masked,
    mass,
    representative,
    restore,
)
from .small import evaluate_small

Index = tuple[Any, ...]

WHOLE: Index = (...,)


def value(call: Call) -> Any:
    """The loss of a call."""
    return evaluate(arrange(call), ())[0]


def value_and_grads(call: Call, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its closed-form gradients with respect to the wanted operands."""
    problem = arrange(call)
    loss, grads = evaluate(problem, wanted)
    return loss, tuple([restore(call, gradient) for gradient in grads])


def evaluate(
    problem: Problem,
    wanted: tuple[int, ...],
    *,
    readable: bool | None = None,
    threads: int | None = None,
) -> tuple[Any, tuple[Any, ...]]:
    """The reduced loss and the wanted gradients, axis last, in one pass over blocks.

    Parameters
    ----------
    problem : Problem
        The arranged call.
    wanted : tuple of int
        The operands whose gradients to compute.
    readable : bool, optional
        Whether values can be read, so that a bad label raises; where they cannot,
        everything is one block. By default what the library says.
    threads : int, optional
        How many may work on blocks; by default all, of a library that uses one itself.
    """
    keep_memory()
    small = evaluate_small(problem, wanted)
    if small is not None:
        return small
    library = problem.library
    readable = library.readable if readable is None else readable
    size = library.block if library.readable else None
    threads = threads or (_THREADS if library.threads else 1)
    with np.errstate(all="ignore"):
        if readable:
            domain.verify(problem, "items")
        if problem.spec.formula.coupled or (problem.spec.counted and _couples(problem, wanted)):
            return _whole(problem, wanted, readable=readable)
        count = divisor(problem, write=True) if problem.spec.reduction == "mean" else 1
        places = {p: _room(problem, problem.operands[p]) for p in wanted}
        run = _Run(problem, places, plain.item_scale(problem, count), readable=readable)
        pieces = list(blocks(problem.items_shape, size and size // problem.row_size))
        return run.loss(_in_order(run, pieces, threads), count), tuple(places.values())


def _in_order(run: _Run, pieces: list[Index], threads: int) -> list[Any]:
    """The sums of all blocks, in the blocks' order, however many threads work on them."""
    if threads == 1 or len(pieces) < 2 * threads:  # starting threads must pay
        return [run(index) for index in pieces]
    return list(_pool(threads).map(run.quietly, pieces))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """The threads, started once: starting them costs as much as a million entries."""
    return ThreadPoolExecutor(threads, thread_name_prefix="arrayloss")


if hasattr(os, "register_at_fork"):  # a forked child has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _cores() -> int:
    """How many threads may compute: OMP_NUM_THREADS if that is set, or all cores of the process."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal():
        return max(int(given), 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_THREADS = _cores()


def _room(problem: Problem, operand: Any) -> Any:
    """An array like another."""
    return operand.empty_like() if hasattr(operand, "empty_like") else problem.xp.empty_like(operand)


def _couples(problem: Problem, wanted: tuple[int, ...]) -> bool:
    """Whether the denominator depends on a wanted operand, so that every item does."""
    counted = mass(problem, write=True) if wanted and plain.divides_by_mass(problem) else None
    return counted is not None and any(counted.derivatives[p] for p in wanted)


def _whole(problem: Problem, wanted: tuple[int, ...], *, readable: bool) -> tuple[Any, tuple[Any, ...]]:
    """The plain formula: what depends on all items is not worth a second pass over blocks."""
    if readable:
        domain.verify(problem, "output")
    found = items(problem, write=False, trusted=readable)
    return plain.reduced(problem, found.value), plain.arranged_gradients(problem, wanted, found)


class _Run:
    """What is done to each block, and the results that all blocks are written into."""

    def __init__(self, problem: Problem, places: dict[int, Any], scale: Any, *, readable: bool) -> None:
        self.problem = problem
        self.scale = scale
        self.readable = readable
        self.gradients = places
        self.values = None
        if problem.spec.reduction == "none":
            self.values = _room(problem, representative(problem))
        self.paired = problem.spec.aligned and self.values is None and eager(problem.xp)

    def __call__(self, index: Index) -> Any:
        """Write the values or gradients of a block where they belong; its sum where one is asked for."""
        part = self.problem if index == WHOLE else cut(self.problem, index)
        if self.readable and not domain.holds(part, "output"):
            domain.verify(cut(self.problem, WHOLE), "output")
        value, derivatives = items(part, write=True, trusted=self.readable, paired=self.paired)
        for position, place in self.gradients.items():
            self._write(part, derivatives[position](), index, place)
        if isinstance(value, tuple):
            return part.xp.dot(*value)
        value = plain.weighted(part, value)
        if self.values is None:
            return part.xp.sum(value, dtype=part.compute)
        self.values[index] = value
        return None

    def quietly(self, index: Index) -> Any:
        """The same on another thread, which NumPy does not keep from warning with this one."""
        with np.errstate(all="ignore"):
            return self(index)

    def _write(self, part: Problem, derivative: Any, index: Index, place: Any) -> None:
        scale = self.scale[index] if hasattr(self.scale, "ndim") and self.scale.ndim else self.scale
        derivative, factor = factors(part, derivative, scale)
        if part.mask is None and place.dtype == part.compute:
            part.xp.multiply(derivative, factor, out=place[index])
        else:
            place[index] = masked(part.xp, expanded(part, part.mask), derivative * factor)

    def loss(self, sums: list[Any], count: Any) -> Any:
        """The reduced loss in the dtype of the output."""
        problem, xp = self.problem, self.problem.xp
        if self.values is not None:
            return self.values
        total = sums[0] if len(sums) == 1 else xp.sum(xp.stack(sums), dtype=problem.compute)
        if problem.spec.reduction == "mean":
            total = plain.mean(problem, total, count)
        return finished(problem, total)


def cut(problem: Problem, index: Index) -> Problem:
    """One block of a problem."""
    roles = problem.spec.formula.roles
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
    if limit is None or prod(shape) <= max(limit, 1):
        yield WHOLE
        return
    axis, inner = len(shape), 1
    while axis > 1 and inner * shape[axis - 1] <= limit:
        axis -= 1
        inner *= shape[axis]
    length = shape[axis - 1]
    pieces = -(-length // max(limit // inner, 1))
    step = -(-length // pieces)
    for lead in product(*map(range, shape[: axis - 1])):
        corner = tuple(slice(i, i + 1) for i in lead)
        for start in range(0, length, step):
            yield (*corner, slice(start, start + step), ...)
