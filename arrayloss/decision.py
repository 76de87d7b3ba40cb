"""Decisions between two sides by the sign of a score, entry by entry."""

from __future__ import annotations

from typing import Any

from ._engine import elementwise, evaluate
from ._roles import OUTPUT, SIGN
from ._stable import clip, constant, indicator
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def hinge(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of a margin of 1 on the side of the label.

    .. math:: \ell = \max(0, 1 - y s)

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape.
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
    squared_hinge : Smooth where the margin is just kept.
    soft_margin : Smooth everywhere.
    perceptron : Without a margin.

    Notes
    -----
    The derivative where the margin is exactly kept is 0.

    References
    ----------
    C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20 (1995).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.hinge(np.array([0.25, 2.0, 0.5]), np.array([1, 1, -1]), reduction="none")
    array([0.75, 0.  , 1.5 ])
    """
    return evaluate(
        _hinge,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _hinge(xp: Namespace, scores: Any, labels: Any) -> Terms:
    lack = clip(xp, 1.0 - labels * scores, 0.0)
    return lack, lambda: -labels * indicator(xp, lack > 0, lack), lambda: constant(xp, 0.0, lack)


def squared_hinge(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared lack of a margin of 1 on the side of the label.

    .. math:: \ell = \max(0, 1 - y s)^2

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape.
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
    hinge : Not squared.
    modified_huber : Linear for scores that are far on the wrong side.

    References
    ----------
    Y. Tang, Deep learning using linear support vector machines, ICML 2013 Workshop on
    Challenges in Representation Learning.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.squared_hinge(np.array([0.25, 2.0, 0.5]), np.array([1, 1, -1]), reduction="none")
    array([0.5625, 0.    , 2.25  ])
    """
    return evaluate(
        _squared_hinge,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _squared_hinge(xp: Namespace, scores: Any, labels: Any) -> Terms:
    lack = clip(xp, 1.0 - labels * scores, 0.0)
    return (lack, lack), lambda: (labels * lack, -2.0), lambda: 2.0 * indicator(xp, lack > 0, lack)


def modified_huber(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared lack of a margin, linear for scores that are far on the wrong side.

    .. math::

        \ell = \begin{cases}
            \max(0, 1 - y s)^2 & y s \ge -1 \\
            -4 y s & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape.
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
    squared_hinge : Squared for every lack.
    huber : Of real predictions.

    Notes
    -----
    With the lack ``u = max(0, 1 - y s)`` and c the lack clipped to ``[0, 2]``, both
    branches are the product ``c (2 u - c)``.

    References
    ----------
    T. Zhang, Solving large scale linear prediction problems using stochastic gradient
    descent algorithms, ICML 2004.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.modified_huber(np.array([0.5, 2.0, -3.0]), np.array([1, 1, 1]), reduction="none")
    array([ 0.25,  0.  , 12.  ])
    """
    return evaluate(
        _modified_huber,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _modified_huber(xp: Namespace, scores: Any, labels: Any) -> Terms:
    # u² where u ≤ 2, 4 (u − 1) elsewhere: with c = min(u, 2) both are c (2u − c).
    lack = clip(xp, 1.0 - labels * scores, 0.0)
    held = clip(xp, lack, high=2.0)

    def curvature() -> Any:
        return 2.0 * indicator(xp, (lack > 0) & (lack <= 2.0), lack)

    return (held, 2.0 * lack - held), lambda: (labels * held, -2.0), curvature


def perceptron(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""How far a score is on the wrong side.

    .. math:: \ell = \max(0, -y s)

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape.
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
    hinge : Asks for a margin.
    margin_ranking : Of the difference of two scores.

    Notes
    -----
    The derivative at a score of 0 is −y, as in the perceptron's rule: a score that decides
    nothing is corrected, so that training can start from scores of 0.

    References
    ----------
    F. Rosenblatt, The perceptron: a probabilistic model for information storage and
    organization in the brain, Psychological Review 65 (1958).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.perceptron(np.array([0.25, -2.0, 0.5]), np.array([1, 1, -1]), reduction="none")
    array([0. , 2. , 0.5])
    """
    return evaluate(
        _perceptron,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _perceptron(xp: Namespace, scores: Any, labels: Any) -> Terms:
    wrong = -labels * scores
    value = clip(xp, wrong, 0.0)
    return value, lambda: -labels * indicator(xp, wrong >= 0, wrong), lambda: constant(xp, 0.0, wrong)


def exponential(
    scores: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Exponential of how far a score is on the wrong side.

    .. math:: \ell = e^{-y s}

    Parameters
    ----------
    scores : array, real floating
        The scores s, any shape.
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
    soft_margin : The logarithm of 1 plus it, which grows linearly.

    References
    ----------
    Y. Freund and R. E. Schapire, A decision-theoretic generalization of on-line learning
    and an application to boosting, Journal of Computer and System Sciences 55 (1997).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.exponential(np.array([0.0, 2.0, 1.0]), np.array([1, 1, -1]), reduction="none")
    array([1.        , 0.13533528, 2.71828183])
    """
    return evaluate(
        _exponential,
        scores,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores=OUTPUT, labels=SIGN)
def _exponential(xp: Namespace, scores: Any, labels: Any) -> Terms:
    value = xp.exp(-labels * scores)
    return value, lambda: -labels * value, lambda: value
