"""Functions of optax.losses for lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._arguments import in_dtype_of
from ..._check import describe, type_error
from ..._maps import product
from ..._typing import Array
from ...listwise import ranking_softmax
from .._speech import spoken


@spoken(names={"logits": "scores"})
def ranking_softmax_loss(
    logits: Array,
    labels: Array,
    *,
    where: Array | None = None,
    weights: Array | None = None,
    reduce_fn: Callable[..., Any] | str | None = "mean",
) -> Array:
    """Cross-entropy of the labels of a list and the softmax of its scores, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        A score per entry, any shape with the lists along the last axis.
    labels : array
        The same shape, not negative: how relevant each entry is; cast to the dtype of
        `logits`.
    where : array of booleans, optional
        Which entries there are.
    weights : array, optional
        A factor for the label of each entry; broadcasts to `labels`.
    reduce_fn : callable, str or None
        ``"mean"`` over the lists that have entries, 0 if none has; ``"sum"``; a function of
        those names, such as `numpy.mean`; None for a loss per list.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` without the last axis.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.ranking_softmax : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.ranking_softmax_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> float(optax.ranking_softmax_loss(np.array([2.0, 1.0, 3.0]), np.array([1.0, 0.0, 0.0])).round(6))
    1.407606
    """
    reduction: Any = "none"
    if reduce_fn is not None:
        reduction = reduce_fn if isinstance(reduce_fn, str) else getattr(reduce_fn, "__name__", "")
        if reduction not in ("mean", "sum"):
            expected = "'mean', 'sum', a function of that name, or None"
            raise type_error(
                "dialects.optax.ranking_softmax_loss", "reduce_fn", f"is {describe(reduce_fn)}", expected
            )
    labels = product(in_dtype_of(labels, logits), weights)
    return ranking_softmax(logits, labels, where=where, reduction=reduction)
