"""From checked arrays to values and derivatives per item.

Everything here is a pure function of arrays, written against the standard, so
every strategy shares it: whole arrays, blocks of them, or tracers.
"""

from __future__ import annotations

from math import prod
from types import ModuleType
from typing import Any, NamedTuple

from .._chunks import formula_in_chunks, in_chunks
from .._classes import Classes, as_indices
from .._lists import ClassLists
from .._namespace import Library, in_dtype
from .._roles import Role
from .._stable import least
from .axes import axis_last, moved, order_of
from .call import Call, Spec
from .check import GIVEN
from .formula import Linear

# Where steps cost more than what is computed in them, this many blocks are one.
_SERIAL = 8


class Problem(NamedTuple):
    """A call with its axis last, its broadcasts done and its mask complete."""

    library: Library
    spec: Spec
    operands: tuple[Any, ...]
    weights: Any
    mask: Any
    denominator: Any

    @property
    def xp(self) -> ModuleType:
        """The namespace of the arrays."""
        return self.library.xp

    @property
    def compute(self) -> Any:
        """The dtype that the call is computed and accumulated in."""
        return self.spec.compute

    @property
    def items_shape(self) -> tuple[Any, ...]:
        """The shape of the per-item values."""
        shape = tuple(self.operands[0].shape)
        return shape[:-1] if self.spec.formula.along_axis else shape

    @property
    def present(self) -> Any:
        """Which entries of each set are there, None for all."""
        return self.operands[-1] if self.spec.formula.of_sets else None

    @property
    def classes(self) -> int | None:
        """The number of classes or features, where there is such an axis."""
        return self.operands[0].shape[-1] if self.spec.formula.along_axis else None

    @property
    def row_size(self) -> int:
        """How many numbers an item counts for in a block."""
        size = (self.classes or 1) ** (2 if self.spec.formula.pairwise else 1)
        return -(-size // _SERIAL) if self.spec.formula.serial else size

    @property
    def keywords(self) -> dict[str, Any]:
        """What the formula gets by keyword."""
        parameters = dict(self.spec.parameters)
        return parameters | {"where": self.mask} if self.spec.formula.coupled else parameters


class Items(NamedTuple):
    """The value per item, and a function that gives each derivative, in the compute dtype.

    The value may be a pair whose product it is, where that is asked for.
    """

    value: Any
    derivatives: tuple[Any, ...]


def arrange(call: Call) -> Problem:
    """Move the axis last, broadcast what broadcasts, fold ignored labels into the mask."""
    library, spec, arrays = call
    if spec.aligned:
        return Problem(library, spec, arrays.operands, None, None, arrays.denominator)
    xp, roles = library.xp, spec.formula.roles
    output = arrays.operands[0]
    axes = spec.axis if isinstance(spec.axis, tuple) else (spec.axis,)
    items = tuple(n for i, n in enumerate(output.shape) if i not in axes)

    def place(array: Any, shape: str) -> Any:
        if array is None or shape in ("classes", "lists"):
            return array
        full = items if shape == "items" else tuple(output.shape)
        if spec.known and tuple(array.shape) != full:
            array = xp.broadcast_to(array, full)
        return array if shape == "items" else axis_last(xp, array, spec.axis)

    operands = tuple(place(array, role.shape) for array, role in zip(arrays.operands, roles, strict=True))
    mask = both(place(arrays.where, "items"), kept(call))
    if spec.formula.of_sets and operands[-1] is not None:
        mask = xp.any(operands[-1], axis=-1)
        operands = (*operands[:-1], operands[-1] | ~mask[..., None])
    weights = place(arrays.weights, "items")
    if weights is not None:
        weights = masked(xp, mask, in_dtype(xp, weights, spec.compute))
    return Problem(library, spec, operands, weights, mask, arrays.denominator)


def restore(call: Call, array: Any) -> Any:
    """Give an array with the axis last the axis, or the axes, of the call."""
    xp, axis, shape = call.library.xp, call.spec.axis, call.arrays.operands[0].shape
    if not isinstance(axis, tuple):
        return moved(xp, array, -1, axis)
    order = order_of(axis, len(shape))
    array = xp.reshape(array, tuple(shape[i] for i in order))
    return xp.permute_dims(array, tuple(map(order.index, range(len(shape)))))


def items(
    problem: Problem, *, write: bool, trusted: bool, derive: bool = True, paired: bool = False
) -> Items:
    """Run the formula.

    Parameters
    ----------
    problem : Problem
        The arranged call, or one block of it.
    write : bool
        Whether the formula's own arrays may be written in place.
    trusted : bool
        Whether every unmasked operand is known to be in its domain; otherwise the
        value and the derivatives of an item that is not become NaN.
    derive : bool
        Whether the derivatives will be asked for, so that the formula keeps what they share
        with the value; if not, it may compute the value in another way.
    paired : bool
        Whether a value that the formula gives as a product may stay one.
    """
    xp, formula = problem.xp, problem.spec.formula
    operands, valid = _safe(problem, write=write, trusted=trusted, keep=derive)
    if formula.serial and in_chunks(xp):
        value, *derivatives = formula_in_chunks(formula.function, xp, operands, problem.keywords)
    else:
        value, *derivatives = formula.function(xp, *operands, **problem.keywords)
    if isinstance(value, tuple) and not paired:
        value = value[0] * value[1]
    if problem.present is not None:
        derivatives = [_within(problem, derivative) for derivative in derivatives]
    if valid is None:
        return Items(value, tuple(derivatives))
    return Items(xp.where(valid, value, xp.nan), tuple(_poisoned(problem, d, valid) for d in derivatives))


def mass(problem: Problem, *, write: bool) -> Items | None:
    """What each item counts for, with its derivatives, where that is not 1.

    That of an item with a bad label is any number: the item's value is NaN.
    """
    formula = problem.spec.formula
    if formula.mass is None or not problem.spec.counted:
        return None
    operands, _ = _safe(problem, write=write, trusted=False)
    value, *derivatives = formula.mass(problem.xp, *operands, **problem.keywords)
    return Items(value, tuple(derivatives))


def divisor(problem: Problem, *, write: bool) -> Any:
    """What the mean divides by: a Python number where the shape says it, else 0-d."""
    xp, compute, word = problem.xp, problem.compute, problem.spec.denominator
    if word == GIVEN:
        return in_dtype(xp, problem.denominator, compute)
    weighted = problem.weights is not None or problem.spec.counted
    counts = item_weights(problem, write=write) if weighted and word != "count" else None
    if word == "nonzero" and counts is not None:
        counts = xp.astype(counts != 0, compute)
    if counts is None and problem.mask is None and problem.spec.known:
        return prod(problem.items_shape)
    if counts is None:
        counts = xp.ones_like(representative(problem), dtype=compute)
    return xp.sum(masked(xp, problem.mask, counts), dtype=compute)


def item_weights(problem: Problem, *, write: bool) -> Any:
    """Weight times mass of each item in the compute dtype, None where all are 1."""
    counted = mass(problem, write=write)
    if problem.weights is None:
        return None if counted is None else counted.value
    return problem.weights if counted is None else problem.weights * counted.value


def masked(xp: ModuleType, mask: Any, array: Any) -> Any:
    """The array with 0 where the mask is False, whatever stood there."""
    return array if mask is None else xp.where(mask, array, 0.0)


def finished(problem: Problem, loss: Any) -> Any:
    """The loss in the dtype that the caller gets."""
    return loss if problem.spec.wide else in_dtype(problem.xp, loss, problem.operands[0].dtype)


def factors(problem: Problem, derivative: Any, scale: Any) -> tuple[Any, Any]:
    """A derivative and what to multiply it by: a factor per item, shaped to meet it."""
    if isinstance(derivative, tuple):
        derivative, factor = derivative
        scale = scale * factor
    if problem.spec.formula.along_axis and hasattr(scale, "ndim") and scale.ndim:
        scale = scale[..., None]
    return derivative, scale


def scaled(problem: Problem, derivative: Any, scale: Any) -> Any:
    """A derivative times a factor per item (an array of the items' shape or one number)."""
    if isinstance(derivative, Linear):
        each = scale * problem.xp.ones_like(representative(problem), dtype=problem.compute)
        return derivative.pull(masked(problem.xp, problem.mask, each))
    derivative, scale = factors(problem, derivative, scale)
    return derivative * scale


def directional(problem: Problem, derivative: Any, tangent: Any) -> Any:
    """The derivative per item in the direction of a tangent.

    A factor per item comes last, so that its transpose meets the cotangents before the rows.
    """
    if isinstance(derivative, Linear):
        return derivative.push(tangent)
    derivative, factor = derivative if isinstance(derivative, tuple) else (derivative, 1.0)
    term = derivative * tangent
    return factor * (problem.xp.sum(term, axis=-1) if problem.spec.formula.along_axis else term)


def expanded(problem: Problem, per_item: Any) -> Any:
    """A per-item array, or None, shaped to meet arrays of the output's shape."""
    return per_item if per_item is None or not problem.spec.formula.along_axis else per_item[..., None]


def against(problem: Problem, role: Role) -> Any:
    """What the values of an operand are compared with."""
    return problem.classes if role.against is None else role.against(problem)


def contains(problem: Problem, array: Any, role: Role) -> Any:
    """Where an operand is in its domain or masked out; None where it cannot be outside."""
    if array is None or role.domain is None or problem.library.facts(array.dtype).kind == "bool":
        return None
    inside = role.domain.contains(_computed(problem, array, role), against(problem, role))
    if problem.mask is None:
        return inside
    if problem.present is not None and role.shape == "output":
        inside = inside | ~problem.present
    return inside | ~(problem.mask if role.shape == "items" else expanded(problem, problem.mask))


def _safe(problem: Problem, *, write: bool, trusted: bool, keep: bool = True) -> tuple[list[Any], Any]:
    """The operands as the formula takes them, and which items are in the domain.

    A label is made safe before it indexes anything. Where arrays may not be written
    (the caller may be differentiated), so is all that the mask leaves out: a NaN
    there must not meet a zero cotangent, nor an item that depends on it. What else is
    outside is left there, as its item becomes NaN whatever comes of it, but for a lazy
    library, which would warn of that.
    """
    pairs = zip(problem.operands, problem.spec.formula.roles, strict=True)
    if trusted and problem.mask is None:
        return [
            a if a is None else _taken(problem, a, role, write=write, keep=keep) for a, role in pairs
        ], None
    xp, valid = problem.xp, None
    safe: list[Any] = []
    for array, role in pairs:
        if role.mask:
            safe.append(array)
            continue
        if problem.present is not None and role.shape == "output":
            array = xp.where(problem.present, _computed(problem, array, role), 0.0)  # noqa: PLW2901
        if array is not None and role.shape != "classes":
            inside = None if trusted else _item_inside(problem, array, role)
            valid = both(valid, inside)
            good = problem.mask if role.index or not write or problem.spec.formula.coupled else None
            if role.index or (problem.library.strategy == "plain" and not trusted):
                good = both(good, inside)
            array = _filled(problem, array, role, good)  # noqa: PLW2901
        safe.append(array if array is None else _taken(problem, array, role, write=write, keep=keep))
    return safe, valid


def _item_inside(problem: Problem, array: Any, role: Role) -> Any:
    """Which items an operand is in its domain for, or that are masked out; None for all."""
    xp = problem.xp
    per_row = role.shape == "lists" or (role.shape == "output" and problem.spec.formula.along_axis)
    margin = role.domain.margin if role.domain and problem.library.facts(array.dtype).kind != "bool" else None
    if margin is None or role.index or problem.present is not None:  # an integer's margin may not be one
        inside = contains(problem, array, role)
        return xp.all(inside, axis=-1) if per_row and inside is not None else inside
    depth = margin(_computed(problem, array, role), problem.classes)
    inside = ~((least(xp, depth) if per_row else depth) < 0)
    return inside if problem.mask is None else inside | ~problem.mask


def _filled(problem: Problem, array: Any, role: Role, good: Any) -> Any:
    """The operand with a harmless value where it is not good."""
    if good is None:
        return array
    good = good if role.shape == "items" else expanded(problem, good)
    return problem.xp.where(good, _computed(problem, array, role), role.filler)


def _taken(problem: Problem, array: Any, role: Role, *, write: bool, keep: bool) -> Any:
    """The operand as the formula takes it."""
    array = _computed(problem, array, role)
    if role.shape == "lists":
        return ClassLists(problem.library.xp, array, write=write)
    if not role.index:
        return array
    classes = problem.operands[0].shape[-1]
    return Classes(problem.library.xp, array, classes, write=write, keep=keep)


def _computed(problem: Problem, array: Any, role: Role) -> Any:
    """The array in the dtype that it is computed in."""
    # In a signed dtype: an unsigned one cannot be compared with −1 everywhere.
    if role.index or role.compared or role.against is not None:
        return as_indices(problem.xp, array)
    return in_dtype(problem.xp, array, problem.compute)


def both(first: Any, second: Any) -> Any:
    """The conjunction of two masks, either of which may be None for all True."""
    if first is None or second is None:
        return first if second is None else second
    return first & second


def kept(call: Call) -> Any:
    """Where the label is not the one to ignore, None where none can be."""
    library, spec, arrays = call
    ignored = spec.ignore_index
    for array, role in zip(arrays.operands, spec.formula.roles, strict=True):
        if role.index and ignored is not None:
            info = library.xp.iinfo(array.dtype)
            return as_indices(library.xp, array) != ignored if info.min <= ignored <= info.max else None
    return None


def representative(problem: Problem) -> Any:
    """Any array of the items' shape."""
    output = problem.operands[0]
    return output[..., 0] if problem.spec.formula.along_axis else output


def _within(problem: Problem, derivative: Any) -> Any:
    """The derivative with 0 for the entries that are not there."""
    xp, present = problem.xp, problem.present

    def within() -> Any:
        result = derivative()
        if isinstance(result, tuple):
            return xp.where(present, result[0], 0.0), result[1]
        return xp.where(present, result, 0.0)

    return within


def _poisoned(problem: Problem, derivative: Any, valid: Any) -> Any:
    """The derivative with NaN where the item was not valid."""
    xp = problem.xp

    def poisoned() -> Any:
        result = derivative()
        rows, factor = result if isinstance(result, tuple) else (result, None)
        if factor is None or isinstance(factor, float):  # a number is the factor of all items
            rows = xp.where(expanded(problem, valid), rows, xp.nan)
            return rows if factor is None else (rows, factor)
        return rows, xp.where(valid, factor, xp.nan)

    return poisoned
