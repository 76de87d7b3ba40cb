"""Functions of keras.losses for labels with probabilities or logits, and for distributions."""

from __future__ import annotations

from typing import Any

from ..._arguments import indices_of, shape_of
from ..._maps import clipped, logarithm, normalised, smoothed
from ..._typing import Array
from ...binary import binary_cross_entropy, sigmoid_cross_entropy
from ...divergence import cross_entropy
from ...divergence import kl_divergence as core_kl_divergence
from ...multiclass import nll, softmax_cross_entropy, sparse_softmax_cross_entropy
from ...polynomial import generalized_cross_entropy
from .._speech import spoken
from ._options import EACH, EPSILON, REST, How, fitting, of_entries, of_rows, share_of


def binary_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Array:
    """Mean cross-entropy of each sample's binary labels, as Keras has it.

    Parameters
    ----------
    y_true : array
        Labels from 0 to 1 of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities, of which those below 1e-7 or above 1 − 1e-7 count as these; or logits.
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
    arrayloss.binary_cross_entropy, arrayloss.sigmoid_cross_entropy : The losses of each entry, in the core.

    Notes
    -----
    Right where Keras is not: infinite logits cost 0 or infinity, not NaN.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.binary_crossentropy(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    array([0.69314718])
    """
    return _binary_crossentropy(EACH, y_true, y_pred, from_logits, label_smoothing, axis)


@spoken(names={"y_pred": "logits or probabilities", "y_true": "labels", "sample_weight": "weights"})
def _binary_crossentropy(
    how: How, y_true: Any, y_pred: Any, from_logits: Any, label_smoothing: Any, axis: Any
) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    loss = sigmoid_cross_entropy if from_logits else binary_cross_entropy
    y_pred = y_pred if from_logits else clipped(y_pred, EPSILON, REST)
    return of_entries("binary_crossentropy", loss, y_true, y_pred, how, axis, label_smoothing=label_smoothing)


def categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Array:
    """Cross-entropy of each sample's distribution over classes, as Keras has it.

    Parameters
    ----------
    y_true : array
        A distribution per sample, one-hot or not, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Probabilities, which are made to add up to 1, and of which those below 1e-7 or above
        1 − 1e-7 count as these; or logits. The classes are along `axis`.
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
    arrayloss.softmax_cross_entropy, arrayloss.cross_entropy : The same in the core.

    Notes
    -----
    Right where Keras is not: labels are smoothed over the classes also where those are not
    along the last axis; a logit of −inf costs nothing where the label is 0; the gradient of
    a row whose labels do not add up to 1 is that of its value.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))
    array([0.28768207])
    """
    return _categorical_crossentropy(EACH, y_true, y_pred, from_logits, label_smoothing, axis)


@spoken(
    names={"y_pred": "logits or probabilities", "y_true": "labels or targets", "sample_weight": "weights"}
)
def _categorical_crossentropy(
    how: How, y_true: Any, y_pred: Any, from_logits: Any, label_smoothing: Any, axis: Any
) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    words = of_rows("categorical_crossentropy", y_pred, how, axis)
    if from_logits:
        return softmax_cross_entropy(y_pred, y_true, label_smoothing=label_smoothing, **words)
    axis = words["axis"]
    share = share_of("categorical_crossentropy", label_smoothing)
    labels = smoothed(y_true, share, shape_of(y_pred)[axis])
    return cross_entropy(clipped(normalised(y_pred, axis), EPSILON, REST), labels, **words)


