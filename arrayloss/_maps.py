"""Maps of arguments before a loss sees them and of what it gave, derivatives included.

A dialect whose library clips, normalises or masks before its formula does so by these. Each
takes an argument that `value_and_grad` marked, too, and takes its gradient back; what is no
array stays as it is, for the loss to refuse. Automatic differentiation sees the map itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ._check import is_number
from ._engine import Differentiated, bare, derived
from ._namespace import Library, in_dtype, library_of
from ._stable import exponentials, sigmoid
from ._typing import Axes

Map = Callable[[Any], Any]

NEVER = -math.inf
"""The logit of what is ruled out."""


def clipped(argument: Any, low: float | None = None, high: float | None = None) -> Any:
    """The argument within bounds; its gradient is 0 beyond them."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        xp = library.xp

        def back(gradient: Any) -> Any:
            inside = array == array if low is None else array >= low  # noqa: PLR0124 - none of NaN
            inside = inside if high is None else inside & (array <= high)
            return xp.where(inside, gradient, 0.0)

        def bounded(given: Any) -> Any:
            # Not `clip`, whose derivative at a bound is not the same everywhere.
            given = given if low is None else xp.where(given < low, low, given)
            return given if high is None else xp.where(given > high, high, given)

        return bounded, back

    return _of_array(argument, maps)


def affine(argument: Any, factor: float, shift: Any = 0.0) -> Any:
    """The argument times a factor and plus a number."""
    return _of_array(
        argument, lambda *_: (lambda given: given * factor + shift, lambda gradient: gradient * factor)
    )


def count_along(where: Any, array: Any, axis: Axes) -> Any:
    """How many entries there are along the axes, all of them by default; or how many of those that count."""
    library = library_of(where)
    if library is None:
        axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        return math.prod(array.shape[each] for each in axes)
    return library.xp.sum(library.xp.astype(where, array.dtype), axis=axis, keepdims=True)


def smoothed(labels: Any, share: float, count: Any) -> Any:
    """Labels of which a share is spread over a number of classes, for all rows or for each."""
    return affine(labels, 1.0 - share, share / count)


def sides(labels: Any) -> Any:
    """Labels with -1 for 0."""
    return _of_array(
        labels,
        lambda library, _: (lambda given: library.xp.where(given == 0, -1.0, given), lambda slope: slope),
    )


def logarithm(argument: Any) -> Any:
    """The natural logarithm of the argument."""
    return _of_array(argument, lambda library, array: (library.xp.log, lambda gradient: gradient / array))


def exponential(argument: Any) -> Any:
    """The exponential of the argument."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        return library.xp.exp, lambda gradient: gradient * library.xp.exp(array)

    return _of_array(argument, maps)


def log_odds(argument: Any, epsilon: float = 0.0) -> Any:
    """The logarithm of probability over that of the contrary, a number added to both."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        xp = library.xp
        return (
            lambda given: xp.log(given + epsilon) - xp.log((1.0 - given) + epsilon),
            lambda gradient: gradient / (array + epsilon) + gradient / ((1.0 - array) + epsilon),
        )

    return _of_array(argument, maps)


def centred(argument: Any) -> Any:
    """The argument less the mean of each item, all of it but the first axis."""

    def about_mean(library: Library, array: Any) -> Any:
        axes = tuple(range(1, array.ndim))
        compute = library.facts(array.dtype).compute
        return array - library.xp.mean(library.xp.astype(array, compute), axis=axes, keepdims=True)

    def maps(library: Library, _: Any) -> tuple[Map, Map]:
        return lambda given: about_mean(library, given), lambda gradient: about_mean(library, gradient)

    return _of_array(argument, maps)


def half_of_others(argument: Any) -> float:
    """Half of how many entries each item has beside one."""
    return 0.5 * (math.prod(bare(argument).shape[1:]) - 1) if library_of(bare(argument)) else 1.0


def evened_by(epsilon: float) -> float:
    """What the logarithms of both are less by once they are divided by their sum, which is above 1."""
    return -math.log1p(2.0 * epsilon)


def softmax(argument: Any) -> Any:
    """The softmax of rows along the last axis; of one class, the sigmoid."""
    return _of_array(
        argument,
        lambda library, array: (_logistic if array.shape[-1:] == (1,) else _softmax)(library, array),
    )


def _logistic(library: Library, array: Any) -> tuple[Map, Map]:
    xp = library.xp
    return lambda given: sigmoid(xp, given), lambda slope: slope * sigmoid(xp, array) * sigmoid(xp, -array)


