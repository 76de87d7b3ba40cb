"""Losses of binary labels: one probability of yes each."""

from __future__ import annotations

from typing import Any

from ._check import FLAG, FRACTION
from ._engine import along_axis, elementwise, evaluate
from ._namespace import eager
from ._roles import CLASS_WEIGHTS, FACTOR, OUTPUT, PROBABILITY, UNIT
from ._stable import clip, logistic_variance, softplus, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms

# Where PyTorch's loss of probabilities stops, forwards and backwards: models that were
# trained with it meet the same numbers here.
_COSTLIEST, _LEAST_PRODUCT = 100.0, 1e-12


def sigmoid_cross_entropy(
    logits: Array,
    labels: Array | float,
    *,
    pos_weight: Array | float | None = None,
    label_smoothing: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of binary labels with the logistic function of the logits.

    .. math::

        \ell = (1 - z) \log(1 + e^{x}) + q \, z \log(1 + e^{-x}),
        \qquad z = (1 - s) \, \text{label} + \tfrac12 s

    Parameters
    ----------
    logits : array, real floating
        Log-odds of yes, any shape; infinite ones are certain.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1; or one number for
        every entry.
    pos_weight : array or number, optional
        Factor q on the term of the positive label; broadcasts to `logits`. It does not
        count in the denominator.
    label_smoothing : float
        How far s to move the labels towards one half, from 0 to 1.
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
    binary_cross_entropy : Of probabilities.
    multilabel_sigmoid_cross_entropy : The mean over the classes of a row.
    softmax_cross_entropy : Of classes that exclude each other.

    Notes
    -----
    The value is a sum of terms that are not negative, ``m |x| + c log1p(exp(-|x|))``
    with m the share of the label that the sign of the logit denies: nothing cancels.
    A term with share 0 is 0, also at an infinite logit.

    References
    ----------
    D. R. Cox, The regression analysis of binary sequences, Journal of the Royal
    Statistical Society B 20 (1958).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.sigmoid_cross_entropy(np.array([0.0, 2.0, -1000.0]), np.array([1, 1, 0]), reduction="none")
    array([0.69314718, 0.12692801, 0.        ])
    """
    return evaluate(
        _sigmoid_cross_entropy,
        logits,
        labels,
        pos_weight,
        label_smoothing=label_smoothing,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(logits=OUTPUT, labels=UNIT, pos_weight=FACTOR, label_smoothing=FRACTION)
def _sigmoid_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, pos_weight: Any, *, label_smoothing: float
) -> Terms:
    above, size = xp.astype(logits > 0, logits.dtype), xp.abs(logits)
    tail = xp.exp(-size)
    lack = _share(xp, above - labels, above, pos_weight, label_smoothing, weighted=0.0)

    def held() -> Any:
        return _share(xp, (above - 1.0) + labels, above, pos_weight, label_smoothing, weighted=1.0)

    # |x| costs the share that the label has on the other side of 0; log1p(exp(-|x|)) costs both.
    both: Any = 1.0
    value = times(xp, xp.abs(lack), size) + xp.log1p(tail)
    if pos_weight is not None:
        side = 2.0 * above - 1.0
        both = side * (lack + held())
        value = times(xp, side * lack, size) + both * xp.log1p(tail)

    def by_logits() -> Any:
        # Without smoothing as exact as the labels themselves; where eager, differentiated no further.
        return _slope(xp, logits, tail, lack, held(), smooth=bool(label_smoothing) or not eager(xp))

    def by_labels() -> Any:
        return times(xp, 1.0 - label_smoothing, _slope_by_labels(xp, logits, pos_weight))

    return value, by_logits, by_labels, lambda: both * logistic_variance(xp, size)


def multilabel_sigmoid_cross_entropy(
    logits: Array,
    labels: Array | float,
    *,
    axis: int = -1,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Mean, over the classes of a row, of the cross-entropy of one binary label each.

    .. math::

        \ell = \frac{1}{C} \sum_c w_c \left(
            (1 - z_c) \log(1 + e^{x_c}) + z_c \log(1 + e^{-x_c}) \right),
        \qquad z = (1 - s) \, \text{labels} + \tfrac12 s

    Parameters
    ----------
    logits : array, real floating
        Log-odds of yes, any shape with the classes along `axis`; infinite ones are
        certain.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1; or one number for
        every entry.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class in the mean over the classes, which divides by C all the
        same; it does not count in the denominator.
    label_smoothing : float
        How far s to move the labels towards one half, from 0 to 1.
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
        If an argument does not fit; the message names it. A label outside [0, 1]
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    sigmoid_cross_entropy : Entry by entry, each with its own weight.
    multilabel_margin : Of the order of the scores alone.

    Notes
    -----
    Each entry costs what it does in `sigmoid_cross_entropy`, computed in the same way. A
    class with weight 0 is left out, also at an infinite logit.

    References
    ----------
    M.-L. Zhang and Z.-H. Zhou, A review on multi-label learning algorithms, IEEE
    Transactions on Knowledge and Data Engineering 26 (2014).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[0.0, 2.0], [-1000.0, 1000.0]])
    >>> al.multilabel_sigmoid_cross_entropy(logits, np.array([[1, 1], [0, 1]]), reduction="none")
    array([0.4100376, 0.       ])
    """
    return evaluate(
        _multilabel_sigmoid_cross_entropy,
        logits,
        labels,
        class_weights,
        axis=axis,
        label_smoothing=label_smoothing,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=UNIT, class_weights=CLASS_WEIGHTS, label_smoothing=FRACTION)
def _multilabel_sigmoid_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, label_smoothing: float
) -> Terms:
    # Each entry by itself, then their weighted mean.
    entries, *derivatives = _sigmoid_cross_entropy.function(
        xp, logits, labels, None, label_smoothing=label_smoothing
    )

    count = logits.shape[-1]

    def weighted(rows: Any) -> Any:
        return rows if class_weights is None else times(xp, class_weights, rows)

    return (
        xp.sum(weighted(entries), axis=-1) / count,
        *(lambda by=by: weighted(by()) / count for by in derivatives),
    )