def sparse_categorical_crossentropy(
    y_true: Array,
    y_pred: Array,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Array:
    """Cross-entropy of each sample's class, as Keras has it.

    Parameters
    ----------
    y_true : array of integers
        The class of each sample: the shape of `y_pred` without `axis`, or with an axis of
        length 1 there.
    y_pred : array, real floating
        Probabilities, which are made to add up to 1, and of which those below 1e-7 or above
        1 − 1e-7 count as these; or logits. The classes are along `axis`.
    from_logits : bool
        Whether `y_pred` holds logits.
    ignore_class : int, optional
        The class of samples that cost nothing and that a mean does not count.
    axis : int
        The axis of the classes.

    Returns
    -------
    array
        The shape of `y_pred` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A class that does not exist
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.sparse_softmax_cross_entropy, arrayloss.nll : The same in the core.

    Notes
    -----
    What Keras does differently on its different backends is one thing here: a class that
    does not exist is an error, probabilities are made to add up to 1, and any axis will do.
    Keras also takes classes as floating numbers.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.sparse_categorical_crossentropy(np.array([1]), np.array([[1.0, 3.0]]))
    array([0.28768207])
    """
    return _sparse_categorical_crossentropy(EACH, y_true, y_pred, from_logits, ignore_class, axis)


@spoken(
    names={
        "y_pred": "logits or log_probabilities",
        "y_true": "labels",
        "sample_weight": "weights",
        "ignore_class": "ignore_index",
    }
)
def _sparse_categorical_crossentropy(
    how: How, y_true: Any, y_pred: Any, from_logits: Any, ignore_class: Any, axis: Any
) -> Any:
    words = of_rows("sparse_categorical_crossentropy", y_pred, how, axis)
    axis = words["axis"]
    y_true, words["ignore_index"] = indices_of(y_true, y_pred, axis), ignore_class
    if from_logits:
        return sparse_softmax_cross_entropy(y_pred, y_true, **words)
    return nll(logarithm(clipped(normalised(y_pred, axis), EPSILON, REST)), y_true, **words)


def kl_divergence(y_true: Array, y_pred: Array) -> Array:
    """Kullback–Leibler divergence of each sample's distribution, as Keras has it.

    Parameters
    ----------
    y_true : array
        Probabilities of the shape of `y_pred`, cast to its dtype; those below 1e-7 or above
        1 count as these.
    y_pred : array, real floating
        Probabilities with the classes along the last axis, within the same bounds.

    Returns
    -------
    array
        The shape of `y_pred` without the last axis.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.kl_divergence : The same in the core, which takes logarithms and clips nothing.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.kl_divergence(np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]]))
    array([0.14384104])
    """
    return _kl_divergence(EACH, y_true, y_pred)


@spoken(names={"y_pred": "log_probabilities", "y_true": "targets", "sample_weight": "weights"})
def _kl_divergence(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    words = of_rows("kl_divergence", y_pred, how)
    return core_kl_divergence(
        logarithm(clipped(y_pred, EPSILON, 1.0)), clipped(y_true, EPSILON, 1.0), **words
    )


def categorical_generalized_cross_entropy(y_true: Array, y_pred: Array, q: float) -> Array:
    """Generalized cross-entropy of each sample's class, of which some may be wrong, as Keras has it.

    Parameters
    ----------
    y_true : array of integers
        The class of each sample: the shape of `y_pred` without the last axis.
    y_pred : array, real floating
        Probabilities with the classes along the last axis.
    q : float
        How much wrong labels are forgiven, from 0, the cross-entropy, to 1, the absolute error.

    Returns
    -------
    array
        The shape of `y_true`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A class that does not exist
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.generalized_cross_entropy : The same of logits, in the core.

    Notes
    -----
    Probabilities count as what they are of their sum, and so has the gradient no part along
    that: of a model that ends in a softmax it is the same as Keras's.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.categorical_generalized_cross_entropy(np.array([1]), np.array([[0.75, 0.25]]), q=0.5)
    array([1.])
    """
    return _categorical_generalized_cross_entropy(EACH, y_true, y_pred, q)


@spoken(names={"y_pred": "logits", "y_true": "labels", "sample_weight": "weights"})
def _categorical_generalized_cross_entropy(how: How, y_true: Any, y_pred: Any, q: Any) -> Any:
    words = of_rows("categorical_generalized_cross_entropy", y_pred, how)
    return generalized_cross_entropy(logarithm(y_pred), y_true, q=q, **words)
