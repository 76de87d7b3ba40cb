"""The losses as a textbook writes them, in mpmath: one item, no care for rounding.

Enough digits take the place of care, so nothing here shares a formula, or a mistake,
with the package. Derivatives are difference quotients at those digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from ..families import families
from ._pieces import Number

DIGITS = 80
STEP = mpmath.mpf(10) ** -25

DEFINITIONS: dict[str, Callable[..., Number]] = {
    name: function
    for module in families(__name__, __path__)
    for name, function in vars(module).items()
    if not name.startswith("_") and getattr(function, "__module__", None) == module.__name__
}


def per_item(
    name: str,
    operands: dict[str, np.ndarray],
    parameters: dict[str, Any],
    *,
    axes: int,
    coupled: bool = False,
) -> list[tuple[Number, dict[str, list[Number]]]]:
    """Value and gradient of each item, in C order; the axes of an item are the last ones.

    Of a batch of items that depend on each other, the gradient of the sum of all.
    """
    if coupled:
        return _coupled(DEFINITIONS[name], operands, parameters)
    return [_solve(DEFINITIONS[name], item, parameters) for item in _items(operands, axes)]


def curvatures(
    name: str, operands: dict[str, np.ndarray], parameters: dict[str, Any], operand: str, *, axes: int
) -> list[list[Number]]:
    """The second derivative of each item by each entry of an operand, in C order."""
    with mp.workdps(DIGITS):
        return [
            [_bend(DEFINITIONS[name], item, parameters, operand, i) for i in range(_length(item[operand]))]
            for item in _items(operands, axes)
        ]


def _items(operands: dict[str, np.ndarray], axes: int) -> Iterator[dict[str, Any]]:
    first = next(iter(operands.values()))
    shape = first.shape[: first.ndim - axes]
    for index in np.ndindex(shape):
        yield {name: _exact(array[index]) for name, array in operands.items()}


def _coupled(
    definition: Callable[..., list[Number]], operands: dict[str, np.ndarray], parameters: dict[str, Any]
) -> list[tuple[Number, dict[str, list[Number]]]]:
    """The same of one batch, whose definition gives all values at once."""
    rows = {name: [_exact(row) for row in array] for name, array in operands.items()}
    count, floats = len(next(iter(rows.values()))), [n for n in rows if isinstance(rows[n][0], list)]

    def total(name: str, i: int) -> Callable[..., Number]:
        def moved(**row: Any) -> Number:
            given = {**rows, name: [*rows[name][:i], row[name], *rows[name][i + 1 :]]}
            return mp.fsum(definition(**given, **parameters))

        return moved

    with mp.workdps(DIGITS):
        values = definition(**rows, **parameters)
        slopes = [
            {name: _solve(total(name, i), {name: rows[name][i]}, {})[1][name] for name in floats}
            for i in range(count)
        ]
    return list(zip(values, slopes, strict=True))


def _exact(value: Any) -> Any:
    if getattr(value, "ndim", 0):
        return [_exact(each) for each in value]
    return int(value) if isinstance(value, np.integer) else mp.mpf(float(value))


def _solve(
    definition: Callable[..., Number], item: dict[str, Any], parameters: dict[str, Any]
) -> tuple[Number, dict[str, list[Number]]]:
    with mp.workdps(DIGITS):
        gradient = {
            name: [_slope(definition, item, parameters, name, i) for i in range(_length(value))]
            for name, value in item.items()
            if _is_real(value)
        }
        return definition(**item, **parameters), gradient


def _is_real(value: Any) -> bool:
    """Whether the operand can change a little."""
    return _is_real(value[0]) if isinstance(value, list) and value else isinstance(value, mpmath.mpf)


def _length(value: Any) -> int:
    return sum(map(_length, value)) if isinstance(value, list) else 1


def _slope(
    definition: Callable[..., Number],
    item: dict[str, Any],
    parameters: dict[str, Any],
    name: str,
    position: int,
) -> Number:
    """A central difference quotient, its error far below double precision."""
    above, below = (definition(**_moved(item, name, position, step), **parameters) for step in (STEP, -STEP))
    return (above - below) / (2 * STEP)


def _bend(
    definition: Callable[..., Number],
    item: dict[str, Any],
    parameters: dict[str, Any],
    name: str,
    position: int,
) -> Number:
    """A second difference quotient."""
    above, here, below = (
        definition(**_moved(item, name, position, step), **parameters) for step in (STEP, 0, -STEP)
    )
    return (above - 2 * here + below) / STEP**2


def _moved(item: dict[str, Any], name: str, position: int, step: Number) -> dict[str, Any]:
    """The item with one entry moved."""
    return {**item, name: _moved_in(item[name], position, step)}


def _moved_in(value: Any, position: int, step: Number) -> Any:
    """An operand with one of its numbers, counted through all lists, moved."""
    if not isinstance(value, list):
        return value + step if position == 0 else value
    width = _length(value[0])
    return [_moved_in(each, position - i * width, step) for i, each in enumerate(value)]
