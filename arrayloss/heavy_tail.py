"""Negative log-likelihoods with heavier tails than those of normal and of Poisson distributions."""

from __future__ import annotations

import math
from typing import Any

from ._check import NON_NEGATIVE, POSITIVE
from ._engine import elementwise, evaluate
from ._gamma import half_step, stirling_error, stirling_fall
from ._namespace import eager
from ._ratio import log_quotient, shortfall, surplus
from ._roles import COUNT, OUTPUT, RATE, SCALE, TARGET
from ._stable import clip, constant, present, sign
from ._typing import Array, Denominator, Namespace, Reduction, Terms

_LOG_2_PI = math.log(2.0 * math.pi)

# A logarithm of more is nothing beside so many counts.
_MANY = 1e30


def laplace_nll(
    predictions: Array,
    scales: Array,
    targets: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of real targets with medians and mean absolute deviations.

    .. math:: \ell = \log(2 b) + \frac{|p - t|}{b}

    Parameters
    ----------
    predictions : array, real floating
        The medians p, any shape.
    scales : array, real floating
        The scales b, in the units of the predictions, of their shape and dtype, not
        negative.
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
        If an argument does not fit; the message names it. A negative scale raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    gaussian_nll : Of squared errors.
    absolute_error : With one scale for all.

    Notes
    -----
    The derivative by a prediction that meets its target is 0. At ``b = 0`` value and
    derivatives are the limits: a target that is met costs −∞ and has a derivative of 0 by
    the prediction, any other costs +∞.

    References
    ----------
    P.-S. Laplace, Mémoire sur la probabilité des causes par les événements, 1774.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> median, scale = np.array([1.0, 3.0]), np.array([0.5, 2.0])
    >>> al.laplace_nll(median, scale, np.array([0.0, 3.0]), reduction="none")
    array([2.        , 1.38629436])
    """
    return evaluate(
        _laplace_nll,
        predictions,
        scales,
        targets,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, scales=SCALE, targets=TARGET)
def _laplace_nll(xp: Namespace, predictions: Any, scales: Any, targets: Any) -> Terms:
    scale, error = xp.abs(scales), predictions - targets  # of −0 as of 0
    size, met = xp.abs(error), error == 0
    apart = xp.where(met, 0.0, size / scale)
    value = xp.where(xp.isinf(apart), apart, xp.log(2.0 * scale) + apart)

    def slope() -> Any:
        return xp.where(met, 0.0, sign(xp, error) / scale)

    def by_scales() -> Any:
        near = xp.abs(apart - 1.0) < 0.5
        return xp.where(near, (scale - size) / scale, 1.0 - apart) / scale

    def twice_by_scales() -> Any:
        return (2.0 * apart - 1.0) / scale / scale

    return value, slope, by_scales, lambda: -slope(), lambda: constant(xp, 0.0, apart), twice_by_scales


def student_t_nll(
    predictions: Array,
    scales: Array,
    targets: Array | float,
    *,
    df: float = 4.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of real targets with centres and scales of t-distributions.

    .. math::

        \ell = \log \sigma + \tfrac{\nu + 1}{2} \log \Bigl( 1 + \frac{(p - t)^2}{\nu \sigma^2} \Bigr)
            + \tfrac12 \log (\nu \pi)
            + \log \Gamma \bigl( \tfrac{\nu}{2} \bigr) - \log \Gamma \bigl( \tfrac{\nu + 1}{2} \bigr)

    Outliers cost little more than their logarithm.

    Parameters
    ----------
    predictions : array, real floating
        The centres p, any shape.
    scales : array, real floating
        The scales σ, in the units of the predictions, of their shape and dtype, not
        negative.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    df : float
        The degrees of freedom ν, > 0: 1 for Cauchy's distribution, many for the normal one.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative scale raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    gaussian_nll : Of many degrees of freedom.

    Notes
    -----
    At ``σ = 0`` value and derivatives are the limits: a target that is met costs −∞ and
    has a derivative of 0 by the prediction, any other costs +∞. The larger of error and
    scale divides the other one, so that no square overflows.

    References
    ----------
    K. L. Lange, R. J. A. Little and J. M. G. Taylor, Robust statistical modeling using
    the t distribution, Journal of the American Statistical Association 84 (1989), who
    find 4 degrees of freedom to do for many data.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> centre, scale = np.array([1.0, 3.0]), np.array([1.0, 1.0])
    >>> al.student_t_nll(centre, scale, np.array([1.0, 1003.0]), reduction="none")
    array([ 0.98082925, 32.05387975])
    """
    return evaluate(
        _student_t_nll,
        predictions,
        scales,
        targets,
        df=df,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, scales=SCALE, targets=TARGET, df=POSITIVE)
def _student_t_nll(xp: Namespace, predictions: Any, scales: Any, targets: Any, *, df: float) -> Terms:
    scale, error = xp.abs(scales), predictions - targets  # of −0 as of 0
    size = xp.abs(error)
    width = xp.where((size == 0) & (scale == 0), 1.0, scale)
    value = half_step(0.5 * df) + _log_density(xp, size, scale, width, df)
    # e / m and σ / m, m the larger one: what is 1 there is exact, and so are both squares together.
    most, infinite = xp.maximum(size, width), xp.isinf(size)
    error = xp.where(infinite, sign(xp, error), error / most)
    share, gap = width / most, xp.where(infinite, -1.0, (width - size) / most)
    least = 1.0 / (df * share * share + error * error)

    def slope() -> Any:
        return (df + 1.0) * error * least / most

    def by_scales() -> Any:
        return df * gap * (share + xp.abs(error)) * least / scale

    def twice() -> Any:
        return (df + 1.0) * (df * share * share - error * error) * least * least / most / most

    def twice_by_scales() -> Any:
        part = error * error * least
        return ((df + 1.0) * part * (3.0 - 2.0 * part) - 1.0) / scale / scale

    return value, slope, by_scales, lambda: -slope(), twice, twice_by_scales


def _log_density(xp: Namespace, size: Any, scale: Any, width: Any, df: float) -> Any:
    """Log σ + (ν + 1) log √(1 + r²), r = |e| / (σ √ν); above 1 with 1 / r, for log (|e| / √ν) + ν log r."""
    root = math.sqrt(df)
    ratio = size / width / root
    above = ratio > 1.0
    least = xp.where(above, 1.0 / xp.where(above, ratio, 1.0), ratio)
    quotient = xp.sqrt(size) / xp.sqrt(width) / math.sqrt(root)  # whose square may overflow
    tail = 0.5 * (df + 1.0) * xp.log1p(least * least) + 2.0 * df * xp.log(xp.where(above, quotient, 1.0))
    return xp.log(xp.where(above, size / root, scale)) + tail


def negative_binomial_nll(
    rates: Array,
    targets: Array | float,
    *,
    dispersion: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of counts that vary more than their rates say.

    .. math::

        \ell = (k + r) \log \bigl( 1 + \tfrac{\lambda}{r} \bigr) - k \log \tfrac{\lambda}{r}
            + \log \Gamma(k + 1) + \log \Gamma(r) - \log \Gamma(k + r),
        \qquad r = 1 / \alpha

    The mean is λ and the variance λ + α λ².

    Parameters
    ----------
    rates : array, real floating
        The expected counts λ, any shape, not negative.
    targets : array or number
        The counts k, the same shape, floating or integer, not negative; or one number
        for every entry.
    dispersion : float
        How much more than a Poisson variable the counts vary, α, >= 0; with 0 the
        distribution is Poisson's.
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
    poisson_nll : Of counts that vary as much as their rates say.

    Notes
    -----
    This is the parametrisation of generalised linear models (NB2), in which the
    derivative by the rate is that of the Poisson distribution, divided by 1 + α λ. The
    likelihood is complete, so that losses are comparable between dispersions.

    The value is a sum of terms that are not negative: half the deviance, of which the
    difference near ``λ = k`` is a power series, and what Stirling's formula leaves of the
    gamma functions, a polynomial in 1 / x, the same on every library.

    References
    ----------
    A. C. Cameron and P. K. Trivedi, Regression Analysis of Count Data, Cambridge
    University Press 1998.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.negative_binomial_nll(np.array([1.0, 3.0]), np.array([0, 2]), reduction="none")
    array([0.69314718, 1.96165851])
    """
    return evaluate(
        _negative_binomial_nll,
        rates,
        targets,
        dispersion=dispersion,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(rates=RATE, targets=COUNT, dispersion=NON_NEGATIVE)
def _negative_binomial_nll(xp: Namespace, rates: Any, targets: Any, *, dispersion: float) -> Terms:
    # 1 + αλ and 1 + αk, over α where that is more than 1, so that they do not overflow.
    one, slope = (1.0, dispersion) if dispersion < 1.0 else (1.0 / dispersion, 1.0)
    expected, counted = one + slope * rates, one + slope * targets
    ratio, kept, swept = counted / expected, one / expected, slope / expected
    beyond, none = (rates - targets) * kept, targets == 0
    counts = present(xp, targets)
    # Half the deviance, k log (k / λ) − (k + r) log ((1 + αk) / (1 + αλ)), of two positive terms.
    value = surplus(xp, targets, beyond, xp.log(rates * ratio / counts))
    if dispersion:
        excess = swept * (targets - rates)
        value = value + surplus(xp, 1.0, excess, xp.log(ratio)) / dispersion
    log_chances = _log_factorial(xp, counts) + _log_rising(xp, targets, counted, dispersion)
    value = value + xp.where(none, 0.0, log_chances)
    value = xp.where(xp.isinf(xp.maximum(rates, targets)), math.inf, value)

    def by_targets() -> Any:
        return _slope_by_counts(xp, rates, targets, one, slope)

    def curvature() -> Any:
        part = shortfall(xp, targets, rates)
        return kept * ((1.0 - part) / xp.abs(rates) - swept * part)

    return value, lambda: kept * shortfall(xp, targets, rates), by_targets, curvature


def _log_factorial(xp: Namespace, counts: Any) -> Any:
    """Log k! - k log k + k, of k < 1 with what is 0 at 0."""
    small, log_counts = counts < 1.0, xp.log(counts)
    if eager(xp) and not xp.any(small):
        return (stirling_error(xp, 1.0 / counts) + 0.5 * _LOG_2_PI) + 0.5 * log_counts
    below = (counts + 0.5) * xp.log1p(counts) - counts * log_counts
    part = xp.astype(small, counts.dtype)
    rest = (1.0 - part) * (0.5 * _LOG_2_PI) - part * stirling_error(xp, 1.0)
    error = stirling_error(xp, 1.0 / xp.where(small, counts + 1.0, counts))
    return (error + rest) + xp.where(small, below, 0.5 * log_counts)


def _log_rising(xp: Namespace, counts: Any, counted: Any, dispersion: float) -> Any:
    """Log Γ(r) - r log r less the same of k + r, less k; counted as the loss has it."""
    value = 0.5 * xp.log1p(dispersion * clip(xp, counts, high=_MANY))
    if dispersion <= 1.0:
        return value + (stirling_error(xp, dispersion) - stirling_error(xp, dispersion / counted))
    # δ(x) = δ(x + 1) + (x + ½) log(1 + 1 / x) − 1, and the difference of two such logarithms as one.
    least, after = 1.0 / dispersion, counted + 1.0
    first = (least + 0.5) * xp.log1p(dispersion * (counts / after)) - counts * xp.log1p(1.0 / counted)
    return value + first + (stirling_error(xp, 1.0 / (least + 1.0)) - stirling_error(xp, 1.0 / after))


def _slope_by_counts(xp: Namespace, rates: Any, counts: Any, one: float, slope: float) -> Any:
    """Log(1 + 1 / αλ) + ψ(k + 1) - ψ(k + r), with the logarithms of all of them in one.

    Where r < 1, ψ(k + r) is ψ(k + r + 1) - 1 / (k + r). What differs of ψ(k + 1) is r - 1, or r,
    times the slope: it is taken before anything is rounded.
    """
    expected, counted = one + slope * rates, one + slope * counts
    shift, after = float(slope > one), counts + 1.0
    above, lead = counted + shift, one + shift * slope - slope
    excess = (lead * rates - one * after) / after * (1.0 / expected)
    log_odds = log_quotient(xp, excess, xp.log((rates / expected) * (above / after)))
    rest = stirling_fall(xp, slope / above) - stirling_fall(xp, 1.0 / after) - 0.5 * lead / after / above
    return rest - log_odds + shift / counted