def _softmax(library: Library, array: Any) -> tuple[Map, Map]:
    xp, compute = library.xp, library.facts(array.dtype).compute

    def share(given: Any) -> Any:
        terms, _ = exponentials(xp, in_dtype(xp, given, compute))
        return terms / _total(library, terms, -1)

    def back(gradient: Any) -> Any:
        shares = share(array)
        return shares * (gradient - _total(library, gradient * shares, -1))

    return share, back


def without_first(argument: Any) -> Any:
    """The argument without the first entry along the last axis; its gradient is 0 there."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        xp, nothing = library.xp, array[..., :1]
        return (
            lambda given: given[..., 1:],
            lambda gradient: xp.concat([xp.zeros_like(nothing), gradient], axis=-1),
        )

    return _of_array(argument, maps)


def product(argument: Any, factor: Any) -> Any:
    """The argument times an array of constants that broadcasts to it; without any, itself."""
    if factor is None:
        return argument
    return _of_array(argument, lambda *_: (lambda given: given * factor, lambda gradient: gradient * factor))


def rarity(labels: Any, like: Any, floor: float) -> Any:
    """A weight per class, 1 over the square of how often it occurs, of mean 1, in another array's dtype."""
    library = library_of(labels)
    if library is None or library_of(bare(like)) is None:
        return None
    xp, dtype = library.xp, bare(like).dtype
    counts = xp.astype(labels, library.facts(dtype).compute)
    counts = xp.sum(counts, axis=tuple(range(labels.ndim - 1)))
    weights = 1.0 / (counts * counts + floor)
    return in_dtype(xp, weights / xp.mean(weights), dtype)


def normalised(argument: Any, axis: int) -> Any:
    """The argument over its sum along an axis."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        def share(given: Any) -> Any:
            return given / _total(library, given, axis)

        def back(gradient: Any) -> Any:
            gradient = gradient - _total(library, gradient * share(array), axis)
            return gradient / _total(library, array, axis)

        return share, back

    return _of_array(argument, maps)


def masked(argument: Any, where: Any, filler: float) -> Any:
    """The argument with a number where a mask is False; its gradient is 0 there."""
    if library_of(where) is None:
        return argument

    def maps(library: Library, _: Any) -> tuple[Map, Map]:
        xp = library.xp
        return lambda given: xp.where(where, given, filler), lambda gradient: xp.where(where, gradient, 0.0)

    return _of_array(argument, maps)


def any_along(mask: Any, axis: Axes) -> Any:
    """Whether a mask is True anywhere along the axes, all of them by default."""
    library = library_of(mask)
    return mask if library is None else library.xp.any(mask, axis=axis)


def merged(argument: Any, axes: tuple[int, ...]) -> Any:
    """The argument with some axes, in their order, made one that is last."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        xp, rank = library.xp, array.ndim
        last = [axis % rank for axis in axes]
        order = [*(axis for axis in range(rank) if axis not in last), *last]
        inverse = sorted(range(rank), key=order.__getitem__)
        moved = tuple(array.shape[axis] for axis in order)
        count = rank - len(last)
        return (
            lambda given: xp.reshape(xp.permute_dims(given, tuple(order)), (*moved[:count], -1)),
            lambda gradient: xp.permute_dims(xp.reshape(gradient, moved), tuple(inverse)),
        )

    return _of_array(argument, maps)


def with_axis(argument: Any, axis: int) -> Any:
    """The argument with one more axis of length 1, counted from the end."""
    return _of_array(
        argument,
        lambda library, _: (
            lambda given: library.xp.expand_dims(given, axis=axis),
            lambda gradient: gradient[_first(axis)],
        ),
    )


def without_axis(argument: Any, axis: int) -> Any:
    """The argument without an axis of length 1, counted from the end."""
    return _of_array(
        argument,
        lambda library, _: (
            lambda given: given[_first(axis)],
            lambda gradient: library.xp.expand_dims(gradient, axis=axis),
        ),
    )


def _first(axis: int) -> Any:
    """The index of what is first along an axis; array-api-compat's `squeeze` cannot be compiled."""
    return (..., 0, *([slice(None)] * (-axis - 1)))


