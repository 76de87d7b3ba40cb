"""Where the numbers of an item stand in the arrays of a question."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..model import Array, Case
from ..schema import SchemaError
from .core import DIFFERENTIABLE, Definition, Role
from .definitions import DEFINITIONS

Shape = tuple[int, ...]

# What an item gets a row of.
_ALONG = (Role.ROW, Role.FRAMES, Role.COUNTS, Role.BATCH)

# What an item gets of every item of its batch.
_OF_BATCH = (Role.BATCH, Role.GROUPS)

# What every item gets whole.
_WHOLE = (Role.CLASSES, Role.SHARED, Role.DRAWN)

# The words of every loss that are no parameters of its own.
_WORDS = ("weights", "where", "denominator", "axis", "over", "time_axis", "ignore_index")


@dataclass(frozen=True, slots=True)
class Place:
    """An array, and the position or positions in it, in C order; of rows, those of each."""

    array: str
    at: Any

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions, also of one."""
        return tuple(_flat(self.at))

    def of(self, number: Callable[[int], Any]) -> Any:
        """A number for each position, arranged like those."""
        return _arranged(self.at, number)

    def spread(self, numbers: Any) -> list[Any]:
        """Numbers that are arranged like the positions, in their order."""
        return list(_flat(numbers))


def _flat(nested: Any) -> Iterator[Any]:
    """What a nest of sequences holds."""
    if not isinstance(nested, (tuple, list)):
        yield nested
        return
    for each in nested:
        yield from _flat(each)


def _arranged(at: Any, number: Callable[[int], Any]) -> Any:
    return number(at) if isinstance(at, int) else [_arranged(each, number) for each in at]


