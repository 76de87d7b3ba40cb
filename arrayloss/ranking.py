"""Losses of scores that should be in an order."""

from __future__ import annotations

from typing import Any

from ._check import FINITE
from ._engine import along_axis, elementwise, evaluate
from ._roles import GRADE, OUTPUT, PRESENT, SIGN
from ._stable import clip, constant, indicator, logistic_variance, sigmoid, softplus
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def margin_ranking(
    scores1: Array,
    scores2: Array,
    labels: Array | float,
    *,
    margin: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin between two scores of which one should be higher.

    .. math:: \ell = \max(0, \text{margin} - y \, (s_1 - s_2))

    Parameters
    ----------
    scores1, scores2 : array, real floating
        The two scores of each pair, any shape, of one shape and dtype.
    labels : array or number
        The same shape, floating or integer: 1 if the first score should be higher, −1
        if the second should; or one number for every pair.
    margin : float
        How much higher, in the units of the scores.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores1` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1
        nor −1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    pairwise_hinge : Of all pairs of a list.
    triplet_margin : Of distances between embeddings.

    Notes
    -----
    The derivative where the margin is exactly kept is 0.

    References
    ----------
    R. Herbrich, T. Graepel and K. Obermayer, Large margin rank boundaries for ordinal
    regression, in Advances in Large Margin Classifiers, MIT Press 2000.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.margin_ranking(np.array([2.0, 1.0]), np.array([1.0, 3.0]), np.array([1, 1]), reduction="none")
    array([0., 2.])
    """
    return evaluate(
        _margin_ranking,
        scores1,
        scores2,
        labels,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores1=OUTPUT, scores2=OUTPUT, labels=SIGN, margin=FINITE)
def _margin_ranking(xp: Namespace, scores1: Any, scores2: Any, labels: Any, *, margin: float) -> Terms:
    lack = margin - labels * (scores1 - scores2)
    return (
        clip(xp, lack, 0.0),
        lambda: xp.where(lack > 0, -labels, 0.0),
        lambda: xp.where(lack > 0, labels, 0.0),
    )


def pairwise_logistic(
    scores: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Logistic loss of each pair of a list whose scores should be in the order of their labels.

    .. math::

        \ell = \sum_{i, j: \, y_i > y_j} \log(1 + e^{-(s_i - s_j)})

    Parameters
    ----------
    scores : array, real floating
        A score per document, any shape with the lists along `axis`.
    labels : array
        The same shape, floating, integer or boolean, finite: the higher, the more
        relevant. Only their order counts.
    axis : int or tuple of int
        The axis of a list, or several.
    where : array of bool, optional
        Which documents there are, of a shape that broadcasts to that of the scores: False
        fills up a list that is shorter, and what stands there, NaN too, counts for nothing.
        A list with nothing in it is left out.
    weights, reduction, denominator
        As in every loss, per list: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not finite
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    pairwise_hinge : With a margin, beyond which a pair costs nothing.
    list_mle : Of the whole order at once.

    Notes
    -----
    Pairs of equal labels cost nothing. A list is the sum over its pairs; for the mean over
    all pairs, give their number as the `denominator`. All pairs of a list are in memory at a
    time.

    References
    ----------
    C. Burges et al., Learning to rank using gradient descent, ICML 2005.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores, labels = np.array([[2.0, 0.0, 1.0]]), np.array([[1, 0, 1]])
    >>> al.pairwise_logistic(scores, labels, reduction="none")
    array([0.4401897])
    """
    return evaluate(
        _pairwise_logistic,
        scores,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=GRADE, where=PRESENT, pairwise=True)
def _pairwise_logistic(xp: Namespace, scores: Any, labels: Any, where: Any) -> Terms:
    lead, ordered = _pairs(xp, scores, labels, where)

    def by_scores() -> Any:
        slopes = xp.where(ordered, sigmoid(xp, -lead), 0.0)
        return xp.sum(slopes, axis=-2) - xp.sum(slopes, axis=-1)

    def bends() -> Any:
        each = xp.where(ordered, logistic_variance(xp, xp.abs(lead)), 0.0)
        return xp.sum(each, axis=-2) + xp.sum(each, axis=-1)

    return xp.sum(xp.where(ordered, softplus(xp, -lead), 0.0), axis=(-2, -1)), by_scores, bends


def _pairs(xp: Namespace, scores: Any, labels: Any, where: Any) -> tuple[Any, Any]:
    """How far each score leads each other one, and whether it should."""
    ordered = labels[..., :, None] > labels[..., None, :]
    if where is not None:
        ordered = ordered & where[..., :, None] & where[..., None, :]
    return scores[..., :, None] - scores[..., None, :], ordered


def pairwise_hinge(
    scores: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    margin: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin of each pair of a list whose scores should be in the order of their labels.

    .. math::

        \ell = \sum_{i, j: \, y_i > y_j} \max(0, \text{margin} - (s_i - s_j))

    Parameters
    ----------
    scores : array, real floating
        A score per document, any shape with the lists along `axis`.
    labels : array
        The same shape, floating, integer or boolean, finite: the higher, the more
        relevant. Only their order counts.
    axis : int or tuple of int
        The axis of a list, or several.
    margin : float
        How much higher the score of the more relevant document should be.
    where : array of bool, optional
        Which documents there are, of a shape that broadcasts to that of the scores: False
        fills up a list that is shorter, and what stands there, NaN too, counts for nothing.
        A list with nothing in it is left out.
    weights, reduction, denominator
        As in every loss, per list: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not finite
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    pairwise_logistic : The smooth one.
    margin_ranking : Of pairs that are given one by one.

    Notes
    -----
    Pairs of equal labels cost nothing. A list is the sum over its pairs; for the mean over
    all pairs, give their number as the `denominator`. The derivative of a pair whose margin
    is exactly kept is 0. All pairs of a list are in memory at a time.

    References
    ----------
    T. Joachims, Optimizing search engines using clickthrough data, KDD 2002.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores, labels = np.array([[2.0, 0.0, 0.5]]), np.array([[1, 0, 1]])
    >>> al.pairwise_hinge(scores, labels, reduction="none")
    array([0.5])
    """
    return evaluate(
        _pairwise_hinge,
        scores,
        labels,
        axis=axis,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=GRADE, where=PRESENT, margin=FINITE, pairwise=True)
def _pairwise_hinge(xp: Namespace, scores: Any, labels: Any, where: Any, *, margin: float) -> Terms:
    lead, ordered = _pairs(xp, scores, labels, where)
    lack = margin - lead

    def by_scores() -> Any:
        slopes = xp.where(ordered, indicator(xp, lack > 0, lack), 0.0)
        return xp.sum(slopes, axis=-2) - xp.sum(slopes, axis=-1)

    value = xp.sum(xp.where(ordered, clip(xp, lack, 0.0), 0.0), axis=(-2, -1))
    return value, by_scores, lambda: constant(xp, 0.0, scores)
