"""Losses of optax.losses that a function of the scores makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._arguments import broadcast, refuse_marked, shape_of
from ..._maps import nothing, plus, row_by_row
from ...fenchel_young import fenchel_young
from .._speech import spoken


def make_fenchel_young_loss(max_fun: Callable[..., Any]) -> Callable[..., Any]:
    """A Fenchel–Young loss out of a function of scores, as optax has it.

    Parameters
    ----------
    max_fun : callable
        From the scores of one row, and what else the loss is given, to a number: written in
        the functions of the library whose arrays it will be given. It is called row by row.

    Returns
    -------
    callable
        ``fenchel_young_loss(scores, targets, *args, **kwargs)``: of each row along the last
        axis ``max_fun(scores, *args, **kwargs) - <targets, scores>``.

    Raises
    ------
    TypeError, ValueError
        By the loss, if an argument does not fit. `value_and_grad` of it is refused: only automatic
        differentiation knows the gradient of a function of the caller's own.

    See Also
    --------
    arrayloss.fenchel_young : The core's, of a function that says its gradient, for all rows at once.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.make_fenchel_young_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> loss = optax.make_fenchel_young_loss(np.max)
    >>> loss(np.array([[0.5, 0.25]]), np.array([[0.0, 1.0]]))
    array([0.25])
    """

    @spoken()
    def fenchel_young_loss(scores: Any, targets: Any, *args: Any, **kwargs: Any) -> Any:
        for given in (scores, targets):
            refuse_marked("dialects.optax.make_fenchel_young_loss", "max_fun", given)
        targets = broadcast(targets, shape_of(scores))
        score = fenchel_young(scores, targets, conjugate=nothing, reduction="none")
        return plus(score, row_by_row(lambda row: max_fun(row, *args, **kwargs), scores))

    return fenchel_young_loss
