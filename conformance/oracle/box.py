"""Boxes against true boxes, by the areas that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .arithmetic import Arithmetic, Number, Row
from .core import Item, rows


class _Part(NamedTuple):
    """A number with its derivatives by the four corners of a box."""

    value: Number
    slopes: Row

    def plus(self, other: _Part) -> _Part:
        return _Part(
            self.value + other.value, [x + y for x, y in zip(self.slopes, other.slopes, strict=True)]
        )

    def minus(self, other: _Part) -> _Part:
        return self.plus(_Part(-other.value, [-y for y in other.slopes]))

    def times(self, other: _Part) -> _Part:
        pairs = zip(self.slopes, other.slopes, strict=True)
        return _Part(self.value * other.value, [self.value * y + x * other.value for x, y in pairs])

    def over(self, other: _Part) -> _Part:
        square, pairs = other.value * other.value, zip(self.slopes, other.slopes, strict=True)
        return _Part(
            self.value / other.value, [(x * other.value - self.value * y) / square for x, y in pairs]
        )


def _constant(ar: Arithmetic, number: float) -> _Part:
    return _Part(ar.number(number), [ar.number(0)] * 4)


def _at(ar: Arithmetic, value: Number, axis: int, low: Number, high: Number) -> _Part:
    """A number that depends on the lower and the higher corner along one axis."""
    slopes = [ar.number(0)] * 4
    slopes[axis], slopes[axis + 2] = low, high
    return _Part(value, slopes)


def _step(ar: Arithmetic, x: Number) -> Number:
    """1 above 0, 1/2 at it, 0 below."""
    return (1 + ar.sign(x)) / 2


def _sides(ar: Arithmetic, a: Row, b: Row, axis: int) -> tuple[_Part, _Part, _Part]:
    """The side of the first box, what both share of it, and that of the box around both."""
    low, high, other_low, other_high = a[axis], a[axis + 2], b[axis], b[axis + 2]
    side = _at(ar, high - low, axis, ar.number(-1), ar.number(1))
    shared, active = ar.hinge(min(high, other_high) - max(low, other_low))
    by_low, by_high = -active * _step(ar, low - other_low), active * _step(ar, other_high - high)
    both = _at(ar, shared, axis, by_low, by_high)
    extent = max(high, other_high) - min(low, other_low)
    by_low, by_high = -_step(ar, other_low - low), _step(ar, high - other_high)
    return side, both, _at(ar, extent, axis, by_low, by_high)


def _areas(ar: Arithmetic, a: Row, b: Row) -> tuple[_Part, _Part, tuple[_Part, _Part]]:
    """Intersection and union of two boxes, and the sides of the box around both."""
    (wide, both_wide, extent_wide), (high, both_high, extent_high) = (_sides(ar, a, b, i) for i in (0, 1))
    common = both_wide.times(both_high)
    other = _constant(ar, 1)._replace(value=(b[2] - b[0]) * (b[3] - b[1]))
    return common, wide.times(high).plus(other).minus(common), (extent_wide, extent_high)


def _lack(ar: Arithmetic, a: Row, b: Row) -> _Part:
    """1 - |A and B| / |A or B|, 1 where nothing has an area."""
    common, union, _ = _areas(ar, a, b)
    one = _constant(ar, 1)
    return one if union.value == 0 else one.minus(common.over(union))


def _empty(ar: Arithmetic, a: Row, b: Row) -> _Part:
    """The share of the box around both that neither covers."""
    _, union, (wide, high) = _areas(ar, a, b)
    around = wide.times(high)
    return _constant(ar, 0) if around.value == 0 else around.minus(union).over(around)


def _distance(ar: Arithmetic, a: Row, b: Row) -> _Part:
    """The squared distance of the centres over the squared diagonal of the box around both."""
    _, _, (wide, high) = _areas(ar, a, b)
    half = ar.number(0.5)
    shifts = [_at(ar, (a[i] + a[i + 2] - b[i] - b[i + 2]) / 2, i, half, half) for i in (0, 1)]
    diagonal = wide.times(wide).plus(high.times(high))
    if diagonal.value == 0:
        return _constant(ar, 0)
    return shifts[0].times(shifts[0]).plus(shifts[1].times(shifts[1])).over(diagonal)


def _ratio(ar: Arithmetic, a: Row, b: Row) -> _Part:
    """V = 4 / pi^2 (arctan(w_b / h_b) - arctan(w_a / h_a))^2, 0 if one is a point."""
    if any(box[2] == box[0] and box[3] == box[1] for box in (a, b)):
        return _constant(ar, 0)
    wide, high = a[2] - a[0], a[3] - a[1]
    square = wide * wide + high * high
    by_wide, by_high = high / square, -wide / square
    own = _Part(ar.angle(high, wide), [-by_wide, -by_high, by_wide, by_high])
    other = _constant(ar, 0)._replace(value=ar.angle(b[3] - b[1], b[2] - b[0]))
    turn = other.minus(own)
    quarter = _constant(ar, 0)._replace(value=4 / (ar.pi() * ar.pi()))
    return quarter.times(turn.times(turn))


def _item(ar: Arithmetic, part: Callable[..., _Part], boxes: Row, targets: Row) -> Item:
    """A symmetric function of two boxes."""
    one, other = part(ar, boxes, targets), part(ar, targets, boxes)
    return Item(one.value, {"boxes": one.slopes, "targets": other.slopes})


def generalized_iou(ar: Arithmetic, boxes: Row, targets: Row) -> Item:
    """1 - |A and B| / |A or B| + (|C| - |A or B|) / |C|."""
    return _item(ar, lambda *pair: _lack(*pair).plus(_empty(*pair)), boxes, targets)


def distance_iou(ar: Arithmetic, boxes: Row, targets: Row) -> Item:
    """1 - |A and B| / |A or B| + |a - b|^2 / d^2."""
    return _item(ar, lambda *pair: _lack(*pair).plus(_distance(*pair)), boxes, targets)


def complete_iou(ar: Arithmetic, boxes: Row, targets: Row) -> Item:
    """That and v^2 / (1 - IoU + v)."""

    def whole(ar: Arithmetic, a: Row, b: Row) -> _Part:
        lack, ratio = _lack(ar, a, b), _ratio(ar, a, b)
        both = lack.plus(ratio)
        balanced = _constant(ar, 0) if both.value == 0 else ratio.times(ratio).over(both)
        return lack.plus(_distance(ar, a, b)).plus(balanced)

    return _item(ar, whole, boxes, targets)


DEFINITIONS = {
    formula.__name__: rows(formula, "boxes", "targets")
    for formula in (generalized_iou, distance_iou, complete_iou)
}