@dataclass(frozen=True, slots=True)
class Slot:
    """One item: where its operands and its weight stand, and what else its formula gets.

    An item that is not `counted` adds nothing, whatever its numbers are.
    """

    operands: dict[str, Place]
    weight: Place | None
    constants: dict[str, Any]
    counted: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A question, laid out as items in C order.

    `wanted` are the arrays that there is a derivative by, with their lengths.
    """

    case: Case
    definition: Definition
    arrays: dict[str, Array]
    shape: Shape
    slots: tuple[Slot, ...]
    wanted: dict[str, int]

    @property
    def reduction(self) -> str:
        """What becomes of the items; special functions are not reduced, penalties are sums."""
        if self.definition.variadic:
            return "sum"
        return "none" if self.case.loss.startswith("special.") else self.case.reduction

    @property
    def denominator(self) -> Any:
        """What a mean divides by: a word, or the place of a number."""
        if "denominator" in self.arrays:
            return Place("denominator", 0)
        return self.case.parameters.get("denominator", "weights")


def lay_out(case: Case) -> Layout:
    """Find the items of a question.

    Parameters
    ----------
    case : Case
        The question; numbers among its parameters may stand for arrays.

    Returns
    -------
    Layout
        Its items, with every broadcast and every mask resolved.
    """
    definition = DEFINITIONS.get(case.loss)
    if definition is None:
        raise SchemaError(f"case {case.id!r}: no definition of the loss {case.loss!r}")
    if definition.variadic:
        return _entry_by_entry(case, definition)
    question = _Question(case, definition)
    slots, items = question.slots(), question.items
    if definition.each:
        slots, items = _one_by_one(slots, question.rows), question.output
    return Layout(case, definition, question.arrays, items, tuple(slots), question.wanted())


class _Question:
    """A question with its shapes, on the way to its slots."""

    def __init__(self, case: Case, definition: Definition) -> None:
        self.case, self.definition = case, definition
        self.arrays = self._arrays()
        self.output = self.arrays[definition.output].shape
        self.items = self.output
        self.rows: list[tuple[int, ...]] = [(at,) for at in range(math.prod(self.output))]
        if definition.along_axis or definition.along_frames:
            axes = self._axes()
            self.items = tuple(n for i, n in enumerate(self.output) if i not in axes)
            self.rows = list(_rows(self.output, axes))
        self.classes = self._classes()
        if definition.of_sets:
            self.rows = self._there()

    def error(self, message: str) -> SchemaError:
        return SchemaError(f"case {self.case.id!r}: {message}")

    def _arrays(self) -> dict[str, Array]:
        """The arrays of the question, and the numbers that stand for one."""
        arrays = dict(self.case.arrays)
        known = (*self.definition.operands, "weights", "where", "denominator")
        for name in known:
            given = self.case.parameters.get(name)
            if isinstance(given, (bool, int, float)):
                arrays[name] = Array("float" if isinstance(given, float) else "int", (), (given,))
        if unknown := arrays.keys() - set(known):
            raise self.error(f"{self.case.loss} has no array {min(unknown)!r}")
        if self.definition.output not in arrays:
            raise self.error(f"array {self.definition.output!r} is missing")
        return arrays

    def _axes(self) -> tuple[int, ...]:
        """The axes of an item, counted from the front."""
        given = self.case.parameters
        first = (given.get("time_axis", -2),) if self.definition.along_frames else ()
        axes: tuple[int, ...] = ()
        for axis in (*first, given.get("axis", -1), given.get("over", ())):
            axes += axis if isinstance(axis, tuple) else (axis,)
        return tuple(axis % len(self.output) for axis in axes)

    def _classes(self) -> dict[int, int]:
        """The class of each entry by its position, where sets have classes."""
        if not self.definition.classed:
            return {}
        count = self.output[self._axes()[0]]
        return {at: i * count // len(row) for row in self.rows for i, at in enumerate(row)}

    def _there(self) -> list[tuple[int, ...]]:
        """The rows without what `where` masks out."""
        if "where" not in self.arrays:
            return self.rows
        mask = self.arrays["where"]
        seen = [mask.values[i] for i in broadcast(mask.shape, self.output)]
        return [tuple(at for at in row if seen[at]) for row in self.rows]

    def wanted(self) -> dict[str, int]:
        """The arrays that there is a derivative by."""
        if self.definition.each:
            return {}
        return {
            name: len(self.arrays[name].values)
            for name, role in self.definition.operands.items()
            if role in DIFFERENTIABLE and name in self.arrays and self.arrays[name].kind == "float"
        }

    def slots(self) -> list[Slot]:
        """The items, one for each row or entry."""
        apart = ("denominator", "where") if self.definition.of_sets else ("denominator",)
        places = {name: self._places(name) for name in self.arrays if name not in apart}
        constants = self._constants()
        weights = places.get("weights", [None] * len(self.rows))
        operands = [name for name in self.definition.operands if name in places]
        kept = self._kept(places)
        slots = [
            Slot(
                {name: places[name][i] for name in operands},
                weights[i],
                constants | self._classed(row),
                kept[i],
            )
            for i, row in enumerate(self.rows)
        ]
        return self._in_batches(slots) if self.definition.coupled else slots

    def _in_batches(self, slots: Sequence[Slot]) -> list[Slot]:
        """Slots of whole batches, without the items that are left out, and the item's place there."""
        length, found = self.items[-1], []
        for i, slot in enumerate(slots):
            start = i - i % length
            members = [j for j in range(start, start + length) if slots[j].counted]
            operands = {
                name: Place(name, tuple(slots[j].operands[name].at for j in members))
                if self.definition.operands[name] in _OF_BATCH
                else place
                for name, place in slot.operands.items()
            }
            at = {"at": members.index(i)} if slot.counted else {}
            found.append(replace(slot, operands=operands, constants=slot.constants | at))
        return found

    def _classed(self, row: tuple[int, ...]) -> dict[str, Any]:
        """The class of each entry of a row, where a formula gets that."""
        return {"classes": [self.classes[at] for at in row]} if self.definition.classed else {}

    def _places(self, name: str) -> list[Any]:
        """Where an array has what belongs to each item."""
        role, array = self.definition.operands.get(name), self.arrays[name]
        fits = dict.fromkeys(_ALONG, array.shape == self.output)
        fits |= {Role.CLASSES: len(array.shape) == 1, Role.DRAWN: len(array.shape) == 1, Role.SHARED: True}
        if role is Role.LABELS and array.shape[:-1] != self.items:
            raise self.error(f"array {name!r} has shape {list(array.shape)}, which does not fit")
        if role in (Role.LABELS, Role.OWN) and array.shape[:-1] == self.items and array.shape:
            return [Place(name, row) for row in _rows(array.shape, (len(self.items),))]
        if role not in (None, Role.FACTOR) and not fits.get(role, array.shape in (self.items, ())):
            raise self.error(f"array {name!r} has shape {list(array.shape)}, which does not fit")
        if role in _ALONG:
            return [Place(name, row) for row in self.rows]
        if role in _WHOLE:
            return [Place(name, tuple(range(len(array.values))))] * len(self.rows)
        return [Place(name, at) for at in broadcast(array.shape, self.items)]

    def _constants(self) -> dict[str, Any]:
        """What a formula gets beside its operands: its parameters, and what is absent."""
        words = {*_WORDS, *self.definition.operands}
        constants = {name: value for name, value in self.case.parameters.items() if name not in words}
        absent: dict[Role, Any] = {Role.FACTOR: 1}
        if self.definition.along_frames:
            constants["classes"] = self.output[self.case.parameters.get("axis", -1)]
        missing = (n for n in self.definition.operands if n not in self.arrays)
        return constants | {name: absent.get(self.definition.operands[name]) for name in missing}

    def _kept(self, places: dict[str, list[Any]]) -> list[bool]:
        """Whether each item counts: seen by the mask, and not of the class to ignore."""
        wanted: dict[str, Any] = {"where": bool}
        ignored = self.case.parameters.get("ignore_index")
        for name, role in self.definition.operands.items():
            if role is Role.CLASS and ignored is not None:
                wanted[name] = partial(operator.ne, ignored)
        tests = [(places[n], self.arrays[n].values, wants) for n, wants in wanted.items() if n in places]
        return [bool(r) and all(w(v[at[i].at]) for at, v, w in tests) for i, r in enumerate(self.rows)]