def binary_cross_entropy(
    probabilities: Array,
    labels: Array | float,
    *,
    label_smoothing: float = 0.0,
    clamp: bool = False,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of binary labels with probabilities.

    .. math::

        \ell = -z \log p - (1 - z) \log(1 - p),
        \qquad z = (1 - s) \, \text{label} + \tfrac12 s

    A probability of 0 or 1 is not clipped, except with `clamp`: it costs 0 if the label
    agrees and infinity if it does not. From logits, `sigmoid_cross_entropy` is more exact.

    Parameters
    ----------
    probabilities : array, real floating
        Probabilities of yes, from 0 to 1, any shape.
    labels : array or number
        The same shape, floating, integer or boolean, from 0 to 1; or one number for
        every entry.
    label_smoothing : float
        How far s to move the labels towards one half, from 0 to 1.
    clamp : bool
        Whether to hold the loss finite as `torch.nn.functional.binary_cross_entropy`
        does: see the notes.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A probability or label
        outside [0, 1] raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    sigmoid_cross_entropy : Of logits.
    cross_entropy : Of distributions over more than two classes.

    Notes
    -----
    With `clamp` each logarithm is at least −100, so that a probability of 0 against a
    label of 1 costs 100, and the derivative by p is ``(p - z) / max(p (1 - p), 1e-12)``,
    which is large there and points back, but is not that of the clamped value. The
    derivative by a label is the difference of the clamped logarithms.

    References
    ----------
    I. J. Good, Rational decisions, Journal of the Royal Statistical Society B 14 (1952).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.binary_cross_entropy(np.array([0.5, 1.0, 0.0]), np.array([1, 1, 1]), reduction="none")
    array([0.69314718, 0.        ,        inf])
    """
    return evaluate(
        _binary_cross_entropy,
        probabilities,
        labels,
        label_smoothing=label_smoothing,
        clamp=clamp,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(probabilities=PROBABILITY, labels=UNIT, label_smoothing=FRACTION, clamp=FLAG)
def _binary_cross_entropy(
    xp: Namespace, probabilities: Any, labels: Any, *, label_smoothing: float, clamp: bool
) -> Terms:
    yes, no = _smooth(labels, label_smoothing), _smooth(1.0 - labels, label_smoothing)
    other = 1.0 - probabilities
    if_yes, if_no = -xp.log(probabilities), -xp.log1p(-probabilities)
    if clamp:
        if_yes, if_no = clip(xp, if_yes, high=_COSTLIEST), clip(xp, if_no, high=_COSTLIEST)

    def by_probabilities() -> Any:
        # (1 − z) / (1 − p) − z / p, without 0 / 0; as one fraction where it would cancel.
        if clamp:
            return (probabilities - yes) / clip(xp, probabilities * other, low=_LEAST_PRODUCT)
        below_yes = xp.where((yes == 0) & (probabilities == 0), 1.0, probabilities)
        below_no = xp.where((no == 0) & (other == 0), 1.0, other)
        hard = (yes == 0) | (no == 0)
        return xp.where(hard, no / below_no - yes / below_yes, (probabilities - yes) / (below_yes * below_no))

    def by_labels() -> Any:
        return times(xp, 1.0 - label_smoothing, _log_odds(xp, probabilities, if_yes - if_no))

    def curvature() -> Any:
        # z / p² + (1 − z) / (1 − p)².
        least = _LEAST_PRODUCT if clamp else 0.0
        return _over_square(xp, yes, probabilities, least) + _over_square(xp, no, other, least)

    return times(xp, yes, if_yes) + times(xp, no, if_no), by_probabilities, by_labels, curvature


def _log_odds(xp: Namespace, probabilities: Any, far: Any) -> Any:
    """Log((1 - p) / p): near p = ½ as ± log1p(|1 - 2p| / min(p, 1 - p)), which is exact there."""
    excess = 1.0 - 2.0 * probabilities
    odds = xp.log1p(xp.abs(excess / xp.minimum(probabilities, 1.0 - probabilities)))
    return xp.where(xp.abs(excess) < 0.5, xp.where(excess < 0, -odds, odds), far)


def _over_square(xp: Namespace, share: Any, probabilities: Any, least: float) -> Any:
    """Share / probability², without 0 / 0, of probabilities that are not below a least one."""
    below = clip(xp, xp.where(share == 0, 1.0, probabilities), low=least)
    return share / below / below


def _slope(xp: Namespace, logits: Any, tail: Any, lack: Any, held: Any, *, smooth: bool) -> Any:
    """The derivative from the shares of both sides, by exp where σ is near 0 or 1.

    Near 0 also by expm1, where that is asked for: there it is exact and smooth.
    """
    far = (lack - held * tail) / (1.0 + tail)
    if not smooth:
        return far
    odds = xp.expm1(-clip(xp, logits, -1.0, 1.0))
    near = ((lack - held) - xp.where(logits > 0, held, -lack) * odds) / (2.0 + odds)
    return xp.where(xp.abs(logits) < 1.0, near, far)


def _slope_by_labels(xp: Namespace, logits: Any, pos_weight: Any) -> Any:
    """What more of the label would cost."""
    if pos_weight is None:
        return -logits
    return times(xp, pos_weight, softplus(xp, -logits)) - softplus(xp, logits)


def _share(
    xp: Namespace, share: Any, above: Any, pos_weight: Any, label_smoothing: float, *, weighted: float
) -> Any:
    """A share of the label, with the sign of the logit: smoothed, and weighted on one side of 0."""
    if label_smoothing:
        share = (1.0 - label_smoothing) * share + label_smoothing * (above - 0.5)
    return share if pos_weight is None else xp.where(above == weighted, pos_weight * share, share)


def _smooth(share: Any, label_smoothing: float) -> Any:
    """The share of a side after smoothing; of each side by itself, because 1 - share would cancel."""
    return share if not label_smoothing else (1.0 - label_smoothing) * share + 0.5 * label_smoothing
