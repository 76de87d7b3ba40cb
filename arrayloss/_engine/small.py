"""Small calls, where not the numbers cost but the way to them: one block, nothing weighted or masked.

What is out of the ordinary goes the general way, and gives the same numbers there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._namespace import Library, eager
from . import domain
from .call import Spec
from .check import GIVEN
from .items import Problem, factors, items


def evaluate_small(problem: Problem, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]] | None:
    """The reduced loss and the wanted gradients; None where the call is not of this kind."""
    library, spec, operands, *_ = problem
    output = operands[0]
    if not _is_small(library, spec, output):
        return None
    xp = library.xp
    with np.errstate(all="ignore"):
        if not (domain.holds(problem, "items") and domain.holds(problem, "output")):
            return None
        value, derivatives = items(problem, write=True, trusted=True, paired=True)
        count = 1
        if spec.reduction == "mean":
            count = output.size // (output.shape[-1] if spec.formula.along_axis else 1)
        places = tuple([xp.empty_like(operands[p]) for p in wanted])
        for position, place in zip(wanted, places, strict=True):
            derivative, factor = factors(problem, derivatives[position](), 1.0 / count)
            np.multiply(derivative, factor, out=place, casting="same_kind")
        total = xp.dot(*value) if isinstance(value, tuple) else xp.sum(value)
        return total / count, places


def _is_small(library: Library, spec: Spec, output: Any) -> bool:
    """Whether the call is one block of NumPy's whose items are simply added up."""
    if not spec.aligned or spec.counted or spec.formula.coupled:
        return False
    if spec.reduction == "none" or spec.denominator == GIVEN:
        return False
    if not eager(library.xp) or output.dtype != spec.compute:
        return False
    pairs = output.shape[-1] if spec.formula.pairwise else 1
    return 0 < output.size * pairs <= (library.block or 0)
