"""Losses of masks that tell what is found too much from what is missed."""

from __future__ import annotations

from typing import Any

from ._check import NON_NEGATIVE, POSITIVE
from ._engine import along_axis, evaluate
from ._overlap import tversky_loss
from ._roles import PRESENT, PROBABILITY, UNIT
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def tversky(
    probabilities: Array,
    labels: Array | float,
    *,
    axis: int | tuple[int, ...] = -1,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of overlap of two sets, with costs of false positives and of false negatives.

    .. math::

        \ell = 1 - \frac{\text{TP} + s}{\text{TP} + \alpha \, \text{FP} + \beta \, \text{FN} + s},
        \qquad \text{TP} = \sum_i p_i y_i, \quad \text{FP} = \sum_i p_i (1 - y_i),
        \quad \text{FN} = \sum_i (1 - p_i) y_i

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
    alpha, beta : float
        What a false positive and what a false negative cost.
    smooth : float
        Added to numerator and denominator of the Tversky index, so to the denominator of the
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
    dice : With both costs 1/2.
    jaccard : With both costs 1.
    focal_tversky : A power of it.

    Notes
    -----
    It is computed as what differs over what there is, ``(α FP + β FN) / (TP + α FP + β FN + s)``: sums
    of terms that are not negative, so that a small loss keeps its digits. Two empty sets
    cost 0, with no gradient.
    Alpha is the cost of false positives, as in the paper; not all libraries agree.

    References
    ----------
    S. S. M. Salehi, D. Erdogmus and A. Gholipour, Tversky loss function for image
    segmentation using 3D fully convolutional deep networks, MLMI 2017.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities, labels = np.array([[1.0, 1.0, 0.0]]), np.array([[1, 0, 0]])
    >>> al.tversky(probabilities, labels, alpha=0.25, beta=0.75, reduction="none")
    array([0.2])
    """
    return evaluate(
        _tversky,
        probabilities,
        labels,
        axis=axis,
        alpha=alpha,
        beta=beta,
        smooth=smooth,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    probabilities=PROBABILITY,
    labels=UNIT,
    where=PRESENT,
    alpha=NON_NEGATIVE,
    beta=NON_NEGATIVE,
    smooth=NON_NEGATIVE,
)
def _tversky(
    xp: Namespace, probabilities: Any, labels: Any, where: Any, *, alpha: float, beta: float, smooth: float
) -> Terms:
    return tversky_loss(xp, probabilities, labels, alpha=alpha, beta=beta, smooth=smooth)


def focal_tversky(
    probabilities: Array,
    labels: Array | float,
    *,
    axis: int | tuple[int, ...] = -1,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 4 / 3,
    smooth: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""A root of the Tversky loss, which makes sets that are nearly right count more.

    .. math::

        \ell = \Bigl( 1 - \frac{\text{TP} + s}{\text{TP} + \alpha \, \text{FP} + \beta \, \text{FN} + s}
        \Bigr)^{1 / \gamma}, \qquad \text{TP} = \sum_i p_i y_i, \quad \text{FP} = \sum_i p_i (1 - y_i),
        \quad \text{FN} = \sum_i (1 - p_i) y_i

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
    alpha, beta : float
        What a false positive and what a false negative cost.
    gamma : float
        The root to take, as in the paper: a library whose gamma is an exponent wants 1/gamma.
    smooth : float
        Added to numerator and denominator of the Tversky index, so to the denominator of the
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
    tversky : With ``gamma=1``.

    Notes
    -----
    The derivative at a loss of exactly 0, which has no bound for gamma > 1, is 0: there is
    nothing to gain. See `tversky` for what is computed and for empty sets.

    References
    ----------
    N. Abraham and N. M. Khan, A novel focal Tversky loss function with improved attention
    U-Net for lesion segmentation, ISBI 2019.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities, labels = np.array([[1.0, 1.0, 0.0]]), np.array([[1, 0, 0]])
    >>> al.focal_tversky(probabilities, labels, alpha=1 / 3, beta=2 / 3, gamma=2.0, reduction="none")
    array([0.5])
    """
    return evaluate(
        _focal_tversky,
        probabilities,
        labels,
        axis=axis,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
        smooth=smooth,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    probabilities=PROBABILITY,
    labels=UNIT,
    where=PRESENT,
    alpha=NON_NEGATIVE,
    beta=NON_NEGATIVE,
    gamma=POSITIVE,
    smooth=NON_NEGATIVE,
)
def _focal_tversky(
    xp: Namespace,
    probabilities: Any,
    labels: Any,
    where: Any,
    *,
    alpha: float,
    beta: float,
    gamma: float,
    smooth: float,
) -> Terms:
    loss, by_probabilities, by_labels = tversky_loss(
        xp, probabilities, labels, alpha=alpha, beta=beta, smooth=smooth
    )
    if gamma == 1.0:
        return loss, by_probabilities, by_labels
    power, some = 1.0 / gamma, xp.where(loss == 0, 1.0, loss)
    factor = xp.where(loss == 0, 0.0, power * some ** (power - 1.0))
    return loss**power, lambda: (by_probabilities(), factor), lambda: (by_labels(), factor)
