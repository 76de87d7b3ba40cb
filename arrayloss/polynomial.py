"""Cross-entropies of classes whose polynomial in the probability of the truth is another."""

from __future__ import annotations

from typing import Any

from ._check import FRACTION, Rule
from ._classes import class_mass, share_mass
from ._engine import along_axis, evaluate
from ._leaders import split
from ._roles import CLASS, CLASS_WEIGHTS, OUTPUT, SHARE
from ._softmax import by_label, cost_of, drawn, labelled, surprises, unlikely
from ._stable import excess, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms

# Below −1 a better prediction would cost more.
_EPSILON = Rule("a number >= -1", lambda x: -1 <= x < float("inf"))


def poly_cross_entropy(
    logits: Array,
    labels: Array,
    *,
    epsilon: float = 2.0,
    axis: int = -1,
    class_weights: Array | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Poly-1 loss of distributions over classes and the softmax of the logits.

    .. math::

        \ell = \sum_c w_c t_c \bigl(\epsilon (1 - p_c) - \log p_c\bigr),
        \qquad p = \operatorname{softmax}(x)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array
        The same shape, floating, integer or boolean, not negative: a distribution t per
        row. Rows that do not sum to 1 are taken as they are.
    epsilon : float
        What is added to the first coefficient of the cross-entropy as a series in
        1 − p, which is 1; at least −1, where that term is gone.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class; the weight of the labels counts in the denominator.
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
    sparse_poly_cross_entropy : Of one class per row, as an index.
    softmax_cross_entropy : With an epsilon of 0.

    Notes
    -----
    For an epsilon below 0 the value is a sum of two terms that are not negative:
    1 + ε times the cross-entropy, and −ε times its series without the first term, added up
    without that term.

    References
    ----------
    Z. Leng, M. Tan, C. Liu, E. D. Cubuk, X. Shi, S. Cheng and D. Anguelov, PolyLoss: a
    polynomial expansion perspective of classification loss functions, ICLR 2022.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[2.0, 0.0], [-np.inf, 5.0]])
    >>> labels = np.array([[0.5, 0.5], [0.0, 1.0]])
    >>> al.poly_cross_entropy(logits, labels, reduction="none")
    array([2.12692801, 0.        ])
    """
    return evaluate(
        _poly_cross_entropy,
        logits,
        labels,
        class_weights,
        epsilon=epsilon,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=SHARE, class_weights=CLASS_WEIGHTS, epsilon=_EPSILON, mass=share_mass)
def _poly_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, epsilon: float
) -> Terms:
    share = labels if class_weights is None else labels * class_weights
    parts = split(xp, logits)
    cost = _poly(xp, surprises(logits, parts), unlikely(parts), epsilon)
    return (
        cost_of(xp, parts, share, cost),
        lambda: drawn(xp, parts, share * _pull(parts.terms, parts.others, epsilon)),
        lambda: cost if class_weights is None else times(xp, class_weights, cost),
    )


def _poly(xp: Namespace, surprise: Any, rest: Any, epsilon: float) -> Any:
    """-log p + ε (1 − p), of which both parts are given."""
    if epsilon >= 0:
        return surprise + epsilon * rest
    return times(xp, 1.0 + epsilon, surprise) - epsilon * excess(xp, -rest, -surprise)


def _pull(own: Any, rest: Any, epsilon: float) -> Any:
    """1 + ε p, the derivative by -log p, as a sum of terms that are not negative."""
    return (rest + (1.0 + epsilon) * own) / (rest + own)


def sparse_poly_cross_entropy(
    logits: Array,
    labels: Array | int,
    *,
    epsilon: float = 2.0,
    axis: int = -1,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Poly-1 loss of class indices and the softmax of the logits.

    .. math::

        \ell = w_y \bigl(\epsilon (1 - p_y) - \log p_y\bigr), \qquad p = \operatorname{softmax}(x)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array of integers
        The shape of `logits` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    epsilon : float
        What is added to the first coefficient of the cross-entropy as a series in
        1 − p, which is 1; at least −1, where that term is gone.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class; the weight of the label's class counts in the
        denominator.
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
    poly_cross_entropy : Of a distribution per row; one-hot rows give the same number.
    sparse_softmax_cross_entropy : With an epsilon of 0.

    Notes
    -----
    The parts are those of `poly_cross_entropy`, with 1 − p as the share of all other
    classes, which is no difference.

    References
    ----------
    Z. Leng, M. Tan, C. Liu, E. D. Cubuk, X. Shi, S. Cheng and D. Anguelov, PolyLoss: a
    polynomial expansion perspective of classification loss functions, ICLR 2022.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]])
    >>> al.sparse_poly_cross_entropy(logits, np.array([0, 1, 1]), reduction="none")
    array([2.77537884, 0.36533386, 0.36533386])
    """
    return evaluate(
        _sparse_poly_cross_entropy,
        logits,
        labels,
        class_weights,
        epsilon=epsilon,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, epsilon=_EPSILON, mass=class_mass)
def _sparse_poly_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, epsilon: float
) -> Terms:
    parts = labelled(xp, logits, labels)
    own, rest, _, surprise = parts
    weight: Any = 1.0 if class_weights is None else labels.of(class_weights)
    return (
        times(xp, weight, _poly(xp, surprise, rest / (own + rest), epsilon)),
        lambda: (by_label(labels, parts), weight * _pull(own, rest, epsilon)),
    )


def generalized_cross_entropy(
    logits: Array,
    labels: Array | int,
    *,
    q: float = 0.7,
    axis: int = -1,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Generalized cross-entropy of class indices, of which some may be wrong, and the softmax of the logits.

    .. math::

        \ell = w_y \frac{1 - p_y^q}{q}, \qquad p = \operatorname{softmax}(x)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array of integers
        The shape of `logits` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    q : float
        From 0, the limit, which is the cross-entropy, to 1, which is the mean absolute
        error and forgives wrong labels most. No row costs more than 1 / q.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class; the weight of the label's class counts in the
        denominator.
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
    sparse_softmax_cross_entropy : With a q of 0.

    Notes
    -----
    The value is ``−expm1(−q L) / q`` of the cross-entropy L, which keeps the digits of
    a confident prediction and meets L as q goes to 0.

    References
    ----------
    Z. Zhang and M. R. Sabuncu, Generalized cross entropy loss for training deep neural
    networks with noisy labels, NeurIPS 2018.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]])
    >>> al.generalized_cross_entropy(logits, np.array([0, 1, 1]), reduction="none")
    array([0.85885027, 0.12145261, 0.12145261])
    """
    return evaluate(
        _generalized_cross_entropy,
        logits,
        labels,
        class_weights,
        q=q,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, q=FRACTION, mass=class_mass)
def _generalized_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, q: float
) -> Terms:
    parts = labelled(xp, logits, labels)
    surprise = parts.value
    weight: Any = 1.0 if class_weights is None else labels.of(class_weights)
    return (
        times(xp, weight, -xp.expm1(-q * surprise) / q if q else surprise),
        # d(1 − p^q) / q = p^q d(−log p)
        lambda: (by_label(labels, parts), weight * xp.exp(-times(xp, q, surprise))),
    )
