"""Deviances: how much less likely a prediction makes its target than the target itself would."""

from __future__ import annotations

import math
from typing import Any

from ._check import POWER, is_number
from ._engine import elementwise, evaluate
from ._ratio import MOST, far_log, log_ratio, shortfall, surplus
from ._roles import AMOUNT, MEAN, OUTPUT, RATE, TARGET
from ._series import lag, of
from ._stable import clip, constant, present, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def poisson_deviance(
    rates: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Deviance of counts from their rates.

    .. math:: d = 2 \Bigl( k \log \frac{k}{\lambda} - k + \lambda \Bigr)

    It is 0 where rate and count agree, and twice what `poisson_nll` costs more than there.

    Parameters
    ----------
    rates : array, real floating
        The expected counts λ, any shape, not negative.
    targets : array or number
        The counts k, the same shape, floating or integer, not negative; or one number
        for every entry.
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
    poisson_nll : The likelihood itself, from which it has half the derivative.
    tweedie_deviance : Of any power; this is the one of 1.

    Notes
    -----
    Near ``λ = k`` the difference is a power series in ``log(λ / k)``. A count of 0 costs
    ``2 λ``. The derivative by the count is 0 where rate and count agree, also at 0.

    References
    ----------
    P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and
    Hall 1989.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.poisson_deviance(np.array([1.0, 3.0, 0.5]), np.array([2, 3, 0]), reduction="none")
    array([0.77258872, 0.        , 1.        ])
    """
    return evaluate(
        _poisson_deviance,
        rates,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(rates=RATE, targets=AMOUNT)
def _poisson_deviance(xp: Namespace, rates: Any, targets: Any) -> Terms:
    counts = present(xp, targets)  # 0 is common: it is not divided by
    log, most = far_log(xp, rates, counts, lambda: xp.log(counts)), xp.maximum(rates, targets)
    value = 2.0 * surplus(xp, targets, rates - targets, log)

    def by_targets() -> Any:
        return -2.0 * xp.where(rates == targets, 0.0, _log_ratio(xp, rates, targets))

    def curvature() -> Any:
        return 2.0 * (1.0 - shortfall(xp, targets, rates)) / xp.abs(rates)

    return (
        xp.where(xp.isinf(most), most, value),
        lambda: 2.0 * shortfall(xp, targets, rates),
        by_targets,
        curvature,
    )


def gamma_deviance(
    predictions: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Deviance of positive targets, by their ratios to what was predicted.

    .. math:: d = 2 \Bigl( \frac{y}{\mu} - 1 - \log \frac{y}{\mu} \Bigr)

    A change of units changes nothing.

    Parameters
    ----------
    predictions : array, real floating
        The expected values μ, any shape, not negative.
    targets : array or number
        The same shape, floating or integer, not negative: y; or one number for every
        entry.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative prediction or target
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    tweedie_deviance : Of any power; this is the one of 2.

    Notes
    -----
    Near ``y = μ`` the difference is a power series in ``log(y / μ)``. A target or a
    prediction of 0 costs infinity, and NaN if both are 0.

    References
    ----------
    P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and
    Hall 1989.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.gamma_deviance(np.array([1.0, 3.0]), np.array([2.0, 3.0]), reduction="none")
    array([0.61370564, 0.        ])
    """
    return evaluate(
        _gamma_deviance,
        predictions,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=MEAN, targets=AMOUNT)
def _gamma_deviance(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    mean = xp.abs(predictions)  # of −0 as of 0
    lack = shortfall(xp, targets, mean)
    log = far_log(xp, targets, mean, lambda: xp.log(mean))
    part, cut, near = lag(xp, mean, targets - mean, log)
    change = 0.0 - lack  # never −0
    far = change - clip(xp, log, high=MOST)

    def by_targets() -> Any:
        # Between its two quotients the near one is chosen, or XLA would divide by their product.
        close = xp.abs(lack) < 0.5
        nearly = xp.where(close, change, 0.0) / xp.abs(targets)
        return 2.0 * xp.where(close, nearly, 1.0 / mean - 1.0 / xp.abs(targets))

    def curvature() -> Any:
        return 2.0 * (2.0 * targets / mean - 1.0) / mean / mean

    value = 2.0 * xp.where(near, part * (change - cut), far)
    return value, lambda: 2.0 * lack / mean, by_targets, curvature


def tweedie_deviance(
    predictions: Array,
    targets: Array | float,
    *,
    power: float = 1.5,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Deviance of targets whose variance is a power of their mean.

    .. math::

        d = 2 \Bigl( \frac{y^{2 - p}}{(1 - p)(2 - p)} - \frac{y \, \mu^{1 - p}}{1 - p}
            + \frac{\mu^{2 - p}}{2 - p} \Bigr)

    and its limits: `squared_error` at p = 0, `poisson_deviance` at 1, `gamma_deviance`
    at 2. It is the whole deviance and not its half.

    Parameters
    ----------
    predictions : array, real floating
        The expected values μ, any shape, not negative but
        with a power of 0.
    targets : array or number
        The same shape, floating or integer, not negative but with a power of 0: y; or
        one number for every entry.
    power : float
        The power p of the mean that the variance is in proportion to: 0 or >= 1. Between 1
        and 2 targets may be 0 with some probability, as the sums of claims are.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative prediction or target
        raises where values can be read and gives NaN elsewhere. With a power of 0 both may
        have any sign.

    See Also
    --------
    poisson_deviance, gamma_deviance : Of powers 1 and 2.
    squared_error : Of power 0.

    Notes
    -----
    With ``x = log(μ / y)`` it is ``2 y^(2 - p) (E(2 - p) - E(1 - p))`` where ``E(c) =
    expm1(c x) / c``, which goes over into the logarithm at ``c = 0``; near ``x = 0`` the
    difference is a power series. A target of 0 costs infinity from power 2 on. The
    derivative by a target that meets its prediction is 0, also at 0.

    References
    ----------
    B. Jørgensen, Exponential dispersion models, Journal of the Royal Statistical Society
    B 49 (1987).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.tweedie_deviance(np.array([1.0, 4.0]), np.array([4.0, 4.0]), reduction="none")
    array([4., 0.])
    """
    formula = _normal_deviance if is_number(power) and power == 0 else _tweedie_deviance
    return evaluate(
        formula,
        predictions,
        targets,
        power=power,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(name="tweedie_deviance", predictions=OUTPUT, targets=TARGET, power=POWER)
def _normal_deviance(xp: Namespace, predictions: Any, targets: Any, *, power: float) -> Terms:
    error = predictions - targets
    return (error, error), lambda: (error, 2.0), lambda: (error, -2.0), lambda: constant(xp, 2.0, error)


@elementwise(predictions=MEAN, targets=AMOUNT, power=POWER)
def _tweedie_deviance(xp: Namespace, predictions: Any, targets: Any, *, power: float) -> Terms:
    if power in (1.0, 2.0):
        formula = _poisson_deviance if power == 1.0 else _gamma_deviance
        return formula.function(xp, predictions, targets)
    # y^(2 − p) (E(2 − p) − E(1 − p)), x = log(μ / y); E by expm1 where that is small, by powers elsewhere.
    upper, lower, mean = 2.0 - power, 1.0 - power, xp.abs(predictions)
    x = _log_ratio(xp, mean, targets)
    own, part = xp.abs(targets) ** upper, targets if power < 2.0 else targets / mean
    mixed = _times_power(xp, part, mean, lower if power < 2.0 else upper)
    value = _rise(xp, upper, x, own, mean**upper) - _rise(xp, lower, x, own, mixed)
    reach = 1.0 / max(1.0, -lower)
    near = own * _difference(xp, clip(xp, x, -reach, reach), power)
    value = 2.0 * xp.where(xp.abs(x) < reach, near, value)

    def by_predictions() -> Any:
        return 2.0 * _times_power(xp, shortfall(xp, targets, mean), mean, lower)

    def by_targets() -> Any:
        rise = _rise(xp, lower, x, xp.abs(targets) ** lower, mean**lower)
        return -2.0 * xp.where(targets == mean, 0.0, rise)

    def curvature() -> Any:
        return 2.0 * (1.0 - power * shortfall(xp, targets, mean)) * mean**-power

    value = xp.where(xp.isinf(own + mixed), math.inf, value)
    return value, by_predictions, by_targets, curvature


def _log_ratio(xp: Namespace, means: Any, targets: Any) -> Any:
    """Log(mean / target), and infinity of a target of 0, which is common: it is not divided by."""
    divisors = present(xp, targets)
    return xp.where(targets == 0, math.inf, log_ratio(xp, means, divisors, lambda: xp.log(divisors)))


def _times_power(xp: Namespace, factor: Any, base: Any, exponent: float) -> Any:
    """Factor · base^exponent; of a large exponent by its half, as the power alone may be no number."""
    if abs(exponent) <= 1.0:
        return times(xp, factor, base**exponent)
    root = base ** (0.5 * exponent)
    return factor * root * root


def _rise(xp: Namespace, exponent: float, x: Any, start: Any, end: Any) -> Any:
    """(end - start) / exponent, where end is start · exp(exponent · x)."""
    step = exponent * x
    near = start * xp.expm1(clip(xp, step, -1.0, 1.0))
    return xp.where(xp.abs(step) < 1.0, near, end - start) / exponent


def _difference(xp: Namespace, x: Any, power: float) -> Any:
    """E(2 - p) - E(1 - p) of a small x: the sum of ((2 - p)^(n - 1) - (1 - p)^(n - 1)) x^n / n!."""
    series = of(lambda n: (2.0 - power) ** (n + 1) - (1.0 - power) ** (n + 1))
    return series.at(xp, x) * x * x
