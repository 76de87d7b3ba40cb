"""Functions of optax.losses for embeddings."""

from __future__ import annotations

from ..._maps import plus, root, times, with_entry
from ..._typing import Array, Axes
from ...distance import cosine_distance as core_cosine_distance
from ...embedding import triplet_margin
from .._speech import spoken
from ._options import along, refuse_floor


@spoken(names={"norm_degree": "p"})
def triplet_margin_loss(
    anchors: Array,
    positives: Array,
    negatives: Array,
    axis: int = -1,
    norm_degree: float = 2,
    margin: float = 1.0,
    eps: float = 1e-6,
) -> Array:
    """Lack of margin between the distances to a negative and to a positive, as optax has it.

    Parameters
    ----------
    anchors, positives, negatives : array, real floating
        Any shape with the features along `axis`, one shape for all.
    axis : int
        The axis of the features.
    norm_degree : float
        The p of the norm, >= 1.
    margin : float
        How much farther the negative should be.
    eps : float
        What is added to the sum of powers whose root a distance is, >= 0.

    Returns
    -------
    array
        The shape of `anchors` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Unequal shapes, which optax
        broadcasts silently, are refused.

    See Also
    --------
    arrayloss.triplet_margin : The same in the core.

    Notes
    -----
    Right where optax is not: with an odd degree the differences count by their size, where
    optax adds them up with their signs.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.triplet_margin_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> anchors, positives, negatives = np.array([[[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 2.0]]])
    >>> optax.triplet_margin_loss(anchors, positives, negatives, eps=0.0)
    array([4.])
    """
    # A coordinate more, whose power is eps.
    anchors = with_entry(anchors, root(eps, norm_degree), axis)
    positives, negatives = with_entry(positives, 0.0, axis), with_entry(negatives, 0.0, axis)
    return triplet_margin(
        anchors, positives, negatives, margin=margin, p=norm_degree, axis=axis, reduction="none"
    )


@spoken()
def cosine_distance(
    predictions: Array, targets: Array, *, epsilon: float = 0.0, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Cosine of the angle between two vectors, taken from 1, as optax has it.

    Parameters
    ----------
    predictions, targets : array, real floating
        Any shape with the features along `axis`, one shape for both.
    epsilon : float
        0: a vector of length 0 has no direction, and its cosine is 0. Anything else is refused.
    axis : int, tuple of int, or None
        The axis of the features, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `predictions`.

    Returns
    -------
    array
        The shape of `predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.cosine_distance : The same in the core.

    Notes
    -----
    Right where optax is not: of a vector of length 0 the cosine is 0, not NaN.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.cosine_distance

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.cosine_distance(np.array([3.0, 4.0]), np.array([1.0, 0.0])).round(12)
    np.float64(0.4)
    """
    refuse_floor("cosine_distance", epsilon)
    one, _, predictions, targets = along(
        "cosine_distance", axis, where, predictions, targets, fillers=(0.0, 0.0)
    )
    return core_cosine_distance(predictions, targets, axis=one, reduction="none")


@spoken()
def cosine_similarity(
    predictions: Array, targets: Array, *, epsilon: float = 0.0, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Cosine of the angle between two vectors, as optax has it.

    Parameters
    ----------
    predictions, targets : array, real floating
        Any shape with the features along `axis`, one shape for both.
    epsilon : float
        0: a vector of length 0 has no direction, and its cosine is 0. Anything else is refused.
    axis : int, tuple of int, or None
        The axis of the features, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `predictions`.

    Returns
    -------
    array
        The shape of `predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    cosine_distance : The loss.

    Notes
    -----
    Right where optax is not: of a vector of length 0 the cosine is 0, not NaN.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.cosine_similarity

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.cosine_similarity(np.array([3.0, 4.0]), np.array([1.0, 0.0])).round(12)
    np.float64(0.6)
    """
    refuse_floor("cosine_similarity", epsilon)
    one, _, predictions, targets = along(
        "cosine_similarity", axis, where, predictions, targets, fillers=(0.0, 0.0)
    )
    distance = core_cosine_distance(predictions, targets, axis=one, reduction="none")
    return plus(times(distance, -1.0), 1.0)
