"""Losses of labels that exclude each other: one class, or a distribution, per row."""

from __future__ import annotations

from typing import Any

from ._check import FRACTION, NON_NEGATIVE
from ._classes import class_mass, share_mass
from ._engine import along_axis, evaluate
from ._roles import CLASS, CLASS_WEIGHTS, OUTPUT, SHARE
from ._softmax import bends, labelled_cross_entropy, shared, with_normaliser
from ._stable import times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    *,
    axis: int = -1,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of distributions over classes with the softmax of the logits.

    .. math::

        \ell = -\sum_c w_c t_c \log p_c + z \log^2 \sum_c e^{x_c},
        \qquad p = \operatorname{softmax}(x), \qquad t = (1 - s) \, \text{labels} + s / C

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array
        The same shape, floating, integer or boolean, not negative: a distribution per
        row. Rows that do not sum to 1 are taken as they are.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class on the (smoothed) labels; the weight of the labels
        before smoothing counts in the denominator.
    label_smoothing : float
        Share s to spread over all classes, from 0 to 1.
    z_loss : float
        Factor z, not negative, of the squared logarithm of the sum of a row's exponentials,
        which keeps logits from drifting. No class weight counts in it.
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
    sparse_softmax_cross_entropy : Of one class per row, as an index.
    cross_entropy : Of probabilities.

    Notes
    -----
    The value is ``Σ w t (max − x) + log1p(rest) Σ w t``, with the largest exponential
    left out of rest: terms that are not negative, so the small loss of a confident
    row keeps its digits. The derivative is formed from sums with one term left out,
    for the same reason. A label of 0 adds 0, also at a logit of −inf.

    References
    ----------
    J. S. Bridle, Probabilistic interpretation of feedforward classification network
    outputs, in Neurocomputing, Springer 1990.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[2.0, 0.0], [-np.inf, 5.0]])
    >>> labels = np.array([[0.5, 0.5], [0.0, 1.0]])
    >>> al.softmax_cross_entropy(logits, labels, reduction="none")
    array([1.12692801, 0.        ])
    """
    return evaluate(
        _softmax_cross_entropy,
        logits,
        labels,
        class_weights,
        axis=axis,
        label_smoothing=label_smoothing,
        z_loss=z_loss,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    logits=OUTPUT,
    labels=SHARE,
    class_weights=CLASS_WEIGHTS,
    label_smoothing=FRACTION,
    z_loss=NON_NEGATIVE,
    mass=share_mass,
)
def _softmax_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, label_smoothing: float, z_loss: float
) -> Terms:
    share = (
        (1.0 - label_smoothing) * labels + label_smoothing / labels.shape[-1] if label_smoothing else labels
    )
    if class_weights is not None:
        share = share * class_weights
    value, by_logits, costs = shared(xp, logits, share)

    def by_labels() -> Any:
        slope = times(xp, 1.0 - label_smoothing, costs())
        return slope if class_weights is None else times(xp, class_weights, slope)

    both = with_normaliser(xp, logits, z_loss, value, by_logits)
    return *both, by_labels, lambda: bends(xp, logits, xp.sum(share, axis=-1), z_loss)


def sparse_softmax_cross_entropy(
    logits: Array,
    labels: Array | int,
    *,
    axis: int = -1,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of class indices with the softmax of the logits.

    .. math::

        \ell = -\sum_c w_c t_c \log p_c + z \log^2 \sum_c e^{x_c},
        \qquad p = \operatorname{softmax}(x), \qquad t_c = (1 - s) [c = y] + s / C

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    labels : array of integers
        The shape of `logits` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class on the (smoothed) labels; the weight of the label's
        class counts in the denominator.
    label_smoothing : float
        Share s to spread over all classes, from 0 to 1.
    z_loss : float
        Factor z, not negative, of the squared logarithm of the sum of a row's exponentials,
        which keeps logits from drifting. No class weight counts in it.
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
    softmax_cross_entropy : Of a distribution per row; one-hot rows give the same number.
    nll : Of log-probabilities.

    Notes
    -----
    With E the label's exponential and T the sum of those of all other classes, the value
    is ``log1p(T / E)`` and the derivative at the label ``−T / (T + E)``. T is a sum with
    one term left out, not a difference, so the small loss of a confident row keeps its
    digits. A common factor of the exponentials cancels, so moderate logits need no shift.

    References
    ----------
    J. S. Bridle, Probabilistic interpretation of feedforward classification network
    outputs, in Neurocomputing, Springer 1990.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]])
    >>> al.sparse_softmax_cross_entropy(logits, np.array([0, 1, 1]), reduction="none")
    array([1.31326169, 0.12692801, 0.12692801])
    """
    return evaluate(
        _sparse_softmax_cross_entropy,
        logits,
        labels,
        class_weights,
        axis=axis,
        label_smoothing=label_smoothing,
        z_loss=z_loss,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    logits=OUTPUT,
    labels=CLASS,
    class_weights=CLASS_WEIGHTS,
    label_smoothing=FRACTION,
    z_loss=NON_NEGATIVE,
    mass=class_mass,
)
def _sparse_softmax_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, label_smoothing: float, z_loss: float
) -> Terms:
    return labelled_cross_entropy(
        xp, logits, labels, class_weights, label_smoothing=label_smoothing, z_loss=z_loss
    )


def nll(
    log_probabilities: Array,
    labels: Array | int,
    *,
    axis: int = -1,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Negative log-likelihood of class indices under log-probabilities.

    .. math:: \ell = -w_y \log p_y

    Parameters
    ----------
    log_probabilities : array, real floating
        Any shape with the classes along `axis`; nothing checks that a row is
        normalised.
    labels : array of integers
        The shape of `log_probabilities` without `axis`: the class y of each row, in
        [0, C), in any integer dtype.
    axis : int
        The axis of the classes.
    class_weights : array of shape (C,), optional
        Weight w of each class; it counts in the denominator.
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
    sparse_softmax_cross_entropy : Of logits, more exact.

    References
    ----------
    R. A. Fisher, On the mathematical foundations of theoretical statistics,
    Philosophical Transactions of the Royal Society A 222 (1922).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.nll(np.log([[0.25, 0.75], [0.5, 0.5]]), np.array([1, 0]), reduction="none")
    array([0.28768207, 0.69314718])
    """
    return evaluate(
        _nll,
        log_probabilities,
        labels,
        class_weights,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(log_probabilities=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, mass=class_mass)
def _nll(xp: Namespace, log_probabilities: Any, labels: Any, class_weights: Any) -> Terms:
    own = -labels.pick(log_probabilities)
    if class_weights is None:
        return own, lambda: labels.put(xp.zeros_like(log_probabilities), -1.0)
    weight = labels.of(class_weights)
    return times(xp, weight, own), lambda: labels.put(xp.zeros_like(log_probabilities), -weight)
