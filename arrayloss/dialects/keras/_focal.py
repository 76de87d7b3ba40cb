"""Functions of keras.losses for labels of which those that are predicted well count less."""

from __future__ import annotations

from typing import Any

from ..._arguments import row_of, shape_of
from ..._check import is_number
from ..._maps import clipped, log_odds, logarithm, normalised, smoothed, times
from ..._typing import Array
from ...focal import sigmoid_focal, softmax_focal
from .._speech import spoken
from ._options import EACH, EPSILON, REST, How, by_samples_alone, fitting, of_entries, of_rows, share_of


def binary_focal_crossentropy(
    y_true: Array,
    y_pred: Array,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Mean focal loss of each sample's binary labels, as Keras has it.

    Parameters
    ----------
    y_true : array
        Labels from 0 to 1 of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities, of which those below 1e-7 or above 1 − 1e-7 count as these; or logits.
    apply_class_balancing : bool
        Whether the labels are weighted by `alpha`.
    alpha : float
        The weight of a label 1, from 0 to 1; that of a label 0 is what it lacks of 1.
    gamma : float
        How much less an entry counts that is predicted well, >= 0.
    from_logits : bool
        Whether `y_pred` holds logits.
    label_smoothing : float
        The share of a label to spread evenly over yes and no, from 0 to 1.
    axis : int
        The axis of the mean.

    Returns
    -------
    array
        The shape of `y_pred` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label outside [0, 1] raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.sigmoid_focal : The loss of each entry, in the core.

    Notes
    -----
    From logits nothing is clipped, and confident predictions keep their digits.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.binary_focal_crossentropy(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    array([0.1732868])
    """
    chosen = (apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis)
    return _binary_focal_crossentropy(EACH, y_true, y_pred, *chosen)


@spoken(names={"y_pred": "logits", "y_true": "labels", "sample_weight": "weights"})
def _binary_focal_crossentropy(
    how: How,
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: Any,
    alpha: Any,
    gamma: Any,
    from_logits: Any,
    label_smoothing: Any,
    axis: Any,
) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    function = "binary_focal_crossentropy"
    labels = smoothed(y_true, share_of(function, label_smoothing), 2)
    logits = y_pred if from_logits else log_odds(clipped(y_pred, EPSILON, REST))
    balance = alpha if apply_class_balancing else None
    return of_entries(function, sigmoid_focal, labels, logits, how, axis, alpha=balance, gamma=gamma)


def categorical_focal_crossentropy(
    y_true: Array,
    y_pred: Array,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Focal loss of each sample's distribution over classes, as Keras has it.

    Parameters
    ----------
    y_true : array
        A distribution per sample, one-hot or not, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities, which are made to add up to 1, and of which those below 1e-7 or above
        1 − 1e-7 count as these; or logits. The classes are along `axis`.
    alpha : float, or list of float, or array of shape (C,)
        What every class is weighted by, or each.
    gamma : float
        How much less a class counts that is predicted well, >= 0.
    from_logits : bool
        Whether `y_pred` holds logits.
    label_smoothing : float
        The share of a label to spread over all classes, from 0 to 1.
    axis : int
        The axis of the classes.

    Returns
    -------
    array
        The shape of `y_pred` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative label raises where
        values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.softmax_focal : The same in the core.

    Notes
    -----
    From logits nothing is clipped, and confident predictions keep their digits. Labels are
    smoothed over the classes also where those are not along the last axis.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.categorical_focal_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]), alpha=1.0)
    array([0.1732868])
    """
    chosen = (alpha, gamma, from_logits, label_smoothing, axis)
    return _categorical_focal_crossentropy(EACH, y_true, y_pred, *chosen)


@spoken(names={"y_pred": "logits", "y_true": "labels", "sample_weight": "weights", "alpha": "class_weights"})
def _categorical_focal_crossentropy(
    how: How,
    y_true: Any,
    y_pred: Any,
    alpha: Any,
    gamma: Any,
    from_logits: Any,
    label_smoothing: Any,
    axis: Any,
) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    function = "categorical_focal_crossentropy"
    words = of_rows(function, y_pred, how, axis)
    axis = words["axis"]
    labels = smoothed(y_true, share_of(function, label_smoothing), shape_of(y_pred)[axis])
    logits = y_pred if from_logits else logarithm(clipped(normalised(y_pred, axis), EPSILON, REST))
    if is_number(alpha):
        return times(softmax_focal(logits, labels, gamma=gamma, **words), alpha)
    classes = row_of(alpha, logits)
    return softmax_focal(logits, labels, gamma=gamma, class_weights=classes, **by_samples_alone(words))
