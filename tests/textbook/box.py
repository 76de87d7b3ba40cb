"""The losses of boxes as a textbook writes them, on arrays."""

from __future__ import annotations

import math
from typing import Any

from ._pieces import positive


def generalized_iou(xp: Any, boxes: Any, targets: Any) -> Any:
    union, extent = _union(xp, boxes, targets), _extent(xp, boxes, targets)
    around = xp.prod(extent, axis=-1)
    return 1 - _common(xp, boxes, targets) / union + (around - union) / around


def distance_iou(xp: Any, boxes: Any, targets: Any) -> Any:
    shift = (boxes[..., :2] + boxes[..., 2:] - targets[..., :2] - targets[..., 2:]) / 2
    ratio = xp.sum(shift**2, axis=-1) / xp.sum(_extent(xp, boxes, targets) ** 2, axis=-1)
    return 1 - _common(xp, boxes, targets) / _union(xp, boxes, targets) + ratio


def complete_iou(xp: Any, boxes: Any, targets: Any) -> Any:
    v = 4 / math.pi**2 * (_angle(xp, targets) - _angle(xp, boxes)) ** 2
    lack = 1 - _common(xp, boxes, targets) / _union(xp, boxes, targets)
    return distance_iou(xp, boxes, targets) + v**2 / (lack + v)


def _angle(xp: Any, box: Any) -> Any:
    return xp.atan((box[..., 2] - box[..., 0]) / (box[..., 3] - box[..., 1]))


def _area(box: Any) -> Any:
    return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])


def _common(xp: Any, one: Any, other: Any) -> Any:
    sides = xp.minimum(one[..., 2:], other[..., 2:]) - xp.maximum(one[..., :2], other[..., :2])
    return xp.prod(positive(xp, sides), axis=-1)


def _union(xp: Any, one: Any, other: Any) -> Any:
    return _area(one) + _area(other) - _common(xp, one, other)


def _extent(xp: Any, one: Any, other: Any) -> Any:
    return xp.maximum(one[..., 2:], other[..., 2:]) - xp.minimum(one[..., :2], other[..., :2])
