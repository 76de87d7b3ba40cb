"""Losses of masks: how far what was found overlaps with what is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ._arguments import joined, length
from ._check import NON_NEGATIVE, ORDER
from ._engine import along_axis, evaluate
from ._overlap import generalized_dice_loss, tversky_loss
from ._roles import PRESENT, PROBABILITY, UNIT
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def dice(
    probabilities: Array,
    labels: Array | float,
    *,
    axis: int | tuple[int, ...] = -1,
    smooth: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of overlap of two sets, over their mean size.

    .. math::

        \ell = 1 - \frac{2 \sum_i p_i y_i + s}{\sum_i p_i + \sum_i y_i + s}

    Parameters
    ----------
    probabilities : array, real floating
        Of each entry to belong to the set, from 0 to 1, any shape with the entries of a set
        (the pixels of a mask, say) along `axis`.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1: whether each entry
        belongs to the set; soft labels are fine. Or one number for every entry.
    axis : int or tuple of int
        The axis of the entries of a set, or several: ``(2, 3)`` for a mask of each image
        and class of shape (N, C, H, W), ``(0, 2, 3)`` for one of the whole batch per class.
    smooth : float
        Added to numerator and denominator of the Dice index, so to the denominator of the
        loss; 1 keeps a gradient where a set should be empty.
    where : array of bool, optional
        Which entries there are, of a shape that broadcasts to that of the probabilities: what
        is False (void pixels) counts for nothing, even NaN. A set with no entries is left
        out.
    weights, reduction, denominator
        As in every loss, per set: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability or label outside
        of 0 to 1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    jaccard : Over the size of their union.
    tversky : With different costs of false positives and false negatives.
    generalized_dice : Of several classes at once, rare ones as much as others.

    Notes
    -----
    It is computed as what differs over what there is, ``(FP + FN) / (2 TP + FP + FN + s)``: sums
    of terms that are not negative, so that a small loss keeps its digits. Two empty sets
    cost 0, with no gradient.

    References
    ----------
    F. Milletari, N. Navab and S.-A. Ahmadi, V-Net: fully convolutional neural networks for
    volumetric medical image segmentation, 3DV 2016; the sums are not squared here.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities, labels = np.array([[1.0, 0.5, 0.0]]), np.array([[1, 0, 0]])
    >>> al.dice(probabilities, labels, reduction="none")
    array([0.2])
    """
    return evaluate(
        _dice,
        probabilities,
        labels,
        axis=axis,
        smooth=smooth,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(probabilities=PROBABILITY, labels=UNIT, where=PRESENT, smooth=NON_NEGATIVE)
def _dice(xp: Namespace, probabilities: Any, labels: Any, where: Any, *, smooth: float) -> Terms:
    return tversky_loss(xp, probabilities, labels, alpha=0.5, beta=0.5, smooth=0.5 * smooth)


def jaccard(
    probabilities: Array,
    labels: Array | float,
    *,
    axis: int | tuple[int, ...] = -1,
    smooth: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of overlap of two sets, over the size of their union.

    .. math::

        \ell = 1 - \frac{\sum_i p_i y_i + s}{\sum_i p_i + \sum_i y_i - \sum_i p_i y_i + s}

    Parameters
    ----------
    probabilities : array, real floating
        Of each entry to belong to the set, from 0 to 1, any shape with the entries of a set
        (the pixels of a mask, say) along `axis`.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1: whether each entry
        belongs to the set; soft labels are fine. Or one number for every entry.
    axis : int or tuple of int
        The axis of the entries of a set, or several: ``(2, 3)`` for a mask of each image
        and class of shape (N, C, H, W), ``(0, 2, 3)`` for one of the whole batch per class.
    smooth : float
        Added to numerator and denominator of the Jaccard index, so to the denominator of the
        loss; 1 keeps a gradient where a set should be empty.
    where : array of bool, optional
        Which entries there are, of a shape that broadcasts to that of the probabilities: what
        is False (void pixels) counts for nothing, even NaN. A set with no entries is left
        out.
    weights, reduction, denominator
        As in every loss, per set: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability or label outside
        of 0 to 1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    dice : Over their mean size.
    lovasz_softmax : The convex extension of the Jaccard loss of hard masks.

    Notes
    -----
    It is computed as what differs over what there is, ``(FP + FN) / (TP + FP + FN + s)``: sums
    of terms that are not negative, so that a small loss keeps its digits. Two empty sets
    cost 0, with no gradient.

    References
    ----------
    M. A. Rahman and Y. Wang, Optimizing intersection-over-union in deep neural networks for
    image segmentation, ISVC 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities, labels = np.array([[1.0, 0.5, 0.0]]), np.array([[1, 0, 0]])
    >>> al.jaccard(probabilities, labels, reduction="none")
    array([0.33333333])
    """
    return evaluate(
        _jaccard,
        probabilities,
        labels,
        axis=axis,
        smooth=smooth,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(probabilities=PROBABILITY, labels=UNIT, where=PRESENT, smooth=NON_NEGATIVE)
def _jaccard(xp: Namespace, probabilities: Any, labels: Any, where: Any, *, smooth: float) -> Terms:
    return tversky_loss(xp, probabilities, labels, alpha=1.0, beta=1.0, smooth=smooth)


def generalized_dice(
    probabilities: Array,
    labels: Array | float,
    *,
    axis: int = -1,
    over: int | tuple[int, ...] = (),
    smooth: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of overlap of the masks of several classes, of which rare ones count as much as others.

    .. math::

        \ell = 1 - \frac{2 \sum_c w_c \sum_i p_{ci} y_{ci} + s}
        {\sum_c w_c \sum_i (p_{ci} + y_{ci}) + s}, \qquad w_c = \Bigl( \sum_i y_{ci} \Bigr)^{-2}

    Parameters
    ----------
    probabilities : array, real floating
        Of each place to belong to each class, from 0 to 1, any shape with the classes along
        `axis` and the places of one image, say, along `over`.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1: whether each place
        belongs to each class (one-hot); soft labels are fine. Or one number for every entry.
    axis : int
        The axis of the classes.
    over : int or tuple of int
        The axis of the places, or several: ``(2, 3)`` with ``axis=1`` for images of shape
        (N, C, H, W), ``(0, 2, 3)`` for the whole batch as one. By default each place is
        one by itself.
    smooth : float
        Added to numerator and denominator of the ratio, so to the denominator of the
        loss; 1 keeps a gradient where a set should be empty.
    where : array of bool, optional
        Which entries there are, of a shape that broadcasts to that of the probabilities: what
        is False (void pixels) counts for nothing, even NaN. An image with nothing in it is left
        out.
    weights, reduction, denominator
        As in every loss, per image: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` and `over`
        with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability or label outside
        of 0 to 1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    dice : Of each class by itself.

    Notes
    -----
    A class without labels has no weight, and an image without any costs 0. The weights are
    part of the derivative by the labels. It is computed as what differs over what there is, by
    sums of terms that are not negative, so that a small loss keeps its digits.

    References
    ----------
    C. H. Sudre, W. Li, T. Vercauteren, S. Ourselin and M. J. Cardoso, Generalised Dice overlap
    as a deep learning loss function for highly unbalanced segmentations, DLMIA 2017.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities = np.array([[0.75, 1.0, 0.75, 0.5], [0.25, 0.0, 0.25, 0.5]])
    >>> labels = np.array([[1, 1, 1, 0], [0, 0, 0, 1]])
    >>> round(float(al.generalized_dice(probabilities, labels, axis=0, over=1)), 6)
    0.416667
    """
    return evaluate(
        _generalized_dice,
        probabilities,
        labels,
        axis=joined("generalized_dice", axis, over, probabilities),
        classes=length(probabilities, axis),
        smooth=smooth,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(probabilities=PROBABILITY, labels=UNIT, where=PRESENT, classes=ORDER, smooth=NON_NEGATIVE)
def _generalized_dice(
    xp: Namespace, probabilities: Any, labels: Any, where: Any, *, classes: float, smooth: float
) -> Terms:
    found, truth = (_by_class(xp, each, int(classes)) for each in (probabilities, labels))
    value, *slopes = generalized_dice_loss(xp, found, truth, smooth)
    return value, *(partial(_as_row, xp, slope, probabilities) for slope in slopes)


def _by_class(xp: Namespace, rows: Any, classes: int) -> Any:
    """The row of each class; of one place without a reshape, which unknown lengths forbid."""
    if rows.shape[-1] == classes:
        return rows[..., None]
    return xp.reshape(rows, (*rows.shape[:-1], classes, rows.shape[-1] // classes))


def _as_row(xp: Namespace, slope: Callable[[], Any], rows: Any) -> Any:
    """The slopes of all classes in one row again."""
    slopes = slope()
    return slopes[..., 0] if slopes.shape[-1] == 1 else xp.reshape(slopes, rows.shape)
