"""Losses of scores that should be in an order."""

from __future__ import annotations

from typing import Any

from ._check import FINITE
from ._engine import elementwise, evaluate
from ._roles import OUTPUT, SIGN
from ._stable import clip
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def margin_ranking(
    scores1: Array,
    scores2: Array,
    labels: Array | float,
    *,
    margin: float = 0.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Lack of margin between two scores of which one should be higher.

    .. math:: \ell = \max(0, \text{margin} - y \, (s_1 - s_2))

    Parameters
    ----------
    scores1, scores2 : array, real floating
        The two scores of each pair, any shape, of one shape and dtype.
    labels : array or number
        The same shape, floating or integer: 1 if the first score should be higher, −1
        if the second should; or one number for every pair.
    margin : float
        How much higher, in the units of the scores.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `scores1` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1
        nor −1 raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    triplet_margin : Of distances between embeddings.

    Notes
    -----
    The derivative where the margin is exactly kept is 0.

    References
    ----------
    R. Herbrich, T. Graepel and K. Obermayer, Large margin rank boundaries for ordinal
    regression, in Advances in Large Margin Classifiers, MIT Press 2000.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.margin_ranking(np.array([2.0, 1.0]), np.array([1.0, 3.0]), np.array([1, 1]), reduction="none")
    array([0., 2.])
    """
    return evaluate(
        _margin_ranking,
        scores1,
        scores2,
        labels,
        margin=margin,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(scores1=OUTPUT, scores2=OUTPUT, labels=SIGN, margin=FINITE)
def _margin_ranking(xp: Namespace, scores1: Any, scores2: Any, labels: Any, *, margin: float) -> Terms:
    lack = margin - labels * (scores1 - scores2)
    return (
        clip(xp, lack, 0.0),
        lambda: xp.where(lack > 0, -labels, 0.0),
        lambda: xp.where(lack > 0, labels, 0.0),
    )
