"""Functions of optax.losses for masks of images."""

from __future__ import annotations

from typing import Any

from ..._arguments import from_end, is_single, length, refuse_gradient, shape_of
from ..._check import describe, value_error
from ..._maps import mean_along, rarity, softmax, with_axis, without_first
from ..._typing import Array, Axes
from ...tversky import tversky
from .._speech import spoken

_NAMES = {"predictions": "probabilities", "targets": "labels", "class_weights": "weights"}
_OFTEN = 1e-7
"""What optax adds to the square of how often a class occurs."""


@spoken(names=_NAMES)
def dice_loss(
    predictions: Array,
    targets: Array,
    *,
    class_weights: Array | None = None,
    smooth: float = 1.0,
    alpha: float = 0.5,
    beta: float = 0.5,
    apply_softmax: bool = True,
    reduction: str = "mean",
    ignore_background: bool = False,
    axis: Axes = None,
) -> Array:
    """Lack of overlap of the masks of classes, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Logits, or probabilities, of shape (N, ..., C); without the last axis of one class.
    targets : array
        Labels from 0 to 1 of the same shape; one-hot for several classes.
    class_weights : array of shape (C,), optional
        A factor for the loss of each class; it does not count in the mean's divisor.
    smooth : float
        What is added to the overlap, and to what it is divided by, >= 0.
    alpha : float
        The cost of false positives.
    beta : float
        The cost of false negatives.
    apply_softmax : bool
        Whether `predictions` are logits: of the softmax, or of the sigmoid for one class.
    reduction : str
        ``"mean"`` or ``"sum"`` over the classes, or ``"none"``.
    ignore_background : bool
        Whether to leave the first of several classes out.
    axis : int, tuple of int, or None
        The axes of a mask; None for all but the first and the last, which is that of the
        classes and none of a mask.

    Returns
    -------
    array
        The shape of `predictions` without `axis` and without the classes; with
        ``reduction="none"`` with them.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.tversky : The core's, of which this is the mean over classes.
    arrayloss.dice : With equal costs; its `smooth` is twice this one.

    Notes
    -----
    Right where optax is not: probabilities need not add up to 1, so that one class has any,
    and compilers can follow; two empty sets cost 0 without `smooth`, too, not NaN.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.dice_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.dice_loss(np.zeros((1, 4, 1)), np.ones((1, 4, 1)), smooth=0.0)
    array([0.33333333])
    """
    probabilities, labels = _with_classes(predictions, targets)
    if apply_softmax:
        probabilities = softmax(probabilities)
    if reduction not in ("mean", "sum", "none"):
        expected = "'mean', 'sum' or 'none'"
        raise value_error("dialects.optax.dice_loss", "reduction", f"is {describe(reduction)}", expected)
    costs = {"alpha": alpha, "beta": beta, "smooth": smooth}
    losses, count = _of_classes(
        probabilities, labels, class_weights, ignore_background, axis, costs, reduction="none"
    )
    return losses if reduction == "none" else mean_along(losses, -1, count if reduction == "mean" else 1)


@spoken(names=_NAMES)
def binary_dice_loss(
    predictions: Array, targets: Array, *, smooth: float = 1.0, apply_sigmoid: bool = True
) -> Array:
    """Lack of overlap of masks over their mean size, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Logits, or probabilities, of shape (N, ...) or (N, ..., 1).
    targets : array
        Labels from 0 to 1 of the same shape.
    smooth : float
        What is added to the overlap, and to what it is divided by, >= 0.
    apply_sigmoid : bool
        Whether `predictions` are logits.

    Returns
    -------
    array
        Of shape (N,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.dice : The core's; its `smooth` is twice this one.

    Notes
    -----
    Right where optax is not: probabilities are taken, which there must all be 1.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.binary_dice_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> mask = np.array([[1.0, 1.0, 0.0, 0.0]])
    >>> optax.binary_dice_loss(np.array([[1.0, 0.0, 1.0, 0.0]]), mask, smooth=0.0, apply_sigmoid=False)
    array([0.5])
    """
    ranks = {len(shape_of(predictions)), len(shape_of(targets))}
    if len(ranks) == 1 and not is_single(shape_of(predictions)[-1:]):
        predictions, targets = with_axis(predictions, -1), with_axis(targets, -1)
    return dice_loss(predictions, targets, smooth=smooth, apply_softmax=apply_sigmoid)


@spoken(names=_NAMES)
def multiclass_generalized_dice_loss(
    predictions: Array,
    targets: Array,
    *,
    smooth: float = 1.0,
    apply_softmax: bool = True,
    ignore_background: bool = False,
) -> Array:
    """Mean lack of overlap of masks in which a rare class counts more, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Logits, or probabilities, of shape (N, ..., C).
    targets : array
        Labels from 0 to 1 of the same shape, one-hot. They weigh the classes, and nothing is
        differentiated by them.
    smooth : float
        What is added to the overlap, and to what it is divided by, >= 0.
    apply_softmax : bool
        Whether `predictions` are logits.
    ignore_background : bool
        Whether to leave the first class out.

    Returns
    -------
    array
        A 0-d array, the mean over images and classes.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.generalized_dice : Another loss: one ratio of weighted sums over the classes.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.multiclass_generalized_dice_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> mask = np.array([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    >>> float(optax.multiclass_generalized_dice_loss(np.zeros((1, 3, 2)), mask).round(12))
    0.321212120485
    """
    refuse_gradient("dialects.optax.multiclass_generalized_dice_loss", "targets", targets)
    probabilities = softmax(predictions) if apply_softmax else predictions
    weights, costs = rarity(targets, predictions, _OFTEN), {"smooth": smooth}
    loss, _ = _of_classes(
        probabilities, targets, weights, ignore_background, None, costs, denominator="count"
    )
    return loss


def _with_classes(predictions: Any, targets: Any) -> tuple[Any, Any]:
    """Both with an axis of the classes, which one of them may lack."""
    if len(shape_of(predictions)) < len(shape_of(targets)):
        predictions = with_axis(predictions, -1)
    elif len(shape_of(targets)) < len(shape_of(predictions)):
        targets = with_axis(targets, -1)
    return predictions, targets


def _of_classes(
    probabilities: Any,
    labels: Any,
    class_weights: Any,
    ignore_background: bool,
    axis: Any,
    costs: dict[str, Any],
    **how: Any,
) -> tuple[Any, int]:
    """The loss of each class, and how many classes there are."""
    axes = _axes(probabilities, axis)
    if ignore_background and not is_single(shape_of(probabilities)[-1:]):
        probabilities, labels = without_first(probabilities), without_first(labels)
        class_weights = without_first(class_weights)
    count = length(probabilities, -1)
    if not axes:  # each entry is a set
        probabilities, labels, axes = with_axis(probabilities, -1), with_axis(labels, -1), (-1,)
    return tversky(probabilities, labels, axis=axes, weights=class_weights, **costs, **how), count


def _axes(predictions: Any, axis: Any) -> tuple[int, ...]:
    """The axes of a mask, counted from the end; refuse that of the classes."""
    if axis is None:
        axis = tuple(range(len(shape_of(predictions))))[1:-1]
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(from_end("dialects.optax.dice_loss", "predictions", predictions, each) for each in axes)
    if -1 in axes:
        expected = "the axes of a mask: the last is that of the classes"
        raise value_error("dialects.optax.dice_loss", "axis", f"is {describe(axis)}", expected)
    return axes
