"""Textbook definitions of the losses, item by item, with their textbook derivatives.

Written as the definition stands, with no care for cancellation or overflow: enough
digits take that care (see `generate`). So nothing here shares a formula, or a mistake,
with the library under test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import mp

from ..model import Array, Case

Number = Any  # an mpmath number
Row = Sequence[Number]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a loss.

    `gradient` is the derivative of `value` by entry of the model output, the entry given
    by its position in C order. `mass` is what the item's class weighs in a mean; an
    item that is not `counted` adds nothing at all.
    """

    value: Number
    gradient: Mapping[int, Number]
    mass: Number = 1
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """A loss: the name of its model output, and its items in C order with their shape."""

    output: str
    items: Callable[[Case], Iterator[Item]]
    item_shape: Callable[[Case], tuple[int, ...]]


def _elementwise(output: str, truth: str, formula: Callable[..., tuple[Number, Number]]) -> Definition:
    """A loss of pairs of numbers; the formula gives a value and its derivative."""

    def items(case: Case) -> Iterator[Item]:
        pairs = zip(case.arrays[output].values, case.arrays[truth].values, strict=True)
        for position, (x, z) in enumerate(pairs):
            value, slope = formula(mp.mpf(x), mp.mpf(z), **_own_parameters(case))
            yield Item(value, {position: slope})

    return Definition(output, items, lambda case: case.arrays[output].shape)


def _by_class(output: str, formula: Callable[..., tuple[Number, Row, Number]], *, dense: bool) -> Definition:
    """A loss of rows along an axis; the formula gives value, derivatives and mass.

    The truth of a row is a distribution where `dense`, the one-hot vector of a class
    index otherwise.
    """

    def items(case: Case) -> Iterator[Item]:
        array, labels = case.arrays[output], case.arrays["labels"]
        parameters = _own_parameters(case)
        ignored = parameters.pop("ignore_index", None)
        rows = list(_rows(array.shape, parameters.pop("axis", -1)))
        class_weights = [mp.mpf(w) for w in _values(case, "class_weights", len(rows[0]))]
        for number, row in enumerate(rows):
            if not dense and labels.values[number] == ignored:
                yield Item(mp.zero, {}, counted=False)
                continue
            truth = _at(labels, row) if dense else _one_hot(labels.values[number], len(row))
            value, slopes, mass = formula(_at(array, row), truth, class_weights, **parameters)
            yield Item(value, dict(zip(row, slopes, strict=True)), mass)

    def item_shape(case: Case) -> tuple[int, ...]:
        shape = list(case.arrays[output].shape)
        del shape[case.parameters.get("axis", -1)]
        return tuple(shape)

    return Definition(output, items, item_shape)


def _sigmoid_cross_entropy(x: Number, z: Number) -> tuple[Number, Number]:
    p = 1 / (1 + mp.exp(-x))
    return -_times_log(z, p) - _times_log(1 - z, 1 - p), p - z


def _binary_cross_entropy(p: Number, z: Number) -> tuple[Number, Number]:
    value = -_times_log(z, p) - _times_log(1 - z, 1 - p)
    return value, (1 - z) / (1 - p) - z / p


def _softmax_cross_entropy(
    x: Row, t: Row, w: Row, *, label_smoothing: float = 0.0
) -> tuple[Number, Row, Number]:
    s = mp.mpf(label_smoothing)
    target = [w_c * ((1 - s) * t_c + s / len(t)) for w_c, t_c in zip(w, t, strict=True)]
    total = mp.fsum(mp.exp(x_c) for x_c in x)
    p = [mp.exp(x_c) / total for x_c in x]
    value = -mp.fsum(_times_log(target_c, p_c) for target_c, p_c in zip(target, p, strict=True))
    slopes = [p_c * mp.fsum(target) - target_c for p_c, target_c in zip(p, target, strict=True)]
    return value, slopes, mp.fdot(w, t)


def _nll(log_p: Row, t: Row, w: Row) -> tuple[Number, Row, Number]:
    target = [w_c * t_c for w_c, t_c in zip(w, t, strict=True)]
    return -mp.fdot(target, log_p), [-target_c for target_c in target], mp.fsum(target)


