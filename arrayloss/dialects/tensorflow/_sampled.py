"""TensorFlow's losses of some of very many classes."""

from __future__ import annotations

from typing import Any

from ..._arguments import constant_log, has_columns, shape_of, transposed
from ..._check import describe, type_error, value_error
from ..._typing import Array
from ...vocabulary import noise_contrastive_estimation, sampled_softmax
from .._speech import spoken

# Samples, and how often the true classes and the samples are expected.
_PARTS = 3

_NAMES = {
    "weights": "kernel",
    "biases": "bias",
    "inputs": "features",
    "sampled_values": "samples or label_log_counts or sample_log_counts",
}


@spoken(names=_NAMES)
def nce_loss(
    weights: Array,
    biases: Array,
    labels: Array,
    inputs: Array,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: tuple[Array, Array, Array] | None = None,
    remove_accidental_hits: bool = False,
    name: str | None = None,
) -> Array:
    """Noise-contrastive estimation, of classes that were drawn before.

    Parameters
    ----------
    weights : array of shape (num_classes, dim)
        A row per class, of the dtype of `inputs`; in one piece.
    biases : array of shape (num_classes,)
        The bias of each class.
    labels : array of integers, shape (batch, num_true)
        The true classes of each row.
    inputs : array of shape (batch, dim)
        The features of each row.
    num_sampled, num_classes : int
        Ignored: `sampled_values` and `weights` say them.
    num_true : int
        The number of true classes, that of the columns of `labels`.
    sampled_values : tuple of array
        The samples (S,), how often each true class is expected among them
        (batch, num_true), and how often each sample is (S,).
    remove_accidental_hits : bool
        Whether a sample that is a row's true class is left out there.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape (batch,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Without `sampled_values`
        TensorFlow draws samples; there is no randomness here.

    See Also
    --------
    arrayloss.noise_contrastive_estimation : The loss.

    Notes
    -----
    Of several true classes each is a label of 1 / num_true, as TensorFlow documents. Of a
    class that was drawn twice TensorFlow removes one hit, here both are.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.nce_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> weights, biases, inputs = np.array([[1.0], [2.0], [5.0]]), np.zeros(3), np.array([[1.0], [2.0]])
    >>> drawn = (np.array([1]), np.ones((2, 1)), np.ones(1))
    >>> nn.nce_loss(weights, biases, np.array([[0], [2]]), inputs, 1, 3, sampled_values=drawn)
    array([2.4401897 , 4.01819533])
    """
    return noise_contrastive_estimation(
        inputs,
        transposed(weights),
        _labels("nce_loss", labels, num_true),
        bias=biases,
        **_drawn("nce_loss", sampled_values),
        remove_accidental_hits=remove_accidental_hits,
        reduction="none",
    )


@spoken(names=_NAMES)
def sampled_softmax_loss(
    weights: Array,
    biases: Array,
    labels: Array,
    inputs: Array,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: tuple[Array, Array, Array] | None = None,
    remove_accidental_hits: bool = True,
    seed: int | None = None,
    name: str | None = None,
) -> Array:
    """Cross-entropy with the softmax of some classes, that were drawn before.

    Parameters
    ----------
    weights : array of shape (num_classes, dim)
        A row per class, of the dtype of `inputs`; in one piece.
    biases : array of shape (num_classes,)
        The bias of each class.
    labels : array of integers, shape (batch, num_true)
        The true classes of each row.
    inputs : array of shape (batch, dim)
        The features of each row.
    num_sampled, num_classes : int
        Ignored: `sampled_values` and `weights` say them.
    num_true : int
        The number of true classes, that of the columns of `labels`.
    sampled_values : tuple of array
        The samples (S,), how often each true class is expected among them
        (batch, num_true), and how often each sample is (S,).
    remove_accidental_hits : bool
        Whether a sample that is a row's true class is left out there.
    seed : int, optional
        Ignored: nothing is drawn.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        The shape (batch,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Without `sampled_values`
        TensorFlow draws samples; there is no randomness here.

    See Also
    --------
    arrayloss.sampled_softmax : The loss.

    Notes
    -----
    A sample that is left out has a logit of −inf, where TensorFlow takes the largest number of
    float32 from it. Of a class that was drawn twice TensorFlow removes one hit, here both
    are. Where TensorFlow rounds a small loss to 0, its digits are here.

    References
    ----------
    TensorFlow API documentation, ``tf.nn.sampled_softmax_loss``.

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as nn
    >>> weights, biases, inputs = np.array([[1.0], [2.0], [5.0]]), np.zeros(3), np.array([[1.0], [2.0]])
    >>> drawn = (np.array([1]), np.ones((2, 1)), np.ones(1))
    >>> nn.sampled_softmax_loss(weights, biases, np.array([[0], [2]]), inputs, 1, 3, sampled_values=drawn)
    array([1.31326169, 0.00247569])
    """
    return sampled_softmax(
        inputs,
        transposed(weights),
        _labels("sampled_softmax_loss", labels, num_true),
        bias=biases,
        **_drawn("sampled_softmax_loss", sampled_values),
        remove_accidental_hits=remove_accidental_hits,
        reduction="none",
    )


def _labels(function: str, labels: Any, num_true: int) -> Any:
    """The labels, if they have as many columns as there are true classes."""
    if hasattr(labels, "shape") and not has_columns(labels, num_true):
        came, expected = f"has shape {shape_of(labels)}", f"(batch, {num_true}), with num_true={num_true}"
        raise value_error(f"dialects.tensorflow.{function}", "labels", came, expected)
    return labels


def _drawn(function: str, sampled_values: Any) -> dict[str, Any]:
    """The samples and the logarithms of the expected counts."""
    if not isinstance(sampled_values, tuple) or len(sampled_values) != _PARTS:
        expected = "a tuple of the samples, the true and the sampled expected counts: nothing is drawn here"
        name = f"dialects.tensorflow.{function}"
        raise type_error(name, "sampled_values", f"is {describe(sampled_values)}", expected)
    samples, of_labels, of_samples = sampled_values
    logs = {"label_log_counts": constant_log(of_labels), "sample_log_counts": constant_log(of_samples)}
    return {"samples": samples, **logs}
