"""Functions of keras.losses for embeddings."""

from __future__ import annotations

from typing import Any

from ..._arguments import items_of, per_item
from ..._check import describe, type_error
from ..._maps import ones_of_items, plus
from ..._typing import Array
from ...distance import cosine_distance
from ...regression import squared_error
from ...similarity import circle as core_circle
from .._speech import spoken
from ._options import EACH, How, fitting, of_rows


def cosine_similarity(y_true: Array, y_pred: Array, axis: int = -1) -> Array:
    """Cosine of the angle between each sample's truth and prediction, times −1, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        Any shape with the features along `axis`.
    axis : int
        The axis of the features.

    Returns
    -------
    array
        From −1 to 1, of the shape of `y_pred` without `axis`; 0 where one has no length.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.cosine_distance : The core's, greater by 1.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.cosine_similarity(np.array([[3.0, 4.0]]), np.array([[1.0, 0.0]])).round(12)
    array([-0.6])
    """
    return _cosine_similarity(EACH, y_true, y_pred, axis)


@spoken(names={"y_pred": "predictions", "y_true": "targets", "sample_weight": "weights"})
def _cosine_similarity(how: How, y_true: Any, y_pred: Any, axis: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    words = of_rows("cosine_similarity", y_pred, how, axis)
    distance = cosine_distance(y_pred, y_true, **words)
    one = squared_error(ones_of_items(y_pred, words.pop("axis")), 0.0, **words)
    return plus(distance, one, -1.0)


def circle(
    y_true: Array,
    y_pred: Array,
    ref_labels: None = None,
    ref_embeddings: None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Array:
    """Cosines with embeddings of other labels above those with its own, of each embedding, as Keras has it.

    Parameters
    ----------
    y_true : array of integers
        The label of each embedding, of shape (N,) or (N, 1).
    y_pred : array, real floating
        The embeddings, of shape (N, D).
    ref_labels, ref_embeddings : None
        Every embedding is compared with the others of the batch; anything else is refused.
    remove_diagonal : bool
        True: an embedding is not one of its own; False is refused.
    gamma : float
        The scale of the cosines, > 0.
    margin : float
        Cosines should be above 1 − `margin` within a label, and below `margin` otherwise.

    Returns
    -------
    array
        Of shape (N,): 0 for an embedding that has none of its own label, or none of another.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.circle : The same in the core.

    Notes
    -----
    Keras wants embeddings of length 1; here only their directions count, so the gradient has
    no part along an embedding.

    References
    ----------
    https://keras.io/api/losses/metric_learning/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.circle(np.array([5, 7, 5]), np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6]]), gamma=1.0).round(6)
    array([0.562915, 0.      , 0.733947])
    """
    return _circle(EACH, y_true, y_pred, ref_labels, ref_embeddings, remove_diagonal, gamma, margin)


@spoken(names={"y_pred": "embeddings", "y_true": "labels", "sample_weight": "weights"})
def _circle(
    how: How,
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: Any = True,
    gamma: Any = 80,
    margin: Any = 0.4,
) -> Any:
    for name, given in (("ref_labels", ref_labels), ("ref_embeddings", ref_embeddings)):
        if given is not None:
            expected = "None: every embedding is compared with the others of the batch"
            raise type_error("dialects.keras.circle", name, f"is {describe(given)}", expected)
    if remove_diagonal is not True:
        expected = "True: an embedding is none of the others of its label"
        raise type_error(
            "dialects.keras.circle", "remove_diagonal", f"is {describe(remove_diagonal)}", expected
        )
    words = of_rows("circle", y_pred, how)
    if words.get("denominator") == "count":
        words["denominator"] = "nonzero"  # what has both kinds of others
    labels = per_item(y_true, items_of(y_pred, -1))
    return core_circle(y_pred, labels, gamma=gamma, margin=margin, **words)
