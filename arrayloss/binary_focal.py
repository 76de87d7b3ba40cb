"""Losses that look away from what is predicted well."""

from __future__ import annotations

from typing import Any

from ._check import NON_NEGATIVE, OPTIONAL_FRACTION
from ._engine import elementwise, evaluate
from ._roles import OUTPUT, UNIT
from ._stable import times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def sigmoid_focal(
    logits: Array,
    labels: Array | float,
    *,
    alpha: float | None = None,
    gamma: float = 2.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of binary labels, the less the better a label is predicted.

    .. math::

        \ell = a \, m^\gamma \,
            \bigl( (1 - z) \log(1 + e^{x}) + z \log(1 + e^{-x}) \bigr),
        \qquad m = (1 - z) \, \sigma(x) + z \, \sigma(-x)

    m is the probability that the logit gives to the other label, and
    :math:`a = \alpha z + (1 - \alpha) (1 - z)`, or 1 without `alpha`.

    Parameters
    ----------
    logits : array, real floating
        Log-odds x of yes, any shape; infinite ones are certain.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1: the label z; or one
        number for every entry.
    alpha : float, optional
        The share of the positive labels in the weight of both, from 0 to 1; both weigh 1
        if it is not given.
    gamma : float
        How much less an entry counts that is predicted well, >= 0; 0 gives
        `sigmoid_cross_entropy`.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label outside [0, 1]
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    sigmoid_cross_entropy : Without the factor.

    Notes
    -----
    The factor of a confident prediction is a power of ``exp(-|x|) / (1 + exp(-|x|))`` and
    not of a difference from 1, so that no digit of it is lost. `alpha` does not count in the
    denominator. A label between 0 and 1 has one m, that of its mean.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, Focal loss for dense object
    detection, ICCV 2017.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.sigmoid_focal(np.array([0.0, 2.0, -2.0]), np.array([1, 1, 1]), reduction="none")
    array([0.1732868 , 0.00180356, 1.65007818])
    """
    return evaluate(
        _sigmoid_focal,
        logits,
        labels,
        alpha=alpha,
        gamma=gamma,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(logits=OUTPUT, labels=UNIT, alpha=OPTIONAL_FRACTION, gamma=NON_NEGATIVE)
def _sigmoid_focal(xp: Namespace, logits: Any, labels: Any, *, alpha: float | None, gamma: float) -> Terms:
    # By the side of the logit and not by |x|, which has no second derivative at 0.
    above, other = logits > 0, 1.0 - labels
    side, size = 2.0 * xp.astype(above, logits.dtype) - 1.0, xp.where(above, logits, -logits)
    wrong, right, tail = xp.where(above, other, labels), xp.where(above, labels, other), xp.exp(-size)
    missed, gap = (wrong + right * tail) / (1.0 + tail), (wrong - right * tail) / (1.0 + tail)
    cross = times(xp, wrong, size) + xp.log1p(tail)
    power = missed * missed if gamma == 2 else missed**gamma
    factor = power if alpha is None else (alpha * labels + (1.0 - alpha) * other) * power

    def rate() -> Any:  # m' / m, of a positive logit
        return (wrong - right) * xp.where(wrong == 0, 1.0, tail / (wrong + right * tail)) / (1.0 + tail)

    def by_logits() -> Any:
        return side * factor * (gamma * times(xp, rate(), cross) + gap)

    def by_labels() -> Any:
        steep = gamma * xp.tanh(0.5 * size) * cross / xp.where(missed == 0, 1.0, missed) + size
        slope = -side * times(xp, factor, steep)
        return slope if alpha is None else slope + (2.0 * alpha - 1.0) * power * cross

    def curvature() -> Any:
        share = rate()
        bent = times(xp, share * ((gamma - 1.0) * share - xp.tanh(0.5 * size)), cross)
        return factor * (gamma * (bent + 2.0 * share * gap) + tail / (1.0 + tail) / (1.0 + tail))

    return factor * cross, by_logits, by_labels, curvature
