"""Functions of optax.losses for sequences."""

from __future__ import annotations

from ..._arguments import lengths_before, refuse_other_shape, refuse_ranks, shape_of
from ..._typing import Array
from ...sequence import ctc
from .._speech import spoken

_PADDING = 1
"""What marks a frame or a label that fills up."""


@spoken(
    names={"logit_paddings": "logit_lengths", "label_paddings": "label_lengths", "blank_id": "blank"},
)
def ctc_loss(
    logits: Array,
    logit_paddings: Array,
    labels: Array,
    label_paddings: Array,
    *,
    blank_id: int = 0,
    log_epsilon: float = -1e5,
) -> Array:
    """Connectionist temporal classification of each sequence's labels, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Of shape (N, T, C).
    logit_paddings : array
        Of shape (N, T): 0 for each frame that there is, 1 for those that fill up.
    labels : array of integers
        The classes, of shape (N, S).
    label_paddings : array
        Of shape (N, S): 0 for each label that there is, 1 for those that fill up.
    blank_id : int
        The class that stands for no label.
    log_epsilon : float
        Ignored: nothing stands for the logarithm of 0 here.

    Returns
    -------
    array
        Of shape (N,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A class that does not exist
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.ctc : The same in the core, which takes lengths.

    Notes
    -----
    Padding is at the end, where optax takes frames from between others, too; elsewhere it
    raises where values can be read and gives NaN where not. Right where optax is not: labels
    that no alignment has room for cost infinity, not 100 000; a logit of −inf rules a class
    out; padding may hold NaN; and a class that does not exist is refused.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.ctc_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.ctc_loss(np.zeros((1, 2, 2)), np.zeros((1, 2)), np.array([[1, 0]]), np.array([[0.0, 1.0]]))
    array([0.28768207])
    """
    function = "dialects.optax.ctc_loss"
    refuse_ranks(function, "logits", logits, 3)
    refuse_ranks(function, "labels", labels, 2)
    frames = shape_of(logits)[:2]
    refuse_other_shape(function, "logit_paddings", logit_paddings, frames, "the frames of 'logits'")
    refuse_other_shape(function, "label_paddings", label_paddings, shape_of(labels), "'labels'")
    return ctc(
        logits,
        labels,
        logit_lengths=lengths_before(logit_paddings, _PADDING),
        label_lengths=lengths_before(label_paddings, _PADDING),
        blank=blank_id,
        reduction="none",
    )
