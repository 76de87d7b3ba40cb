"""Functions of tf.nn."""

from __future__ import annotations

from ..._arguments import filled, fit, shape_of
from ..._check import describe, is_integer, type_error, value_error
from ..._maps import nothing, with_axis
from ..._typing import Array
from ...binary import sigmoid_cross_entropy
from ...fenchel_young import fenchel_young
from ...likelihood import log_poisson_nll
from ...multiclass import softmax_cross_entropy, sparse_softmax_cross_entropy
from ...penalty import l2_penalty
from .._speech import spoken

_SENTINEL = "labels=..., logits=..."


@spoken(old={"_sentinel": _SENTINEL, "targets": "labels=..."})
def sigmoid_cross_entropy_with_logits(labels: Array | float, logits: Array, name: str | None = None) -> Array:
    """Cross-entropy of binary labels with the logistic function of the logits.

    Parameters
    ----------
    labels : array or number
        The shape of `logits`, floating, integer or boolean, from 0 to 1.
    logits : array, real floating
        Log-odds of yes, any shape.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape of `logits`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.sigmoid_cross_entropy : The loss.

    Notes
    -----
    At infinite logits, where TensorFlow's value is NaN, this one is 0 if the label
    agrees and infinity if it does not. TensorFlow also takes labels outside [0, 1], and
    labels of no other dtype than the logits'.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.sigmoid_cross_entropy_with_logits``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> nn.sigmoid_cross_entropy_with_logits(labels=np.array([1.0, 0.0]), logits=np.array([0.0, -np.inf]))
    array([0.69314718, 0.        ])
    """
    return sigmoid_cross_entropy(logits, labels, reduction="none")


@spoken(old={"_sentinel": _SENTINEL, "targets": "labels=..."})
def weighted_cross_entropy_with_logits(
    labels: Array | float, logits: Array, pos_weight: Array | float, name: str | None = None
) -> Array:
    """Cross-entropy of binary labels with a factor on the positive ones.

    Parameters
    ----------
    labels : array or number
        The shape of `logits`, floating, integer or boolean, from 0 to 1.
    logits : array, real floating
        Log-odds of yes, any shape.
    pos_weight : array or number
        The factor; broadcasts to `logits`.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape of `logits`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.sigmoid_cross_entropy : The loss.

    Notes
    -----
    At infinite logits, where TensorFlow's value is NaN, this one is the limit; at a
    logit of 0, where TensorFlow's gradient is that of another function, this one is
    the loss's. TensorFlow also broadcasts the logits to a larger factor; here it is
    refused.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.weighted_cross_entropy_with_logits``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> nn.weighted_cross_entropy_with_logits(np.array([1.0, 0.0]), np.array([0.0, 0.0]), pos_weight=3.0)
    array([2.07944154, 0.69314718])
    """
    if pos_weight is None:
        raise type_error(
            "dialects.tensorflow.weighted_cross_entropy_with_logits",
            "pos_weight",
            "is None",
            "a number or an array",
        )
    return sigmoid_cross_entropy(logits, labels, pos_weight=pos_weight, reduction="none")


@spoken(old={"_sentinel": _SENTINEL, "dim": "axis=..."})
def softmax_cross_entropy_with_logits(
    labels: Array, logits: Array, axis: int = -1, name: str | None = None
) -> Array:
    """Cross-entropy of distributions over classes with the softmax of the logits.

    Parameters
    ----------
    labels : array
        A distribution per row, not negative, floating, integer or boolean; broadcasts
        to `logits` and is cast to its dtype.
    logits : array, real floating
        Any shape with the classes along `axis`; −inf masks a class out.
    axis : int
        The axis of the classes.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape of `logits` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.softmax_cross_entropy : The loss.

    Notes
    -----
    The gradient of a row whose labels do not add up to 1 is that of its value, where
    TensorFlow's is that of another function. The value of a row with a masked class is
    a number, where TensorFlow's is NaN. Labels that were broadcast have a gradient.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.softmax_cross_entropy_with_logits``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> logits = np.array([[2.0, 0.0], [-np.inf, 5.0]])
    >>> nn.softmax_cross_entropy_with_logits(labels=np.array([0, 1]), logits=logits)
    array([2.12692801, 0.        ])
    """
    return softmax_cross_entropy(logits, fit(labels, logits), axis=axis, reduction="none")


