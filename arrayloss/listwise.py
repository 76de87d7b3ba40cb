"""Losses of lists of scores that should be in an order, each list as a whole."""

from __future__ import annotations

from typing import Any

from ._engine import along_axis, evaluate
from ._order import order_costs, orders, take
from ._roles import GRADE, OUTPUT, PRESENT, SHARE
from ._softmax import shared, variances
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def ranking_softmax(
    scores: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of the labels of a list and the softmax of its scores.

    .. math::

        \ell = -\sum_i y_i \log \frac{e^{s_i}}{\sum_j e^{s_j}}

    Parameters
    ----------
    scores : array, real floating
        A score per document, any shape with the lists along `axis`.
    labels : array
        The same shape, floating, integer or boolean, not negative: how relevant each
        document is. Labels that do not sum to 1 are taken as they are.
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
        If an argument does not fit; the message names it. A negative label raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    softmax_cross_entropy : Of classes, of which none is masked out.
    list_mle : Of an order and not of grades.

    Notes
    -----
    The value is a sum of terms that are not negative, as that of `softmax_cross_entropy` is.
    A list without a relevant document costs 0 and counts.

    References
    ----------
    Z. Cao, T. Qin, T.-Y. Liu, M.-F. Tsai and H. Li, Learning to rank: from pairwise approach
    to listwise approach, ICML 2007.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores, labels = np.array([[2.0, 0.0, np.nan]]), np.array([[1, 0, 0]])
    >>> al.ranking_softmax(scores, labels, where=np.array([[True, True, False]]), reduction="none")
    array([0.12692801])
    """
    return evaluate(
        _ranking_softmax,
        scores,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=SHARE, where=PRESENT)
def _ranking_softmax(xp: Namespace, scores: Any, labels: Any, where: Any) -> Terms:
    scores = scores if where is None else xp.where(where, scores, -xp.inf)
    return *shared(xp, scores, labels, where), lambda: (variances(xp, scores), xp.sum(labels, axis=-1))


def list_mle(
    scores: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of the order of the labels, by the scores.

    .. math::

        \ell = \sum_i \log \sum_{k \ge i} e^{s_{\pi(k)} - s_{\pi(i)}}, \qquad
        y_{\pi(1)} \ge y_{\pi(2)} \ge \ldots

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
    ranking_softmax : Of grades and not of an order.
    pairwise_logistic : Of all pairs of the order.

    Notes
    -----
    The likelihood is that of Plackett and Luce: documents are drawn one after the other, each
    with the softmax of the scores that are left. Of equal labels the one that comes first in
    the list is drawn first.

    The sums over what is left are added up from the end, over a common factor of their own
    each, in steps of 1, 2, 4, ... places: nothing overflows, underflows or cancels.

    References
    ----------
    F. Xia, T.-Y. Liu, J. Wang, W. Zhang and H. Li, Listwise approach to learning to rank: theory
    and algorithm, ICML 2008.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores, labels = np.array([[0.0, 2.0, 1.0]]), np.array([[0, 2, 1]])
    >>> al.list_mle(scores, labels, reduction="none")
    array([0.72086765])
    """
    return evaluate(
        _list_mle,
        scores,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=GRADE, where=PRESENT)
def _list_mle(xp: Namespace, scores: Any, labels: Any, where: Any) -> Terms:
    order, back = orders(xp, -labels if where is None else xp.where(where, -labels, xp.inf))
    costs, slopes = order_costs(
        xp, take(xp, scores if where is None else xp.where(where, scores, -xp.inf), order)
    )
    return xp.sum(costs, axis=-1), lambda: take(xp, slopes(), back)
