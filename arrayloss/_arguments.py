"""Arguments made to fit before a loss sees them, their gradients made to fit on the way back.

What cannot be made to fit stays as it is: the loss knows the argument's name and says
what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from ._check import describe, is_integer, type_error, value_error
from ._classes import as_indices
from ._engine import bare, derived
from ._engine.transforms import Marked
from ._maps import with_axis, without_axis
from ._namespace import Kind, device_of, eager, in_dtype, index_dtype, is_unknown, library_of

_TURNED = (1, 0)  # the axes of a matrix, exchanged


def shape_of(argument: Any) -> tuple[Any, ...]:
    """The shape of an argument; of what is no array, that of a number."""
    return tuple(getattr(bare(argument), "shape", ()))


def kind_of(argument: Any) -> Kind | None:
    """The kind of an array's dtype, None of what is no array."""
    array = bare(argument)
    library = library_of(array)
    return None if library is None else library.facts(array.dtype).kind


def is_stretchable(own: tuple[Any, ...], shape: tuple[Any, ...]) -> bool:
    """Whether a shape is another, or is it but for one axis of length 1."""
    odd = [n for n, m in zip(own, shape, strict=False) if n != m]
    return len(own) == len(shape) and odd in ([], [1])


def is_stretched(own: tuple[Any, ...], shape: tuple[Any, ...]) -> bool:
    """Whether a shape is that of a number, or another with some lengths of 1."""
    return not own or (len(own) == len(shape) and all(a in (1, b) for a, b in zip(own, shape, strict=True)))


def is_single(shape: tuple[Any, ...]) -> bool:
    """Whether every length is 1."""
    return all(length == 1 for length in shape)


def fit(argument: Any, other: Any) -> Any:
    """The argument in the dtype and the shape of another array of its library."""
    return broadcast(in_dtype_of(argument, other), shape_of(other)) if _related(argument, other) else argument


def in_dtype_of(argument: Any, other: Any) -> Any:
    """The argument in the dtype of another array of its library."""
    return cast(argument, bare(other).dtype) if _related(argument, other) else argument


def broadcast(argument: Any, shape: tuple[Any, ...]) -> Any:
    """The argument with a shape; its gradient is the sum over what it was repeated along."""
    library, own = library_of(bare(argument)), shape_of(argument)
    if library is None or own == shape or not _broadcasts(own, shape):
        return argument
    xp = library.xp
    new = len(shape) - len(own)
    axes = tuple(i for i, length in enumerate(shape) if i < new or own[i - new] != length)

    def back(gradient: Any) -> Any:
        total = xp.sum(gradient, axis=axes, dtype=library.facts(gradient.dtype).compute)
        return in_dtype(xp, xp.reshape(total, own), gradient.dtype)

    return derived(argument, lambda given: xp.broadcast_to(given, shape), back)


def cast(argument: Any, dtype: Any) -> Any:
    """The argument in a dtype of its library; its gradient in its own."""
    array = bare(argument)
    library = library_of(array)
    if library is None or array.dtype == dtype:
        return argument
    xp, own = library.xp, array.dtype
    kinds = (library.facts(own).kind, library.facts(dtype).kind)
    # Nothing can be differentiated by integers: they stay, for the loss to refuse.
    if "other" in kinds or (argument is not array and kinds[0] != "real floating"):
        return argument
    return derived(
        argument,
        lambda given: in_dtype(xp, given, dtype),
        lambda gradient: in_dtype(xp, gradient, own),
    )


def as_column(argument: Any, rows: Any = None) -> Any:
    """The argument with one more axis, last and of length 1; what is no array, as it is.

    Where `rows` is given, only an argument that has its shape without the last axis.
    """
    if library_of(bare(argument)) is None:
        return argument
    if rows is not None and (shape_of(rows) == () or shape_of(argument) != shape_of(rows)[:-1]):
        return argument
    return with_axis(argument, -1)


def of_one_rank(first: Any, second: Any) -> tuple[Any, Any]:
    """Two arguments; where one has a last axis of length 1 more, both with it if the other has one axis."""
    one, two = shape_of(first), shape_of(second)
    if len(one) < len(two):
        return of_one_rank(second, first)[::-1]
    if len(one) != len(two) + 1 or one[-1] != 1:
        return first, second
    return (first, with_axis(second, -1)) if len(two) == 1 else (without_axis(first, -1), second)


def indices_of(labels: Any, rows: Any, axis: int) -> Any:
    """Labels of rows, without the axis of the classes where that has length 1."""
    own = shape_of(labels)
    return without_axis(labels, axis) if len(own) == len(shape_of(rows)) and own[axis] == 1 else labels


