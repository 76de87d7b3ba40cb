"""The answers proved: the definitions in ball arithmetic, whose results enclose the truth.

A ball is a number with a bound on its error that every operation keeps up, rounding
included. Where a comparison has no certain outcome, or a number is infinite, there is no ball.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, ctx

from ..model import Case
from .arithmetic import Arithmetic, Number
from .core import Item
from .layout import Layout, lay_out
from .solve import compute, read, reduce

# What a ball has to be narrower than, as a share of its number.
NARROW = arb(10) ** -30
# What the written digits of an answer may be off.
WRITTEN = arb(10) ** -38
# The bits to try with, the fewest first; products of four inputs are exact from the first on.
BITS = (2048, 8192, 32768)


class UndecidedError(ArithmeticError):
    """A comparison of balls that overlap."""


class Ball:
    """One of Arb's balls, which refuses a comparison that it cannot decide."""

    __slots__ = ("ball",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, ball: Any) -> None:
        self.ball = ball

    def __add__(self, other: Any) -> Ball:
        return Ball(self.ball + _raw(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Ball:
        return Ball(self.ball - _raw(other))

    def __rsub__(self, other: Any) -> Ball:
        return Ball(_raw(other) - self.ball)

    def __mul__(self, other: Any) -> Ball:
        return Ball(self.ball * _raw(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Ball:
        return Ball(self.ball / _raw(other))

    def __rtruediv__(self, other: Any) -> Ball:
        return Ball(_raw(other) / self.ball)

    def __pow__(self, exponent: int) -> Ball:
        return Ball(self.ball**exponent)

    def __neg__(self) -> Ball:
        return Ball(-self.ball)

    def __abs__(self) -> Ball:
        return Ball(abs(self.ball))

    def __eq__(self, other: object) -> bool:
        raw = _raw(other)
        return _decided(self.ball == raw, self.ball != raw)

    def __lt__(self, other: Any) -> bool:
        raw = _raw(other)
        return _decided(self.ball < raw, self.ball >= raw)

    def __le__(self, other: Any) -> bool:
        raw = _raw(other)
        return _decided(self.ball <= raw, self.ball > raw)

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other


def _raw(value: Any) -> Any:
    return value.ball if isinstance(value, Ball) else value


def _decided(yes: bool, no: bool) -> bool:
    """The outcome of a comparison, each of whose sides is true only where it is certain."""
    if not (yes or no):
        raise UndecidedError
    return yes


class Balls(Arithmetic):
    """Arb's functions of balls."""

    infinity = Ball(arb.pos_inf())
    nan = Ball(arb.nan())

    def number(self, x: float) -> Number:
        """A Python number, exactly."""
        return Ball(arb(x))

    def is_nan(self, x: Number) -> bool:
        """Whether it is NaN."""
        return bool(x.ball.is_nan())

    def pi(self) -> Number:
        """A ball around pi."""
        return Ball(arb.pi())

    def exp(self, x: Number) -> Number:
        """The exponential."""
        return Ball(x.ball.exp())

    def log(self, x: Number) -> Number:
        """The natural logarithm."""
        return -self.infinity if x == 0 else Ball(x.ball.log())

    def log1p(self, x: Number) -> Number:
        """The logarithm of 1 + x."""
        return -self.infinity if x == -1 else Ball(x.ball.log1p())

    def sqrt(self, x: Number) -> Number:
        """The square root."""
        return Ball(x.ball.sqrt())

    def sinh(self, x: Number) -> Number:
        """The hyperbolic sine."""
        return Ball(x.ball.sinh())

    def tanh(self, x: Number) -> Number:
        """The hyperbolic tangent."""
        return Ball(x.ball.tanh())

    def angle(self, x: Number, y: Number) -> Number:
        """The angle of a point."""
        return Ball(arb.atan2(y.ball, x.ball))

    def cos(self, x: Number) -> Number:
        """The cosine."""
        return Ball(x.ball.cos())

    def sin(self, x: Number) -> Number:
        """The sine."""
        return Ball(x.ball.sin())

    def power(self, x: Number, y: Number) -> Number:
        """X to the y."""
        return Ball(x.ball**y.ball)

    def log_gamma(self, x: Number) -> Number:
        """The logarithm of the gamma function."""
        return Ball(x.ball.lgamma())

    def digamma(self, x: Number) -> Number:
        """Its derivative."""
        return Ball(x.ball.digamma())


@dataclass(slots=True)
class Verdict:
    """What became of the numbers of some answers.

    `infinite` counts those that are infinite or NaN in the answer and have no ball;
    `open` are finite numbers that no ball is narrow enough for, and `contradictions` those
    outside their balls, both in words.
    """

    enclosed: int = 0
    infinite: int = 0
    open: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()

    @property
    def finite(self) -> int:
        """How many numbers a ball could enclose."""
        return self.enclosed + len(self.open) + len(self.contradictions)

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.enclosed + other.enclosed,
            self.infinite + other.infinite,
            self.open + other.open,
            self.contradictions + other.contradictions,
        )

    def __str__(self) -> str:
        return (
            f"{self.enclosed} of {self.finite} finite numbers enclosed to 30 digits, {len(self.open)} not, "
            f"{len(self.contradictions)} contradicted; {self.infinite} infinite or NaN"
        )


def check(case: Case, answer: dict[str, Any]) -> Verdict:
    """Whether every number of a written answer lies in its ball.

    Parameters
    ----------
    case : Case
        The question.
    answer : dict
        Its answer, as it is written.

    Returns
    -------
    Verdict
        With more and more bits, until every number is enclosed or the bits are enough.
    """
    texts = list(_texts(answer))
    best: list[Any] = [None] * len(texts)
    for bits in BITS:
        with ctx.workprec(bits):
            balls = enclosures(case)
            best = [b if _is_narrow(b) else a for a, b in zip(best, balls, strict=True)]
        if all(ball is not None for ball in best):
            break
    with ctx.workprec(BITS[0]):
        together = zip(texts, best, balls, strict=True)
        judged = (_judge(f"{case.id}: {name}", text, *found) for (name, text), *found in together)
        return sum(judged, Verdict())


def _texts(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The numbers of an answer with their names, the values first."""
    tables = {"value": answer["value"], **{f"gradient of {n}": t for n, t in answer["gradient"].items()}}
    for name, table in tables.items():
        for position, text in enumerate(table["values"]):
            yield f"{name}[{position}]", text


def enclosures(case: Case) -> list[Any]:
    """A ball for each number of the answer, NaN where there is none."""
    layout, ar = lay_out(case), Balls()
    inputs = read(ar, layout)
    items = [_item(ar, layout, inputs, slot) for slot in layout.slots]
    try:
        numbers = reduce(ar, layout, inputs, items).numbers()
    except UndecidedError:
        sizes = (len(layout.slots) if layout.reduction == "none" else 1), *layout.wanted.values()
        return [arb.nan()] * sum(sizes)
    return [number.ball for number in numbers]


def _item(ar: Balls, layout: Layout, inputs: Any, slot: Any) -> Item:
    """One item, NaN all over where it is undecided."""
    try:
        return compute(ar, layout, inputs, slot)
    except UndecidedError:
        slopes = {name: place.of(lambda _: ar.nan) for name, place in slot.operands.items()}
        return Item(ar.nan, slopes, ar.nan if "class_weights" in slot.operands else 1)


def _is_narrow(ball: Any) -> bool:
    """Whether a ball says 30 digits of its number, or that it is 0."""
    return bool(ball.is_finite() and ball.rad() <= NARROW * abs(ball.mid()))


def _judge(name: str, text: str, narrow: Any, last: Any) -> Verdict:
    """Compare one written number with its ball."""
    if text in ("nan", "inf", "-inf"):
        if last.is_finite():
            return Verdict(contradictions=(f"{name} is written {text}, but it is {last.str(30)}",))
        return Verdict(infinite=1)
    number = arb(text)
    ball = last if narrow is None else narrow
    # NaN overlaps everything: what has no ball contradicts nothing.
    if not ball.overlaps(arb(number.mid(), (abs(number) * WRITTEN).upper())):
        return Verdict(contradictions=(f"{name} is written {text}, but it is {ball.str(30)}",))
    return Verdict(enclosed=1) if narrow is not None else Verdict(open=(name,))
