"""Losses that compare embeddings, or the distances between them."""

from __future__ import annotations

import math
from typing import Any

from ._check import COSINE, FINITE, FLAG, NON_NEGATIVE, ORDER
from ._directions import angle
from ._engine import along_axis, elementwise, evaluate
from ._roles import OUTPUT, SIGN
from ._stable import clip, largest, lengths, scaled, sign
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def hinge_embedding(
    distances: Array,
    labels: Array | float,
    *,
    margin: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Distance of pairs that belong together, lack of distance of pairs that do not.

    .. math::

        \ell = \begin{cases} d & y = 1 \\ \max(0, \text{margin} - d) & y = -1 \end{cases}

    Parameters
    ----------
    distances : array, real floating
        A distance per pair, any shape.
    labels : array or number
        The same shape, floating or integer: 1 for a pair that belongs together, −1 for
        one that does not; or one number for every pair.
    margin : float
        The distance that is enough, in the units of the distances.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `distances` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1
        nor −1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    cosine_embedding : Of the embeddings themselves, by their angle.

    Notes
    -----
    The derivative at a distance of exactly the margin is 0.

    References
    ----------
    R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction by learning an
    invariant mapping, CVPR 2006.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.hinge_embedding(np.array([0.25, 0.25]), np.array([1, -1]), reduction="none")
    array([0.25, 0.75])
    """
    return evaluate(
        _hinge_embedding,
        distances,
        labels,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(distances=OUTPUT, labels=SIGN, margin=FINITE)
def _hinge_embedding(xp: Namespace, distances: Any, labels: Any, *, margin: float) -> Terms:
    lack = margin - distances
    return (
        xp.where(labels > 0, distances, clip(xp, lack, 0.0)),
        lambda: xp.where(labels > 0, 1.0, -xp.astype(lack > 0, distances.dtype)),
    )


def cosine_embedding(
    embeddings1: Array,
    embeddings2: Array,
    labels: Array | float,
    *,
    margin: float = 0.0,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Angle of pairs that belong together, lack of angle of pairs that do not.

    .. math::

        \ell = \begin{cases}
            1 - \cos(a, b) & y = 1 \\
            \max(0, \cos(a, b) - \text{margin}) & y = -1
        \end{cases}

    Parameters
    ----------
    embeddings1, embeddings2 : array, real floating
        The two embeddings a and b of each pair, any shape with the features along
        `axis`, of one shape and dtype.
    labels : array or number
        The shape of the embeddings without `axis`, floating or integer: 1 for a pair
        that belongs together, −1 for one that does not; or one number for every pair.
    margin : float
        The cosine that is low enough, from −1 to 1.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per pair: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the embeddings without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1
        nor −1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    hinge_embedding : Of distances that are already there.

    Notes
    -----
    With unit vectors u and v, ``1 − cos`` is ``½ |u − v|²``, which does not cancel for
    nearly parallel embeddings; lengths are scaled, so they may be as large or small as
    numbers go. A zero vector has no direction: its cosine is 0, and so are the
    derivatives. The derivative where the cosine is exactly the margin is 0.

    References
    ----------
    J. Bromley, I. Guyon, Y. LeCun, E. Säckinger and R. Shah, Signature verification
    using a "siamese" time delay neural network, NIPS 1993.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> a, b = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 0.0]])
    >>> al.cosine_embedding(a, b, np.array([1, -1]), margin=0.5, reduction="none")
    array([1. , 0.5])
    """
    return evaluate(
        _cosine_embedding,
        embeddings1,
        embeddings2,
        labels,
        margin=margin,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(embeddings1=OUTPUT, embeddings2=OUTPUT, labels=SIGN, margin=COSINE)
def _cosine_embedding(
    xp: Namespace, embeddings1: Any, embeddings2: Any, labels: Any, *, margin: float
) -> Terms:
    found = angle(xp, embeddings1, embeddings2)
    excess = found.cosine() - margin
    value = xp.where(labels > 0, found.apart, clip(xp, excess, 0.0))

    def slope() -> Any:
        return xp.where(labels > 0, 1.0, -xp.astype(excess > 0, value.dtype))

    # ∂(1 − u·v)/∂a = (u − v − (1 − u·v) u) / |a|
    return value, lambda: (found.by_first(), slope()), lambda: (found.by_second(), slope())


def triplet_margin(
    anchors: Array,
    positives: Array,
    negatives: Array,
    *,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin between the distances to a positive and to a negative.

    .. math:: \ell = \max(0, \text{margin} + \|a - b + \text{eps}\|_p
        - \|a - n + \text{eps}\|_p)

    Parameters
    ----------
    anchors, positives, negatives : array, real floating
        The embeddings a, b and n of each triplet, any shape with the features along
        `axis`, of one shape and dtype.
    margin : float
        How much farther the negative should be, in the units of the distances.
    p : float
        The order of the norm, >= 1; `math.inf` for the largest coordinate.
    swap : bool
        Whether to take the negative's distance to the positive, ``b - n + eps``, where
        that is smaller.
    eps : float
        Added to each coordinate of a difference, >= 0, in the units of the embeddings;
        PyTorch adds 1e-6.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per triplet: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the embeddings without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.margin_ranking : Of scores.

    Notes
    -----
    Distances are scaled by the largest coordinate, so that no power overflows, and
    exact at 0 if nothing is added to a difference. The derivative of a distance at 0 is
    0, and so is the loss's where the margin is exactly kept.

    References
    ----------
    V. Balntas, E. Riba, D. Ponsa and K. Mikolajczyk, Learning local feature descriptors
    with triplets and shallow convolutional neural networks, BMVC 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> anchor, positive, negative = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])
    >>> float(al.triplet_margin(anchor, positive, negative))
    4.0
    """
    return evaluate(
        _triplet_margin,
        anchors,
        positives,
        negatives,
        margin=margin,
        p=p,
        swap=swap,
        eps=eps,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    anchors=OUTPUT, positives=OUTPUT, negatives=OUTPUT, margin=FINITE, p=ORDER, swap=FLAG, eps=NON_NEGATIVE
)
def _triplet_margin(
    xp: Namespace,
    anchors: Any,
    positives: Any,
    negatives: Any,
    *,
    margin: float,
    p: float,
    swap: bool,
    eps: float,
) -> Terms:
    near, by_near = _distance(xp, anchors - positives, eps, p)
    far, by_far = _distance(xp, anchors - negatives, eps, p)
    swapped = xp.zeros_like(far, dtype=xp.bool)
    if swap:
        other, by_other = _distance(xp, positives - negatives, eps, p)
        swapped = other < far
        far = xp.where(swapped, other, far)
    lack = margin + (near - far)
    active = xp.astype(lack > 0, near.dtype)
    kept = xp.where(swapped, 0.0, active)
    moved = active - kept

    def by_negatives() -> Any:
        return by_far(kept) + by_other(moved) if swap else by_far(kept)

    return (
        clip(xp, lack, 0.0),
        lambda: by_near(active) - by_far(kept),
        lambda: -by_near(active) - by_other(moved) if swap else -by_near(active),
        by_negatives,
    )


def _distance(xp: Namespace, difference: Any, eps: float, p: float) -> tuple[Any, Any]:
    """The p-norm of a difference and eps along the last axis, and its gradient times a factor per row."""
    difference = difference + eps if eps else difference
    if math.isinf(p):
        sizes = xp.abs(difference)
        size = largest(xp, sizes)
        farthest = xp.astype(sizes == size, difference.dtype) * sign(xp, difference)
        ties = clip(xp, xp.sum(xp.abs(farthest), axis=-1), 1.0)
        return size[..., 0], lambda factor: (factor / ties)[..., None] * farthest
    if p == 2:
        inside, size, norm = lengths(xp, difference, quick=True)
    else:
        inside, size = scaled(xp, difference)
        norm = xp.sum(xp.abs(inside) ** p, axis=-1, keepdims=True) ** (1.0 / p)
    found: list[Any] = []  # two arguments may ask for the slope, or none; a cache is nothing to Dynamo

    def slope(factor: Any) -> Any:
        if not found:
            relative = inside / xp.where(norm == 0, 1.0, norm)
            found.append(relative if p == 2 else _signed_power(xp, relative, p - 1.0))
        return factor[..., None] * found[0]

    return (size * norm)[..., 0], slope


def _signed_power(xp: Namespace, x: Any, exponent: float) -> Any:
    return sign(xp, x) * (xp.abs(x) ** exponent if exponent else 1.0)
