"""One call of a loss: its arrays, checked, and everything else, hashable.

A check looks at dtypes, shapes and devices and at no number, so it is done once for
all calls that agree in those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from .._check import type_error
from .._namespace import Library, compiling, device_of, is_unknown, library_of
from .check import GIVEN, IS_ARRAY, OR_NAN, Check, Facts
from .formula import Formula
from .transforms import Marked


@dataclass(frozen=True, slots=True)
class Spec:
    """What is fixed about a call before any array is looked at; hashable.

    `axis` is the class or feature axis, None for elementwise losses, and several axes of a
    set; `denominator` is ``"given"`` where the caller gave a number or an array; `or_nan`
    makes a mean over nothing NaN instead of 0; `wide` keeps the result in the dtype that it
    was computed in. `compute` is the dtype of that. `known` says that the shape is;
    `aligned` that nothing has to be moved, broadcast, weighted or masked; `counted` that an
    item may count for other than 1.
    """

    formula: Formula
    parameters: tuple[tuple[str, Any], ...]
    axis: int | tuple[int, ...] | None
    reduction: str
    denominator: str
    ignore_index: int | None
    compute: Any
    known: bool
    aligned: bool
    counted: bool
    or_nan: bool = False
    wide: bool = False


class Arrays(NamedTuple):
    """The arrays of a call; an absent one is None."""

    operands: tuple[Any, ...]
    weights: Any
    where: Any
    denominator: Any


class Call(NamedTuple):
    """A checked call: the library that runs it, what is fixed, and the arrays."""

    library: Library
    spec: Spec
    arrays: Arrays


class Checked(NamedTuple):
    """What a check found, the same for all calls of the same facts.

    `numbers` tells which arguments (operands, weights, denominator, where) are numbers
    that stand for arrays, and the dtypes of those.
    """

    library: Library
    spec: Spec
    numbers: tuple[tuple[int, Any], ...]


def prepare(
    formula: Formula,
    operands: tuple[Any, ...],
    parameters: dict[str, Any],
    *,
    weights: Any = None,
    where: Any = None,
    reduction: Any = "mean",
    denominator: Any = "weights",
    axis: Any = None,
    ignore_index: Any = None,
) -> Call:
    """Check a call by its metadata, before any number is looked at."""
    if formula.of_sets:  # what masks entries is an operand
        operands = (*operands, where)
    given = [*operands, weights, denominator, where]
    told = (*map(facts_of, given), axis, reduction, ignore_index, *[parameters[n] for n in formula.rules])
    check = _check_once if _HASHABLE.issuperset(map(type, told)) and not compiling() else _check
    library, spec, numbers = check(formula, *told)
    for place, dtype in numbers:
        given[place] = library.xp.asarray(given[place], dtype=dtype, device=device_of(operands[0]))
    *arrays, weights, denominator, where = given
    divisor = denominator if spec.denominator == GIVEN else None
    return Call(library, spec, Arrays(tuple(arrays), weights, None if formula.of_sets else where, divisor))


def alike(formula: Formula, arrays: list[Any]) -> None:
    """Refuse arrays of several libraries, devices or dtypes."""
    check = Check(formula, facts_of(arrays[0]))
    for position, array in enumerate(map(facts_of, arrays)):
        name = f"{formula.output}[{position}]"
        facts = check.array(name, array)
        if facts.dtype != check.output.dtype:
            expected = f"{check.output.dtype}, as the first has"
            raise check.wrong_type(name, f"has dtype {facts.dtype}", expected)


def facts_of(given: Any) -> Any:
    """The facts of an array; what is none, as it is."""
    library = None if type(given) in _HASHABLE else library_of(given)
    if library is None:
        return given
    return Facts(library, given.dtype, tuple(given.shape), library.device(given))


_HASHABLE = frozenset({Facts, type(None), bool, int, float, str})


def _check(formula: Formula, *told: Any) -> Checked:
    """Check all that is known beforehand about a call."""
    _refuse_marks(formula, told)
    count = len(formula.operands)
    operands, (weights, denominator, where) = told[:count], told[count : count + 3]
    axis, reduction, ignore_index, *values = told[count + 3 :]
    check = Check(formula, operands[0])
    axis = check.axis(axis)
    made = [check.operand(name, given) for name, given in zip(formula.operands, operands, strict=True)]
    check.reduction(reduction)
    word, divisor = check.denominator(denominator)
    spec = Spec(
        formula,
        _parameters(formula, values),
        axis,
        reduction,
        word.removesuffix(OR_NAN),
        check.ignore_index(ignore_index),
        check.facts.compute,
        known=not any(map(is_unknown, check.shape)),
        aligned=check.aligned(axis, operands, (weights, where, ignore_index)),
        counted=formula.counted(operands),
        or_nan=word.endswith(OR_NAN),
    )
    made += [check.weights(weights), divisor]
    check.where(where)
    return Checked(check.library, spec, tuple(each for each in enumerate(made) if each[1] is not IS_ARRAY))


def _parameters(formula: Formula, values: list[Any]) -> tuple[tuple[str, Any], ...]:
    """The parameters by name, each of its kind."""
    rules = zip(formula.rules.items(), values, strict=True)
    return tuple((name, rule.check(formula.name, name, value)) for (name, rule), value in rules)


def _refuse_marks(formula: Formula, told: tuple[Any, ...]) -> None:
    """Refuse to differentiate with respect to what is no operand."""
    names = (*formula.operands, "weights", "denominator", "where", "axis", "reduction", "ignore_index")
    for name, given in zip((*names, *formula.rules), told, strict=True):
        if isinstance(given, Marked):
            raise constant(formula, name)


_check_once = lru_cache(maxsize=1024, typed=True)(_check)


def constant(formula: Formula, name: str) -> TypeError:
    """The error for a derivative that the loss does not have."""
    choices = " or ".join(map(repr, formula.differentiable))
    return type_error(
        formula.name,
        name,
        "is asked for in wrt",
        f"{choices}: the loss has no derivative with respect to the others",
    )
