"""Functions of optax.losses for embeddings."""

from __future__ import annotations

from ..._maps import root, with_entry
from ..._typing import Array
from ...embedding import triplet_margin
from .._speech import spoken


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
