"""Functions of keras.losses for scores and sides."""

from __future__ import annotations

from typing import Any

from ..._maps import sides
from ..._typing import Array
from ...decision import hinge as core_hinge
from ...decision import squared_hinge as core_squared_hinge
from ...multiclass_margin import categorical_hinge as core_categorical_hinge
from .._speech import spoken
from ._options import EACH, How, fitting, of_entries, of_rows

_NAMES = {"y_pred": "scores", "y_true": "labels", "sample_weight": "weights"}


def hinge(y_true: Array, y_pred: Array) -> Array:
    """Mean lack of a margin of each sample, as Keras has it.

    Parameters
    ----------
    y_true : array
        The side of each score, of the shape of `y_pred`: −1 or 1, or 0 or 1; cast to its dtype.
    y_pred : array, real floating
        Scores of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Any other label raises where values
        can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.hinge : The loss of each entry, in the core.

    Notes
    -----
    0 stands for −1 wherever it is, which Keras says only of a batch without a −1.

    References
    ----------
    https://keras.io/api/losses/hinge_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.hinge(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]))
    array([1.])
    """
    return _hinge(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _hinge(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("hinge", core_hinge, sides(y_true), y_pred, how)


def squared_hinge(y_true: Array, y_pred: Array) -> Array:
    """Mean squared lack of a margin of each sample, as Keras has it.

    Parameters
    ----------
    y_true : array
        The side of each score, of the shape of `y_pred`: −1 or 1, or 0 or 1; cast to its dtype.
    y_pred : array, real floating
        Scores of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Any other label raises where values
        can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.squared_hinge : The loss of each entry, in the core.

    Notes
    -----
    0 stands for −1 wherever it is, which Keras says only of a batch without a −1.

    References
    ----------
    https://keras.io/api/losses/hinge_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.squared_hinge(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]))
    array([1.25])
    """
    return _squared_hinge(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _squared_hinge(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("squared_hinge", core_squared_hinge, sides(y_true), y_pred, how)


def categorical_hinge(y_true: Array, y_pred: Array) -> Array:
    """How far the best of the other classes comes within 1 of each sample's own, as Keras has it.

    Parameters
    ----------
    y_true : array
        The classes of each sample, one-hot, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Scores with the classes along the last axis.

    Returns
    -------
    array
        The shape of `y_pred` without the last axis.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label outside [0, 1] raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.categorical_hinge : The same in the core.

    References
    ----------
    https://keras.io/api/losses/hinge_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.categorical_hinge(np.array([[0.0, 1.0]]), np.array([[0.5, 0.75]]))
    array([0.75])
    """
    return _categorical_hinge(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _categorical_hinge(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return core_categorical_hinge(y_pred, y_true, **of_rows("categorical_hinge", y_pred, how))
