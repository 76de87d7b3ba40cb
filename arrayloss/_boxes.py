"""How a box lies to another, in sums of positive parts, and how that changes with its corners."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ._namespace import device_of
from ._stable import clip, largest, present, sign, times
from ._typing import Namespace


class Pair(NamedTuple):
    """How a box lies to another, in units of the longest side of the box around both.

    All but `size`, shape (..., 1), have shape (..., 2), for x and y.

    Attributes
    ----------
    both : array
        How much of a side the two share.
    own, others : array
        How much of it is only the one's, and only the other's.
    gap, extent : array
        What is between them, and the side of the box around both.
    low, high : array
        1 where the one's lower, or higher, corner sticks out, ½ where it meets the other's.
    meets : array
        1 where the sides overlap, else 0.
    shift : array
        How far the one's centre is from the other's.
    sides, other_sides : array
        Their widths and heights.
    size : array
        The unit.
    """

    both: Any
    own: Any
    others: Any
    gap: Any
    extent: Any
    low: Any
    high: Any
    meets: Any
    shift: Any
    sides: Any
    other_sides: Any
    size: Any


def pair_of(xp: Namespace, one: Any, other: Any) -> Pair:
    """Compare two boxes side by side; no length is a difference of lengths."""
    below, above = other[..., :2] - one[..., :2], one[..., 2:] - other[..., 2:]
    sides, other_sides = one[..., 2:] - one[..., :2], other[..., 2:] - other[..., :2]
    extent = xp.maximum(one[..., 2:], other[..., 2:]) - xp.minimum(one[..., :2], other[..., :2])
    overlap = xp.minimum(one[..., 2:], other[..., 2:]) - xp.maximum(one[..., :2], other[..., :2])
    size = present(xp, largest(xp, extent))
    return Pair(
        both=clip(xp, overlap, low=0.0) / size,
        own=xp.minimum(sides, clip(xp, below, low=0.0) + clip(xp, above, low=0.0)) / size,
        others=xp.minimum(other_sides, clip(xp, -below, low=0.0) + clip(xp, -above, low=0.0)) / size,
        gap=clip(xp, -overlap, low=0.0) / size,
        extent=extent / size,
        low=0.5 + 0.5 * sign(xp, below),
        high=0.5 + 0.5 * sign(xp, above),
        meets=xp.astype(overlap > 0, one.dtype),
        shift=0.5 * (above - below) / size,
        sides=sides / size,
        other_sides=other_sides / size,
        size=size,
    )


def areas(pair: Pair) -> tuple[Any, Any, Any]:
    """The areas that only one of the boxes covers, of the box around them, and that neither covers."""
    single = _covered(pair.own, pair.both) + _covered(pair.others, pair.both)
    corners = pair.own[..., 0] * pair.others[..., 1] + pair.others[..., 0] * pair.own[..., 1]
    beside = pair.gap[..., 0] * pair.extent[..., 1]
    between = pair.gap[..., 1] * (pair.own + pair.others + pair.both)[..., 0]
    empty = corners + beside + between
    return single, single + _product(pair.both) + empty, empty


def _covered(own: Any, both: Any) -> Any:
    """What of a box lies outside another."""
    return own[..., 0] * (own + both)[..., 1] + both[..., 0] * own[..., 1]


def _product(sides: Any) -> Any:
    return sides[..., 0] * sides[..., 1]


def apart(xp: Namespace, pair: Pair) -> Any:
    """One minus the intersection over union, which is 0 / 0 = 0 of boxes without area."""
    single, _, _ = areas(pair)
    union = single + _product(pair.both)
    return xp.where(union == 0, 1.0, single / present(xp, union))


def _by_corners(xp: Namespace, pair: Pair, slope: Callable[[Any], Any]) -> Any:
    """Derivatives by the corners of the one box, from those by how far a side reaches out."""
    low, high = _spread(xp, slope(pair.low)), _spread(xp, slope(pair.high))
    return xp.where(_corners(xp, low) < 2.0, -low, high) / pair.size


def _spread(xp: Namespace, sides: Any) -> Any:
    """What belongs to x and y, for each corner; without a concatenation, which lazy arrays may refuse."""
    return xp.where(xp.abs(_corners(xp, sides) - 1.0) == 1.0, sides[..., :1], sides[..., 1:])


def _corners(xp: Namespace, rows: Any) -> Any:
    """The number of each corner in a box."""
    return xp.arange(4, dtype=rows.dtype, device=device_of(rows))


def _union_slopes(xp: Namespace, pair: Pair, outside: Any) -> tuple[Any, Any]:
    """How the areas that both boxes and that any of them covers grow with a side of the one."""
    own, both = xp.flip(pair.own, axis=-1), xp.flip(pair.both, axis=-1)
    inside = (1.0 - outside) * pair.meets
    return inside * both, own + (1.0 - inside) * both


def apart_slopes(xp: Namespace, pair: Pair) -> Any:
    common, (single, _, _) = _product(pair.both), areas(pair)
    union = present(xp, common + single)[..., None]

    def slope(outside: Any) -> Any:
        by_common, by_union = _union_slopes(xp, pair, outside)
        return (common[..., None] / union * by_union - by_common) / union

    return _by_corners(xp, pair, slope)


def generalized_slopes(xp: Namespace, pair: Pair) -> Any:
    """The derivatives of `apart` and of the empty share of the box around, added before they cancel."""
    common, (single, around, empty) = _product(pair.both), areas(pair)
    union, whole = common + single, present(xp, around)
    some = present(xp, union)
    # The share of the union in both terms: (I E − L U) / U² over C, where nothing has an area −1 over C.
    balance = xp.where(union == 0, -1.0, (common / some * empty - single) / some)

    def slope(outside: Any) -> Any:
        by_common, by_union = _union_slopes(xp, pair, outside)
        by_around = outside * xp.flip(pair.extent, axis=-1)
        rise = (union / whole)[..., None] * by_around - times(xp, by_common, (whole / some)[..., None])
        slopes = times(xp, by_union, balance[..., None]) + rise
        return xp.where((around == 0)[..., None], 0.0, slopes / whole[..., None])

    return _by_corners(xp, pair, slope)


def distance(xp: Namespace, pair: Pair) -> Any:
    """The squared distance of the centres over that of the corners of the box around both."""
    diagonal = xp.sum(pair.extent * pair.extent, axis=-1)
    return xp.sum(pair.shift * pair.shift, axis=-1) / present(xp, diagonal)


def distance_slopes(xp: Namespace, pair: Pair) -> Any:
    diagonal = present(xp, xp.sum(pair.extent * pair.extent, axis=-1))[..., None]
    ratio = 2.0 * distance(xp, pair)[..., None]
    moved = _spread(xp, pair.shift) / pair.size
    return (moved - ratio * _by_corners(xp, pair, lambda outside: pair.extent * outside)) / diagonal


def angle(xp: Namespace, pair: Pair) -> Any:
    """How far the aspect ratios are apart, as the angle between the diagonals, over a right one."""
    wide, high = pair.sides[..., 0], pair.sides[..., 1]
    other_wide, other_high = pair.other_sides[..., 0], pair.other_sides[..., 1]
    sine, cosine = other_wide * high - wide * other_high, other_high * high + other_wide * wide
    # Of a point the angle is 0, and can be differentiated.
    return 2.0 / math.pi * xp.atan2(sine, xp.where((sine == 0) & (cosine == 0), 1.0, cosine))


def angle_slopes(xp: Namespace, pair: Pair) -> Any:
    """The derivative of the angle, −h / (w² + h²) by the width and w / (w² + h²) by the height."""
    square = present(xp, xp.sum(pair.sides * pair.sides, axis=-1, keepdims=True))
    across = xp.flip(pair.sides, axis=-1)
    turned = xp.where(xp.arange(2, dtype=across.dtype, device=device_of(across)) == 0.0, -across, across)
    return 2.0 / math.pi * _by_corners(xp, pair, lambda _: turned / square)


def balance(xp: Namespace, apart: Any, bend: Any) -> Any:
    """V / (1 - IoU + v), 0 where both are."""
    return bend / present(xp, apart + bend)
