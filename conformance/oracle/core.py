"""What a definition is: one item of a loss, its derivatives, and the parts its operands play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from .arithmetic import Number, Row


class Role(Enum):
    """What one item gets of an operand."""

    ENTRY = "its entry of an array of the output's shape"
    ROW = "its row, along the axis, of an array of the output's shape"
    FRAMES = "its rows along two axes, one row after the other, of an array of the output's shape"
    COUNTS = "the same as a row, where there is no derivative by it"
    SIGN = "its entry of an array of the items' shape, -1 or 1"
    CLASS = "its entry of an array of the items' shape, the index of a class"
    LABELS = "its row of an array of the items' shape and one more axis, indices of classes"
    LENGTH = "its entry of an array of the items' shape, how many of something there are, or None"
    CLASSES = "the whole array, one entry for each class, or None"
    BATCH = "every row of its batch, along the axis, of an array of the output's shape"
    GROUPS = "every entry of its batch of an array of the items' shape, each an integer"
    SHARED = "the whole array, to whose derivative every item adds, or None"
    OWN = "its entry of an array of the items' shape, or its row of one with one more axis, or None"
    DRAWN = "the whole array, one entry for each of the samples that all items share, or None"
    FACTOR = "its entry of an array that broadcasts to the output's shape; 1 if absent"


# What there is a derivative by.
DIFFERENTIABLE = (Role.ENTRY, Role.ROW, Role.FRAMES, Role.BATCH, Role.SHARED)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a loss.

    `slopes` are the derivatives of `value` by operand: a number for an entry, a list for a
    row, a list of rows for a batch. `mass` is what the item's class weighs in a mean, with its derivatives.
    """

    value: Number
    slopes: Mapping[str, Number | Row] = field(default_factory=dict)
    mass: Number = 1
    mass_slopes: Mapping[str, Number | Row] = field(default_factory=dict)


def of_error(value: Number, slope: Number) -> Item:
    """A function of p - t: the derivative by t is that by p with the other sign."""
    return Item(value, {"predictions": slope, "targets": -slope})


@dataclass(frozen=True, slots=True)
class Definition:
    """A loss as a textbook has it.

    Attributes
    ----------
    formula : callable
        ``formula(arithmetic, **operands, **parameters)``: one item.
    operands : mapping
        The role of each operand, what the model gave first.
    each : bool
        Whether every entry of a row is an item of its own; the formula then gets the
        row and the entry's index `at`.
    of_sets : bool
        Whether a row is a set of entries, along one axis or several, that `where` masks one
        by one; the formula gets those that are there.
    classed : bool
        Whether a set is one of several classes, whose axis comes first; the formula gets the
        class of each entry in `classes`.
    classes : str
        The operand whose last axis the classes are along, if it is not what the model gave.
    variadic : bool
        Whether the loss is the sum of its one operand's items over any number of arrays.
    """

    formula: Callable[..., Item]
    operands: Mapping[str, Role]
    each: bool = False
    of_sets: bool = False
    classed: bool = False
    variadic: bool = False
    classes: str = ""

    @property
    def output(self) -> str:
        """The operand that gives shape to the loss."""
        return next(iter(self.operands))

    @property
    def along_axis(self) -> bool:
        """Whether an item is a row and not an entry."""
        return self.coupled or Role.ROW in self.operands.values()

    @property
    def coupled(self) -> bool:
        """Whether an item is one row of a batch: the formula gets its place `at` in what the mask leaves."""
        return Role.BATCH in self.operands.values()

    @property
    def along_frames(self) -> bool:
        """Whether an item is a row for each of its frames."""
        return Role.FRAMES in self.operands.values()


def entries(formula: Callable[..., Item], *operands: str, **others: Role) -> Definition:
    """A loss of single entries."""
    return Definition(formula, dict.fromkeys(operands, Role.ENTRY) | others)


def rows(formula: Callable[..., Item], *operands: str, **others: Role) -> Definition:
    """A loss of rows along an axis."""
    return Definition(formula, dict.fromkeys(operands, Role.ROW) | others)


def batches(formula: Callable[..., Item], *operands: str, **others: Role) -> Definition:
    """A loss of rows along an axis that depend on all others of their batch."""
    return Definition(formula, dict.fromkeys(operands, Role.BATCH) | others)


def sets(formula: Callable[..., Item], *operands: str, classed: bool = False, **others: Role) -> Definition:
    """A loss of sets of entries."""
    roles = dict.fromkeys(operands, Role.ROW) | others
    return Definition(formula, roles, of_sets=True, classed=classed)
