"""What a dialect may do to an argument before a loss of the core takes it.

Each change keeps the mark of `value_and_grad` and knows the way back for the gradient.
"""

from __future__ import annotations

from typing import Any

from ._check import type_error, value_error
from ._classes import as_indices
from ._engine import bare, derived
from ._engine.transforms import Marked
from ._namespace import Kind, device_of, library_of


def shape_of(argument: Any) -> tuple[Any, ...]:
    """The shape of an argument; of what is no array, that of a number."""
    return tuple(getattr(bare(argument), "shape", ()))


def kind_of(argument: Any) -> Kind | None:
    """The kind of an array's dtype, None of what is no array."""
    array = bare(argument)
    library = library_of(array)
    return None if library is None else library.facts(array.dtype).kind


def as_column(argument: Any) -> Any:
    """The argument with one more axis, last and of length 1; what is no array, as it is."""
    if library_of(bare(argument)) is None:
        return argument
    return derived(argument, lambda array: array[..., None], lambda gradient: gradient[..., 0])


def broadcast(argument: Any, shape: tuple[Any, ...]) -> Any:
    """The argument in a shape that it broadcasts to; its gradient is summed back."""
    own = shape_of(argument)
    library = library_of(bare(argument))
    if library is None or own == shape:
        return argument
    xp, new = library.xp, len(shape) - len(own)
    stretched = (i + new for i, length in enumerate(own) if length == 1 and shape[i + new] != 1)
    axes = (*range(new), *stretched)
    return derived(
        argument,
        lambda array: xp.broadcast_to(array, shape),
        lambda gradient: xp.reshape(xp.sum(gradient, axis=axes), own),
    )


def cast(argument: Any, dtype: Any) -> Any:
    """The argument in a dtype; its gradient is in its own."""
    array = bare(argument)
    library = library_of(array)
    if library is None or array.dtype == dtype:
        return argument
    xp, own = library.xp, array.dtype
    return derived(argument, lambda array: xp.astype(array, dtype), lambda gradient: xp.astype(gradient, own))


def filled(number: float, like: Any) -> Any:
    """An array of one number, in the shape of another."""
    array = bare(like)
    library = library_of(array)
    return number if library is None else library.xp.full_like(array, number)


def nearer(first: Any, second: Any) -> Any:
    """The smaller of two distances of the caller's own, entry by entry."""
    library = library_of(first)
    return first if library is None else library.xp.minimum(first, second)


def class_counts(function: str, name: str, lists: Any, scores: Any) -> Any:
    """How often each class is named by a list that ends before its first −1.

    Parameters
    ----------
    function, name : str
        Whose argument it is, for errors.
    lists : array of integers
        The lists, along the last axis.
    scores : array
        Of the same shape; it has as many classes as a list has places.

    Returns
    -------
    array
        The counts in the shape and dtype of `scores`; NaN throughout for a list with a
        class that does not exist.
    """
    shape = shape_of(scores)
    if kind_of(lists) != "integer":
        came = f"has dtype {lists.dtype}" if hasattr(lists, "dtype") else f"is a {type(lists).__name__}"
        raise type_error(function, name, came, "an array of integers")
    if shape_of(lists) != shape or not shape:
        raise value_error(function, name, f"has shape {shape_of(lists)}", f"{shape}, with the classes last")
    library, dtype = library_of(lists), bare(scores).dtype
    assert library is not None
    xp, lists = library.xp, as_indices(library.xp, lists)
    listed = xp.cumulative_sum(xp.astype(lists == -1, lists.dtype), axis=-1) == 0
    classes = xp.arange(shape[-1], dtype=lists.dtype, device=device_of(lists))
    named = listed[..., None] & (lists[..., None] == classes)
    wrong = xp.any(listed & ((lists < 0) | (lists >= shape[-1])), axis=-1, keepdims=True)
    return xp.where(wrong, xp.nan, xp.sum(xp.astype(named, dtype), axis=-2))


def refuse_marked(function: str, name: str, argument: Any) -> None:
    """Refuse `value_and_grad` where only automatic differentiation knows the gradient."""
    if isinstance(argument, Marked):
        expected = "the default, or automatic differentiation instead of value_and_grad"
        raise type_error(function, name, "is of the caller's own", expected)
