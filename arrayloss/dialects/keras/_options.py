"""What every loss of Keras has: how it reduces, and truth and prediction made to fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..._arguments import from_end, in_dtype_of, items_of, of_one_rank, per_entry, per_item, shape_of
from ..._check import FRACTION, describe, type_error, value_error
from ..._engine import bare
from ..._maps import mean_along, total
from ..._typing import Axes

EPSILON = 1e-7
"""What Keras keeps probabilities from 0 and 1 by."""
REST = 0.9999999

_REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None)


class How(NamedTuple):
    """How a loss is reduced: by a function not at all, by a class as it was told."""

    reduction: str | None = "none"
    sample_weight: Any = None
    mask: Any = None


EACH = How()
"""One value per sample."""


def fitting(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Truth and prediction of one rank, the truth in the dtype of the prediction."""
    y_true, y_pred = of_one_rank(y_true, y_pred)
    return in_dtype_of(y_true, y_pred), y_pred


def of_entries(
    function: str,
    loss: Callable[..., Any],
    y_true: Any,
    y_pred: Any,
    how: How,
    axis: Any = -1,
    **parameters: Any,
) -> Any:
    """A loss of single entries, whose mean along an axis is the value of a sample."""
    axis = from_end(f"dialects.keras.{function}", "y_pred", y_pred, axis)
    length = shape_of(y_pred)[axis]
    weights, where = (per_entry(each, axis) for each in _per_sample(y_pred, axis, how))
    call = {"weights": weights, "where": where, **parameters}
    if how.reduction in ("none", None):
        return mean_along(loss(y_pred, y_true, reduction="none", **call), axis, length)
    divisor = length if how.reduction == "sum" else _divisor(how)
    return loss(y_pred, y_true, reduction="mean", denominator=divisor, **call)


def of_rows(function: str, y_pred: Any, how: How, axis: Any = -1) -> dict[str, Any]:
    """The core's words for a loss of rows, each of them a sample."""
    axis = from_end(f"dialects.keras.{function}", "y_pred", y_pred, axis)
    return {"axis": axis, **of_items(y_pred, how, axis)}


def of_items(y_pred: Any, how: How, axis: Axes) -> dict[str, Any]:
    """The core's words for a loss of items that are samples."""
    weights, where = _per_sample(y_pred, axis, how)
    if how.reduction in ("sum", "none", None):
        return {"weights": weights, "where": where, "reduction": how.reduction or "none"}
    return {"weights": weights, "where": where, "reduction": "mean", "denominator": _divisor(how)}


def by_samples_alone(words: dict[str, Any]) -> dict[str, Any]:
    """The words, with a mean by the weights of the samples where classes have weights, too."""
    if words.get("denominator") != "weights":
        return words
    return {**words, "denominator": total("count", words["weights"])}


def told(reduction: str | None, sample_weight: Any, y_pred: Any) -> How:
    """How an instance of a class reduces: the mask that a layer left on a prediction counts."""
    return How(reduction, sample_weight, getattr(bare(y_pred), "_keras_mask", None))


def share_of(function: str, label_smoothing: Any) -> float:
    """The share of a label that is spread."""
    return FRACTION.check(f"dialects.keras.{function}", "label_smoothing", label_smoothing)


def refuse_other_words(name: str, reduction: Any, dtype: Any) -> None:
    """Refuse a reduction that Keras has not, and a dtype: the result has that of the prediction."""
    if reduction not in _REDUCTIONS:
        expected = f"one of {', '.join([repr(word) for word in _REDUCTIONS])}"
        raise value_error(f"dialects.keras.{name}", "reduction", f"is {describe(reduction)}", expected)
    if dtype is not None:
        expected = "None: the result has the dtype of 'y_pred', so convert that"
        raise type_error(f"dialects.keras.{name}", "dtype", f"is {describe(dtype)}", expected)


def _divisor(how: How) -> str:
    return "weights" if how.reduction == "mean_with_sample_weight" else "count"


def _per_sample(y_pred: Any, axis: Axes, how: How) -> tuple[Any, Any]:
    """The weights and the mask of the samples."""
    items = items_of(y_pred, axis)
    return per_item(how.sample_weight, items), per_item(how.mask, items)