def per_item(argument: Any, items: tuple[Any, ...]) -> Any:
    """An argument per item with as many axes as the items, where one of length 1 is too many or too few."""
    own = shape_of(argument)
    if len(own) == len(items) + 1 and own[-1] == 1:
        return without_axis(argument, -1)
    if own and len(own) == len(items) - 1 and items[-1] == 1:
        return with_axis(argument, -1)
    return argument


def per_entry(argument: Any, axis: int) -> Any:
    """An argument per item with an axis of length 1 for that of the entries, counted from the end."""
    own = shape_of(argument)
    return with_axis(argument, axis) if own and len(own) >= -axis - 1 else argument


def items_of(argument: Any, axis: int | tuple[int, ...] | None) -> tuple[Any, ...]:
    """The shape of an argument without some axes, without all by default."""
    shape = shape_of(argument)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {each % len(shape) for each in axes if is_integer(each)}
    return tuple(length for place, length in enumerate(shape) if place not in gone)


def from_end(function: str, name: str, argument: Any, axis: Any) -> int:
    """An axis of an argument, counted from the end."""
    rank = len(shape_of(argument))
    if not is_integer(axis):
        raise type_error(function, "axis", f"is {describe(axis)}", "an integer")
    if not -rank <= axis < rank:
        expected = f"an axis of {name!r}, which has shape {shape_of(argument)}"
        raise value_error(function, "axis", f"is {axis}", expected)
    return int(axis) % rank - rank


def has_columns(argument: Any, count: int) -> bool:
    """Whether an argument is a matrix of so many columns."""
    return shape_of(argument)[1:] == (count,)


def transposed(argument: Any) -> Any:
    """A matrix the other way round; what is none, as it is."""
    library = library_of(bare(argument))
    if library is None or len(shape_of(argument)) != len(_TURNED):
        return argument
    xp = library.xp
    return derived(
        argument, lambda matrix: xp.permute_dims(matrix, _TURNED), lambda g: xp.permute_dims(g, _TURNED)
    )


def constant_log(argument: Any) -> Any:
    """The logarithms of the entries of an array, which is a constant of the loss; what is none, as it is."""
    library = library_of(argument)
    return argument if library is None or kind_of(argument) != "real floating" else library.xp.log(argument)


def filled(number: float, like: Any) -> Any:
    """An array of one number, in the shape of another."""
    array = bare(like)
    library = library_of(array)
    return number if library is None else library.xp.full_like(array, number)


def row_of(numbers: Any, like: Any) -> Any:
    """A list of numbers as an array of the library, dtype and device of another; an array as it is."""
    library = library_of(bare(like))
    if library is None or not isinstance(numbers, (list, tuple)):
        return numbers
    return library.xp.asarray(numbers, dtype=bare(like).dtype, device=device_of(bare(like)))


def joined(function: str, axis: Any, over: Any, argument: Any) -> Any:
    """The axes of an item that has several: that of its classes, then those that a loss calls `over`."""
    axes = over if isinstance(over, tuple) else (over,)
    if not all(map(is_integer, axes)):
        raise type_error(function, "over", f"is {describe(over)}", "an integer or a tuple of integers")
    shape = shape_of(argument)
    rank = len(shape)
    if not is_integer(axis) or not -rank <= axis < rank or not axes:
        return axis
    others = {i % rank for i in axes if -rank <= i < rank} - {axis % rank}
    if len(others) < len(axes):
        expected = f"axes other than {axis} of an array of shape {shape}, none of them twice"
        raise value_error(function, "over", f"is {over}", expected)
    return axis, *axes


def length(argument: Any, axis: Any) -> Any:
    """The length of an array along an axis; 1 where there is no such axis, which the loss will say."""
    shape = shape_of(argument)
    return shape[axis] if is_integer(axis) and -len(shape) <= axis < len(shape) else 1


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
    listed = xp.cumulative_sum(xp.astype(lists == -1, lists.dtype), axis=-1, dtype=lists.dtype) == 0
    wrong = xp.any(listed & ((lists < 0) | (lists >= shape[-1])), axis=-1, keepdims=True)
    if eager(xp) and lists.size:  # no more places than the longest list has
        longest = int(xp.max(xp.sum(xp.astype(listed, lists.dtype), axis=-1)))
        lists, listed = lists[..., :longest], listed[..., :longest]
    classes = xp.arange(shape[-1], dtype=lists.dtype, device=device_of(lists))
    named = listed[..., None] & (lists[..., None] == classes)
    return xp.where(wrong, xp.nan, xp.sum(xp.astype(named, dtype), axis=-2))