DEFINITIONS = {
    "binary_cross_entropy": _elementwise("probabilities", "labels", _binary_cross_entropy),
    "nll": _by_class("log_probabilities", _nll, dense=False),
    "sigmoid_cross_entropy": _elementwise("logits", "labels", _sigmoid_cross_entropy),
    "softmax_cross_entropy": _by_class("logits", _softmax_cross_entropy, dense=True),
    "sparse_softmax_cross_entropy": _by_class("logits", _softmax_cross_entropy, dense=False),
}


@dataclass(frozen=True, slots=True)
class Reduced:
    """A loss after its reduction, with its gradient by entry of the model output."""

    shape: tuple[int, ...]
    values: list[Number]
    gradient: list[Number]


def solve(case: Case) -> Reduced:
    """Value and gradient of the reduced loss, at mpmath's precision.

    A mean divides by the sum over the items that count: of their weight times the mass
    of their class, of 1, or of 1 where that product is not zero, as `denominator` says;
    or by the number that it is. Nothing counted gives 0.

    Parameters
    ----------
    case : Case
        The question.

    Returns
    -------
    Reduced
        For ``reduction="none"`` with the gradient of the sum.
    """
    definition = DEFINITIONS[case.loss]
    items, shape = list(definition.items(case)), definition.item_shape(case)
    weights = [mp.mpf(w) for w in _values(case, "weights", len(items))]
    where = _values(case, "where", len(items))
    weights = [
        w if item.counted and on else mp.zero for w, on, item in zip(weights, where, items, strict=True)
    ]
    counted = [item.counted and bool(on) for on, item in zip(where, items, strict=True)]
    masses = [w * item.mass for w, item, on in zip(weights, items, counted, strict=True) if on]
    scale = 1 / _denominator(case, masses) if case.reduction == "mean" and masses else mp.one
    values = [scale * w * item.value for w, item in zip(weights, items, strict=True)]
    gradient = [mp.zero] * math.prod(case.arrays[definition.output].shape)
    for w, item in zip(weights, items, strict=True):
        for position, slope in item.gradient.items():
            gradient[position] += scale * w * slope
    if case.reduction == "none":
        return Reduced(shape, values, gradient)
    return Reduced((), [mp.fsum(values)], gradient)


def _denominator(case: Case, masses: Row) -> Number:
    given = case.parameters.get("denominator", "weights")
    if not isinstance(given, str):
        return mp.mpf(given)
    counted = {"weights": mp.fsum(masses), "count": len(masses), "nonzero": sum(m != 0 for m in masses)}
    # All weights 0: the numerator is 0 too, and so is the mean.
    return mp.mpf(counted[given] or 1)


def _own_parameters(case: Case) -> dict[str, Any]:
    """The parameters that are the loss's own."""
    return {name: value for name, value in case.parameters.items() if name != "denominator"}


def _values(case: Case, name: str, count: int) -> Sequence[Any]:
    """The entries of an optional array, one for each item or class; all 1 if absent."""
    array = case.arrays.get(name)
    if array is None:
        return (1,) * count
    if len(array.values) != count:
        raise ValueError(
            f"case {case.id!r}: array {name!r} must have {count} entries, as no broadcasting is defined"
        )
    return array.values


def _rows(shape: tuple[int, ...], axis: int) -> Iterator[list[int]]:
    """The positions, in C order, of the entries of each row along an axis."""
    axis %= len(shape)
    strides = [math.prod(shape[dimension + 1 :]) for dimension in range(len(shape))]
    others = [range(0, length * stride, stride) for length, stride in zip(shape, strides, strict=True)]
    along = others.pop(axis)
    for starts in itertools.product(*others):
        yield [sum(starts) + step for step in along]


def _at(array: Array, positions: Sequence[int]) -> Row:
    return [mp.mpf(array.values[position]) for position in positions]


def _one_hot(label: int, count: int) -> Row:
    if not 0 <= label < count:
        raise ValueError(f"label {label} is no class of {count}")
    return [mp.mpf(label == c) for c in range(count)]


def _times_log(t: Number, p: Number) -> Number:
    """The product t log p, which is 0 for t = 0 whatever p is."""
    return t * mp.log(p) if t else mp.zero
