"""Losses between distributions along an axis."""

from __future__ import annotations

from typing import Any

from ._check import FLAG
from ._engine import along_axis, evaluate
from ._roles import OUTPUT, PROBABILITY, SHARE, TARGET
from ._stable import clip, inner, present, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


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
