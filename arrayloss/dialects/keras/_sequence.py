"""Functions of keras.losses for sequences."""

from __future__ import annotations

from typing import Any

from ..._arguments import lengths_before, refuse_ranks
from ..._typing import Array
from ...sequence import ctc as core_ctc
from .._speech import spoken
from ._options import EACH, How, of_items

_BLANK = 0
"""What Keras fills labels up with, and what stands for no label."""


def ctc(y_true: Array, y_pred: Array) -> Array:
    """Connectionist temporal classification of each sample's labels, as Keras has it.

    Parameters
    ----------
    y_true : array of integers
        The classes of each sample, of shape (N, S); 0, the blank, fills up what is shorter,
        at its end.
    y_pred : array, real floating
        Logits of shape (N, T, C), each sample with all T frames.

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
    arrayloss.ctc : The same in the core.

    Notes
    -----
    Labels that no alignment has room for cost infinity, on whichever library: Keras's own
    backends say 707.7, 100 000 or infinity.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.ctc(np.array([[1, 0]]), np.zeros((1, 2, 2)))
    array([0.28768207])
    """
    return _ctc(EACH, y_true, y_pred)


@spoken(names={"y_pred": "logits", "y_true": "labels or label_lengths", "sample_weight": "weights"})
def _ctc(how: How, y_true: Any, y_pred: Any) -> Any:
    refuse_ranks("dialects.keras.ctc", "y_true", y_true, 2)
    refuse_ranks("dialects.keras.ctc", "y_pred", y_pred, 3)
    lengths = lengths_before(y_true, _BLANK)
    return core_ctc(y_pred, y_true, label_lengths=lengths, blank=_BLANK, **of_items(y_pred, how, (-2, -1)))
