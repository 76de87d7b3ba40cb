"""Convex extensions of the Jaccard loss of masks."""

from __future__ import annotations

from typing import Any

from ._engine import along_axis, evaluate
from ._order import jaccard_steps
from ._roles import OUTPUT, PRESENT, PROBABILITY, SIDE
from ._stable import clip, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def lovasz_hinge(
    logits: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin of the entries of a set, weighed as they lower its Jaccard index.

    .. math::

        \ell = \sum_k m_{\pi(k)} \, (J_k - J_{k-1}), \qquad m_{\pi(1)} \ge m_{\pi(2)} \ge \ldots,
        \qquad m_i = \max(0, 1 - (2 y_i - 1) \, x_i)

    Parameters
    ----------
    logits : array, real floating
        Any shape with the entries of a set (the pixels of a mask, say) along `axis`:
        positive where an entry is thought to belong to the set.
    labels : array
        The same shape, floating, integer or boolean, 0 or 1: whether each entry belongs
        to the set.
    axis : int or tuple of int
        The axis of the entries of a set, or several: ``(2, 3)`` for a mask of each image
        and class of shape (N, C, H, W), ``(0, 2, 3)`` for one of the whole batch per class.
    where : array of bool, optional
        Which entries there are, of a shape that broadcasts to that of the logits: what
        is False (void pixels) counts for nothing, even NaN. A set with no entries is left
        out.
    weights, reduction, denominator
        As in every loss, per set: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 0 nor 1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    lovasz_softmax : Of probabilities.
    jaccard : Smooth, and not convex.

    Notes
    -----
    J_k is the Jaccard loss of a mask that is wrong at the first k entries alone, so ℓ is its
    convex extension to errors. Of equal errors the entry that comes first is taken
    first, which matters for the gradient alone. Each step is one quotient of whole numbers.
    The derivative where a margin is exactly kept is 0. Where no entry belongs to the set, the
    loss is the largest lack of margin.

    References
    ----------
    M. Berman, A. Rannen Triki and M. B. Blaschko, The Lovász-softmax loss: a tractable
    surrogate for the optimization of the intersection-over-union measure in neural
    networks, CVPR 2018.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits, labels = np.array([[2.0, -0.5, 0.5]]), np.array([[1, 0, 1]])
    >>> al.lovasz_hinge(logits, labels, reduction="none")
    array([0.33333333])
    """
    return evaluate(
        _lovasz_hinge,
        logits,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=SIDE, where=PRESENT)
def _lovasz_hinge(xp: Namespace, logits: Any, labels: Any, where: Any) -> Terms:
    sides = 2.0 * labels - 1.0
    lack = 1.0 - sides * logits
    value, steps, sane = _extension(xp, lack, labels, where)
    return value, lambda: (xp.where(lack <= 0, 0.0, -sides * steps), sane)


def lovasz_softmax(
    probabilities: Array,
    labels: Array,
    *,
    axis: int | tuple[int, ...] = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Errors of the probabilities of a class, weighed as they lower its Jaccard index.

    .. math::

        \ell = \sum_k m_{\pi(k)} \, (J_k - J_{k-1}), \qquad m_{\pi(1)} \ge m_{\pi(2)} \ge \ldots,
        \qquad m_i = |y_i - p_i|

    Parameters
    ----------
    probabilities : array, real floating
        Of each entry to belong to the class, from 0 to 1, any shape with the entries (the
        pixels of an image, say) along `axis`: one class after the other, or all at once with
        the classes along another axis.
    labels : array
        The same shape, floating, integer or boolean, 0 or 1: whether each entry belongs
        to the class.
    axis : int or tuple of int
        The axis of the entries of a class, or several: ``(2, 3)`` for each image and class
        of shape (N, C, H, W), ``(0, 2, 3)`` for each class of the whole batch.
    where : array of bool, optional
        Which entries there are, of a shape that broadcasts to that of the probabilities: what
        is False (void pixels) counts for nothing, even NaN. A class of no entries is left
        out.
    weights, reduction, denominator
        As in every loss, per class: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `probabilities` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 0 nor 1
        and a probability outside of 0 to 1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    lovasz_hinge : Of logits.
    jaccard : Smooth, and of soft labels.

    Notes
    -----
    J_k is the Jaccard loss of a mask that is wrong at the first k entries alone, so ℓ is its
    convex extension to errors. Of equal errors the entry that comes first is taken
    first, which matters for the gradient alone. Each step is one quotient of whole numbers.
    A class that is not there has no Jaccard index: it costs 0 and does not count in the mean,
    but for ``denominator="count"``. Of the index of a class at each place,
    ``labels[:, None] == classes`` with classes of shape (C, 1, 1) is what belongs here.

    References
    ----------
    M. Berman, A. Rannen Triki and M. B. Blaschko, The Lovász-softmax loss: a tractable
    surrogate for the optimization of the intersection-over-union measure in neural
    networks, CVPR 2018.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> probabilities = np.array([[0.75, 0.5, 0.25], [0.25, 0.5, 0.75], [0.0, 0.0, 0.0]])
    >>> labels = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 0]])
    >>> al.lovasz_softmax(probabilities, labels, reduction="none")
    array([0.375, 0.375, 0.   ])
    """
    return evaluate(
        _lovasz_softmax,
        probabilities,
        labels,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


def _presence(xp: Namespace, probabilities: Any, labels: Any, *_: Any) -> Terms:
    """What a class counts for in a mean: 1 if it is there, or else 0."""
    return xp.astype(xp.any(labels > 0, axis=-1), probabilities.dtype), None


@along_axis(probabilities=PROBABILITY, labels=SIDE, where=PRESENT, mass=_presence)
def _lovasz_softmax(xp: Namespace, probabilities: Any, labels: Any, where: Any) -> Terms:
    there, _ = _presence(xp, probabilities, labels)
    errors = xp.where(labels > 0, 1.0 - probabilities, probabilities)
    value, steps, sane = _extension(xp, errors, labels, where)
    return there * value, lambda: (xp.where(labels > 0, -steps, steps), there * sane)


def _extension(xp: Namespace, errors: Any, labels: Any, where: Any) -> Terms:
    """The convex extension of the Jaccard loss, the steps that it is made of, and 1, but NaN beside NaN."""
    steps = jaccard_steps(xp, errors if where is None else xp.where(where, errors, -xp.inf), labels)
    value = xp.sum(times(xp, steps, clip(xp, errors, 0.0)), axis=-1)
    return value, steps, xp.where(xp.isnan(value), value, 1.0)
