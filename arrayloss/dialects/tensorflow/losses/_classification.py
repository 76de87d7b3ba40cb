"""Functions of tf.compat.v1.losses for labels."""

from __future__ import annotations

from typing import Any

from ...._arguments import in_dtype_of, indices_of
from ...._check import NON_NEGATIVE
from ...._maps import affine, evened_by, log_odds, ones_like, plus
from ...._typing import Array
from ....binary import sigmoid_cross_entropy as core_sigmoid_cross_entropy
from ....decision import hinge
from ....multiclass import softmax_cross_entropy as core_softmax_cross_entropy
from ....multiclass import sparse_softmax_cross_entropy as core_sparse_softmax_cross_entropy
from ....regression import squared_error
from ..._speech import spoken
from ._options import NAMES, Reduction, words


@spoken(names={"logits": "scores"})
def hinge_loss(
    labels: Array,
    logits: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Lack of a margin of 1 on the side of the label, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        0 or 1, of the shape of `logits`; cast to its dtype.
    logits : array, real floating
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
        If an argument does not fit; the message names it. A label that is neither 0 nor 1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.hinge : The same in the core, of labels −1 and 1.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.hinge_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.hinge_loss(np.array([0.0, 1.0]), np.array([0.5, 0.5])))
    1.0
    """
    sides = affine(in_dtype_of(labels, logits), 2.0, -1.0)
    return hinge(logits, sides, **words("hinge_loss", logits, weights, reduction))


@spoken(names={"predictions": "logits"})
def log_loss(
    labels: Array,
    predictions: Array,
    weights: Array | float = 1.0,
    epsilon: float = 1e-7,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Cross-entropy of binary labels with probabilities, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array
        Labels from 0 to 1, of the shape of `predictions`; cast to its dtype.
    predictions : array, real floating
        Probabilities from 0 to 1, any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    epsilon : float
        What is added inside both logarithms, >= 0.
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
    arrayloss.binary_cross_entropy : The core's, which adds nothing.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.log_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.log_loss(np.array([1.0]), np.array([0.0])).round(6))
    16.118096
    """
    NON_NEGATIVE.check("dialects.tensorflow.losses.log_loss", "epsilon", epsilon)
    shared = words("log_loss", predictions, weights, reduction)
    # Of the odds, as what is added to both makes probabilities of them that sum to more than 1.
    labels = in_dtype_of(labels, predictions)
    loss = core_sigmoid_cross_entropy(log_odds(predictions, epsilon), labels, **shared)
    return plus(loss, squared_error(ones_like(predictions), 0.0, **shared), evened_by(epsilon))


@spoken(names={"multi_class_labels": "labels"})
def sigmoid_cross_entropy(
    multi_class_labels: Array,
    logits: Array,
    weights: Array | float = 1.0,
    label_smoothing: float = 0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Cross-entropy of binary labels with the sigmoid of the logits, as TensorFlow 1 has it.

    Parameters
    ----------
    multi_class_labels : array
        Labels from 0 to 1, of the shape of `logits`; cast to its dtype.
    logits : array, real floating
        Any shape.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    label_smoothing : float
        The share of a label to spread evenly over yes and no, from 0 to 1.
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
    arrayloss.sigmoid_cross_entropy : The same in the core.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.sigmoid_cross_entropy``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.sigmoid_cross_entropy(np.array([1.0]), np.array([0.0])))
    0.6931471805599453
    """
    labels = in_dtype_of(multi_class_labels, logits)
    shared = words("sigmoid_cross_entropy", logits, weights, reduction)
    return core_sigmoid_cross_entropy(logits, labels, label_smoothing=label_smoothing, **shared)


@spoken(names={"onehot_labels": "labels"})
def softmax_cross_entropy(
    onehot_labels: Array,
    logits: Array,
    weights: Array | float = 1.0,
    label_smoothing: float = 0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Cross-entropy of distributions over classes with the softmax of the logits, as TensorFlow 1 has it.

    Parameters
    ----------
    onehot_labels : array
        A distribution per row, not negative, of the shape of `logits`; cast to its dtype.
    logits : array, real floating
        Any shape with the classes along the last axis.
    weights : array or number
        A weight per loss: a number, or an array of as many axes as the losses whose lengths are
        theirs or 1.
    label_smoothing : float
        The share of a label to spread over all classes, from 0 to 1.
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
    arrayloss.softmax_cross_entropy : The same in the core.

    Notes
    -----
    The gradient of a row whose labels do not add up to 1 is that of its value, where
    TensorFlow's is that of another function.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.softmax_cross_entropy``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.softmax_cross_entropy(np.array([[1.0, 0.0]]), np.array([[0.0, 0.0]])))
    0.6931471805599453
    """
    labels = in_dtype_of(onehot_labels, logits)
    shared = words("softmax_cross_entropy", logits, weights, reduction, rows=True)
    return core_softmax_cross_entropy(logits, labels, label_smoothing=label_smoothing, **shared)


@spoken(names=NAMES)
def sparse_softmax_cross_entropy(
    labels: Array,
    logits: Array,
    weights: Array | float = 1.0,
    scope: Any = None,
    loss_collection: Any = "losses",
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Array:
    """Cross-entropy of class indices with the softmax of the logits, as TensorFlow 1 has it.

    Parameters
    ----------
    labels : array of integers
        The class of each row, in [0, C): the shape of `logits` without the last axis, or with
        length 1 there.
    logits : array, real floating
        Any shape with the C classes along the last axis.
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
    arrayloss.sparse_softmax_cross_entropy : The same in the core.

    Notes
    -----
    A label of a row with weight 0 may not be out of its domain either, as in TensorFlow.

    References
    ----------
    TensorFlow API documentation, ``tf.compat.v1.losses.sparse_softmax_cross_entropy``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects.tensorflow import losses
    >>> float(losses.sparse_softmax_cross_entropy(np.array([1]), np.array([[0.0, 0.0]])))
    0.6931471805599453
    """
    labels = indices_of(labels, logits, -1)
    shared = words("sparse_softmax_cross_entropy", logits, weights, reduction, rows=True)
    return core_sparse_softmax_cross_entropy(logits, labels, **shared)
