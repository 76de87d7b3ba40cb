"""Small calls, where not the numbers cost but the way to them: one block, nothing weighted or masked.

All that is fixed about a formula and its parameters is found out once; what is left is
the formula, its reduction and the scale of its derivatives. Whatever is out of the
ordinary goes the general way.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from .._classes import Classes, as_indices
from .._namespace import in_dtype
from .call import GIVEN, Spec
from .items import Problem

Found = tuple[Any, tuple[Any, ...]]


def evaluate_small(problem: Problem, wanted: tuple[int, ...]) -> Found | None:
    """The reduced loss and the wanted gradients; None where the call is not of this kind."""
    spec, operands = problem.spec, problem.operands
    output = operands[0]
    size = prod(output.shape)
    if not (spec.aligned and 0 < size <= problem.library.block and output.dtype == spec.compute):
        return None
    small = _small(spec)
    return small(problem.library.xp, operands, wanted) if small is not None else None


@lru_cache(maxsize=1024)
def _small(spec: Spec) -> _Small | None:
    ordinary = spec.reduction != "none" and spec.denominator != GIVEN and not spec.counted
    return _Small(spec) if ordinary else None


class _Small:
    """A formula with its parameters, ready to run."""

    def __init__(self, spec: Spec) -> None:
        formula = spec.formula
        self.function = formula.function
        self.parameters = dict(spec.parameters)
        self.compute = spec.compute
        self.roles = formula.roles
        self.along_axis = formula.along_axis
        self.mean = spec.reduction == "mean"
        self.limited = [(p, r.domain) for each in formula.limited.values() for p, _, r in each if r.domain]

    def __call__(self, xp: Any, operands: tuple[Any, ...], wanted: tuple[int, ...]) -> Found | None:
        shape = operands[0].shape
        items = prod(shape[:-1]) if self.along_axis else prod(shape)
        count = items if self.mean else 1
        with np.errstate(all="ignore"):
            for position, domain in self.limited:
                array = operands[position]
                if not domain.spans(xp.min(array), xp.max(array), shape[-1] if shape else None):
                    return None
            value, *derivatives = self.function(xp, *self._taken(xp, operands, shape), **self.parameters)
            gradients = tuple([self._scaled(xp, operands[p], derivatives[p](), 1.0 / count) for p in wanted])
            total = xp.dot(*value) if isinstance(value, tuple) else xp.sum(value)
            return total / count, gradients

    def _taken(self, xp: Any, operands: tuple[Any, ...], shape: tuple[int, ...]) -> list[Any]:
        """The operands as the formula takes them."""
        return [
            array
            if array is None
            else Classes(xp, as_indices(xp, array), shape[-1], write=True)
            if role.index
            else in_dtype(xp, array, self.compute)
            for array, role in zip(operands, self.roles, strict=True)
        ]

    def _scaled(self, xp: Any, operand: Any, derivative: Any, scale: Any) -> Any:
        """The gradient of the reduced loss."""
        if isinstance(derivative, tuple):
            derivative, factor = derivative
            scale = factor * scale
            scale = scale[..., None] if self.along_axis else scale
        place = xp.empty_like(operand)
        np.multiply(derivative, scale, out=place, casting="unsafe")
        return place
