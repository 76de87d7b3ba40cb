"""Functions of keras.losses for sets of entries."""

from __future__ import annotations

from typing import Any

from ..._arguments import shape_of
from ..._typing import Array, Axes
from ...segmentation import dice as core_dice
from ...tversky import tversky as core_tversky
from .._speech import spoken
from ._options import EACH, How, fitting, of_items

_NAMES = {"y_pred": "probabilities", "y_true": "labels", "sample_weight": "weights"}


def dice(y_true: Array, y_pred: Array, axis: Axes = None) -> Array:
    """Lack of overlap of two sets over their mean size, as Keras has it.

    Parameters
    ----------
    y_true : array
        Labels from 0 to 1, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities from 0 to 1, any shape.
    axis : int, tuple or list of int, or None
        The axes of a set; None for all.

    Returns
    -------
    array
        The shape of `y_pred` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A number outside of 0 to 1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.dice : The same in the core.

    Notes
    -----
    Nothing is added to the divisor, to which Keras adds 1e-7; two empty sets, which cost 1
    there, cost 0 here.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> float(keras.dice(np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0])))
    0.5
    """
    return _dice(EACH, y_true, y_pred, axis)


@spoken(names=_NAMES)
def _dice(how: How, y_true: Any, y_pred: Any, axis: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    axes = _axes(y_pred, axis)
    return core_dice(y_pred, y_true, axis=axes, **of_items(y_pred, how, axes))


def tversky(y_true: Array, y_pred: Array, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None) -> Array:
    """Lack of overlap of two sets, with a cost for what either has alone, as Keras has it.

    Parameters
    ----------
    y_true : array
        Labels from 0 to 1, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities from 0 to 1, any shape.
    alpha : float
        The cost of false positives, what the prediction has alone.
    beta : float
        The cost of false negatives, what the truth has alone.
    axis : int, tuple or list of int, or None
        The axes of a set; None for all.

    Returns
    -------
    array
        The shape of `y_pred` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A number outside of 0 to 1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.tversky : The same in the core.

    Notes
    -----
    `alpha` and `beta` are what Keras documents; up to version 3.15 its code has them the
    other way round. Nothing is added to the divisor, to which Keras adds 1e-7; two empty
    sets, which cost 1 there, cost 0 here.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> y_true, y_pred = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0, 1.0])
    >>> float(keras.tversky(y_true, y_pred, alpha=1.0, beta=0.0).round(12))
    0.666666666667
    """
    return _tversky(EACH, y_true, y_pred, alpha, beta, axis)


@spoken(names=_NAMES)
def _tversky(how: How, y_true: Any, y_pred: Any, alpha: Any, beta: Any, axis: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    axes = _axes(y_pred, axis)
    return core_tversky(y_pred, y_true, axis=axes, alpha=alpha, beta=beta, **of_items(y_pred, how, axes))


def _axes(y_pred: Any, axis: Any) -> Any:
    if axis is None:
        return tuple(range(len(shape_of(y_pred))))
    return tuple(axis) if isinstance(axis, list) else axis
