"""Losses of pairs and triplets by how far apart they are."""

from __future__ import annotations

from typing import Any

from ._check import FINITE
from ._directions import angle
from ._engine import along_axis, elementwise, evaluate
from ._roles import OUTPUT, SIGN, SWAPPED, TARGET
from ._stable import clip
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def cosine_distance(
    predictions: Array,
    targets: Array | float,
    *,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cosine of the angle between predictions and targets, taken from 1.

    .. math:: \ell = 1 - \cos(x, y) = 1 - \frac{x \cdot y}{|x| \, |y|}

    Parameters
    ----------
    predictions : array, real floating
        Vectors x, any shape with the features along `axis`.
    targets : array or number
        Vectors y of the same shape, floating, integer or boolean; or one number for
        every entry.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per vector: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    cosine_embedding : Of pairs that may belong apart, too.

    Notes
    -----
    With unit vectors u and v, ``1 − cos`` is ``½ |u − v|²``, which does not cancel for
    nearly parallel vectors; lengths are scaled, so they may be as large or small as
    numbers go. A zero vector has no direction: its cosine is 0, and so are the
    derivatives.

    References
    ----------
    G. Salton, A. Wong and C. S. Yang, A vector space model for automatic indexing,
    Communications of the ACM 18 (1975).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> x, y = np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([[0.0, 2.0], [4.0, 3.0]])
    >>> al.cosine_distance(x, y, reduction="none").round(6)
    array([1. , 0.2])
    """
    return evaluate(
        _cosine_distance,
        predictions,
        targets,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(predictions=OUTPUT, targets=TARGET)
def _cosine_distance(xp: Namespace, predictions: Any, targets: Any) -> Terms:
    found = angle(xp, predictions, targets)
    return found.apart, found.by_first, found.by_second


def contrastive(
    distances: Array,
    labels: Array | float,
    *,
    margin: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared distance of pairs that belong together, squared lack of it of pairs that do not.

    .. math::

        \ell = \begin{cases}
            d^2 & y = 1 \\ \max(0, \text{margin} - d)^2 & y = -1
        \end{cases}

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
    hinge_embedding : Without the squares.
    info_nce : Of embeddings, each against a whole batch.

    Notes
    -----
    Twice what the reference defines, as libraries have it. The derivative is
    continuous; at a distance of exactly the margin it is 0.

    References
    ----------
    R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction by learning an
    invariant mapping, CVPR 2006.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.contrastive(np.array([0.5, 0.75]), np.array([1, -1]), reduction="none")
    array([0.25  , 0.0625])
    """
    return evaluate(
        _contrastive,
        distances,
        labels,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(distances=OUTPUT, labels=SIGN, margin=FINITE)
def _contrastive(xp: Namespace, distances: Any, labels: Any, *, margin: float) -> Terms:
    # What a pair is off, and its sign as that grows with the distance.
    off = xp.where(labels > 0, distances, clip(xp, margin - distances, 0.0))
    return (
        (off, off),
        lambda: labels * (off + off),
        lambda: 2.0 * xp.astype((labels > 0) | (distances < margin), off.dtype),
    )


def triplet_margin_with_distance(
    positive_distances: Array,
    negative_distances: Array,
    *,
    swapped_distances: Array | None = None,
    margin: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin between distances to a positive and to a negative that are already there.

    .. math:: \ell = \max(0, \text{margin} + d_{\text{positive}}
        - \min(d_{\text{negative}}, d_{\text{swapped}}))

    Parameters
    ----------
    positive_distances : array, real floating
        The distance of each anchor to its positive, any shape.
    negative_distances : array, real floating
        The distance of each anchor to its negative, of the same shape and dtype.
    swapped_distances : array, real floating, optional
        The distance of each positive to the negative, likewise: where that is smaller,
        the two swap their parts.
    margin : float
        How much farther the negative should be, in the units of the distances.
    weights, where, reduction, denominator
        As in every loss, per triplet: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `positive_distances` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    triplet_margin : Of embeddings, with the distance of a norm.
    margin_ranking : Of scores.

    Notes
    -----
    The derivative where the margin is exactly kept is 0. Of two equal distances the
    negative's is taken.

    References
    ----------
    V. Balntas, E. Riba, D. Ponsa and K. Mikolajczyk, Learning local feature descriptors
    with triplets and shallow convolutional neural networks, BMVC 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> near, far, between = np.array([0.5]), np.array([2.0]), np.array([0.25])
    >>> float(al.triplet_margin_with_distance(near, far))
    0.0
    >>> float(al.triplet_margin_with_distance(near, far, swapped_distances=between))
    1.25
    """
    return evaluate(
        _triplet_margin_with_distance,
        positive_distances,
        negative_distances,
        swapped_distances,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(positive_distances=OUTPUT, negative_distances=OUTPUT, swapped_distances=SWAPPED, margin=FINITE)
def _triplet_margin_with_distance(
    xp: Namespace,
    positive_distances: Any,
    negative_distances: Any,
    swapped_distances: Any,
    *,
    margin: float,
) -> Terms:
    near, far, kept = positive_distances, negative_distances, 1.0
    if swapped_distances is not None:
        swapped = swapped_distances < negative_distances
        far = xp.minimum(swapped_distances, far)
        kept = 1.0 - xp.astype(swapped, near.dtype)
    lack = margin + (near - far)
    active = xp.astype(lack > 0, near.dtype)
    return clip(xp, lack, 0.0), lambda: active, lambda: -active * kept, lambda: active * (kept - 1.0)
