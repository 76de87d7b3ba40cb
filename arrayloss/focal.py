"""Focal losses: cross-entropies with less weight on what is already predicted well."""

from __future__ import annotations

from typing import Any

from ._check import NON_NEGATIVE, OPTIONAL_FRACTION
from ._classes import class_mass, share_mass
from ._engine import along_axis, elementwise, evaluate
from ._leaders import split
from ._roles import CLASS, CLASS_WEIGHTS, OUTPUT, SHARE, UNIT
from ._softmax import by_label, cost_of, drawn, labelled, surprise_by_odds, surprises, unlikely
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


def softmax_focal(
    logits: Array,
    labels: Array,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    class_weights: Array | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Focal loss of distributions over classes and the softmax of the logits.

    .. math::

        \ell = -\sum_c w_c t_c (1 - p_c)^\gamma \log p_c, \qquad p = \operatorname{softmax}(x)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array
        The same shape, floating, integer or boolean, not negative: a distribution t per
        row. Rows that do not sum to 1 are taken as they are.
    gamma : float
        How much less a well predicted class counts, not negative; 0 is the
        cross-entropy.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class, often called alpha; the weight of the labels counts in
        the denominator.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative label raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    sparse_softmax_focal : Of one class per row, as an index.
    softmax_cross_entropy : With the same weight on every prediction.

    Notes
    -----
    ``1 − p`` is the sum of the other exponentials over that of all, never a difference
    from 1, so a confident prediction keeps its digits. A label of 0 adds 0, also at a
    logit of −inf.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, Focal loss for dense object
    detection, ICCV 2017.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[2.0, 0.0], [-np.inf, 5.0]])
    >>> labels = np.array([[0.5, 0.5], [0.0, 1.0]])
    >>> al.softmax_focal(logits, labels, reduction="none")
    array([0.82594087, 0.        ])
    """
    return evaluate(
        _softmax_focal,
        logits,
        labels,
        class_weights,
        gamma=gamma,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=SHARE, class_weights=CLASS_WEIGHTS, gamma=NON_NEGATIVE, mass=share_mass)
def _softmax_focal(xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, gamma: float) -> Terms:
    share = labels if class_weights is None else labels * class_weights
    parts = split(xp, logits)
    surprise, focus = surprises(logits, parts), unlikely(parts) ** gamma
    cost = focus * surprise

    def by_logits() -> Any:
        # d(1 − p)^γ (−log p) = ((1 − p)^γ + γ p (1 − p)^(γ − 1) (−log p)) d(−log p)
        pull = 1.0 + gamma * surprise_by_odds(xp, surprise, parts.terms, parts.others)
        return drawn(xp, parts, share * focus * pull)

    return (
        cost_of(xp, parts, share, cost),
        by_logits,
        lambda: cost if class_weights is None else times(xp, class_weights, cost),
    )


def sparse_softmax_focal(
    logits: Array,
    labels: Array | int,
    *,
    gamma: float = 2.0,
    axis: int = -1,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Focal loss of class indices and the softmax of the logits.

    .. math::

        \ell = -w_y (1 - p_y)^\gamma \log p_y, \qquad p = \operatorname{softmax}(x)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array of integers
        The shape of `logits` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    gamma : float
        How much less a well predicted class counts, not negative; 0 is the
        cross-entropy.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class, often called alpha; the weight of the label's class
        counts in the denominator.
    ignore_index : int, optional
        The label of rows to leave out, as `where` does.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither in
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss
        of its row and the row of the gradient are NaN.

    See Also
    --------
    softmax_focal : Of a distribution per row; one-hot rows give the same number.
    sparse_softmax_cross_entropy : With the same weight on every prediction.

    Notes
    -----
    With E the label's exponential and T the sum of those of all other classes, the value
    is ``(T / (T + E))^γ log1p(T / E)``: nothing is a difference from 1, so the small loss
    of a confident row keeps its digits.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, Focal loss for dense object
    detection, ICCV 2017.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]])
    >>> al.sparse_softmax_focal(logits, np.array([0, 1, 1]), reduction="none")
    array([0.7018683 , 0.00180356, 0.00180356])
    """
    return evaluate(
        _sparse_softmax_focal,
        logits,
        labels,
        class_weights,
        gamma=gamma,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, gamma=NON_NEGATIVE, mass=class_mass)
def _sparse_softmax_focal(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, gamma: float
) -> Terms:
    parts = labelled(xp, logits, labels)
    own, rest, _, surprise = parts
    focus = (rest / (own + rest)) ** gamma
    weight = focus if class_weights is None else focus * labels.of(class_weights)

    def by_logits() -> Any:
        # d(1 − p)^γ (−log p) = ((1 − p)^γ + γ p (1 − p)^(γ − 1) (−log p)) d(−log p)
        pull = 1.0 + gamma * surprise_by_odds(xp, surprise, own, rest)
        return by_label(labels, parts), weight * pull

    return times(xp, weight, surprise), by_logits
