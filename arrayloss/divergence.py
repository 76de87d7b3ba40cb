"""Losses between distributions along an axis."""

from __future__ import annotations

from typing import Any

from ._check import FLAG
from ._engine import along_axis, evaluate
from ._roles import OUTPUT, PROBABILITY, RATE, SHARE, TARGET
from ._stable import clip, dots, either, excess, inner, present, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms

# More than the logarithm of any ratio of floating-point numbers; and a number in every dtype that
# is lost beside 1, also times its logarithm.
_MOST, _LEAST = 2000.0, 1e-37

# A divergence that is more than this part of what it compares loses little to their difference.
_APART = 0.25


def cross_entropy(
    probabilities: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of target distributions with probabilities, the textbook's sum.

    .. math:: \ell = -\sum_c t_c \log p_c

    A probability of 0 is not clipped: it costs 0 where the target is 0 and infinity
    where it is not. From logits, `softmax_cross_entropy` is more exact.

    Parameters
    ----------
    probabilities : array, real floating
        From 0 to 1, any shape with the classes along `axis`; nothing checks that a
        row is normalised.
    targets : array
        The same shape, floating, integer or boolean, not negative.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability outside [0, 1]
        or a negative target raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    softmax_cross_entropy : Of logits.
    kl_divergence : Less the entropy of the targets.

    Notes
    -----
    A target of 0 is left out: at a probability of 0 too, value and derivatives are 0.

    References
    ----------
    I. J. Good, Rational decisions, Journal of the Royal Statistical Society B 14 (1952).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.cross_entropy(np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.5, 0.0])))
    0.6931471805599453
    """
    return evaluate(
        _cross_entropy,
        probabilities,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(probabilities=PROBABILITY, targets=SHARE)
def _cross_entropy(xp: Namespace, probabilities: Any, targets: Any) -> Terms:
    none = (targets == 0) & (probabilities == 0)
    safe = xp.where(none, 1.0, probabilities)
    surprise = -xp.log(safe)
    return (
        xp.sum(times(xp, targets, surprise), axis=-1),
        lambda: xp.where(targets == 0, 0.0, -targets / safe),
        lambda: surprise,
    )


def kl_divergence(
    log_probabilities: Array,
    targets: Array,
    *,
    axis: int = -1,
    log_targets: bool = False,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Kullback–Leibler divergence of the model's distribution from the targets.

    .. math:: \ell = \sum_c t_c (\log t_c - \log p_c)

    Parameters
    ----------
    log_probabilities : array, real floating
        Logarithms of the model's probabilities, any shape with the classes along
        `axis`; nothing checks that a row is normalised.
    targets : array
        The same shape: probabilities, not negative; or their logarithms.
    axis : int
        The axis of the classes.
    log_targets : bool
        Whether `targets` are logarithms.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`. ``"mean"`` divides by the number of
        rows, which makes it the mean divergence.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `targets` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative target raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    cross_entropy : With the entropy of the targets.

    Notes
    -----
    A target of 0 (or −inf, as a logarithm) is left out: its term and its derivatives
    are 0, also where the model's probability is 0.

    References
    ----------
    S. Kullback and R. A. Leibler, On information and sufficiency, Annals of
    Mathematical Statistics 22 (1951).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.kl_divergence(np.log([0.5, 0.5]), np.array([1.0, 0.0])))
    0.6931471805599453
    """
    logarithmic = FLAG.check("kl_divergence", "log_targets", log_targets)
    return evaluate(
        _kl_divergence_from_logs if logarithmic else _kl_divergence,
        log_probabilities,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(log_probabilities=OUTPUT, targets=SHARE)
def _kl_divergence(xp: Namespace, log_probabilities: Any, targets: Any) -> Terms:
    def excess(shares: Any) -> Any:
        # No number's logarithm is less than that bound, which makes 0 log 0 a product of finite numbers.
        return clip(xp, xp.log(shares), low=-1000.0) - log_probabilities

    return (
        inner(xp, targets, excess),
        lambda: -targets,
        lambda: xp.where(targets == 0, 0.0, excess(present(xp, targets)) + 1.0),
    )


@along_axis(name="kl_divergence", log_probabilities=OUTPUT, targets=TARGET)
def _kl_divergence_from_logs(xp: Namespace, log_probabilities: Any, targets: Any) -> Terms:
    shares = xp.exp(targets)
    present = shares != 0
    excess = xp.where(present, targets, 0.0) - xp.where(present, log_probabilities, 0.0)
    return (
        xp.sum(shares * excess, axis=-1),
        lambda: -shares,
        lambda: shares * (excess + 1.0),
    )


def generalized_kl(
    rates: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Kullback–Leibler divergence of rates from targets, neither of which has to be normalised.

    .. math:: \ell = \sum_c t_c \log \frac{t_c}{p_c} - t_c + p_c

    Parameters
    ----------
    rates : array, real floating
        The model's rates p, not negative, any shape with the classes along `axis`.
    targets : array
        The same shape, floating, integer or boolean, not negative.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `rates` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative rate or target
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    kl_divergence : Of logarithms of probabilities.
    poisson_nll : The same but for a constant of each target, entry by entry.

    Notes
    -----
    No term is negative, and none is a difference of nearly equal numbers where rate and
    target are nearly equal. A target of 0 costs the rate; the derivative by the target,
    which goes to −inf there, is 0, as in `kl_divergence`.

    References
    ----------
    I. Csiszár, Why least squares and maximum entropy? An axiomatic approach to inference
    for linear inverse problems, The Annals of Statistics 19 (1991).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> rates, targets = np.array([[2.0, 0.5], [1.0, 3.0]]), np.array([[1.0, 0.0], [1.0, 3.0]])
    >>> al.generalized_kl(rates, targets, reduction="none")
    array([0.80685282, 0.        ])
    """
    return evaluate(
        _generalized_kl,
        rates,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(rates=RATE, targets=SHARE)
def _generalized_kl(xp: Namespace, rates: Any, targets: Any) -> Terms:
    def plain() -> tuple[Any, Any]:
        log = xp.log(clip(xp, targets / rates, low=_LEAST))  # what is less is lost beside the rate
        rate, target = xp.sum(rates, axis=-1), xp.sum(targets, axis=-1)
        value = dots(xp, targets, log) + (rate - target)
        return value, (value > _APART * (rate + target)) & xp.isfinite(value)

    def by_targets() -> Any:
        change, log = _changes(xp, rates, present(xp, targets))
        near = xp.abs(change) < 0.5
        exact = xp.where(near, xp.log1p(xp.where(near, change, 0.0)), log)
        return xp.where(targets == 0, 0.0 * rates, -exact)

    value = either(xp, plain, lambda *some: _near(xp, *some), (rates, targets))
    return value, lambda: xp.where(targets == 0, 1.0, (rates - targets) / rates), by_targets


def _near(xp: Namespace, rates: Any, targets: Any) -> Any:
    """The divergence of rates and targets that nearly agree, each term by its change."""
    whole = present(xp, targets)
    change, log = _changes(xp, rates, whole)
    wide = (rates - whole) - whole * log
    cost = xp.where(change < 1.0, whole * excess(xp, change, log), wide)
    return xp.sum(xp.where(targets == 0, rates, cost), axis=-1)


def _changes(xp: Namespace, rates: Any, whole: Any) -> tuple[Any, Any]:
    """By which part of the whole the rates are more, and the logarithm of their ratio."""
    log = 2.0 * xp.log(xp.sqrt(rates) / xp.sqrt(whole))  # of roots, whose quotient does not overflow
    return (rates - whole) / whole, clip(xp, log, high=_MOST)


def js_divergence(
    probabilities: Array,
    targets: Array,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Jensen–Shannon divergence of two distributions, at most log 2 and the same both ways.

    .. math::

        \ell = \frac12 \sum_c p_c \log \frac{p_c}{m_c} + t_c \log \frac{t_c}{m_c},
        \qquad m = \frac{p + t}{2}

    Parameters
    ----------
    probabilities : array, real floating
        The model's probabilities p, from 0 to 1, any shape with the classes along
        `axis`; nothing checks that a row is normalised.
    targets : array
        The same shape, floating, integer or boolean, not negative.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability outside [0, 1]
        or a negative target raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    kl_divergence : Which is infinite where the model rules out what may be.

    Notes
    -----
    The square root of it is a distance. With d = (p − t) / (p + t) a term is
    ``m (d (log1p(d) − log1p(−d)) + log1p(−d²)) / 2``, which keeps its digits where the
    two are nearly equal. By a probability of 0 whose target is not 0 the derivative is −inf,
    and the other way round; where both are 0 it is 0.

    References
    ----------
    J. Lin, Divergence measures based on the Shannon entropy, IEEE Transactions on
    Information Theory 37 (1991).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> one, other = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.25, 0.75]])
    >>> al.js_divergence(one, other, reduction="none")
    array([0.69314718, 0.03382208])
    """
    return evaluate(
        _js_divergence,
        probabilities,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(probabilities=PROBABILITY, targets=SHARE)
def _js_divergence(xp: Namespace, probabilities: Any, targets: Any) -> Terms:
    total = present(xp, probabilities + targets)
    ratio = (probabilities - targets) / total
    near = xp.abs(ratio) < 0.5
    some = xp.where(near, ratio, 0.0)
    up, down = xp.log1p(some), xp.log1p(-some)
    spread = 0.25 * total * (some * (up - down) + xp.log1p(-some * some))
    by_first, by_second = (
        0.5 * xp.where(near, log, xp.log(2.0 * part / total))
        for log, part in ((up, probabilities), (down, targets))
    )
    apart = times(xp, probabilities, by_first) + times(xp, targets, by_second)
    return xp.sum(xp.where(near, spread, apart), axis=-1), lambda: by_first, lambda: by_second
