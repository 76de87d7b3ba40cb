"""Losses of the deviation of predictions from targets: rounded off, lopsided or tolerant."""

from __future__ import annotations

from typing import Any

from ._check import INSIDE, NON_NEGATIVE, POSITIVE
from ._engine import elementwise, evaluate
from ._robust import rounded
from ._roles import OUTPUT, TARGET
from ._stable import clip, constant, sign
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def pseudo_huber(
    predictions: Array,
    targets: Array | float,
    *,
    delta: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared for small errors, linear for large ones, smooth everywhere.

    .. math:: \ell = \delta^2 \Bigl( \sqrt{1 + (p - t)^2 / \delta^2} - 1 \Bigr)

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    delta : float
        Where the loss becomes linear, in the units of the predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    huber : With a corner in the derivative at `delta`.
    charbonnier : The same, divided by the square of its scale.

    Notes
    -----
    The root less 1 is the square over the root plus 1, so that a small error keeps its
    digits; where the square would overflow, the loss is linear.

    References
    ----------
    R. Hartley and A. Zisserman, Multiple View Geometry in Computer Vision, 2nd edition,
    Cambridge University Press 2004, appendix A6.8.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.pseudo_huber(np.array([0.75, 1e200]), np.array([0.0, 0.0]), reduction="none")
    array([2.5e-001, 1.0e+200])
    """
    return evaluate(
        _pseudo_huber,
        predictions,
        targets,
        delta=delta,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, delta=POSITIVE)
def _pseudo_huber(xp: Namespace, predictions: Any, targets: Any, *, delta: float) -> Terms:
    value, slope, curvature = rounded(xp, predictions - targets, delta)
    return value, slope, lambda: (slope(), -1.0), curvature


def quantile(
    predictions: Array,
    targets: Array | float,
    *,
    quantile: float = 0.5,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Pinball loss: least where the prediction is a quantile of the targets.

    .. math::

        \ell = \begin{cases}
            q \, (t - p) & t > p \\
            (1 - q) \, (p - t) & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    quantile : float
        The share q of the targets that are to be below the prediction; between 0 and 1,
        and 0.5 gives half the `absolute_error`.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    expectile : The same of squares.

    Notes
    -----
    The derivative where prediction and target are equal is 0.

    References
    ----------
    R. Koenker and G. Bassett, Regression quantiles, Econometrica 46 (1978).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.quantile(np.array([0.0, 2.0]), np.array([1.0, 1.0]), quantile=0.75, reduction="none")
    array([0.75, 0.25])
    """
    return evaluate(
        _quantile,
        predictions,
        targets,
        quantile=quantile,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, quantile=INSIDE)
def _quantile(xp: Namespace, predictions: Any, targets: Any, *, quantile: float) -> Terms:
    error, other = predictions - targets, 1.0 - quantile

    def slope() -> Any:
        return xp.where(error > 0, other, xp.where(error < 0, -quantile, 0.0 * error))

    value = xp.maximum(other * error, -quantile * error)
    return value, slope, lambda: (slope(), -1.0), lambda: constant(xp, 0.0, error)


def expectile(
    predictions: Array,
    targets: Array | float,
    *,
    expectile: float = 0.5,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lopsided squares: least where the prediction is an expectile of the targets.

    .. math::

        \ell = \begin{cases}
            \tau \, (t - p)^2 & t > p \\
            (1 - \tau) \, (t - p)^2 & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    expectile : float
        The share :math:`\tau` of a target's pull that is upwards; between 0 and 1, and 0.5
        gives half the `squared_error`, whose least is at the mean.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    quantile : The same of absolute errors.

    References
    ----------
    W. K. Newey and J. L. Powell, Asymmetric least squares estimation and testing,
    Econometrica 55 (1987).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.expectile(np.array([0.0, 3.0]), np.array([1.0, 1.0]), expectile=0.75, reduction="none")
    array([0.75, 1.  ])
    """
    return evaluate(
        _expectile,
        predictions,
        targets,
        expectile=expectile,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, expectile=INSIDE)
def _expectile(xp: Namespace, predictions: Any, targets: Any, *, expectile: float) -> Terms:
    # (1 − τ) e where e > 0, τ e where e < 0: the larger of both up to τ = ½, the smaller above.
    error, other = predictions - targets, 1.0 - expectile
    chosen = xp.maximum if expectile <= other else xp.minimum
    pull = chosen(other * error, expectile * error)

    def curvature() -> Any:
        return xp.where(error >= 0, 2.0 * other, constant(xp, 2.0 * expectile, error))

    return (pull, error), lambda: (pull, 2.0), lambda: (pull, -2.0), curvature


def epsilon_insensitive(
    predictions: Array,
    targets: Array | float,
    *,
    epsilon: float = 0.1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Absolute error beyond a tolerance: support vector regression's loss.

    .. math:: \ell = \max(0, \, |p - t| - \epsilon)

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    epsilon : float
        The error that costs nothing, in the units of the predictions; >= 0, and 0 gives
        `absolute_error`.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    huber : Tolerant of small errors, too, but not altogether.

    Notes
    -----
    The derivative of an error of just `epsilon` is 0.

    References
    ----------
    H. Drucker, C. J. C. Burges, L. Kaufman, A. Smola and V. Vapnik, Support vector
    regression machines, NIPS 1996.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.epsilon_insensitive(np.array([0.5, 3.0]), np.array([0.0, 0.0]), epsilon=1.0, reduction="none")
    array([0., 2.])
    """
    return evaluate(
        _epsilon_insensitive,
        predictions,
        targets,
        epsilon=epsilon,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, epsilon=NON_NEGATIVE)
def _epsilon_insensitive(xp: Namespace, predictions: Any, targets: Any, *, epsilon: float) -> Terms:
    error = predictions - targets
    excess = error - clip(xp, error, -epsilon, epsilon)
    return (
        xp.abs(excess),
        lambda: sign(xp, excess),
        lambda: (sign(xp, excess), -1.0),
        lambda: constant(xp, 0.0, error),
    )
