"""Functions of optax.losses that make labels."""

from __future__ import annotations

from ..._maps import count_along, smoothed
from ..._typing import Array, Axes
from .._speech import spoken
from ._options import refuse_other_labels


@spoken()
def smooth_labels(labels: Array, alpha: float, *, axis: Axes = -1, where: Array | None = None) -> Array:
    """Labels of which every class gets a share, as optax has it.

    Parameters
    ----------
    labels : array, real floating
        A distribution per row, any shape with the classes along `axis`.
    alpha : float
        The share to spread over all classes, from 0 to 1.
    axis : int, tuple of int, or None
        The axis of the classes, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `labels`.

    Returns
    -------
    array
        The shape of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.special.smooth_labels : The same in the core, along one axis.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.smooth_labels

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.smooth_labels(np.array([0.0, 1.0]), 0.5)
    array([0.25, 0.75])
    """
    share = refuse_other_labels("smooth_labels", labels, alpha)
    return smoothed(labels, share, count_along(where, labels, axis))
