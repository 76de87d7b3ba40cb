"""TensorFlow's loss of sequences."""

from __future__ import annotations

from ..._arguments import class_from_front, refuse_given
from ..._typing import Array
from ...sequence import ctc
from .._speech import spoken


@spoken(names={"label_length": "label_lengths", "logit_length": "logit_lengths", "blank_index": "blank"})
def ctc_loss(
    labels: Array,
    logits: Array,
    label_length: Array,
    logit_length: Array,
    logits_time_major: bool = True,
    unique: None = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Array:
    """Connectionist temporal classification: labels without the frames that they belong to.

    Parameters
    ----------
    labels : array of integers
        The classes, shape (N, S), padded with anything.
    logits : array, real floating
        Shape (T, N, C), or (N, T, C) if not `logits_time_major`.
    label_length, logit_length : array of integers
        How many classes and frames each sequence has, shape (N,).
    logits_time_major : bool
        Whether the frames come first.
    unique : None
        Not needed here.
    blank_index : int, optional
        The class that stands for no label, 0 by default; −1 is the last one.
    name : str, optional
        Ignored.

    Returns
    -------
    array
        Shape (N,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.ctc : The loss.

    Notes
    -----
    Without an alignment the loss is infinite and the gradient 0; TensorFlow's is 707.7.

    References
    ----------
    https://www.tensorflow.org/api_docs/python/tf/nn/ctc_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import tensorflow as tf_nn
    >>> logits = np.log([[[0.5, 0.25, 0.25]], [[0.25, 0.5, 0.25]]])
    >>> float(np.exp(-tf_nn.ctc_loss(np.array([[1]]), logits, np.array([1]), np.array([2]))[0]))
    0.4375
    """
    refuse_given("dialects.tensorflow.ctc_loss", "unique", unique)
    lengths = {"logit_lengths": logit_length, "label_lengths": label_length}
    blank, frames = class_from_front(blank_index or 0, logits), 0 if logits_time_major else 1
    return ctc(logits, labels, blank=blank, time_axis=frames, axis=2, reduction="none", **lengths)
