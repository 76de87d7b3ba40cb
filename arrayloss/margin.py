"""Losses that ask for a margin between scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ._check import DEGREE, FINITE
from ._classes import Classes, class_mass
from ._engine import along_axis, elementwise, evaluate
from ._leaders import leader
from ._namespace import eager
from ._roles import CLASS, CLASS_WEIGHTS, MULTIPLICITY, OUTPUT, SIGN
from ._stable import clip, logistic_variance, sigmoid, softplus
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def soft_margin(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Logistic loss of scores whose sign should be that of the label.

    .. math:: \ell = \log(1 + e^{-y s})

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape; infinite ones are certain.
    labels : array or number
        The same shape, floating or integer: the side y, 1 or −1; or one number for
        every score.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1
        nor −1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    sigmoid_cross_entropy : The same number, of labels 0 and 1 or between.

    Notes
    -----
    The value is ``max(0, −y s) + log1p(exp(−|s|))``: no score overflows, and a score on
    the right side keeps the digits of its small loss.

    References
    ----------
    J. Friedman, T. Hastie and R. Tibshirani, Additive logistic regression: a
    statistical view of boosting, The Annals of Statistics 28 (2000).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.soft_margin(np.array([0.0, 2.0, -1000.0]), np.array([1, 1, 1]), reduction="none")
    array([6.93147181e-01, 1.26928011e-01, 1.00000000e+03])
    """
    return evaluate(
        _soft_margin,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _soft_margin(xp: Namespace, scores: Any, labels: Any) -> Terms:
    lack = -labels * scores
    value = softplus(xp, lack)
    return value, lambda: -labels * sigmoid(xp, lack), lambda: logistic_variance(xp, xp.abs(lack))


def multi_margin(
    scores: Array,
    labels: Array | int,
    *,
    p: float = 1,
    margin: float = 1.0,
    axis: int = -1,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin of the label's score above those of the other classes.

    .. math:: \ell = \frac{w_y}{C} \sum_{i \ne y} \max(0, \text{margin} - x_y + x_i)^p

    Parameters
    ----------
    scores : array, real floating
        The scores x, any shape with the classes along `axis`; −inf rules a class out.
    labels : array of integers
        The shape of `scores` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    p : float
        The power of each lack, 1 or 2.
    margin : float
        How much higher the label's score should be, in the units of the scores.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class on the rows that it is the label of; it counts in the
        denominator.
    ignore_index : int, optional
        The label of rows to leave out, as `where` does.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither in
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss
        of its row and the row of the gradient are NaN.

    See Also
    --------
    multilabel_margin : Of rows that may belong to several classes.
    sparse_softmax_cross_entropy : Of scores that are logits.

    Notes
    -----
    The derivative where the margin is exactly kept is 0. The one at the label is minus
    the sum of the others.

    References
    ----------
    J. Weston and C. Watkins, Support vector machines for multi-class pattern
    recognition, ESANN 1999.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores = np.array([[2.0, 1.5, 3.0, 0.0], [0.0, 4.0, 1.0, 3.5]])
    >>> al.multi_margin(scores, np.array([0, 1]), reduction="none")
    array([0.625, 0.125])
    """
    return evaluate(
        _multi_margin,
        scores,
        labels,
        class_weights,
        p=p,
        margin=margin,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    scores=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, p=DEGREE, margin=FINITE, mass=class_mass
)
def _multi_margin(
    xp: Namespace, scores: Any, labels: Any, class_weights: Any, *, p: float, margin: float
) -> Terms:
    above = scores - labels.pick(scores)[..., None]
    lack = labels.put(clip(xp, above + margin, 0.0), 0.0)
    weight: Any = 1.0
    if class_weights is not None:  # a weight of 0 leaves a row out, also of an infinite lack
        weight = labels.of(class_weights)
        lack = xp.where((weight == 0)[..., None], 0.0, lack)
    value = weight * xp.sum(lack if p == 1 else lack * lack, axis=-1) / labels.count

    def by_scores() -> Any:
        # p lack^(p − 1), which is 0 on the kink; of the label minus the sum of the others'.
        slope = _lacking(xp, lack) if p == 1 else 2.0 * lack
        rows = labels.put(slope, -xp.sum(slope, axis=-1))
        return rows / labels.count if class_weights is None else (rows, weight / labels.count)

    return value, by_scores


def multilabel_margin(
    scores: Array,
    labels: Array,
    *,
    margin: float = 1.0,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin of the scores of a row's classes above those of all other classes.

    .. math::

        \ell = \frac{1}{C} \sum_j t_j \sum_{i \,:\, t_i = 0} \max(0, \text{margin} - x_j + x_i)

    Parameters
    ----------
    scores : array, real floating
        The scores x, any shape with the classes along `axis`; −inf rules a class out.
    labels : array
        The same shape, boolean, integer or floating, not negative: t is 1 for a class
        that the row belongs to and 0 for one that it does not; a class with any other
        number counts so often.
    margin : float
        How much higher the scores of the row's classes should be, in the units of the
        scores.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is negative or
        not finite raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    multi_margin : Of one class per row, as an index.
    multilabel_sigmoid_cross_entropy : Of each class by itself.

    Notes
    -----
    The derivative of a pair whose margin is exactly kept is 0, and there is none by the
    labels. A row that belongs to no class, or to all of them, costs 0.

    Every lack is computed by itself and the sums have no term below 0, so nothing
    cancels. NumPy and eager PyTorch on the CPU take the classes of a row one after the other;
    elsewhere the C² numbers of all rows may be held at once.

    References
    ----------
    A. Elisseeff and J. Weston, A kernel method for multi-labelled classification,
    NIPS 2001.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores = np.array([[0.5, 2.0, 0.0, 1.25], [3.0, 1.0, 0.0, 2.0]])
    >>> labels = np.array([[0, 1, 0, 1], [1, 0, 0, 0]])
    >>> al.multilabel_margin(scores, labels, reduction="none")
    array([0.0625, 0.    ])
    """
    return evaluate(
        _multilabel_margin,
        scores,
        labels,
        margin=margin,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=MULTIPLICITY, margin=FINITE)
def _multilabel_margin(xp: Namespace, scores: Any, labels: Any, *, margin: float) -> Terms:
    outside, members = labels == 0, _members(xp, scores, labels)
    apart = xp.astype(outside, scores.dtype)[..., None, :]
    finite = eager(xp) and bool(xp.isfinite(xp.sum(xp.abs(scores))))  # as are all differences then

    def lack(own: Any, counts: Any) -> Any:
        """A row for each of some classes of the item, a column for each that is none of its."""
        above = clip(xp, scores[..., None, :] - own[..., None] + margin, 0.0)
        if finite:
            return above * apart
        return xp.where((counts > 0)[..., None] & outside[..., None, :], above, 0.0)

    value = xp.zeros_like(scores[..., 0])
    for own, counts, _ in members:
        value = value + xp.sum(counts * xp.sum(lack(own, counts), axis=-1), axis=-1)

    def by_scores() -> Any:
        raised, lowered = xp.zeros_like(scores), xp.zeros_like(scores)
        for own, counts, add in members:
            wanting = lack(own, counts)
            slope = xp.astype(wanting > 0, scores.dtype) if finite else _lacking(xp, wanting)
            raised = raised + xp.sum(counts[..., None] * slope, axis=-2)
            lowered = add(lowered, -counts * xp.sum(slope, axis=-1))
        return xp.where(outside, raised, lowered), 1.0 / labels.shape[-1]

    return value / labels.shape[-1], by_scores


def _members(xp: Namespace, scores: Any, labels: Any) -> list[tuple[Any, Any, Callable[[Any, Any], Any]]]:
    """Groups of a row's classes: their scores, how often each counts, and what adds to their places.

    Where values can be read, a group is one class of each row, and they are no more than the
    row has that belongs to most classes.
    """
    if not eager(xp) or not labels.size:
        return [(scores, labels, lambda rows, entries: rows + entries)]
    groups: list[Any] = []
    left = 1.0 * labels
    while True:
        lead = leader(xp, left)
        counts = lead.pick(left)[..., None]
        if not xp.any(counts > 0):
            return groups
        groups.append((lead.pick(scores)[..., None], counts, partial(_added, lead)))
        lead.drop(left)


def _added(lead: Classes, rows: Any, entries: Any) -> Any:
    return lead.put(rows, lead.pick(rows) + entries[..., 0])


def _lacking(xp: Namespace, lack: Any) -> Any:
    """1 where a lack that is not below 0 is more than 0, else 0, and NaN of NaN."""
    return xp.where(lack > 0, 1.0, 0.0 * lack)
