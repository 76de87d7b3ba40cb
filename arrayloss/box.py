"""Losses of boxes whose sides are parallel to the axes: how little two of them overlap."""

from __future__ import annotations

from typing import Any

from . import _boxes
from ._engine import along_axis, evaluate
from ._roles import BOX, BOX_TARGET
from ._stable import present
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def generalized_iou(
    boxes: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""One minus the generalized intersection over union of two boxes.

    .. math:: \ell = 1 - \frac{|A \cap B|}{|A \cup B|} + \frac{|C| - |A \cup B|}{|C|}

    C is the smallest box around A and B, so boxes that do not overlap are drawn together.

    Parameters
    ----------
    boxes : array, real floating
        Any shape with 4 entries along `axis`: the corners (x1, y1, x2, y2) of each box in any
        unit, x1 <= x2 and y1 <= y2.
    targets : array
        The same shape: the true boxes.
    axis : int
        The axis of the corners.
    weights, where, reduction, denominator
        As in every loss, per box: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `boxes` without `axis` with
        ``reduction="none"``: from 0 to 2.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A box whose corners are in the wrong
        order raises where values can be read; elsewhere its loss and its row of the gradient
        are NaN.

    See Also
    --------
    distance_iou : By the distance of the centres instead.
    complete_iou : By the aspect ratio, too.

    Notes
    -----
    The areas are sums of what only one box covers, what both do and what neither does, so boxes
    that nearly agree lose no digit. Where two corners meet, the derivative is halfway between
    those on both sides, so it is 0 of equal boxes; where boxes touch from outside, they share
    nothing. Boxes that are all of area 0 overlap by 0. A box C of area 0 adds 0.

    References
    ----------
    H. Rezatofighi et al., Generalized intersection over union: a metric and a loss for
    bounding box regression, CVPR 2019.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> boxes, targets = np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]])
    >>> round(float(al.generalized_iou(boxes, targets)), 4)
    0.6667
    """
    return evaluate(
        _generalized_iou,
        boxes,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(length=4, boxes=BOX, targets=BOX_TARGET)
def _generalized_iou(xp: Namespace, boxes: Any, targets: Any) -> Terms:
    pair = _boxes.pair_of(xp, boxes, targets)
    _, around, empty = _boxes.areas(pair)
    value = _boxes.apart(xp, pair) + xp.where(around == 0, 0.0, empty / present(xp, around))

    def by(one: Any, other: Any) -> Any:
        return _boxes.generalized_slopes(xp, _boxes.pair_of(xp, one, other))

    return value, lambda: by(boxes, targets), lambda: by(targets, boxes)


def distance_iou(
    boxes: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""One minus the intersection over union of two boxes, plus how far their centres are apart.

    .. math:: \ell = 1 - \frac{|A \cap B|}{|A \cup B|} + \frac{\rho^2(a, b)}{d^2}

    a and b are the centres, ρ their distance, and d the diagonal of the smallest box around
    both.

    Parameters
    ----------
    boxes : array, real floating
        Any shape with 4 entries along `axis`: the corners (x1, y1, x2, y2) of each box in any
        unit, x1 <= x2 and y1 <= y2.
    targets : array
        The same shape: the true boxes.
    axis : int
        The axis of the corners.
    weights, where, reduction, denominator
        As in every loss, per box: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `boxes` without `axis` with
        ``reduction="none"``: from 0 to 2.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A box whose corners are in the wrong
        order raises where values can be read; elsewhere its loss and its row of the gradient
        are NaN.

    See Also
    --------
    generalized_iou : By the area between the boxes instead.
    complete_iou : By the aspect ratio, too.

    Notes
    -----
    The areas are sums of what only one box covers, what both do and what neither does, so boxes
    that nearly agree lose no digit. Where two corners meet, the derivative is halfway between
    those on both sides, so it is 0 of equal boxes; where boxes touch from outside, they share
    nothing. Boxes that are all of area 0 overlap by 0. Boxes that are one
    point have distance 0.

    References
    ----------
    Z. Zheng et al., Distance-IoU loss: faster and better learning for bounding box
    regression, AAAI 2020.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> boxes, targets = np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]])
    >>> round(float(al.distance_iou(boxes, targets)), 4)
    0.7436
    """
    return evaluate(
        _distance_iou,
        boxes,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(length=4, boxes=BOX, targets=BOX_TARGET)
def _distance_iou(xp: Namespace, boxes: Any, targets: Any) -> Terms:
    pair = _boxes.pair_of(xp, boxes, targets)

    def by(one: Any, other: Any) -> Any:
        pair = _boxes.pair_of(xp, one, other)
        return _boxes.apart_slopes(xp, pair) + _boxes.distance_slopes(xp, pair)

    value = _boxes.apart(xp, pair) + _boxes.distance(xp, pair)
    return value, lambda: by(boxes, targets), lambda: by(targets, boxes)


def complete_iou(
    boxes: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""One minus the intersection over union of two boxes, plus distance and aspect ratio.

    .. math:: \ell = 1 - \mathrm{IoU} + \frac{\rho^2(a, b)}{d^2} + \frac{v^2}{1 - \mathrm{IoU} + v},
        \quad v = \frac{4}{\pi^2} \left(\arctan \frac{w_b}{h_b} - \arctan \frac{w_a}{h_a}\right)^2

    ρ and d are those of `distance_iou`, w and h the width and height of a box.

    Parameters
    ----------
    boxes : array, real floating
        Any shape with 4 entries along `axis`: the corners (x1, y1, x2, y2) of each box in any
        unit, x1 <= x2 and y1 <= y2.
    targets : array
        The same shape: the true boxes.
    axis : int
        The axis of the corners.
    weights, where, reduction, denominator
        As in every loss, per box: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `boxes` without `axis` with
        ``reduction="none"``: from 0 to 3.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A box whose corners are in the wrong
        order raises where values can be read; elsewhere its loss and its row of the gradient
        are NaN.

    See Also
    --------
    distance_iou : Without the aspect ratio.
    generalized_iou : By the area between the boxes instead.

    Notes
    -----
    The areas are sums of what only one box covers, what both do and what neither does, so boxes
    that nearly agree lose no digit. Where two corners meet, the derivative is halfway between
    those on both sides, so it is 0 of equal boxes; where boxes touch from outside, they share
    nothing. Boxes that are all of area 0 overlap by 0. Where a
    box is one point, v is 0. The gradient is that of the whole formula: the
    factor v / (1 - IoU + v), which other implementations hold constant, is differentiated, too.

    References
    ----------
    Z. Zheng et al., Distance-IoU loss: faster and better learning for bounding box
    regression, AAAI 2020.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> boxes, targets = np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]])
    >>> round(float(al.complete_iou(boxes, targets)), 4)
    0.7436
    """
    return evaluate(
        _complete_iou,
        boxes,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(length=4, boxes=BOX, targets=BOX_TARGET)
def _complete_iou(xp: Namespace, boxes: Any, targets: Any) -> Terms:
    pair = _boxes.pair_of(xp, boxes, targets)
    apart, bend = _boxes.apart(xp, pair), _boxes.angle(xp, pair) ** 2
    value = apart + _boxes.distance(xp, pair) + _boxes.balance(xp, apart, bend) * bend

    def by(one: Any, other: Any) -> Any:
        # The derivative of v² / (q + v) with q = 1 − IoU and α = v / (q + v): α (2 − α) dv − α² dq.
        pair = _boxes.pair_of(xp, one, other)
        angle = _boxes.angle(xp, pair)
        part = _boxes.balance(xp, _boxes.apart(xp, pair), angle**2)
        by_angle = (2.0 * part * (2.0 - part) * angle)[..., None] * _boxes.angle_slopes(xp, pair)
        return (
            (1.0 - part**2)[..., None] * _boxes.apart_slopes(xp, pair)
            + _boxes.distance_slopes(xp, pair)
            + by_angle
        )

    return value, lambda: by(boxes, targets), lambda: by(targets, boxes)
