"""torch.nn.functional's loss of a linear layer."""

from __future__ import annotations

from ..._arguments import transposed
from ..._typing import Array
from ...vocabulary import linear_softmax_cross_entropy
from .._speech import spoken
from ._options import refuse_ranks, words


@spoken(
    names={
        "input": "features",
        "linear_weight": "kernel",
        "target": "labels",
        "linear_bias": "bias",
        "weight": "class_weights",
    }
)
def linear_cross_entropy(
    input: Array,
    linear_weight: Array,
    target: Array,
    *,
    linear_bias: Array | None = None,
    weight: Array | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: object = None,
) -> Array:
    """Cross-entropy of a linear layer's logits, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        The features of each row, (N, d) or (d,).
    linear_weight : array of shape (C, d)
        A row per class.
    target : array of integers
        The class of each row, (N,) or a 0-d array.
    linear_bias : array of shape (C,), optional
        The bias of each class.
    weight : array of shape (C,), optional
        A weight per class, which counts in the mean.
    reduction : str
        ``"mean"``, NaN over nothing, ``"sum"`` or ``"none"``.
    ignore_index : int, optional
        The target of rows to leave out; −100 if it is None.
    label_smoothing : float
        Share to spread over all classes.
    options : object, optional
        Ignored: the logits are never there all at once.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `target` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Targets that are probabilities, and
        a weight of more than two axes, which torch takes without `options`, are refused.

    See Also
    --------
    arrayloss.linear_softmax_cross_entropy : The loss.

    Notes
    -----
    With `options` torch keeps no logits either; it then has no second derivatives, no
    transforms of ``torch.func`` and, with smoothing, no saving.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear_cross_entropy.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> input, linear_weight = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])
    >>> F.linear_cross_entropy(input, linear_weight, np.array([0, -100]), reduction="none")
    array([1.31326169, 0.        ])
    """
    refuse_ranks("linear_cross_entropy", "input", input, 1, 2)
    refuse_ranks("linear_cross_entropy", "linear_weight", linear_weight, 2)
    return linear_softmax_cross_entropy(
        input,
        transposed(linear_weight),
        target,
        bias=linear_bias,
        class_weights=weight,
        label_smoothing=label_smoothing,
        ignore_index=-100 if ignore_index is None else ignore_index,
        **words("linear_cross_entropy", "weights", reduction),
    )
