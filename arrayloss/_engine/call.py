"""One call of a loss: its arrays, checked, and everything else, hashable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .._check import describe, is_integer, is_number, type_error, value_error
from .._namespace import Library, device_of, is_unknown, library_of, namespace_name
from .._roles import Role
from .formula import Formula

REDUCTIONS = ("mean", "sum", "none")
DENOMINATORS = ("weights", "count", "nonzero")
OR_NAN = " or nan"


@dataclass(frozen=True, slots=True)
class Spec:
    """What is fixed about a call before any array is looked at; hashable.

    `axis` is the class or feature axis, None for elementwise losses; `denominator`
    is ``"given"`` where the caller gave a number or an array; `or_nan` makes a mean over
    nothing NaN instead of 0; `wide` keeps the result in the dtype that it was computed in.
    """

    formula: Formula
    parameters: tuple[tuple[str, Any], ...]
    axis: int | None
    reduction: str
    denominator: str
    ignore_index: int | None
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
    check = _Check(formula, operands[0])
    axis = check.axis(axis)
    checked = tuple(
        check.operand(name, given) for name, given in zip(formula.operands, operands, strict=True)
    )
    check.reduction(reduction)
    word, divisor = check.denominator(denominator)
    spec = Spec(
        formula,
        tuple(
            (name, rule.check(formula.name, name, parameters[name])) for name, rule in formula.rules.items()
        ),
        axis,
        reduction,
        word.removesuffix(OR_NAN),
        check.ignore_index(ignore_index),
        or_nan=word.endswith(OR_NAN),
    )
    return Call(check.library, spec, Arrays(checked, check.weights(weights), check.where(where), divisor))


def alike(formula: Formula, arrays: list[Any]) -> None:
    """Refuse arrays of several libraries, devices or dtypes."""
    check = _Check(formula, arrays[0])
    for position, array in enumerate(arrays):
        name = f"{formula.output}[{position}]"
        check.array(name, array)
        if array.dtype != arrays[0].dtype:
            raise check.wrong_type(name, f"has dtype {array.dtype}", f"{arrays[0].dtype}, as the first has")


class _Check:
    """The checks of one call, against the operand that decides."""

    def __init__(self, formula: Formula, output: Any) -> None:
        self.formula = formula
        library = library_of(output)
        if library is None:
            raise self.wrong_type(
                formula.output, f"is {describe(output)}", "an array" + _advice(output, "numpy")
            )
        self.library = library
        self.output = output
        self.device = library.device(output)
        self.facts = library.facts(output.dtype)
        self.shape: tuple[Any, ...] = tuple(output.shape)
        self.items = self.shape
        self.classes: int | None = None

    def wrong_type(self, argument: str, came: str, expected: str) -> TypeError:
        return type_error(self.formula.name, argument, came, expected)

    def wrong_value(self, argument: str, came: str, expected: str) -> ValueError:
        return value_error(self.formula.name, argument, came, expected)

    def axis(self, axis: Any) -> int | None:
        """The axis, counted from the front; sets the shape of the items."""
        if not self.formula.along_axis:
            return None
        rank = len(self.shape)
        if not is_integer(axis):
            raise self.wrong_type("axis", f"is {describe(axis)}", "an integer")
        if not -rank <= int(axis) < rank:
            expected = f"an axis of {self.formula.output!r}, which has shape {self.shape}"
            raise self.wrong_value("axis", f"is {axis}", expected)
        axis = int(axis) % rank
        self.items = self.shape[:axis] + self.shape[axis + 1 :]
        self.classes = self.shape[axis]
        if self.classes == 0:
            raise self.wrong_value(
                self.formula.output, f"has shape {self.shape}", f"at least one entry along axis {axis}"
            )
        return axis

    def reduction(self, given: Any) -> None:
        """Refuse what is not one of the three words."""
        expected = "'mean', 'sum' or 'none'"
        if not isinstance(given, str):
            raise self.wrong_type("reduction", f"is {describe(given)}", expected)
        if given not in REDUCTIONS:
            raise self.wrong_value("reduction", f"is {given!r}", expected)

    def operand(self, name: str, given: Any) -> Any:
        """The operand as an array of this library, of its role's shape and kind."""
        role = self.formula.operands[name]
        if given is None and role.optional:
            return None
        if role.number and isinstance(given, (bool, int, float)) and not isinstance(given, np.generic):
            return self.number(name, given, role)
        array = self.array(name, given)
        facts = self.library.facts(array.dtype)
        if facts.kind not in role.kinds:
            raise self.wrong_type(name, f"has dtype {array.dtype}", f"a {' or '.join(role.kinds)} dtype")
        if role.kinds == ("real floating",) and array.dtype != self.output.dtype:
            raise self.wrong_type(
                name, f"has dtype {array.dtype}", f"{self.output.dtype}, the dtype of {self.formula.output!r}"
            )
        held = self.facts if role.shape in ("output", "items") else self.library.facts(self.facts.compute)
        self.holds(name, array, held)
        self.shaped(name, array, role)
        return array

    def number(self, name: str, given: Any, role: Role) -> Any:
        """One number for every entry, as a 0-d array."""
        if isinstance(given, bool) and "bool" not in role.kinds:
            raise self.wrong_type(name, f"is {given}", "a number or an array")
        if role.index:
            if self.items or not isinstance(given, int):
                raise self.wrong_type(
                    name, f"is {given!r}", f"an integer array of shape {self.items}, one label per item"
                )
            dtype = None
        else:
            dtype = self.facts.compute
        if role.domain and not role.domain.contains(given, self.classes):
            raise self.wrong_value(name, f"is {given!r}", role.domain.describe(self.classes))
        return self.scalar(given, dtype)

    def array(self, name: str, given: Any) -> Any:
        """The argument, if it is an array of this library and device."""
        library = library_of(given)
        whose = f"as {self.formula.output!r} is"
        if library is None:
            advice = _advice(given, namespace_name(self.library.xp))
            raise self.wrong_type(name, f"is {describe(given)}", f"a {self.library.name} array" + advice)
        if library is not self.library and library.xp is not self.library.xp:
            expected = f"a {self.library.name} array, {whose}"
            raise self.wrong_type(name, f"is a {library.name} array", expected)
        device = library.device(given)
        if device is not None and self.device is not None and device != self.device:
            raise self.wrong_value(name, f"is on device {device}", f"device {self.device}, {whose}")
        return given

    def holds(self, name: str, array: Any, facts: Any) -> None:
        """Refuse a floating dtype whose numbers would have to be rounded."""
        came = self.library.facts(array.dtype)
        if came.kind == "real floating" and not facts.holds(came):
            expected = (
                f"a dtype that {self.output.dtype}, the dtype of {self.formula.output!r}, holds exactly"
            )
            raise self.wrong_type(name, f"has dtype {array.dtype}", f"{expected}; convert one of the two")

    def shaped(self, name: str, array: Any, role: Role) -> None:
        """Compare the shape with the one that the role asks for."""
        if role.shape == "broadcast":
            self.broadcasts(name, array, self.shape, f"the shape of {self.formula.output!r}")
            return
        expected = {"output": self.shape, "items": self.items, "classes": (self.classes,)}[role.shape]
        if not _same(tuple(array.shape), expected):
            whose = {
                "output": f"the shape of {self.formula.output!r}",
                "items": f"the shape of {self.formula.output!r}"
                + (" without its axis" if self.classes else ""),
                "classes": "one entry per class",
            }
            raise self.wrong_value(
                name, f"has shape {tuple(array.shape)}", f"{expected}, {whose[role.shape]}"
            )

    def broadcasts(self, name: str, array: Any, shape: tuple[Any, ...], whose: str) -> None:
        """Refuse a shape that does not broadcast to the given one, or that is larger."""
        own = tuple(array.shape)
        tail = shape[len(shape) - len(own) :] if len(own) <= len(shape) else None
        if tail is None or not all(_same((a,), (b,)) or a == 1 for a, b in zip(own, tail, strict=True)):
            raise self.wrong_value(name, f"has shape {own}", f"a shape that broadcasts to {shape}, {whose}")

    def weights(self, given: Any) -> Any:
        """The weights per item, or None."""
        if given is None:
            return None
        if is_number(given) and not hasattr(given, "dtype"):
            return self.scalar(given, self.facts.compute)
        array = self.array("weights", given)
        if self.library.facts(array.dtype).kind == "other":
            raise self.wrong_type("weights", f"has dtype {array.dtype}", "a real dtype")
        self.holds("weights", array, self.library.facts(self.facts.compute))
        self.broadcasts("weights", array, self.items, "the shape of the items")
        return array

    def where(self, given: Any) -> Any:
        """The mask, or None."""
        if given is None:
            return None
        array = self.array("where", given)
        if self.library.facts(array.dtype).kind != "bool":
            raise self.wrong_type("where", f"has dtype {array.dtype}", "a boolean array")
        self.broadcasts("where", array, self.items, "the shape of the items")
        return array

    def denominator(self, given: Any) -> tuple[str, Any]:
        """The word for the denominator, and the array where one was given."""
        expected = "'weights', 'count', 'nonzero', one of these and ' or nan', a number >= 0 or a 0-d array"
        if isinstance(given, str):
            if given.removesuffix(OR_NAN) not in DENOMINATORS:
                raise self.wrong_value("denominator", f"is {given!r}", expected)
            return given, None
        if is_number(given):
            if not 0 <= given < float("inf"):
                raise self.wrong_value("denominator", f"is {given!r}", expected)
            return "given", self.scalar(float(given), self.facts.compute)
        if library_of(given) is None:
            raise self.wrong_type("denominator", f"is {describe(given)}", expected)
        array = self.array("denominator", given)
        if self.library.facts(array.dtype).kind not in ("real floating", "integer"):
            raise self.wrong_type("denominator", f"has dtype {array.dtype}", "a real dtype")
        if tuple(array.shape) != ():
            raise self.wrong_value("denominator", f"has shape {tuple(array.shape)}", expected)
        return "given", array

    def ignore_index(self, given: Any) -> int | None:
        """The label to leave out, or None where no label can be it."""
        if given is None:
            return None
        if not is_integer(given):
            raise self.wrong_type("ignore_index", f"is {describe(given)}", "an integer or None")
        return int(given)

    def scalar(self, number: Any, dtype: Any) -> Any:
        """A 0-d array beside the output."""
        return self.library.xp.asarray(number, dtype=dtype, device=device_of(self.output))


def _same(shape: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two shapes agree where both are known."""
    return len(shape) == len(other) and all(
        a == b or is_unknown(a) or is_unknown(b) for a, b in zip(shape, other, strict=True)
    )


def _advice(value: Any, namespace: str) -> str:
    """How to make an array of what came, where that is likely to be meant."""
    return (
        f", for example {namespace}.asarray(...) of it"
        if isinstance(value, (list, tuple, bool, int, float))
        else ""
    )
