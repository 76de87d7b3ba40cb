"""Losses that compare every embedding of a batch with all others, by their labels."""

from __future__ import annotations

import math
from typing import Any

from ._check import FRACTION, POSITIVE
from ._directions import Directions, Slopes, cosines, itself, through
from ._engine import coupled, evaluate
from ._leaders import split
from ._roles import GROUP, OUTPUT
from ._softmax import drawn
from ._stable import clip, largest
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def supervised_contrastive(
    embeddings: Array,
    labels: Array,
    *,
    temperature: float = 0.1,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of finding every other embedding of an embedding's own label, by their angles.

    .. math:: \ell_i = -\frac{1}{|P_i|} \sum_{p \in P_i} \log
        \frac{\exp(\cos(x_i, x_p) / \tau)}{\sum_{j \neq i} \exp(\cos(x_i, x_j) / \tau)},
        \qquad P_i = \{p \neq i : y_p = y_i\}

    Parameters
    ----------
    embeddings : array, real floating
        The embeddings x, any shape with the features along `axis`. The last of the other
        axes is the batch; any before it hold batches of their own.
    labels : array of integers
        The shape of `embeddings` without `axis`: the label y of each, any integer.
    temperature : float
        The temperature τ, > 0.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per embedding: see `arrayloss`. One that is masked out is none
        of the others of another either. One without a positive costs 0 and does not
        count in the sum of weights.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or if there is no batch; the message names it.

    See Also
    --------
    nt_xent : Of pairs, without labels.
    circle : With a margin.

    Notes
    -----
    The reference's L_out, with the mean over the positives outside of the logarithm. A
    zero vector has cosine 0 with all others, and derivatives 0. Memory is quadratic in
    the batch.

    References
    ----------
    P. Khosla, P. Teterwak, C. Wang, A. Sarna, Y. Tian, P. Isola, A. Maschinot, C. Liu
    and D. Krishnan, Supervised contrastive learning, NeurIPS 2020.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> embeddings, labels = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]]), np.array([5, 7, 5])
    >>> al.supervised_contrastive(embeddings, labels, temperature=1.0, reduction="none").round(6)
    array([0.313262, 0.      , 0.313262])
    """
    return evaluate(
        _supervised_contrastive,
        embeddings,
        labels,
        temperature=temperature,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


def _with_positive(xp: Namespace, embeddings: Any, labels: Any, *, where: Any, **_: Any) -> Terms:
    positives, _ = _kinds(xp, labels, where)
    return xp.astype(xp.any(positives, axis=-1), embeddings.dtype), None


@coupled(embeddings=OUTPUT, labels=GROUP, temperature=POSITIVE, mass=_with_positive)
def _supervised_contrastive(
    xp: Namespace, embeddings: Any, labels: Any, *, temperature: float, where: Any
) -> Terms:
    own = Directions(xp, embeddings)
    sharp = own.vectors / temperature
    positives, negatives = _kinds(xp, labels, where)
    alone = ~xp.any(positives, axis=-1, keepdims=True)  # where any finite row will do
    near = cosines(xp, sharp, own.vectors)
    logits = xp.where(positives | negatives | alone, near, -math.inf)
    share = xp.astype(positives, sharp.dtype)
    share = share / clip(xp, xp.sum(share, axis=-1, keepdims=True), 1.0)
    parts = split(xp, logits)
    below = xp.sum(share * (parts.top - near), axis=-1)
    value = below + xp.where(alone[..., 0], 0.0, parts.log_sum)

    def derivative() -> Any:
        slopes = Slopes(xp, *drawn(xp, parts, share))
        return through(own, slopes.by_anchors(own.vectors / temperature), slopes.by_keys(sharp))

    return value, derivative


def circle(
    embeddings: Array,
    labels: Array,
    *,
    margin: float = 0.4,
    gamma: float = 80.0,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cosines of embeddings with those of other labels above those with their own, weighed by their lack.

    .. math:: \ell_i = \log \Bigl(1
        + \sum_{n \in N_i} e^{\gamma [s_n + m]_+ (s_n - m)}
        \sum_{p \in P_i} e^{\gamma [1 + m - s_p]_+ (1 - m - s_p)} \Bigr), \qquad s_j = \cos(x_i, x_j)

    Parameters
    ----------
    embeddings : array, real floating
        The embeddings x, any shape with the features along `axis`. The last of the other
        axes is the batch; any before it hold batches of their own.
    labels : array of integers
        The shape of `embeddings` without `axis`: the label of each, any integer. P holds
        the others of an embedding's own label, N those of any other.
    margin : float
        The margin m, from 0 to 1: cosines should be above 1 - m within a label, and below
        m otherwise.
    gamma : float
        The scale γ of the cosines, > 0.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per embedding: see `arrayloss`. One that is masked out is none
        of the others of another either. One without a positive or without a negative
        costs 0 and does not count in the sum of weights.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or if there is no batch; the message names it.

    See Also
    --------
    supervised_contrastive : Without a margin.

    Notes
    -----
    The exponents are ``γ (s_n² - m²)`` and ``γ ((1 - s_p)² - m²)``: what is the same for
    both lies on a circle around s_n = 0, s_p = 1. The derivative is that of the value,
    ``2 γ s_n`` for the first exponent and 0 from s_n = -m on down; many training scripts
    hold the weight ``[s_n + m]_+`` constant in it. A zero vector has cosine 0 with all
    others, and derivatives 0. Memory is quadratic in the batch.

    References
    ----------
    Y. Sun, C. Cheng, Y. Zhang, C. Zhang, L. Zheng, Z. Wang and Y. Wei, Circle loss: a
    unified perspective of pair similarity optimization, CVPR 2020.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> embeddings, labels = np.array([[1.0, 0.0], [0.0, 2.0], [4.0, 3.0]]), np.array([5, 7, 5])
    >>> al.circle(embeddings, labels, gamma=1.0, reduction="none").round(6)
    array([0.562915, 0.      , 0.733947])
    """
    return evaluate(
        _circle,
        embeddings,
        labels,
        margin=margin,
        gamma=gamma,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


def _with_both(xp: Namespace, embeddings: Any, labels: Any, *, where: Any, **_: Any) -> Terms:
    positives, negatives = _kinds(xp, labels, where)
    return xp.astype(xp.any(positives, axis=-1) & xp.any(negatives, axis=-1), embeddings.dtype), None


@coupled(embeddings=OUTPUT, labels=GROUP, margin=FRACTION, gamma=POSITIVE, mass=_with_both)
def _circle(xp: Namespace, embeddings: Any, labels: Any, *, margin: float, gamma: float, where: Any) -> Terms:
    own = Directions(xp, embeddings)
    near = cosines(xp, own.vectors, own.vectors)
    far = clip(xp, 1.0 - near, 0.0)
    positives, negatives = _kinds(xp, labels, where)
    top_n, terms_n, sum_n = _total(xp, gamma * (clip(xp, near + margin, 0.0) * (near - margin)), negatives)
    top_p, terms_p, sum_p = _total(xp, gamma * ((far + margin) * (far - margin)), positives)
    top, product = top_n + top_p, sum_n * sum_p
    # log(1 + e^top product) with a power that neither overflows nor is rounded beside the product
    small = xp.exp(-xp.abs(top))
    odds = xp.where(top > 0, product, small * product)
    rest = xp.where(top > 0, small + (product - 1.0), odds)

    def derivative() -> Any:
        # ∂[s + m]₊(s − m)/∂s = 2s above −m, ∂(t² − m²)/∂s = −2t with t = 1 − s.
        shares_n, shares_p = terms_n / sum_n[..., None], terms_p / sum_p[..., None]
        rows = shares_n * xp.where(near > -margin, near, 0.0) - shares_p * far
        slopes = Slopes(xp, rows, 2.0 * gamma * (odds / (1.0 + rest)))
        return through(own, slopes.by_anchors(own.vectors), slopes.by_keys(own.vectors))

    return clip(xp, top, 0.0) + xp.log1p(rest), derivative


def _total(xp: Namespace, logits: Any, some: Any) -> tuple[Any, Any, Any]:
    """The largest of some logits of each row, -inf of none, their exponentials over its, and the sum."""
    none = ~xp.any(some, axis=-1, keepdims=True)
    logits = xp.where(some | none, logits, -math.inf)  # any finite row for none, as it costs nothing
    top = largest(xp, logits)
    terms = xp.exp(logits - top)
    return xp.where(none, -math.inf, top)[..., 0], terms, xp.sum(terms, axis=-1)


def _kinds(xp: Namespace, labels: Any, where: Any) -> tuple[Any, Any]:
    """For each item which others have its label, and which another."""
    together = labels[..., None] == labels[..., None, :]
    positives, negatives = together & ~itself(xp, together), ~together
    if where is None:
        return positives, negatives
    return positives & where[..., None, :], negatives & where[..., None, :]
