"""Losses of positive quantities, whose errors count relative to their size."""

from __future__ import annotations

from typing import Any

from ._check import NON_NEGATIVE
from ._engine import elementwise, evaluate
from ._roles import OUTPUT, QUANTITY, TARGET, TRUE_QUANTITY
from ._stable import clip, constant, either
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def squared_log_error(
    predictions: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared difference of the logarithms of 1 + prediction and 1 + target.

    .. math:: \ell = \bigl( \log(1 + p) - \log(1 + t) \bigr)^2

    Parameters
    ----------
    predictions : array, real floating
        Quantities greater than -1, any shape.
    targets : array or number
        The same shape, floating, integer or boolean, greater than -1; or one number for
        every entry.
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
    squared_error : Of the quantities themselves.

    Notes
    -----
    The difference is one ``log1p``, of the error over 1 + the lesser of both: a small
    error keeps its digits, however large prediction and target are.

    References
    ----------
    C. Tofallis, A better measure of relative prediction accuracy for model selection and
    model estimation, Journal of the Operational Research Society 66 (2015).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> p, t = np.array([1.0, 3.0]), np.array([1.0, 1.0])
    >>> al.squared_log_error(p, t, reduction="none")
    array([0.        , 0.48045301])
    """
    return evaluate(
        _squared_log_error,
        predictions,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=QUANTITY, targets=TRUE_QUANTITY)
def _squared_log_error(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    error = predictions - targets
    # Not |e|, which could not be differentiated at 0.
    side = 2.0 * xp.astype(error >= 0, error.dtype) - 1.0
    least = 1.0 + xp.minimum(predictions, targets)
    size = side * error

    def fast() -> tuple[Any, Any]:
        ratio = size / least
        return xp.log1p(ratio), xp.isfinite(ratio)

    def careful() -> Any:
        # Where the quotient overflows, 1 is nothing beside it, and its logarithm a sum of positive terms.
        far = xp.isinf(size / least)
        near = xp.log1p(xp.where(far, 0.0, size) / least)
        return near + (xp.log(xp.where(far, size, 1.0)) - xp.log(xp.where(far, least, 1.0)))

    apart = side * either(xp, fast, careful)
    return (
        (apart, apart),
        lambda: (apart / (1.0 + predictions), 2.0),
        lambda: (apart / (1.0 + targets), -2.0),
        lambda: ((1.0 - apart) / (1.0 + predictions) / (1.0 + predictions), 2.0),
    )


def absolute_percentage_error(
    predictions: Array,
    targets: Array | float,
    *,
    min_target: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Absolute error as a share of the target.

    .. math:: \ell = \frac{|p - t|}{\max(|t|, \, m)}

    The mean is a share and no percentage: 0.05 is 5 %.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    min_target : float
        The least size m of a target that is divided by, in the units of the predictions; >= 0.
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
    absolute_error : In the units of the predictions.
    squared_log_error : Relative, too, and defined for a target of 0.

    Notes
    -----
    With `min_target` 0, a target of 0 costs nothing where the prediction is 0, and infinity
    elsewhere: leave such entries out with ``where=targets != 0``, or give the least target that
    has a meaning. An infinite target costs 1, the limit.

    The derivative where prediction and target are equal is 0. That by a target of 0, or
    no larger than `min_target`, is that of the error alone.

    References
    ----------
    R. J. Hyndman and A. B. Koehler, Another look at measures of forecast accuracy,
    International Journal of Forecasting 22 (2006).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.absolute_percentage_error(np.array([3.0, 0.0]), np.array([4.0, 0.0]), reduction="none")
    array([0.25, 0.  ])
    """
    return evaluate(
        _absolute_percentage_error,
        predictions,
        targets,
        min_target=min_target,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, min_target=NON_NEGATIVE)
def _absolute_percentage_error(xp: Namespace, predictions: Any, targets: Any, *, min_target: float) -> Terms:
    error, whole = predictions - targets, xp.abs(targets)
    size = clip(xp, whole, low=min_target) if min_target else whole

    def fast() -> tuple[Any, Any]:
        share = xp.abs(error) / size
        return share, xp.isfinite(share)

    def careful() -> Any:  # 0 / 0 is 0; a target that makes the error infinite divides first
        share = xp.where(xp.isinf(error), xp.abs(predictions / targets - 1.0), xp.abs(error) / size)
        return xp.where(error == 0, 0.0, share)

    def signed(slope: Any) -> Any:
        return xp.where(error > 0, slope, xp.where(error < 0, -slope, 0.0 * error))

    def by_targets() -> Any:
        divides = whole > min_target
        share = xp.where(divides, predictions / xp.where(divides, targets, 1.0), 1.0)
        return -signed(share / size)

    value = either(xp, fast, careful)
    return value, lambda: signed(1.0 / size), by_targets, lambda: constant(xp, 0.0, error)
