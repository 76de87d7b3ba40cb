"""Focal losses: cross-entropies with less weight on what is already predicted well."""

from __future__ import annotations

from typing import Any

from ._check import NON_NEGATIVE
from ._classes import class_mass, share_mass
from ._engine import along_axis, evaluate
from ._roles import CLASS, CLASS_WEIGHTS, OUTPUT, SHARE
from ._softmax import by_label, classwise, cost_of, drawn, labelled, surprise_by_odds, surprises
from ._stable import times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


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
    parts = classwise(xp, logits)
    surprise, focus = surprises(xp, logits, parts), parts.rest**gamma
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
