"""What every function of torch.nn.functional has: how to reduce, and what it refuses."""

from __future__ import annotations

from typing import Any, Literal

from ..._arguments import broadcast, is_stretchable, kind_of, shape_of
from ..._arguments import refuse_other_shape as refuse_shape
from ..._arguments import refuse_ranks as refuse_rank
from ..._check import POSITIVE, describe, type_error, value_error

Divisor = Literal["weights", "count"]


def words(
    function: str,
    divisor: Divisor,
    reduction: str,
    size_average: bool | None = None,
    reduce: bool | None = None,
) -> dict[str, Any]:
    """The core's words for a reduction of torch, whose mean over nothing is NaN."""
    refuse_legacy(function, size_average, reduce)
    return {"reduction": reduction, "denominator": f"{divisor} or nan"}


def refuse_legacy(function: str, size_average: bool | None, reduce: bool | None) -> None:
    """Refuse the two flags that `reduction` replaced, and say which word they stood for."""
    if size_average is None and reduce is None:
        return
    name, given = ("reduce", reduce) if size_average is None else ("size_average", size_average)
    word = "none" if reduce is False else "sum" if size_average is False else "mean"
    raise _wrong_type(function, name, f"is {describe(given)}", f"None, and reduction={word!r} for the same")


def batch_axis(argument: Any) -> int:
    """Where the classes are: after the batch, or first where there is none."""
    return 1 if len(shape_of(argument)) > 1 else 0


def refuse_ranks(function: str, name: str, argument: Any, *ranks: int) -> None:
    """Refuse an array of a rank that torch has no meaning for."""
    refuse_rank(f"dialects.torch.{function}", name, argument, *ranks)


def refuse_other_shape(function: str, name: str, argument: Any, other: str, like: Any) -> None:
    """Refuse an array that would have to be broadcast."""
    refuse_shape(f"dialects.torch.{function}", name, argument, shape_of(like), repr(other))


def refuse_number(function: str, name: str, argument: Any) -> None:
    """Refuse a number where torch wants a tensor."""
    if argument is not None and not hasattr(argument, "shape"):
        raise _wrong_type(function, name, f"is {describe(argument)}", "an array")


def refuse_integers(function: str, name: str, argument: Any) -> None:
    """Refuse an array of a dtype that is not floating, as torch does."""
    if kind_of(argument) not in (None, "real floating"):
        raise _wrong_type(function, name, "holds integers or booleans", "an array of a floating dtype")


def stretched(function: str, name: str, argument: Any, other: str, like: Any) -> Any:
    """The argument in the shape of another, which it has but for one axis of length 1."""
    own, shape = shape_of(argument), shape_of(like)
    if not is_stretchable(own, shape):
        expected = f"{shape}, the shape of {other!r}, or the same with one axis of length 1"
        raise _wrong_value(function, name, f"has shape {own}", expected)
    return broadcast(argument, shape)


def refuse_margin(function: str, margin: Any) -> None:
    """Refuse a margin that is not above 0."""
    POSITIVE.check(f"dialects.torch.{function}", "margin", margin)


def _wrong_type(function: str, argument: str, came: str, expected: str) -> TypeError:
    return type_error(f"dialects.torch.{function}", argument, came, expected)


def _wrong_value(function: str, argument: str, came: str, expected: str) -> ValueError:
    return value_error(f"dialects.torch.{function}", argument, came, expected)
