"""The function of torch.nn.functional for sequences that are not aligned with the truth."""

from __future__ import annotations

from typing import Any

from ..._arguments import as_lengths, as_lists, is_finite, one_over, shape_of
from ..._engine import bare
from ..._typing import Array
from ...sequence import ctc
from .._speech import spoken
from ._options import refuse_ranks, words


@spoken(
    names={
        "log_probs": "logits",
        "targets": "labels",
        "input_lengths": "logit_lengths",
        "target_lengths": "label_lengths",
    }
)
def ctc_loss(
    log_probs: Array,
    targets: Array,
    input_lengths: Array | tuple[int, ...],
    target_lengths: Array | tuple[int, ...],
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Array:
    """Connectionist temporal classification, as in torch.nn.functional.

    Parameters
    ----------
    log_probs : array, real floating
        Logarithms of probabilities, shape (T, N, C), or (T, C) of one sequence.
    targets : array of integers
        The classes, shape (N, S), or those of all sequences in one row; of one
        sequence, shape (S,).
    input_lengths, target_lengths : array of integers or tuple of int
        How many frames and classes each sequence has, shape (N,).
    blank : int
        The class that stands for no label.
    reduction : str
        ``"mean"`` over the sequences of each loss by its number of labels, NaN over
        nothing; ``"sum"`` or ``"none"``.
    zero_infinity : bool
        Whether a sequence that has no alignment costs 0, and not infinitely much.

    Returns
    -------
    array
        A 0-d array, or one of shape (N,) with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A class that does not exist,
        for which torch reads foreign memory, is refused.

    See Also
    --------
    arrayloss.ctc : The same in the core.

    Notes
    -----
    What torch calls the gradient by `log_probs` is that by logits whose softmax they are,
    and so it is here: what is not normalised is taken as logits. The gradient of a sequence
    without an alignment, NaN in torch, is 0.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> log_probs = np.log([[[0.5, 0.25, 0.25]], [[0.25, 0.5, 0.25]]])
    >>> float(np.exp(-F.ctc_loss(log_probs, np.array([[1]]), (2,), (1,))))
    0.4375
    """
    refuse_ranks("ctc_loss", "log_probs", log_probs, 2, 3)
    batch = shape_of(log_probs)[1:-1]
    frames, labels = (as_lengths(each, log_probs, batch) for each in (input_lengths, target_lengths))
    said: dict[str, Any] = {"logit_lengths": frames, "label_lengths": labels, "blank": blank, "time_axis": 0}
    lists = as_lists(targets, labels) if batch else targets
    shared = words("ctc_loss", "count", reduction)
    if reduction == "mean":
        shared["weights"] = one_over(labels, log_probs)
    if zero_infinity:
        shared["where"] = is_finite(ctc(bare(log_probs), lists, reduction="none", **said))
        shared["denominator"] = next(iter(batch), 1) or shared["denominator"]
    return ctc(log_probs, lists, **said, **shared)