def _one_by_one(slots: Sequence[Slot], rows: Sequence[tuple[int, ...]]) -> list[Slot]:
    """A slot for each entry of each row, in the order of the entries."""
    entries = {
        position: Slot(slot.operands, slot.weight, {**slot.constants, "at": at}, slot.counted)
        for slot, row in zip(slots, rows, strict=True)
        for at, position in enumerate(row)
    }
    return [entries[position] for position in sorted(entries)]


def _entry_by_entry(case: Case, definition: Definition) -> Layout:
    """Every entry of every array is an item."""
    slots = [
        Slot({definition.output: Place(name, i)}, None, {}, counted=True)
        for name, array in case.arrays.items()
        for i in range(len(array.values))
    ]
    wanted = {name: len(array.values) for name, array in case.arrays.items()}
    return Layout(case, definition, dict(case.arrays), (len(slots),), tuple(slots), wanted)


def _strides(shape: Shape) -> list[int]:
    return [math.prod(shape[dimension + 1 :]) for dimension in range(len(shape))]


def _rows(shape: Shape, axes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The positions of the entries of each row along an axis, or along several in their order."""
    steps = [
        [i * stride for i in range(length)] for length, stride in zip(shape, _strides(shape), strict=True)
    ]
    along = [sum(part) for part in itertools.product(*(steps[axis] for axis in axes))]
    others = [part for axis, part in enumerate(steps) if axis not in axes]
    for starts in itertools.product(*others):
        yield tuple(sum(starts) + step for step in along)


def _frames(shape: Shape, time: int, axis: int) -> Iterator[tuple[int, ...]]:
    """The positions of the entries of each item, row by row, of rows along an axis at each time."""
    strides = _strides(shape)
    others = [i for i in range(len(shape)) if i not in (time, axis)]
    for index in itertools.product(*(range(shape[i]) for i in others)):
        start = sum(at * strides[i] for at, i in zip(index, others, strict=True))
        rows = [start + t * strides[time] for t in range(shape[time])]
        yield tuple(row + c * strides[axis] for row in rows for c in range(shape[axis]))


def broadcast(shape: Shape, to: Shape) -> list[int]:
    """For each entry of a shape, the position of the entry of a smaller one that NumPy gives it."""
    padded = (1,) * (len(to) - len(shape)) + shape
    if len(padded) != len(to) or any(own not in (1, full) for own, full in zip(padded, to, strict=True)):
        raise SchemaError(f"shape {list(shape)} does not broadcast to {list(to)}")
    steps = [0 if own == 1 else stride for own, stride in zip(padded, _strides(padded), strict=True)]
    return [
        sum(i * step for i, step in zip(index, steps, strict=True))
        for index in itertools.product(*map(range, to))
    ]
