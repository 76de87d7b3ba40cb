"""The losses of boxes as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def generalized_iou(boxes: Row, targets: Row) -> Number:
    union, around = _union(boxes, targets), mp.fprod(_extent(boxes, targets))
    return 1 - _common(boxes, targets) / union + (around - union) / around


def distance_iou(boxes: Row, targets: Row) -> Number:
    shifts = [(boxes[i] + boxes[i + 2] - targets[i] - targets[i + 2]) / 2 for i in (0, 1)]
    ratio = mp.fdot(shifts, shifts) / mp.fsum(side**2 for side in _extent(boxes, targets))
    return 1 - _common(boxes, targets) / _union(boxes, targets) + ratio


def complete_iou(boxes: Row, targets: Row) -> Number:
    angles = [mp.atan((box[2] - box[0]) / (box[3] - box[1])) for box in (boxes, targets)]
    v = 4 / mp.pi**2 * (angles[1] - angles[0]) ** 2
    lack = 1 - _common(boxes, targets) / _union(boxes, targets)
    return distance_iou(boxes, targets) + v**2 / (lack + v)


def _area(box: Row) -> Number:
    return (box[2] - box[0]) * (box[3] - box[1])


def _common(one: Row, other: Row) -> Number:
    sides = [min(one[i + 2], other[i + 2]) - max(one[i], other[i]) for i in (0, 1)]
    return mp.fprod(max(side, mp.zero) for side in sides)


def _union(one: Row, other: Row) -> Number:
    return _area(one) + _area(other) - _common(one, other)


def _extent(one: Row, other: Row) -> Row:
    return [max(one[i + 2], other[i + 2]) - min(one[i], other[i]) for i in (0, 1)]
