"""Losses of real predictions against real targets, entry by entry."""

from __future__ import annotations

import math
from typing import Any

from ._check import NON_NEGATIVE, POSITIVE
from ._engine import elementwise, evaluate
from ._roles import OUTPUT, TARGET
from ._series import COSH
from ._stable import clip, constant, indicator, logistic_variance, mostly_finite, sign
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def squared_error(
    predictions: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared difference of predictions and targets.

    .. math:: \ell = (p - t)^2

    There is no factor of one half; `l2_penalty` has one.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
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
    huber : Grows linearly for large errors.

    References
    ----------
    C. F. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae, 1823.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.squared_error(np.array([1.0, 3.0]), np.array([0.0, 1.0])))
    2.5
    """
    return evaluate(
        _squared_error,
        predictions,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET)
def _squared_error(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    error = predictions - targets
    return (error, error), lambda: (error, 2.0), lambda: (error, -2.0), lambda: constant(xp, 2.0, error)


def absolute_error(
    predictions: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Absolute difference of predictions and targets.

    .. math:: \ell = |p - t|

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
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
    huber, smooth_l1 : Smooth where prediction and target meet.

    Notes
    -----
    The derivative where prediction and target are equal is 0.

    References
    ----------
    R. J. Boscovich, De litteraria expeditione per pontificiam ditionem, 1757.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.absolute_error(np.array([1.0, 3.0]), np.array([0.0, 1.0])))
    1.5
    """
    return evaluate(
        _absolute_error,
        predictions,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET)
def _absolute_error(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    error = predictions - targets
    return (
        xp.abs(error),
        lambda: sign(xp, error),
        lambda: (sign(xp, error), -1.0),
        lambda: constant(xp, 0.0, error),
    )


def huber(
    predictions: Array,
    targets: Array | float,
    *,
    delta: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared for small errors, linear for large ones.

    .. math::

        \ell = \begin{cases}
            \tfrac12 (p - t)^2 & |p - t| \le \delta \\
            \delta \, (|p - t| - \tfrac12 \delta) & \text{elsewhere}
        \end{cases}

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
    smooth_l1 : The same, divided by `delta`.

    Notes
    -----
    With the error clipped to ``[-delta, delta]``, both branches are one product; no
    branch is taken, so an infinite error costs infinity and not NaN.

    References
    ----------
    P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical
    Statistics 35 (1964).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.125, 2.5  ])
    """
    return evaluate(
        _huber,
        predictions,
        targets,
        delta=delta,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, delta=POSITIVE)
def _huber(xp: Namespace, predictions: Any, targets: Any, *, delta: float) -> Terms:
    # ½e² where |e| ≤ δ, δ (|e| − ½δ) elsewhere: with c = clip(e, −δ, δ) both are c (e − ½c).
    error = predictions - targets
    clipped = clip(xp, error, -delta, delta)
    value = (clipped, -0.5 * clipped + error)
    return value, lambda: clipped, lambda: (clipped, -1.0), lambda: indicator(xp, clipped == error, error)


def smooth_l1(
    predictions: Array,
    targets: Array | float,
    *,
    beta: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Absolute error, rounded off where it is small.

    .. math::

        \ell = \begin{cases}
            (p - t)^2 / (2 \beta) & |p - t| < \beta \\
            |p - t| - \tfrac12 \beta & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    beta : float
        Where the loss becomes linear, in the units of the predictions; >= 0, and 0
        gives `absolute_error`.
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
    huber : The same, multiplied by `beta`.

    References
    ----------
    R. Girshick, Fast R-CNN, ICCV 2015.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.smooth_l1(np.array([0.25, 2.0]), np.array([0.0, 0.0]), beta=0.5, reduction="none")
    array([0.0625, 1.75  ])
    """
    return evaluate(
        _smooth_l1,
        predictions,
        targets,
        beta=beta,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, beta=NON_NEGATIVE)
def _smooth_l1(xp: Namespace, predictions: Any, targets: Any, *, beta: float) -> Terms:
    # e²/2β where |e| < β, |e| − ½β elsewhere: with s = clip(e/β, −1, 1) both are s (e − ½βs).
    error = predictions - targets
    slope = clip(xp, error / beta, -1.0, 1.0) if beta else sign(xp, error)

    def curvature() -> Any:
        return constant(xp, 0.0, error) if not beta else indicator(xp, xp.abs(error) < beta, error) / beta

    return (slope, error - 0.5 * beta * slope), lambda: slope, lambda: (slope, -1.0), curvature


def log_cosh(
    predictions: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Logarithm of the hyperbolic cosine of the error.

    .. math:: \ell = \log \cosh (p - t)

    Half the squared error for small errors and :math:`|p - t| - \log 2` for large
    ones, smooth everywhere.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
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
    huber : Squared and linear with a corner in the derivative between.

    Notes
    -----
    Below an error of 1 the value is ``log1p(cosh e - 1)`` with the power series of the
    hyperbolic cosine, which keeps every digit; above, ``|e| + log1p(exp(-2|e|)) -
    log 2``, which cannot overflow.

    References
    ----------
    P. J. Green, Bayesian reconstructions from emission tomography data using a
    modified EM algorithm, IEEE Transactions on Medical Imaging 9 (1990).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.log_cosh(np.array([1e-8, 1000.0]), np.array([0.0, 0.0]), reduction="none")
    array([5.00000000e-17, 9.99306853e+02])
    """
    return evaluate(
        _log_cosh,
        predictions,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET)
def _log_cosh(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    error = predictions - targets
    size = xp.abs(error)

    def careful() -> Any:
        square = clip(xp, size, high=1.0) ** 2
        near = xp.log1p(square * COSH.at(xp, square))
        return xp.where(size < 1.0, near, size + (xp.log1p(xp.exp(-2.0 * size)) - math.log(2.0)))

    def fast() -> Any:  # as cosh e − 1 = 2 sinh² ½e, which overflows
        root = xp.sinh(0.5 * error)
        return xp.log1p(2.0 * root * root)

    def curvature() -> Any:
        # 1 − tanh² e = 4 t / (1 + t)² with t = exp(−2|e|), which no digit is lost in.
        return 4.0 * logistic_variance(xp, 2.0 * size)

    return mostly_finite(xp, fast, careful), lambda: xp.tanh(error), lambda: (xp.tanh(error), -1.0), curvature
