"""Functions of tf.compat.v1.losses for real targets, and for losses that are there."""

from __future__ import annotations

from typing import Any

from ...._arguments import filled, in_dtype_of
from ...._maps import centred, half_of_others, nothing, unity, with_axis, with_axis_again
from ...._typing import Array
from ....fenchel_young import fenchel_young
from ....regression import absolute_error, huber, squared_error
from ..._speech import spoken
from ._options import NAMES, Reduction, axis_of, per_row, refuse_weights_of_entries, words


@spoken(names=NAMES)
def absolute_difference(
    labels: Array,
    predictions: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Absolute error, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        The truth, of the shape of `predictions`; cast to its dtype.
    predictions : array, real floating
        Any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.
    reduction : str
        One of `Reduction`: by default the mean over the losses whose weight is not 0.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the losses with ``Reduction.NONE``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.absolute_error : The same in the core.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.absolute_difference``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.absolute_difference(np.array([0.0, 1.0]), np.array([1.0, 3.0]), np.array([1.0, 0.0])))
    1.0
    """
    shared = words("absolute_difference", predictions, weights, reduction)
    return absolute_error(predictions, in_dtype_of(labels, predictions), **shared)


@spoken(names=NAMES)
def mean_squared_error(
    labels: Array,
    predictions: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Squared error, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        The truth, of the shape of `predictions`; cast to its dtype.
    predictions : array, real floating
        Any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.
    reduction : str
        One of `Reduction`: by default the mean over the losses whose weight is not 0.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the losses with ``Reduction.NONE``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_error : The same in the core.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.mean_squared_error``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.mean_squared_error(np.array([0.0, 1.0]), np.array([1.0, 3.0])))
    2.5
    """
    shared = words("mean_squared_error", predictions, weights, reduction)
    return squared_error(predictions, in_dtype_of(labels, predictions), **shared)


@spoken(names=NAMES)
def huber_loss(
    labels: Array,
    predictions: Array,
    weights: Array | float = 1.0,
    delta: float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Huber's loss, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        The truth, of the shape of `predictions`; cast to its dtype.
    predictions : array, real floating
        Any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    delta : float
        Where the loss becomes linear, a number > 0.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.
    reduction : str
        One of `Reduction`: by default the mean over the losses whose weight is not 0.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the losses with ``Reduction.NONE``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.huber : The same in the core.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.huber_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.huber_loss(np.array([0.0, 1.0]), np.array([1.0, 3.0])))
    1.0
    """
    shared = words("huber_loss", predictions, weights, reduction)
    return huber(predictions, in_dtype_of(labels, predictions), delta=delta, **shared)


@spoken(names=NAMES)
def mean_pairwise_squared_error(
    labels: Array,
    predictions: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
) -> Array:
    """Squared error of the differences between the entries of each item, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        The truth, of the shape of `predictions`; cast to its dtype.
    predictions : array, real floating
        Items along the first axis.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.

    Returns
    -------
    array
        A 0-d array.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_error : Of the entries themselves.

    Notes
    -----
    The sum over the items of the mean over all pairs of their entries. Right where TensorFlow
    is not: with one weight for all, it counts the entries of all items for each. Weights are
    of items: TensorFlow also takes some of entries, for which its result has no meaning.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.mean_pairwise_squared_error``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.mean_pairwise_squared_error(np.array([[0.0, 1.0]]), np.array([[1.0, 4.0]])))
    4.0
    """
    function = "mean_pairwise_squared_error"
    shared = words(function, predictions, weights, Reduction.SUM_OVER_BATCH_SIZE)
    refuse_weights_of_entries(function, weights)
    labels = centred(in_dtype_of(labels, predictions))
    shared["denominator"] = half_of_others(predictions)
    return squared_error(centred(predictions), labels, **shared)


@spoken(names={"predictions": "scores", "labels": "targets"})
def cosine_distance(
    labels: Array,
    predictions: Array,
    axis: int | None = None,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim: int | None = None,
) -> Array:
    """1 less the inner product of unit vectors, as TensorFlow 1 has it.

    Parameters
    ----------
    labels, predictions : array
        Vectors of length 1 along `axis`, of one shape; the labels are cast to the dtype of the
        predictions, which are floating.
    axis : int
        The axis of the features, which the losses keep with length 1.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.
    reduction : str
        One of `Reduction`: by default the mean over the losses whose weight is not 0.
    dim : int, optional
        The old name of `axis`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the losses with ``Reduction.NONE``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.cosine_distance : Which needs no vectors of length 1.

    Notes
    -----
    Nothing sees to it that the vectors have length 1, as in TensorFlow.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.cosine_distance``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.cosine_distance(np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]]), axis=1))
    0.4
    """
    axis = axis_of("cosine_distance", predictions, axis, dim)
    shared = words("cosine_distance", predictions, weights, reduction)
    shared["weights"] = per_row(shared["weights"], axis)
    labels = in_dtype_of(labels, predictions)
    losses = fenchel_young(predictions, labels, conjugate=unity, axis=axis, **shared)
    return with_axis_again(losses, axis) if shared["reduction"] == "none" else losses


@spoken(names={"losses": "scores"})
def compute_weighted_loss(
    losses: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Losses that are there, weighted and reduced, as TensorFlow 1 does it.

    Parameters
    ----------
    losses : array, real floating
        Any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    scope, loss_collection : object
        Ignored: there is no graph to keep a loss in.
    reduction : str
        One of `Reduction`: by default the mean over the losses whose weight is not 0.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the losses with ``Reduction.NONE``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss : Whose losses take weights and reduce themselves.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.compute_weighted_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.compute_weighted_loss(np.array([1.0, 4.0, 9.0]), np.array([2.0, 0.0, 1.0])))
    5.5
    """
    shared = words("compute_weighted_loss", losses, weights, reduction)
    rows = with_axis(losses, -1)
    return fenchel_young(rows, filled(-1.0, rows), conjugate=nothing, **shared)