def as_lengths(lengths: Any, like: Any, shape: tuple[Any, ...]) -> Any:
    """Lengths as an array of a shape beside another array: those that Python has, and one that is alone."""
    array = bare(like)
    library = library_of(array)
    if library is None:
        return lengths
    xp = library.xp
    if isinstance(lengths, (tuple, list)) and all(map(is_integer, lengths)):
        lengths = xp.asarray(lengths, dtype=index_dtype(xp, array), device=device_of(array))
    alone = library_of(lengths) is library and shape_of(lengths) == (1,) and shape == ()
    return xp.reshape(lengths, ()) if alone else lengths


def lengths_before(numbers: Any, filler: int) -> Any:
    """How many numbers come before what fills up the last axis; −1, no length, where others come after."""
    library = library_of(numbers)
    if library is None:
        return numbers
    xp, integers = library.xp, index_dtype(library.xp, numbers)
    kept = xp.astype(numbers != filler, integers)
    count = xp.sum(kept, axis=-1, dtype=integers)
    return xp.where(xp.any(kept[..., 1:] > kept[..., :-1], axis=-1), -1, count)


def as_lists(lists: Any, lengths: Any) -> Any:
    """A row per list, of lists that stand one after the other in one row.

    Where the lengths cannot be read, each row is as long as all of them.
    """
    library = library_of(lists)
    if library is None or len(shape_of(lists)) != 1 or library_of(lengths) is not library:
        return lists
    xp, lengths = library.xp, as_indices(library.xp, lengths)
    try:
        count = int(xp.max(lengths)) if shape_of(lengths)[0] else 0
    except TypeError:
        count = shape_of(lists)[0]
    starts = xp.cumulative_sum(lengths, dtype=lengths.dtype) - lengths
    places = starts[:, None] + xp.arange(count, dtype=lengths.dtype, device=device_of(lengths))
    if not shape_of(lists)[0]:
        return xp.zeros_like(places)
    inside = xp.clip(xp.reshape(places, (-1,)), 0, shape_of(lists)[0] - 1)
    return xp.reshape(xp.take(lists, inside, axis=0), places.shape)


def class_from_front(index: Any, rows: Any) -> Any:
    """An index of the last axis from the front, of one that may be from the end."""
    shape = shape_of(rows)
    counted = is_integer(index) and index < 0 and bool(shape)
    return index + shape[-1] if counted else index


def one_over(counts: Any, like: Any) -> Any:
    """1 over each count, and of no count 1, in the dtype that another array is computed in."""
    library = library_of(counts)
    if library is None or kind_of(counts) != "integer":
        return None
    compute = library.facts(bare(like).dtype).compute
    return 1.0 / library.xp.clip(in_dtype(library.xp, counts, compute), min=1.0)


def is_finite(values: Any) -> Any:
    """Where values are not infinite."""
    library = library_of(values)
    assert library is not None
    return ~library.xp.isinf(values)


def refuse_given(function: str, name: str, argument: Any) -> None:
    """Refuse what only makes another library faster."""
    if argument is not None:
        raise type_error(function, name, f"is {describe(argument)}", "None: it is not needed here")


def refuse_ranks(function: str, name: str, argument: Any, *ranks: int) -> None:
    """Refuse an array with a number of axes that is none of these."""
    shape = shape_of(argument)
    if len(shape) not in ranks:
        expected = " or ".join(f"{rank}-D" for rank in ranks)
        raise value_error(function, name, f"has shape {shape}", f"a {expected} array")


def refuse_other_shape(function: str, name: str, argument: Any, shape: tuple[Any, ...], of: str) -> None:
    """Refuse an array that would have to be broadcast."""
    if argument is not None and shape_of(argument) != shape:
        came = f"has shape {shape_of(argument)}" if hasattr(argument, "shape") else f"is {describe(argument)}"
        raise value_error(function, name, came, f"{shape}, the shape of {of}")


def refuse_marked(function: str, name: str, argument: Any) -> None:
    """Refuse `value_and_grad` where only automatic differentiation knows the gradient."""
    if isinstance(argument, Marked):
        expected = "the default, or automatic differentiation instead of value_and_grad"
        raise type_error(function, name, "is of the caller's own", expected)


def refuse_gradient(function: str, name: str, argument: Any) -> None:
    """Refuse to differentiate by an argument that also says how the others count."""
    if isinstance(argument, Marked):
        raise type_error(function, name, "is asked for in wrt", "another argument: it weighs the others, too")


def _related(argument: Any, other: Any) -> bool:
    """Whether two arguments are arrays of one library."""
    own, library = library_of(bare(argument)), library_of(bare(other))
    return own is not None and library is not None and own.xp is library.xp


def _broadcasts(own: tuple[Any, ...], shape: tuple[Any, ...]) -> bool:
    """Whether a shape is known to broadcast to another."""
    if len(own) > len(shape) or any(map(is_unknown, (*own, *shape))):
        return False
    return all(a in (1, b) for a, b in zip(own[::-1], shape[::-1], strict=False))
