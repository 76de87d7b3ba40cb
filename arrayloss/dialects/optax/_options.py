"""What optax's losses along axes have: which axes, and which elements of them count."""

from __future__ import annotations

from typing import Any

from ..._arguments import broadcast, kind_of, shape_of
from ..._check import FRACTION, describe, type_error, value_error
from ..._maps import any_along, masked, merged
from ..._typing import Axes


def along(
    function: str, axis: Axes, where: Any, *arguments: Any, fillers: tuple[float, ...]
) -> tuple[Any, ...]:
    """One axis for several, the mask of the rows, and the arguments with a filler where no element counts.

    A mask with the axes of the first argument is of elements, one without `axis` of rows; a row
    of which no element counts adds nothing.
    """
    entries, rows = _split(function, where, arguments[0], axis)
    if axis is None or isinstance(axis, tuple):
        axes = tuple(range(len(shape_of(arguments[0])))) if axis is None else axis
        arguments = tuple(merged(each, axes) for each in arguments)
        entries, axis = merged(entries, axes), -1
    pairs = zip(arguments, fillers, strict=True)
    return axis, rows, *(masked(each, entries, filler) for each, filler in pairs)


def refuse_other_labels(function: str, labels: Any, alpha: Any) -> float:
    """The share of labels to spread; refuse those that are not floating, of which none can be."""
    if kind_of(labels) != "real floating":
        came = f"has dtype {labels.dtype}" if hasattr(labels, "dtype") else f"is {describe(labels)}"
        raise type_error(f"dialects.optax.{function}", "labels", came, "an array of a floating dtype")
    return FRACTION.check(f"dialects.optax.{function}", "alpha", alpha)


def refuse_floor(function: str, epsilon: Any) -> None:
    """Refuse to bound lengths from below."""
    if epsilon:
        expected = "0: a vector of length 0 has a cosine of 0"
        raise value_error(f"dialects.optax.{function}", "epsilon", f"is {describe(epsilon)}", expected)


def _split(function: str, where: Any, like: Any, axis: Axes) -> tuple[Any, Any]:
    """The mask of the elements and that of the rows, either of them None."""
    if where is None:
        return None, None
    if kind_of(where) != "bool":
        came = f"has dtype {where.dtype}" if hasattr(where, "dtype") else f"is {describe(where)}"
        raise type_error(f"dialects.optax.{function}", "where", came, "a boolean array")
    shape = shape_of(like)
    if len(shape_of(where)) != len(shape):
        return None, where
    mask = broadcast(where, shape)
    if shape_of(mask) != shape:
        expected = f"{shape}, or the same without an axis"
        raise value_error(f"dialects.optax.{function}", "where", f"has shape {shape_of(where)}", expected)
    return mask, any_along(mask, axis)
