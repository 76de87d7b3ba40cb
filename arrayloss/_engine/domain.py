"""Reading the values of operands that may not hold every value."""

from __future__ import annotations

from typing import Any

from .._check import value_error
from .items import Problem, both


def holds(problem: Problem) -> bool:
    """Whether every unmasked operand is in its domain; this reads values."""
    return all(
        bool(problem.xp.all(inside if problem.mask is None else inside | ~problem.mask))
        for inside in _insides(problem).values()
    )


def verify(problem: Problem) -> None:
    """Raise `ValueError` with the first value that is out of its domain, and its place."""
    xp = problem.xp
    for name, inside in _insides(problem).items():
        bad = both(problem.mask, ~inside)
        if not bool(xp.any(bad)):
            continue
        formula = problem.spec.formula
        array = problem.operands[tuple(formula.operands).index(name)]
        place = _unravel(int(xp.argmax(xp.astype(xp.reshape(bad, (-1,)), xp.int8))), bad.shape)
        raise value_error(
            formula.name,
            name,
            f"holds {float(array[place]):g} at position {place}",
            formula.operands[name].domain.describe(problem.classes) + _other(problem, name),  # type: ignore[union-attr]
        )


def _insides(problem: Problem) -> dict[str, Any]:
    """Per operand with a domain, where it is inside."""
    return {
        name: role.domain.contains(array, problem.classes)
        for (name, role), array in zip(problem.spec.formula.operands.items(), problem.operands, strict=True)
        if role.domain is not None and array is not None
    }


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
