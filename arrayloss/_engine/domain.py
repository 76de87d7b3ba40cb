"""Reading the values of operands that may not hold every value."""

from __future__ import annotations

from typing import Any

from .._check import value_error
from .._classes import as_indices
from .._namespace import device_of, eager, index_dtype
from .._roles import Role, Shape
from .._typing import Namespace
from .items import Problem, against, contains


def holds(problem: Problem, shape: Shape) -> bool:
    """Whether every operand of a shape is in its domain where it is not masked out."""
    for place, _, role in problem.spec.formula.limited[shape]:
        if not _holds(problem, problem.operands[place], role):
            return False
    return True


def verify(problem: Problem, shape: Shape) -> None:
    """Raise `ValueError` with the first value that is out of its domain, and its place."""
    if holds(problem, shape):
        return
    for position, name, role in problem.spec.formula.limited[shape]:
        array = problem.operands[position]
        if not _holds(problem, array, role):
            place = _first_outside(problem.xp, contains(problem, array, role))
            came = f"holds {_number(problem, array[place])} at position {place}"
            expected = role.domain.describe(against(problem, role)) if role.domain else ""
            raise value_error(problem.spec.formula.name, name, came, expected + _other(problem, name))


def _holds(problem: Problem, array: Any, role: Role) -> bool:
    xp, margin = problem.library.xp, role.domain.margin if role.domain else None
    if array is None:
        return True
    if margin is not None and eager(xp) and array.size:
        classes = problem.operands[0].shape[-1] if role.index else None
        if margin(xp.min(array).item(), classes) >= 0 and margin(xp.max(array).item(), classes) >= 0:
            return True
    inside = contains(problem, array, role)
    return inside is None or bool(xp.all(inside))


def _first_outside(xp: Namespace, inside: Any) -> tuple[int, ...]:
    """The place of the first False."""
    flat = xp.reshape(inside, (-1,))
    numbers = xp.arange(flat.shape[0], dtype=index_dtype(xp, flat), device=device_of(flat))
    return _unravel(int(xp.min(xp.where(flat, flat.shape[0], numbers))), inside.shape)


def _number(problem: Problem, found: Any) -> float:
    """The value as Python prints it."""
    xp = problem.xp
    if problem.library.facts(found.dtype).kind != "integer":
        return float(found)
    info = xp.iinfo(found.dtype)
    signed = int(as_indices(xp, found))  # not every library converts every unsigned dtype
    return signed if info.min < 0 else signed % (info.max + 1)


def _other(problem: Problem, name: str) -> str:
    """What else the operand may hold."""
    if not problem.spec.formula.operands[name].index:
        return ""
    ignored = problem.spec.ignore_index
    return " (no ignore_index is given)" if ignored is None else f", or ignore_index={ignored}"


def _unravel(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    place: list[int] = []
    for length in reversed(shape):
        position, offset = divmod(position, length)
        place.append(offset)
    return tuple(reversed(place))
