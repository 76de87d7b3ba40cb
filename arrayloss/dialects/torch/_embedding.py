"""Functions of torch.nn.functional for embeddings and the distances between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._arguments import refuse_marked
from ..._typing import Array
from ...distance import triplet_margin_with_distance
from ...embedding import cosine_embedding, hinge_embedding, triplet_margin
from .._speech import spoken
from ._options import refuse_margin, refuse_number, refuse_ranks, words


@spoken(names={"input": "distances", "target": "labels"})
def hinge_embedding_loss(
    input: Array,
    target: Array,
    margin: float = 1.0,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Distance of pairs that belong together, lack of it of pairs that do not, as in torch.nn.functional.

    Parameters
    ----------
    input : array, real floating
        A distance per pair, any shape.
    target : array
        1 for a pair that belongs together, −1 for one that does not; the same shape.
    margin : float
        The distance that is enough.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all pairs, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Another label than 1 and −1,
        whose loss torch does not document, is refused.

    See Also
    --------
    arrayloss.hinge_embedding : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.hinge_embedding_loss(np.array([0.25, 0.25]), np.array([1, -1])))
    0.5
    """
    shared = words("hinge_embedding_loss", "count", reduction, size_average, reduce)
    return hinge_embedding(input, target, margin=margin, **shared)


@spoken(names={"input1": "embeddings1", "input2": "embeddings2", "target": "labels"})
def cosine_embedding_loss(
    input1: Array,
    input2: Array,
    target: Array,
    margin: float = 0.0,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Angle of pairs that belong together, lack of it of pairs that do not, as in torch.nn.functional.

    Parameters
    ----------
    input1, input2 : array, real floating
        The two embeddings of each pair, of one shape (N, D) or (D,).
    target : array of shape (N,) or ()
        1 for a pair that belongs together, −1 for one that does not.
    margin : float
        The cosine that is low enough, from −1 to 1.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all pairs, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `target` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Another label than 1 and −1,
        whose loss torch does not document, is refused.

    See Also
    --------
    arrayloss.cosine_embedding : The same in the core.

    Notes
    -----
    Right where torch is not: nothing is added to the lengths, so short embeddings keep
    their angle; one of length 0 has the cosine 0 and no gradient, in float16, too.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> a, b = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 0.0]])
    >>> float(F.cosine_embedding_loss(a, b, np.array([1, -1]), margin=0.5))
    0.75
    """
    refuse_ranks("cosine_embedding_loss", "input1", input1, 1, 2)
    refuse_number("cosine_embedding_loss", "target", target)
    shared = words("cosine_embedding_loss", "count", reduction, size_average, reduce)
    return cosine_embedding(input1, input2, target, margin=margin, **shared)


@spoken(names={"anchor": "anchors", "positive": "positives", "negative": "negatives"})
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Lack of margin between the distances to a positive and to a negative, as in torch.nn.functional.

    Parameters
    ----------
    anchor, positive, negative : array, real floating
        The embeddings of each triplet, of one shape (..., D).
    margin : float
        How much farther the negative should be, > 0.
    p : float
        The order of the norm, >= 1.
    eps : float
        What is added to each coordinate of a difference.
    swap : bool
        Whether to take the negative's distance to the positive where that is smaller.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all triplets, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `anchor` without D with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Orders below 1 are refused.

    See Also
    --------
    arrayloss.triplet_margin : The same in the core, which adds nothing by default.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> anchor, positive, negative = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 2.0]])
    >>> float(F.triplet_margin_loss(anchor, positive, negative, eps=0.0))
    4.0
    """
    refuse_margin("triplet_margin_loss", margin)
    shared = words("triplet_margin_loss", "count", reduction, size_average, reduce)
    return triplet_margin(anchor, positive, negative, margin=margin, p=p, eps=eps, swap=swap, **shared)


@spoken(names={"anchor": "anchors", "positive": "positives", "negative": "negatives"})
def triplet_margin_with_distance_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Array:
    """Lack of margin between distances of the caller's own, as in torch.nn.functional.

    Parameters
    ----------
    anchor, positive, negative : array, real floating
        What the distance takes, of one shape.
    distance_function : callable, optional
        From two of them to the distance of each pair; by default the Euclidean one, with
        1e-6 added to each coordinate of a difference.
    margin : float
        How much farther the negative should be, > 0.
    swap : bool
        Whether to take the negative's distance to the positive where that is smaller.
    reduction : str
        ``"mean"`` over all triplets, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of the distances with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. `value_and_grad` of a distance
        of the caller's own is refused: only automatic differentiation knows its gradient.

    See Also
    --------
    triplet_margin_loss : With the distance of a norm.
    arrayloss.triplet_margin_with_distance : Of distances, in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> anchor, positive, negative = np.array([[[0.0], [3.0]], [[1.0], [3.0]], [[0.5], [8.0]]])
    >>> farthest = lambda a, b: np.max(np.abs(a - b), axis=-1)
    >>> float(F.triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=farthest))
    0.75
    """
    function = "triplet_margin_with_distance_loss"
    refuse_margin(function, margin)
    shared = words(function, "count", reduction)
    if distance_function is None:
        return triplet_margin(anchor, positive, negative, margin=margin, eps=1e-6, swap=swap, **shared)
    for given in (anchor, positive, negative):
        refuse_marked(f"dialects.torch.{function}", "distance_function", given)
    near, far = distance_function(anchor, positive), distance_function(anchor, negative)
    between = distance_function(positive, negative) if swap else None
    return triplet_margin_with_distance(near, far, swapped_distances=between, margin=margin, **shared)
