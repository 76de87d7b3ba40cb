"""Negative log-likelihoods of counts and of real numbers, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from ._check import FLAG, NON_NEGATIVE
from ._engine import elementwise, evaluate
from ._ratio import MOST, bend, log_ratio, shortfall
from ._roles import COUNT, OUTPUT, RATE, TARGET, VARIANCE
from ._stable import clip, mostly_finite, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms

_LOG_2_PI = math.log(2.0 * math.pi)


def log_poisson_nll(
    log_rates: Array,
    targets: Array | float,
    *,
    stirling: bool = False,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of counts with the logarithms of their rates.

    .. math:: \ell = e^{x} - k \, x \; \bigl[ + \, k \log k - k + \tfrac12 \log (2 \pi k)
        \text{ where } k > 1 \bigr]

    Parameters
    ----------
    log_rates : array, real floating
        Logarithms x of the expected counts, any shape.
    targets : array or number
        The counts k, the same shape, floating or integer, not negative; or one number
        for every entry.
    stirling : bool
        Whether to add Stirling's approximation of log k!, for counts above 1: it makes
        losses comparable between counts, and changes no gradient by `log_rates`.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `log_rates` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative target raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    poisson_nll : Of the rates themselves.

    Notes
    -----
    With the approximation the value is a sum of terms that are not negative, ``k
    (expm1(u) - u)`` with ``u = x - log k`` and the half logarithm; near ``u = 0`` the
    difference is its power series. Without it the value is a difference, which loses a
    digit where count and rate are both near e, 3 and 3 for example. A count of 0 leaves
    the term ``k x`` out, also at a rate of 0. The derivative by a target of at most 1 is
    that without the approximation.

    References
    ----------
    A. C. Cameron and P. K. Trivedi, Regression Analysis of Count Data, Cambridge
    University Press 1998.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.log_poisson_nll(np.array([0.0, 2.0]), np.array([3, 0]), reduction="none")
    array([1.       , 7.3890561])
    """
    return evaluate(
        _log_poisson_nll,
        log_rates,
        targets,
        stirling=stirling,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(log_rates=OUTPUT, targets=COUNT, stirling=FLAG)
def _log_poisson_nll(xp: Namespace, log_rates: Any, targets: Any, *, stirling: bool) -> Terms:
    rates = xp.exp(log_rates)
    scaled = partial(_scaled, xp, log_rates, rates, targets)
    value = scaled(lambda rate, count: rate - times(xp, count, log_rates))
    many, counts, log_counts = _above_one(xp, targets) if stirling else (None, 1.0, 0.0)
    beyond = log_rates - log_counts
    if stirling:
        # λ − k (1 + u), u = x − log k, of the rate itself: exp(u) would magnify what u was rounded by.
        held = clip(xp, beyond, high=MOST)
        far = scaled(lambda rate, count: (rate - count) - count * held)
        bent = xp.where(xp.abs(beyond) < 1.0, counts * bend(xp, beyond), far)
        value = xp.where(many, bent + 0.5 * (log_counts + _LOG_2_PI), value)

    def by_log_rates() -> Any:
        # λ − k, near x = 0 without rounding λ: k − 1 is exact where it nearly equals λ − 1.
        far = scaled(lambda rate, count: rate - count)
        return xp.where(xp.abs(log_rates) < 1.0, xp.expm1(log_rates) - (targets - 1.0), far)

    def by_targets() -> Any:
        return xp.where(many, 0.5 / counts - beyond, -log_rates) if stirling else -log_rates

    return value, by_log_rates, by_targets, lambda: rates


def _scaled(xp: Namespace, log_rates: Any, rates: Any, targets: Any, terms: Callable[[Any, Any], Any]) -> Any:
    """Terms of λ and k; of large rates √λ times those of √λ and k / √λ, that overflow with the loss."""

    def careful() -> Any:
        root = xp.exp(0.5 * log_rates)
        return xp.where(log_rates > 64.0, root * terms(root, targets / root), terms(rates, targets))

    return mostly_finite(xp, lambda: terms(rates, targets), careful)


def poisson_nll(
    rates: Array,
    targets: Array | float,
    *,
    stirling: bool = False,
    eps: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of counts with their rates.

    .. math:: \ell = \lambda - k \log (\lambda + \text{eps})
        \; \bigl[ + \, k \log k - k + \tfrac12 \log (2 \pi k) \text{ where } k > 1 \bigr]

    Parameters
    ----------
    rates : array, real floating
        The expected counts λ, any shape, not negative.
    targets : array or number
        The counts k, the same shape, floating or integer, not negative; or one number
        for every entry.
    stirling : bool
        Whether to add Stirling's approximation of log k!, for counts above 1.
    eps : float
        Added to the rate inside the logarithm, >= 0; with 0 a rate of 0 costs infinity
        unless the count is 0, too.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `rates` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative rate or target
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    log_poisson_nll : Of the logarithms of the rates.

    Notes
    -----
    A count of 0 leaves the logarithm out: at a rate of 0 the loss is 0, its derivative
    by the rate 1 and that by the count infinite. With the approximation the value is
    ``k (expm1(u) - u) - eps`` with ``u = log((λ + eps) / k)``, and the half logarithm;
    near ``u = 0`` the difference is its power series.

    References
    ----------
    A. C. Cameron and P. K. Trivedi, Regression Analysis of Count Data, Cambridge
    University Press 1998.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.poisson_nll(np.array([1.0, 2.0, 0.0]), np.array([3, 0, 0]), reduction="none")
    array([1., 2., 0.])
    """
    return evaluate(
        _poisson_nll,
        rates,
        targets,
        stirling=stirling,
        eps=eps,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(rates=RATE, targets=COUNT, stirling=FLAG, eps=NON_NEGATIVE)
def _poisson_nll(xp: Namespace, rates: Any, targets: Any, *, stirling: bool, eps: float) -> Terms:
    log_rates = xp.log(rates)
    if eps:  # near 1 without rounding the sum, which would leave none of a small logarithm
        near_one = xp.abs(rates - 1.0) < 0.5
        log_rates = xp.where(near_one, xp.log1p((rates - 1.0) + eps), xp.log(rates + eps))
    value = rates - times(xp, targets, clip(xp, log_rates, high=MOST))
    many, counts, log_counts = _above_one(xp, targets) if stirling else (None, 1.0, 0.0)
    beyond = log_ratio(xp, rates, counts, lambda: log_counts, eps) if stirling else log_rates
    if stirling:
        far = (rates - counts) - counts * clip(xp, beyond, high=MOST)
        bent = xp.where(xp.abs(beyond) < 1.0, counts * bend(xp, beyond) - eps, far)
        value = xp.where(many, bent + 0.5 * (log_counts + _LOG_2_PI), value)

    def by_rates() -> Any:
        return shortfall(xp, targets, rates, eps)

    def by_targets() -> Any:
        return xp.where(many, 0.5 / counts - beyond, -log_rates) if stirling else -log_rates

    def curvature() -> Any:
        total = xp.abs(rates) + eps
        return xp.where(targets == 0, 0.0, targets / total / total)

    return value, by_rates, by_targets, curvature


def _above_one(xp: Namespace, targets: Any) -> tuple[Any, Any, Any]:
    """Where counts are above 1, these counts and their logarithms, 1 and 0 elsewhere."""
    many = targets > 1.0
    counts = xp.where(many, targets, 1.0)
    return many, counts, xp.log(counts)


def gaussian_nll(
    predictions: Array,
    variances: Array,
    targets: Array | float,
    *,
    full: bool = False,
    min_variance: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of real targets with means and variances.

    .. math:: \ell = \tfrac12 \Bigl( \log v + \frac{(p - t)^2}{v} \; [ + \log 2 \pi ] \Bigr),
        \qquad v = \max(\text{variance}, \text{min\_variance})

    Parameters
    ----------
    predictions : array, real floating
        The means p, any shape.
    variances : array, real floating
        The variances, of the shape and dtype of the predictions, not negative.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    full : bool
        Whether to add the constant ½ log 2π.
    min_variance : float
        The least variance v to compute with, in the square of the units of the
        predictions; >= 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative variance raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    squared_error : With one variance for all.

    Notes
    -----
    The derivative by a variance is that at v, also below the least variance: the floor
    is left out of the differentiation, so that training can leave it. At ``v = 0`` value
    and derivatives are the limits: a target that is met costs −∞ and has a derivative of
    0 by the prediction, any other costs +∞. The error is divided by the root of v before
    it is squared, so that no square overflows.

    References
    ----------
    D. A. Nix and A. S. Weigend, Estimating the mean and variance of the target
    probability distribution, IEEE International Conference on Neural Networks 1994.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> mean, variance = np.array([1.0, 3.0]), np.array([1.0, 4.0])
    >>> al.gaussian_nll(mean, variance, np.array([0.0, 3.0]), reduction="none")
    array([0.5       , 0.69314718])
    """
    return evaluate(
        _gaussian_nll,
        predictions,
        variances,
        targets,
        full=full,
        min_variance=min_variance,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, variances=VARIANCE, targets=TARGET, full=FLAG, min_variance=NON_NEGATIVE)
def _gaussian_nll(
    xp: Namespace, predictions: Any, variances: Any, targets: Any, *, full: bool, min_variance: float
) -> Terms:
    # The size of a variance is the variance; that of −0 is 0, which divides to +∞.
    variance = clip(xp, xp.abs(variances), low=min_variance)
    error = predictions - targets
    met = error == 0
    apart = xp.where(met, 0.0, xp.abs(error) / xp.sqrt(variance))
    log_variance = xp.log(variance)
    spread = log_variance + _LOG_2_PI if full else log_variance
    value = xp.where(xp.isinf(apart), apart, 0.5 * spread + (0.5 * apart) * apart)

    def slope() -> Any:
        return xp.where(met, 0.0, error / variance)

    def by_variances() -> Any:
        # ½ (1 / v − e² / v²), with z = |e| / √v as ½ (1 − z) (1 + z) / v, where no square overflows;
        # and 1 − z as (v − e²) / v / (1 + z), where it would leave few digits.
        near = (xp.abs(apart - 1.0) < 0.5) & (xp.abs(log_variance) < 64.0)
        lack = (variance - error * error) / variance / (1.0 + apart)
        return 0.5 * xp.where(near, lack, 1.0 - apart) / variance * (1.0 + apart)

    def twice_by_variances() -> Any:
        return (apart * apart - 0.5) / variance / variance  # e² / v³ − 1 / 2v²

    return value, slope, by_variances, lambda: -slope(), lambda: 1.0 / variance, twice_by_variances
