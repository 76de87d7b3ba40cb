"""The parts that arrays play in a loss, as data.

A role says what an operand of a formula must look like (shape, kinds of dtype),
which values it may hold, and whether the loss has a derivative with respect to
it. The engine reads roles; it knows no loss by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from ._lists import leading
from ._namespace import Kind

Shape = Literal["output", "items", "lists", "classes", "broadcast"]


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """The values that an operand may hold.

    Attributes
    ----------
    expected : str
        The domain in words, for the error.
    contains : callable
        ``contains(array, classes)``: a boolean array, True where the value is
        in the domain. NaN counts as inside where the operand is data. Where the role
        may be a Python number, that goes in as well: so no ``~`` there.
    filler : float
        A value of the domain that stands in for what must not be looked at.
    margin : callable or None
        ``margin(array, classes)``: how far inside a value is, negative outside. Concave, so
        that an array is inside where its least and its greatest entry are, which takes
        fewer passes than `contains`.
    """

    expected: str
    contains: Callable[[Any, Any], Any]
    filler: float
    margin: Callable[[Any, Any], Any] | None = None

    def describe(self, against: Any) -> str:
        """The domain in words, with the last class, or whatever else there are so many of, filled in."""
        count = against[0] if isinstance(against, tuple) else against
        return self.expected.format(last=None if count is None else count - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """What an operand of a formula must be.

    Attributes
    ----------
    shape : str
        ``"output"``: the shape of the model output; ``"items"``: one entry per item
        (the output's shape without the class axis); ``"lists"``: a list of any length
        per item; ``"classes"``: one entry per class; ``"broadcast"``: broadcastable to
        the model output.
    kinds : tuple of str
        The kinds of dtype that it may have.
    domain : Domain or None
        The values that it may hold, where not all may be.
    differentiable : bool
        Whether the formula gives a derivative with respect to it.
    optional : bool
        Whether it may be None.
    number : bool
        Whether one Python number may stand for every entry.
    compared : bool
        Whether its integers are compared with each other, and so may not be rounded.
    mask : bool
        Whether it says which entries of an item are there.
    against : callable or None
        ``against(problem)``: what the domain compares values with, where that is not the
        number of classes.
    index : bool
        Whether the operand indexes the classes, which follows from its shape and kind.
    """

    shape: Shape
    kinds: tuple[Kind, ...]
    domain: Domain | None = None
    differentiable: bool = False
    optional: bool = False
    number: bool = False
    compared: bool = False
    mask: bool = False
    against: Callable[[Any], Any] | None = None
    index: bool = field(init=False)

    def __post_init__(self) -> None:
        integers = self.shape == "items" and self.kinds == ("integer",)
        index = integers and not self.compared and self.against is None
        object.__setattr__(self, "index", index)

    @property
    def filler(self) -> float:
        """A harmless value for an entry that must not be looked at."""
        if self.compared:
            return 0
        return self.domain.filler if self.domain else 0.5


_REAL: tuple[Kind, ...] = ("real floating", "integer")
_ANY: tuple[Kind, ...] = ("real floating", "integer", "bool")


# The dot product of unit vectors in half precision may be so far beyond 1.
_COSINE = 1.0 + 1.0 / 64.0


def _share(x: Any, _: Any) -> Any:
    """How far x is from leaving 0 to 1."""
    return x * (1.0 - x)


def _not_negative(what: str, filler: float) -> Domain:
    """The domain of what may be any number from 0 on."""
    return Domain(f"{what} >= 0", lambda x, _: (x != x) | (x >= 0), filler, lambda x, _: x)  # noqa: PLR0124


# 2^-54 is less than the distance of any number from -1.
_LOG1P = Domain("quantities > -1", lambda x, _: (x != x) | (x > -1), 0, lambda x, _: x + 1.0 - 2.0**-54)  # noqa: PLR0124

OUTPUT = Role("output", ("real floating",), differentiable=True)
"""What the model gave; its first one decides library, device, dtype and shape."""

PROBABILITY = Role(
    "output",
    ("real floating",),
    Domain("probabilities from 0 to 1", lambda x, _: ~((x < 0) | (x > 1)), 0.5, _share),
    differentiable=True,
)
"""What the model gave, as a probability."""

COSINE = Role(
    "output",
    ("real floating",),
    Domain(
        "cosines from -1 to 1",
        lambda x, _: ~((x < -_COSINE) | (x > _COSINE)),
        0.5,
        lambda x, _: (_COSINE - x) * (_COSINE + x),
    ),
    differentiable=True,
)
"""What the model gave, as a cosine."""

RATE = Role("output", ("real floating",), _not_negative("rates", 1.0), differentiable=True)
"""What the model gave, as the mean of a count."""

VARIANCE = Role("output", ("real floating",), _not_negative("variances", 1.0), differentiable=True)
"""What the model gave, as the variance of its prediction."""

QUANTITY = Role("output", ("real floating",), _LOG1P, differentiable=True)
"""What the model gave, as a quantity whose log1p is taken."""
SWAPPED = Role("output", ("real floating",), differentiable=True, optional=True)
"""What the model gave, and may not have to give."""
SCALE = Role("output", ("real floating",), _not_negative("scales", 1.0), differentiable=True)
"""What the model gave, as the scale of its prediction."""

MEAN = Role("output", ("real floating",), _not_negative("predictions", 1.0), differentiable=True)
"""What the model gave, as the mean of what is not negative."""

TARGET = Role("output", _ANY, differentiable=True, number=True)
"""The truth, entry for entry."""

TRUE_QUANTITY = Role("output", _ANY, _LOG1P, differentiable=True, number=True)
"""The truth as a quantity whose log1p is taken, entry for entry."""

UNIT = Role(
    "output",
    _ANY,
    Domain(
        "labels from 0 to 1",
        lambda x, _: (x != x) | ((x >= 0) & (x <= 1)),  # noqa: PLR0124
        0,
        _share,
    ),
    differentiable=True,
    number=True,
)
"""The truth as a probability, entry for entry."""

COUNT = Role("output", _REAL, _not_negative("targets", 0), differentiable=True, number=True)
"""The truth as a count, entry for entry."""

AMOUNT = Role("output", _REAL, _not_negative("targets", 1), differentiable=True, number=True)
"""The truth as an amount, by which the derivative at 0 may be infinite, entry for entry."""

SHARE = Role(
    "output",
    _ANY,
    _not_negative("shares", 0.5),
    differentiable=True,
)
"""The truth as a distribution over the classes, row by row."""

POINT = Role("output", _ANY, differentiable=True)
"""The truth as a point, row by row."""

MULTIPLICITY = Role(
    "output",
    _ANY,
    Domain("finite labels >= 0", lambda x, _: (x >= 0) & (x < math.inf), 0),
)
"""How often each class counts as the truth, row by row; nothing is differentiated by it."""

_CORNERS = Domain(
    "corners x1, y1, x2, y2 with x1 <= x2 and y1 <= y2",
    lambda x, _: ~(x[..., 2:] < x[..., :2]),
    0.0,
)

BOX = Role("output", ("real floating",), _CORNERS, differentiable=True)
"""What the model gave, as the corners of a box."""

BOX_TARGET = Role("output", _REAL, _CORNERS, differentiable=True)
"""The truth as the corners of a box."""

SIGN = Role(
    "items",
    _REAL,
    Domain("labels -1 or 1", lambda x, _: (x == 1) | (x == -1), 1),
    number=True,
)
"""The truth as one of two sides, item for item."""

CLASS = Role(
    "items",
    ("integer",),
    Domain(
        "labels from 0 to {last}, the classes",
        lambda x, n: (x >= 0) & (x < n),
        0,
        lambda x, n: x * (n - 1 - x),
    ),
    number=True,
)
"""The truth as the index of a class, item for item."""

GROUP = Role("items", ("integer",), compared=True)
"""The truth as a number that items of one kind have in common, item for item."""
DRAW = Role(
    "items",
    ("integer",),
    Domain(
        "samples from 0 to {last}, the classes",
        lambda x, n: (x >= 0) & (x < n),
        0,
        lambda x, n: x * (n - 1 - x),
    ),
)
"""A class that was drawn, item for item."""

LOG_COUNT = Role("items", _REAL, optional=True)
"""The logarithm of how often something is expected, item for item."""

SIDE = Role(
    "output",
    _ANY,
    Domain("labels 0 or 1", lambda x, _: (x == 0) | (x == 1), 0),
)
"""The truth as one of two sides, entry for entry; nothing is differentiated by it."""

GRADE = Role(
    "output",
    _ANY,
    Domain("finite labels", lambda x, _: (x > -math.inf) & (x < math.inf), 0),
)
"""The truth as a place in an order, entry for entry; nothing is differentiated by it."""

PRESENT = Role("broadcast", ("bool",), optional=True, mask=True)
"""Which entries of a set are there: the word `where` of a loss of sets."""

CLASS_WEIGHTS = Role("classes", _ANY, optional=True)
"""A weight per class."""

FACTOR = Role("broadcast", _ANY, optional=True, number=True)
"""A factor on part of each item, a number or an array that broadcasts."""

SEQUENCE = Role(
    "lists",
    ("integer",),
    Domain(
        "labels from 0 to {last} that are not the blank",
        lambda x, against: _in_sequence(x, *against),
        0,
    ),
    against=lambda problem: (*_said(problem, "classes", "blank"), _placed(problem)),
)
"""The truth as a list of classes, none the blank, of which the fourth operand counts the first ones."""

FRAMES = Role(
    "items",
    ("integer",),
    Domain("lengths from 0 to {last}, the number of frames", lambda x, n: (x >= 0) & (x < n), 0),
    optional=True,
    against=lambda problem: problem.operands[0].shape[-1] // _said(problem, "classes")[0] + 1,
)
"""How many of its frames belong to an item."""

PLACES = Role(
    "items",
    ("integer",),
    Domain("lengths from 0 to {last}, the number of labels", lambda x, n: (x >= 0) & (x < n), 0),
    optional=True,
    against=lambda problem: problem.operands[1].shape[-1] + 1,
)
"""How many of its labels belong to an item."""


def _said(problem: Any, *names: str) -> tuple[Any, ...]:
    """The parameters of those names."""
    parameters = dict(problem.spec.parameters)
    return tuple(parameters[name] for name in names)


def _placed(problem: Any) -> Any:
    """Which places of the lists hold labels, None for all."""
    _, labels, _, lengths = problem.operands
    return leading(problem.xp, lengths, labels.shape[-1])


def _in_sequence(labels: Any, classes: int, blank: int, placed: Any) -> Any:
    """Where a label may be used, or is not used at all."""
    usable = (labels >= 0) & (labels < classes) & (labels != blank)
    return usable if placed is None else usable | ~placed
