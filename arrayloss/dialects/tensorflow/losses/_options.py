"""What every loss of tf.compat.v1.losses has: weights, and how they reduce."""

from __future__ import annotations

from typing import Any

from ...._arguments import from_end, is_single, is_stretched, items_of, per_item, shape_of
from ...._check import describe, value_error
from ...._maps import without_axis

NAMES = {"predictions": "predictions", "labels": "targets"}


class Reduction:
    """The ways to reduce, by TensorFlow's names."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS


_WORDS = {
    Reduction.NONE: {"reduction": "none"},
    Reduction.SUM: {"reduction": "sum"},
    Reduction.SUM_OVER_BATCH_SIZE: {"reduction": "mean", "denominator": "count"},
    Reduction.MEAN: {"reduction": "mean", "denominator": "weights"},
    Reduction.SUM_BY_NONZERO_WEIGHTS: {"reduction": "mean", "denominator": "nonzero"},
}


def words(function: str, output: Any, weights: Any, reduction: Any, rows: bool = False) -> dict[str, Any]:
    """The core's words; weights of another rank than the losses are refused, as TensorFlow does."""
    if not isinstance(reduction, str) or reduction not in _WORDS:
        expected = f"one of {', '.join([repr(word) for word in _WORDS])}"
        raise _wrong_value(function, "reduction", f"is {describe(reduction)}", expected)
    items = items_of(output, -1) if rows else shape_of(output)
    weights = per_item(weights, items) if rows else weights
    if not is_stretched(shape_of(weights), items):
        expected = f"a number, or {items} with some lengths of 1"
        raise _wrong_value(function, "weights", f"has shape {shape_of(weights)}", expected)
    return {"weights": weights, **_WORDS[reduction]}


def axis_of(function: str, predictions: Any, axis: Any, dim: Any) -> int:
    """The axis, by its name of today or by the old one."""
    if axis is not None and dim is not None:
        raise _wrong_value(function, "dim", f"is {describe(dim)}", "None beside 'axis', whose old name it is")
    axis = dim if axis is None else axis
    return from_end(f"dialects.tensorflow.losses.{function}", "predictions", predictions, axis)


def per_row(weights: Any, axis: int) -> Any:
    """Weights of losses that keep an axis of length 1, without that axis."""
    if not shape_of(weights):
        return weights
    if not is_single(shape_of(weights)[axis:][:1]):
        raise _wrong_value(
            "cosine_distance", "weights", f"has shape {shape_of(weights)}", "length 1 along 'axis'"
        )
    return without_axis(weights, axis)


def refuse_weights_of_entries(function: str, weights: Any) -> None:
    """Refuse weights that differ within an item."""
    if not is_single(shape_of(weights)[1:]):
        expected = "a weight per item, with length 1 along all axes but the first"
        raise _wrong_value(function, "weights", f"has shape {shape_of(weights)}", expected)


def _wrong_value(function: str, argument: str, came: str, expected: str) -> ValueError:
    return value_error(f"dialects.tensorflow.losses.{function}", argument, came, expected)
