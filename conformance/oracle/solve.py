"""From the items of a question to its answer: weights, masks, reduction and denominator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Case
from ..schema import SchemaError
from .arithmetic import Arithmetic, Digits, Number
from .core import Item, Role
from .layout import Layout, Place, Shape, Slot, lay_out

Inputs = dict[str, list[Any]]

# What indexes classes.
_CLASSES = (Role.CLASS, Role.LABELS, Role.LENGTH, Role.GROUPS, Role.OWN, Role.DRAWN)


@dataclass(frozen=True, slots=True)
class Solved:
    """A loss after its reduction, and its gradient by operand, in C order."""

    shape: Shape
    values: list[Number]
    gradient: dict[str, list[Number]]

    def numbers(self) -> list[Number]:
        """All numbers: the values, then the gradients in order."""
        return [*self.values, *(number for slopes in self.gradient.values() for number in slopes)]


@dataclass(frozen=True, slots=True)
class Working:
    """An answer with what led to it: the numbers that went in, and the items."""

    layout: Layout
    inputs: Inputs
    items: Sequence[Item]
    solved: Solved


def solve(case: Case, arithmetic: Arithmetic | None = None) -> Solved:
    """Value and gradient of the reduced loss.

    Parameters
    ----------
    case : Case
        The question.
    arithmetic : Arithmetic, optional
        What to compute with; by default as many digits as mpmath is set to.

    Returns
    -------
    Solved
        For ``reduction="none"`` with the gradient of the sum.
    """
    return work(arithmetic or Digits(), lay_out(case)).solved


def work(ar: Arithmetic, layout: Layout) -> Working:
    """The answer to a question, and the way to it."""
    inputs = read(ar, layout)
    items = [compute(ar, layout, inputs, slot) for slot in layout.slots]
    return Working(layout, inputs, items, reduce(ar, layout, inputs, items))


def read(ar: Arithmetic, layout: Layout) -> Inputs:
    """The numbers of the arrays; classes stay Python's integers."""
    roles = layout.definition.operands
    return {
        name: list(array.values)
        if array.kind == "int" and roles.get(name) in _CLASSES
        else [ar.number(value) for value in array.values]
        for name, array in layout.arrays.items()
    }


def compute(ar: Arithmetic, layout: Layout, inputs: Inputs, slot: Slot) -> Item:
    """One item; nothing of one that is left out is looked at."""
    if not slot.counted:
        return Item(ar.number(0))
    operands = {}
    for name, place in slot.operands.items():
        operands[name] = place.of(inputs[place.array].__getitem__)
        _check(layout, name, operands[name], slot)
    constants = {
        name: ar.number(value) if name in layout.definition.operands and value is not None else value
        for name, value in slot.constants.items()
    }
    return layout.definition.formula(ar, **operands, **constants)


def _check(layout: Layout, name: str, value: Any, slot: Slot) -> None:
    """Refuse a label that has no meaning: that is an error and no number."""
    role = layout.definition.operands[name]
    if role is Role.CLASS:
        count = len(slot.operands[layout.definition.output].positions)
        if layout.definition.classes:
            count = layout.arrays[layout.definition.classes].shape[-1]
        if not 0 <= value < count:
            raise SchemaError(f"case {layout.case.id!r}: {name!r} holds {value}, no class of {count}")
    elif role is Role.SIGN and value not in (-1, 1):
        raise SchemaError(f"case {layout.case.id!r}: {name!r} holds {value}, which is neither -1 nor 1")


def reduce(ar: Arithmetic, layout: Layout, inputs: Inputs, items: Sequence[Item]) -> Solved:
    """Weigh, add up and divide.

    A mean divides by the sum over the items that count: of their weight times the mass
    of their class, of 1, or of 1 where that product is not zero, as `denominator` says;
    or by the number that it is. A mean over nothing is 0.
    """
    zero, reduction = ar.number(0), layout.reduction
    weights = [_weight(ar, inputs, slot) for slot in layout.slots]
    values = [
        w * i.value if s.counted else zero for w, i, s in zip(weights, items, layout.slots, strict=True)
    ]
    gradient = {name: [zero] * length for name, length in layout.wanted.items()}
    _add(gradient, layout.slots, [(w, item.slopes) for w, item in zip(weights, items, strict=True)])
    if reduction == "none":
        return Solved(layout.shape, values, gradient)
    total = sum(values, zero)
    if reduction == "mean":
        counted = [w * i.mass for w, i, s in zip(weights, items, layout.slots, strict=True) if s.counted]
        count = _denominator(ar, layout, inputs, counted)
        total = ar.number(0) if count == 0 else total / count
        if layout.denominator == "weights":
            # (N / D)' = (N' - (N / D) D') / D
            _add(
                gradient,
                layout.slots,
                [(-total * w, i.mass_slopes) for w, i in zip(weights, items, strict=True)],
            )
        for name, slopes in gradient.items():
            gradient[name] = [zero if count == 0 else slope / count for slope in slopes]
    return Solved((), [total], gradient)


def _weight(ar: Arithmetic, inputs: Inputs, slot: Slot) -> Number:
    if slot.weight is None or not slot.counted:
        return ar.number(1)
    return inputs[slot.weight.array][slot.weight.positions[0]]


def _denominator(ar: Arithmetic, layout: Layout, inputs: Inputs, masses: Sequence[Number]) -> Number:
    given = layout.denominator
    if isinstance(given, Place):
        return inputs[given.array][0]
    if given == "count":
        return ar.number(len(masses))
    if given == "nonzero":
        return ar.number(sum(mass != 0 for mass in masses))
    return sum(masses, ar.number(0))


def _add(
    gradient: dict[str, list[Number]], slots: Sequence[Slot], scaled: Iterable[tuple[Number, Any]]
) -> None:
    """Add each item's derivatives, times a factor, where its operands stand."""
    for slot, (factor, slopes) in zip(slots, scaled, strict=True):
        for name, slope in slopes.items():
            place = slot.operands[name]
            if place.array not in gradient:
                continue
            for position, one in zip(place.positions, place.spread(slope), strict=True):
                gradient[place.array][position] += factor * one
