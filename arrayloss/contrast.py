"""Losses that compare every embedding of a batch with all others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ._check import POSITIVE
from ._classes import Classes
from ._directions import Directions, Slopes, cosines, itself, places, through
from ._engine import coupled, evaluate
from ._namespace import eager
from ._roles import OUTPUT
from ._softmax import labelled
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def info_nce(
    queries: Array,
    keys: Array,
    *,
    temperature: float = 0.07,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of finding each query's own key among the keys of the batch, by their angles.

    .. math:: \ell_i = -\log \frac{\exp(\cos(q_i, k_i) / \tau)}{\sum_j \exp(\cos(q_i, k_j) / \tau)}

    Parameters
    ----------
    queries, keys : array, real floating
        The embeddings q and k of each pair, of one shape and dtype, with the features
        along `axis`. The last of the other axes is the batch; any before it hold
        batches of their own.
    temperature : float
        The temperature τ, > 0.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per query: see `arrayloss`. A pair that is masked out is no
        key of another query either.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `queries` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or if there is no batch; the message names it.

    See Also
    --------
    nt_xent : Both ways, with the queries among the keys.
    supervised_contrastive : With several positives, by labels.

    Notes
    -----
    One way round: the loss of CLIP is half the sum of this one and of that with queries
    and keys exchanged. The sum over the other keys is formed without the own, so the
    loss of a query that finds its key keeps its digits. A zero vector has cosine 0 with
    all others, and derivatives 0. Memory is quadratic in the batch.

    References
    ----------
    A. van den Oord, Y. Li and O. Vinyals, Representation learning with contrastive
    predictive coding, arXiv:1807.03748 (2018).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> queries, keys = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0, 0.0], [1.0, 0.0]])
    >>> al.info_nce(queries, keys, temperature=1.0, reduction="none")
    array([0.69314718, 0.69314718])
    """
    return evaluate(
        _info_nce,
        queries,
        keys,
        temperature=temperature,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@coupled(queries=OUTPUT, keys=OUTPUT, temperature=POSITIVE)
def _info_nce(xp: Namespace, queries: Any, keys: Any, *, temperature: float, where: Any) -> Terms:
    first, second = Directions(xp, queries), Directions(xp, keys)
    sharp = first.vectors / temperature
    logits = cosines(xp, sharp, second.vectors)
    value, slopes = _own_key(xp, _seen(xp, logits, where, own=True))
    return (
        value,
        lambda: through(first, slopes().by_anchors(second.vectors / temperature)),
        lambda: through(second, slopes().by_keys(sharp)),
    )


def nt_xent(
    embeddings1: Array,
    embeddings2: Array,
    *,
    temperature: float = 0.5,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of finding each view's other view among all views of the batch, by their angles.

    .. math:: \ell_i = \frac{\ell(a_i, b_i) + \ell(b_i, a_i)}{2}, \qquad \ell(x, y)
        = -\log \frac{\exp(\cos(x, y) / \tau)}{\sum_{z \neq x} \exp(\cos(x, z) / \tau)}

    Parameters
    ----------
    embeddings1, embeddings2 : array, real floating
        The embeddings a and b of two views of each example, of one shape and dtype, with
        the features along `axis`; z is any of both. The last of the other axes is the
        batch; any before it hold batches of their own.
    temperature : float
        The temperature τ, > 0.
    axis : int
        The axis of the features.
    weights, where, reduction, denominator
        As in every loss, per pair: see `arrayloss`. The views of a pair that is masked
        out are not among those of the others either.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the embeddings without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or if there is no batch; the message names it.

    See Also
    --------
    info_nce : One way, with only the second views as keys.
    supervised_contrastive : With several positives, by labels.

    Notes
    -----
    An item is the mean over both views of a pair, so the mean is SimCLR's. A view is
    left out of its own sum, and the other view's exponential is not added to be taken
    off again, so small losses keep their digits. A zero vector has cosine 0 with all
    others, and derivatives 0. Memory is quadratic in the batch.

    References
    ----------
    T. Chen, S. Kornblith, M. Norouzi and G. Hinton, A simple framework for contrastive
    learning of visual representations, ICML 2020.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> first, second = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0, 0.0], [0.0, 1.0]])
    >>> al.nt_xent(first, second, temperature=1.0, reduction="none").round(6)
    array([0.551445, 0.551445])
    """
    return evaluate(
        _nt_xent,
        embeddings1,
        embeddings2,
        temperature=temperature,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@coupled(embeddings1=OUTPUT, embeddings2=OUTPUT, temperature=POSITIVE)
def _nt_xent(xp: Namespace, embeddings1: Any, embeddings2: Any, *, temperature: float, where: Any) -> Terms:
    one, other = Directions(xp, embeddings1), Directions(xp, embeddings2)
    across = cosines(xp, one.vectors / temperature, other.vectors)

    def one_way(side: Directions, to_others: Any) -> Any:
        within = cosines(xp, side.vectors / temperature, side.vectors)
        ways = _seen(xp, to_others, where, own=True), _seen(xp, within, where, own=False)
        return _own_key(xp, xp.concat(ways, axis=-1))

    value1, slopes1 = one_way(one, across)
    value2, slopes2 = one_way(other, xp.matrix_transpose(across))

    def derivative(side: Directions, slopes: Any, opposite: Directions, other_slopes: Any) -> Any:
        count, mine = side.vectors.shape[-2], slopes()
        own, others = (0.5 / temperature * each.vectors for each in (side, opposite))
        by_anchors = mine.by_anchors(xp.concat((others, own), axis=-2))
        by_keys = other_slopes().of_keys(slice(None, count)).by_keys(others)
        return through(side, by_anchors, mine.of_keys(slice(count, None)).by_keys(own), by_keys)

    return (
        0.5 * (value1 + value2),
        lambda: derivative(one, slopes1, other, slopes2),
        lambda: derivative(other, slopes2, one, slopes1),
    )


def _seen(xp: Namespace, logits: Any, where: Any, *, own: bool) -> Any:
    """The logits with -inf for the keys that are masked out; each anchor's own stays or goes anyway."""
    at_own = itself(xp, logits)
    if own:
        return logits if where is None else xp.where(where[..., None, :] | at_own, logits, -math.inf)
    hidden = at_own if where is None else at_own | ~where[..., None, :]
    return xp.where(hidden, -math.inf, logits)


def _own_key(xp: Namespace, logits: Any) -> tuple[Any, Callable[[], Slopes]]:
    """The cross-entropy of each anchor with its own key, and the slopes."""
    indices = xp.broadcast_to(places(xp, logits), logits.shape[:-1])
    labels = Classes(xp, indices, logits.shape[-1], write=eager(xp))
    own, rest, others, value = labelled(xp, logits, labels)
    return value, lambda: Slopes(xp, labels.put(others, -rest), 1.0 / (rest + own))