@spoken(old={"_sentinel": _SENTINEL})
def sparse_softmax_cross_entropy_with_logits(
    labels: Array | int, logits: Array, name: str | None = None
) -> Array:
    """Cross-entropy of class indices with the softmax of the logits.

    Parameters
    ----------
    labels : array of integers
        The shape of `logits` without its last axis: the class of each row, in [0, C).
    logits : array, real floating
        Any shape with the classes along the last axis; −inf masks a class out.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not in
        [0, C) raises where values can be read; elsewhere its row is NaN.

    See Also
    --------
    arrayloss.sparse_softmax_cross_entropy : The loss.

    Notes
    -----
    A bad label raises also where TensorFlow was told to compile and gives NaN, as long
    as it can be read. TensorFlow takes no labels but int32 and int64.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.sparse_softmax_cross_entropy_with_logits``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> nn.sparse_softmax_cross_entropy_with_logits(labels=np.array([1]), logits=np.array([[0.0, 40.0]]))
    array([4.24835426e-18])
    """
    return sparse_softmax_cross_entropy(logits, labels, reduction="none")


@spoken(names={"log_input": "log_rates", "compute_full_loss": "stirling"})
def log_poisson_loss(
    targets: Array | float, log_input: Array, compute_full_loss: bool = False, name: str | None = None
) -> Array:
    """Negative log-likelihood of counts with the logarithms of their rates.

    Parameters
    ----------
    targets : array or number
        The counts, the shape of `log_input`, floating or integer, not negative.
    log_input : array, real floating
        Logarithms of the expected counts, any shape.
    compute_full_loss : bool
        Whether to add Stirling's approximation to the counts above 1.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape of `log_input`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.log_poisson_nll : The loss.

    Notes
    -----
    A target of 0 has a gradient of its own with the approximation, too, where
    TensorFlow's is NaN. TensorFlow also takes negative targets, which are no counts.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.log_poisson_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> nn.log_poisson_loss(targets=np.array([3.0, 0.0]), log_input=np.array([0.0, 2.0]))
    array([1.       , 7.3890561])
    """
    return log_poisson_nll(log_input, targets, stirling=compute_full_loss, reduction="none")


@spoken(names={"t": "arrays"})
def l2_loss(t: Array, name: str | None = None) -> Array:
    """Half the sum of the squares of the entries of an array.

    Parameters
    ----------
    t : array, real floating
        Any shape.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        A 0-d array.

    Raises
    ------
    TypeError
        If `t` is not an array of a floating dtype.

    See Also
    --------
    arrayloss.l2_penalty : The penalty, of any number of arrays.

    Notes
    -----
    Half-precision entries are added up in float32, where TensorFlow's sum overflows.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.l2_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> float(nn.l2_loss(np.array([3.0, 4.0])))
    12.5
    """
    return l2_penalty(t)


@spoken(names={"per_example_loss": "scores", "sample_weight": "weights", "global_batch_size": "denominator"})
def compute_average_loss(
    per_example_loss: Array, sample_weight: Array | None = None, global_batch_size: int | None = None
) -> Array:
    """Losses that are there, weighted and added up, over the size of the batch.

    Parameters
    ----------
    per_example_loss : array, real floating
        Any shape with at least one axis.
    sample_weight : array or number, optional
        A weight per loss, or one for all along the last axis.
    global_batch_size : int, optional
        What to divide by, >= 0; the length of the first axis by default.

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
    arrayloss : Whose losses do so themselves, with ``denominator=``.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.compute_average_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> float(nn.compute_average_loss(np.array([1.0, 2.0]), global_batch_size=4))
    0.75
    """
    function, shape = "dialects.tensorflow.compute_average_loss", shape_of(per_example_loss)
    if not shape:
        raise value_error(function, "per_example_loss", "has shape ()", "at least one axis")
    if global_batch_size is not None and not is_integer(global_batch_size):
        came = f"is {describe(global_batch_size)}"
        raise type_error(function, "global_batch_size", came, "an integer >= 0, or None")
    if shape_of(sample_weight) and len(shape_of(sample_weight)) < len(shape):
        sample_weight = with_axis(sample_weight, -1)
    size = shape[0] if global_batch_size is None else global_batch_size
    rows = with_axis(per_example_loss, -1)
    truth = filled(-1.0, rows)
    return fenchel_young(rows, truth, conjugate=nothing, weights=sample_weight, denominator=size)
