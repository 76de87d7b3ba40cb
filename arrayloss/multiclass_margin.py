"""Multiclass losses of the margin between a row's class and the best of the others."""

from __future__ import annotations

from typing import Any

from ._check import FINITE
from ._classes import Classes
from ._engine import along_axis, evaluate
from ._roles import CLASS, OUTPUT, SHARE
from ._stable import clip, largest
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def multiclass_hinge(
    scores: Array,
    labels: Array | int,
    *,
    margin: float = 1.0,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""How far the best of the other classes comes within a margin of the score of a row's class.

    .. math:: \ell = \max(0, \max_{i \ne y} s_i - s_y + m)

    The hinge loss of Crammer and Singer.

    Parameters
    ----------
    scores : array, real floating
        Any shape with the classes along `axis`.
    labels : array of integers
        The shape of `scores` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    margin : float
        The margin m, in the units of the scores.
    axis : int
        The axis of the classes.
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
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss of
        its row and the row of the gradient are NaN.

    See Also
    --------
    multi_margin : The mean over all other classes.
    multiclass_perceptron : Without a margin.
    categorical_hinge : Of labels as a share of each class.

    Notes
    -----
    The derivative is 0 on the kink; classes that are equally the best share it equally. A row of
    one class costs 0.

    References
    ----------
    K. Crammer and Y. Singer, On the algorithmic implementation of multiclass kernel-based
    vector machines, Journal of Machine Learning Research 2 (2001).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores = np.array([[2.0, 1.5, 0.0], [3.0, 0.0, 1.0]])
    >>> al.multiclass_hinge(scores, np.array([0, 0]), reduction="none")
    array([0.5, 0. ])
    """
    return evaluate(
        _multiclass_hinge,
        scores,
        labels,
        axis=axis,
        margin=margin,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=CLASS, margin=FINITE)
def _multiclass_hinge(xp: Namespace, scores: Any, labels: Any, *, margin: float) -> Terms:
    others = labels.put(1.0 * scores, -xp.inf)
    lack = largest(xp, others) - labels.pick(scores)[..., None] + margin

    def by_scores() -> Any:
        return labels.put(_shared(xp, others), -1.0), _lacking(xp, lack)[..., 0]

    return clip(xp, lack, low=0.0)[..., 0], by_scores


def multiclass_perceptron(
    scores: Array,
    labels: Array | int,
    *,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""How far the best of the other classes is above the score of a row's class.

    .. math:: \ell = \max_i s_i - s_y

    Parameters
    ----------
    scores : array, real floating
        Any shape with the classes along `axis`.
    labels : array of integers
        The shape of `scores` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    axis : int
        The axis of the classes.
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
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss of
        its row and the row of the gradient are NaN.

    See Also
    --------
    multiclass_hinge : With a margin.
    perceptron : Of one score for two classes.

    Notes
    -----
    The derivative is 0 where the row's class is among the best; other classes that are equally the
    best share it equally.

    References
    ----------
    M. Collins, Discriminative training methods for hidden Markov models: theory and
    experiments with perceptron algorithms, EMNLP 2002.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores = np.array([[2.0, 2.5, 0.0], [3.0, 0.0, 1.0]])
    >>> al.multiclass_perceptron(scores, np.array([0, 0]), reduction="none")
    array([0.5, 0. ])
    """
    return evaluate(
        _multiclass_perceptron,
        scores,
        labels,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=CLASS)
def _multiclass_perceptron(xp: Namespace, scores: Any, labels: Classes) -> Terms:
    return _multiclass_hinge.function(xp, scores, labels, margin=0.0)


def categorical_hinge(
    scores: Array,
    labels: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""How far the best of the other classes comes within 1 of the scores of a row's classes.

    .. math:: \ell = \max\left(0,\; \max_i (1 - z_i) s_i - \sum_i z_i s_i + 1\right)

    Parameters
    ----------
    scores : array, real floating
        Any shape with the classes along `axis`.
    labels : array
        The same shape: the share z of each class, >= 0; one-hot rows as a rule.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` without `axis` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    multiclass_hinge : Of class indices, where a class of the row is no candidate for the best.

    Notes
    -----
    A class of the row stands in the maximum with 0, so the best of the others counts as 0 at least.
    The derivative is 0 on the kink; classes that are equally the best share it equally.

    References
    ----------
    F. Chollet et al., Keras, https://keras.io, 2015: ``keras.losses.CategoricalHinge``.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> scores = np.array([[0.5, 0.25, -1.0]])
    >>> float(al.categorical_hinge(scores, np.array([[1.0, 0.0, 0.0]])))
    0.75
    """
    return evaluate(
        _categorical_hinge,
        scores,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, labels=SHARE)
def _categorical_hinge(xp: Namespace, scores: Any, labels: Any) -> Terms:
    others = (1.0 - labels) * scores
    lack = largest(xp, others) - xp.sum(labels * scores, axis=-1, keepdims=True) + 1.0

    def by_scores() -> Any:
        return (1.0 - labels) * _shared(xp, others) - labels, _lacking(xp, lack)[..., 0]

    def by_labels() -> Any:
        return -(_lacking(xp, lack) * scores) * (_shared(xp, others) + 1.0)

    return clip(xp, lack, low=0.0)[..., 0], by_scores, by_labels


def _shared(xp: Namespace, rows: Any) -> Any:
    """The derivative of the largest entry of each row: 1, or equal shares of it where several are."""
    ties = xp.astype(rows == largest(xp, rows), rows.dtype)
    return ties / xp.sum(ties, axis=-1, keepdims=True)


def _lacking(xp: Namespace, lack: Any) -> Any:
    """1 where a lack is more than 0, else 0, and NaN of NaN."""
    return xp.where(lack > 0, 1.0, 0.0 * clip(xp, lack, low=0.0))
