"""Small calls, where not the numbers cost but the way to them: one block, nothing weighted or masked.

What is out of the ordinary goes the general way, and gives the same numbers there.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .._host import keep_memory
from .._stable import eager
from . import domain
from .call import GIVEN
from .items import Problem, factors, items


def evaluate_small(problem: Problem, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]] | None:
    """The reduced loss and the wanted gradients; None where the call is not of this kind."""
    if not _is_small(problem):
        return None
    xp, operands = problem.library.xp, problem.operands
    count = prod(problem.items_shape) if problem.spec.reduction == "mean" else 1
    keep_memory()
    with np.errstate(all="ignore"):
        if not (domain.holds(problem, "items") and domain.holds(problem, "output")):
            return None
        value, derivatives = items(problem, write=True, trusted=True, paired=True)
        places = tuple([xp.empty_like(operands[p]) for p in wanted])
        for position, place in zip(wanted, places, strict=True):
            derivative, factor = factors(problem, derivatives[position](), 1.0 / count)
            np.multiply(derivative, factor, out=place, casting="same_kind")
        total = xp.dot(*value) if isinstance(value, tuple) else xp.sum(value)
        return total / count, places


def _is_small(problem: Problem) -> bool:
    """Whether the call is one block of NumPy's whose items are simply added up."""
    spec, output = problem.spec, problem.operands[0]
    if not spec.aligned or spec.counted or spec.reduction == "none" or spec.denominator == GIVEN:
        return False
    size = prod(problem.items_shape) * problem.row_size
    return eager(problem.xp) and 0 < size <= (problem.library.block or 0) and output.dtype == spec.compute