def with_entry(argument: Any, entry: float, axis: int) -> Any:
    """The argument with one more entry along an axis, a number."""

    def maps(library: Library, array: Any) -> tuple[Map, Map]:
        def part(given: Any, kept: slice) -> Any:
            return given[
                tuple(kept if place == axis % array.ndim else slice(None) for place in range(array.ndim))
            ]

        def longer(given: Any) -> Any:
            xp = library.xp
            return xp.concat([given, xp.full_like(part(given, slice(0, 1)), entry)], axis=axis)

        return longer, lambda gradient: part(gradient, slice(0, -1))

    return _of_array(argument, maps)


def root(total: float, order: float) -> float:
    """The number whose power of that order is `total`; what has none as it is."""
    return (
        total ** (1.0 / order)
        if is_number(total) and is_number(order) and total >= 0 and order > 0
        else total
    )


def total(otherwise: Any, weights: Any) -> Any:
    """The sum of an array of weights; of what is none, the other argument."""
    library = library_of(weights)
    return otherwise if library is None else library.xp.sum(weights)


def nothing(xp: Any, rows: Any) -> tuple[Any, Any]:
    """The function 0 of rows, and its gradient."""
    return xp.zeros_like(rows[..., 0]), xp.zeros_like(rows)


def unity(xp: Any, rows: Any) -> tuple[Any, Any]:
    """The function 1 of rows, and its gradient."""
    return xp.ones_like(rows[..., 0]), xp.zeros_like(rows)


def row_by_row(function: Map, rows: Any) -> Any:
    """What a function of the caller's own gives for each row."""
    library = library_of(rows)
    assert library is not None
    xp, items = library.xp, rows.shape[:-1]
    flat = xp.reshape(rows, (-1, rows.shape[-1]))
    return xp.reshape(xp.stack([function(flat[place, :]) for place in range(flat.shape[0])]), items)


def ones_like(argument: Any) -> Any:
    """A 1 for each entry; of what is no array, itself."""
    array = bare(argument)
    library = library_of(array)
    return argument if library is None else library.xp.ones_like(array)


def ones_of_items(argument: Any, axis: int) -> Any:
    """A 1 for each row along an axis; of what is no array, itself."""
    array = bare(argument)
    library = library_of(array)
    return argument if library is None else library.xp.ones_like(array[_first(axis)])


def with_axis_again(result: Any, axis: int) -> Any:
    """What a loss gave for each row, with the axis of the rows as one of length 1."""
    return _of_result(result, lambda value: with_axis(value, axis), lambda slope: slope)


def plus(result: Any, other: Any, factor: float = 1.0) -> Any:
    """What a loss gave, plus a constant times a factor."""
    return _of_result(result, lambda value: value + other * factor, lambda slope: slope)


def times(result: Any, factor: float) -> Any:
    """What a loss gave, times a number."""
    return _of_result(result, lambda each: each * factor, lambda each: each * factor)


def mean_along(result: Any, axis: int, length: int) -> Any:
    """The means along an axis of the values that a loss gave for each entry."""

    def mean(values: Any) -> Any:
        library = library_of(values)
        assert library is not None
        return in_dtype(
            library.xp, _total(library, values, axis, keepdims=False) / float(length), values.dtype
        )

    return _of_result(result, mean, lambda each: each / float(length))


def _total(library: Library, array: Any, axis: int, keepdims: bool = True) -> Any:
    """The sum along an axis, added up in the dtype that losses are computed in."""
    compute = library.facts(array.dtype).compute
    return library.xp.sum(array, axis=axis, dtype=compute, keepdims=keepdims)


def _of_array(argument: Any, maps: Callable[[Library, Any], tuple[Map, Map]]) -> Any:
    """A function of an array, made of its library and itself: the way there and the way back."""
    array = bare(argument)
    library = library_of(array)
    if library is None or library.facts(array.dtype).kind == "other":
        return argument
    there, back = maps(library, array)

    def quietly(change: Map) -> Map:
        def changed(given: Any) -> Any:
            with library.quiet():
                return in_dtype(library.xp, change(given), array.dtype)

        return changed

    return derived(argument, quietly(there), quietly(back))


def _of_result(result: Any, of_value: Map, of_gradient: Map) -> Any:
    """What a loss gave with its value and its gradients mapped."""
    if not isinstance(result, Differentiated):
        return of_value(result)
    parts = (result.gradients, result.curvatures)
    gradients, curvatures = ({key: of_gradient(each) for key, each in part.items()} for part in parts)
    return Differentiated(of_value(result.value), gradients, curvatures)
