"""Fenchel–Young losses: a convex function of the scores, less what the truth scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._check import CONJUGATE
from ._engine import along_axis, elementwise, evaluate
from ._leaders import split
from ._namespace import device_of
from ._roles import CLASS, OUTPUT, POINT, UNIT
from ._stable import clip, indicator, inner, largest, running_total, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms

Conjugate = Callable[[Namespace, Any], tuple[Any, Any]]


def sparsemax(
    logits: Array,
    labels: Array | int,
    *,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""The loss whose gradient is the sparse projection of the logits onto distributions, less the truth.

    .. math::

        \ell = \tfrac12 \sum_{i: p_i > 0} (x_i^2 - \tau^2) - x_y + \tfrac12,
        \quad p = \max(x - \tau, 0), \quad \sum_i p_i = 1

    p is the distribution nearest to the logits: unlike the softmax, it may have zeros, and the loss
    is 0 from a margin of 1 on.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`.
    labels : array of integers
        The shape of `logits` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    axis : int
        The axis of the classes.
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
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss of
        its row and the row of the gradient are NaN.

    See Also
    --------
    sparse_softmax_cross_entropy : Of the softmax.
    binary_sparsemax : Of two classes with one logit.
    fenchel_young : Of any such pair.

    Notes
    -----
    Computed as ½ ‖p − e‖² + max(τ − x_y, 0), e the one-hot row, which is a sum of positive terms:
    a small loss keeps its digits.

    References
    ----------
    A. F. T. Martins and R. F. Astudillo, From softmax to sparsemax: a sparse model of
    attention and multi-label classification, ICML 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.array([[0.5, 0.0, -3.0], [3.0, 0.0, 1.0]])
    >>> al.sparsemax(logits, np.array([0, 0]), reduction="none")
    array([0.0625, 0.    ])
    """
    return evaluate(
        _sparsemax,
        logits,
        labels,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(logits=OUTPUT, labels=CLASS)
def _sparsemax(xp: Namespace, logits: Any, labels: Any) -> Terms:
    shifted = logits - largest(xp, logits)
    threshold = _threshold(xp, shifted)
    chosen = clip(xp, shifted - threshold, low=0.0)
    others = labels.drop(1.0 * chosen)
    rest = xp.sum(others, axis=-1)
    below = clip(xp, threshold[..., 0] - labels.pick(shifted), low=0.0)
    value = 0.5 * (xp.sum(others * others, axis=-1) + rest * rest) + below
    return value, lambda: labels.put(others, -rest)


def binary_sparsemax(
    logits: Array,
    labels: Array | float,
    *,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""The sparsemax loss of two classes from one logit: quadratic between -1 and 1, linear or 0 beyond.

    .. math::

        \ell = (1 - z) \, \phi(x) + z \, \phi(-x), \quad \phi(x) = \begin{cases}
            0 & x \le -1 \\
            \tfrac14 (x + 1)^2 & |x| < 1 \\
            x & x \ge 1
        \end{cases}

    Parameters
    ----------
    logits : array, real floating
        Any shape.
    labels : array or number
        The same shape, from 0 to 1, floating, integer or boolean; or one number for every
        entry.
    weights, where, reduction, denominator
        As in every loss, per entry: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    sigmoid_cross_entropy : The same with the softplus, which is never 0.
    modified_huber : A smooth hinge loss of two classes.

    References
    ----------
    M. Blondel, A. F. T. Martins and V. Niculae, Learning with Fenchel-Young losses,
    Journal of Machine Learning Research 21 (2020).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.binary_sparsemax(np.array([0.0, 2.0, 2.0]), np.array([1, 1, 0]), reduction="none")
    array([0.25, 0.  , 2.  ])
    """
    return evaluate(
        _binary_sparsemax,
        logits,
        labels,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(logits=OUTPUT, labels=UNIT)
def _binary_sparsemax(xp: Namespace, logits: Any, labels: Any) -> Terms:
    inside = clip(xp, logits, -1.0, 1.0)
    beyond = xp.abs(logits - inside)
    no, yes = 0.5 * (1.0 + inside), 0.5 * (1.0 - inside)
    # What is beyond 1 in the wrong direction costs as much as the label lacks there.
    lack = xp.abs(xp.astype(logits > 0, logits.dtype) - labels)
    value = (1.0 - labels) * no * no + labels * yes * yes + times(xp, lack, beyond)
    slope = (1.0 - labels) * no - labels * yes
    curvature = 0.5 * indicator(xp, xp.abs(logits) <= 1.0, logits)
    return value, lambda: slope, lambda: -logits, lambda: curvature


def fenchel_young(
    scores: Array,
    targets: Array,
    *,
    conjugate: Conjugate | None = None,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""A convex function of the scores, less what the truth scores: zero gradient where the two agree.

    .. math:: \ell = \Omega^*(s) - \langle t, s \rangle, \quad \nabla_s \ell = \nabla \Omega^*(s) - t

    The Fenchel–Young loss up to the term Ω(t), which no score changes.

    Parameters
    ----------
    scores : array, real floating
        Any shape with the entries along `axis`.
    targets : array
        The same shape: the truth, a point of the convex hull of what may be predicted.
    conjugate : callable, optional
        ``conjugate(xp, rows)``: the function Ω* of each row, along the last axis, and its
        gradient, which is the prediction that maximizes ⟨μ, s⟩ − Ω(μ); a pair of arrays of the
        shapes (...) and (..., C). `xp` is the namespace of `rows`, whose functions it must be
        written in. By default the logarithm of the sum of exponentials, with the softmax.
    axis : int
        The axis of the entries.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores` without `axis` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    softmax_cross_entropy : Where the default agrees with it, more exact.
    sparsemax : The sparse one.

    Notes
    -----
    The two terms are nearly equal for a confident prediction and leave what their rounding does;
    the losses above lose nothing.

    References
    ----------
    M. Blondel, A. F. T. Martins and V. Niculae, Learning with Fenchel-Young losses,
    Journal of Machine Learning Research 21 (2020).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> def squares(xp, rows):
    ...     return 0.5 * xp.sum(rows * rows, axis=-1), rows
    >>> scores, targets = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]])
    >>> al.grad(al.fenchel_young)(scores, targets, conjugate=squares)
    array([[0., 2.]])
    """
    return evaluate(
        _fenchel_young,
        scores,
        targets,
        axis=axis,
        conjugate=conjugate,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(scores=OUTPUT, targets=POINT, conjugate=CONJUGATE)
def _fenchel_young(xp: Namespace, scores: Any, targets: Any, *, conjugate: Conjugate | None) -> Terms:
    scored = inner(xp, targets, lambda _: scores)
    if conjugate is None:  # that of Shannon's negative entropy
        parts = split(xp, scores)
        value, total = parts.top[..., 0] + parts.log_sum, parts.total

        def by_scores() -> Any:
            return parts.terms - targets * total[..., None], 1.0 / total

        return value - scored, by_scores, lambda: -scores
    value, best = conjugate(xp, scores)
    return value - scored, lambda: best - targets, lambda: -scores


def _threshold(xp: Namespace, rows: Any) -> Any:
    """The τ above which the entries of a row have 1 in all: the largest of the first k's mean less 1 / k."""
    ordered = xp.sort(rows, axis=-1, descending=True)
    count = xp.arange(1, rows.shape[-1] + 1, dtype=rows.dtype, device=device_of(rows))
    return largest(xp, (running_total(xp, ordered) - 1.0) / count)
