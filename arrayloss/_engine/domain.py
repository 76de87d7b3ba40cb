"""Reading the values of operands that may not hold every value."""

from __future__ import annotations

from typing import Any

from .._check import value_error
from .._classes import as_indices
from .._namespace import device_of, index_dtype
from .._roles import Shape
from .items import Problem, contains


def holds(problem: Problem, shape: Shape) -> bool:
    """Whether every operand of a shape is in its domain where it is not masked out."""
    return all(bool(problem.xp.all(inside)) for inside in _insides(problem, shape).values())


def verify(problem: Problem, shape: Shape) -> None:
    """Raise `ValueError` with the first value that is out of its domain, and its place."""
    xp, formula = problem.xp, problem.spec.formula
    for name, inside in _insides(problem, shape).items():
        if bool(xp.all(inside)):
            continue
        flat = xp.reshape(inside, (-1,))
        numbers = xp.arange(flat.shape[0], dtype=index_dtype(xp, flat), device=device_of(flat))
        place = _unravel(int(xp.min(xp.where(flat, flat.shape[0], numbers))), inside.shape)
        role, found = formula.operands[name], problem.operands[tuple(formula.operands).index(name)][place]
        came = f"holds {_number(problem, found)} at position {place}"
        expected = role.domain.describe(problem.classes) if role.domain else ""
        raise value_error(formula.name, name, came, expected + _other(problem, name))


def _insides(problem: Problem, shape: Shape) -> dict[str, Any]:
    """Per operand of a shape that has a domain, where it is inside or masked out."""
    found = {}
    for (name, role), array in zip(problem.spec.formula.operands.items(), problem.operands, strict=True):
        inside = contains(problem, array, role) if role.shape == shape else None
        if inside is not None:
            found[name] = inside
    return found


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
