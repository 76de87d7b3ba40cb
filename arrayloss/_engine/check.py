"""What the arguments of one call must be, by their metadata."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

from .._check import describe, is_integer, is_number, type_error, value_error
from .._namespace import Library, is_unknown, namespace_name
from .._roles import Role
from .formula import Formula

REDUCTIONS = ("mean", "sum", "none")
DENOMINATORS = ("weights", "count", "nonzero")
OR_NAN = " or nan"
GIVEN = "given"
IS_ARRAY: Any = object()  # in place of the dtype of an array that is still to be made


class Facts(NamedTuple):
    """All that a check knows about an array; hashable."""

    library: Library
    dtype: Any
    shape: tuple[Any, ...]
    device: Any


class Check:
    """The checks of one call, against the operand that decides."""

    def __init__(self, formula: Formula, output: Any) -> None:
        self.formula = formula
        if not isinstance(output, Facts):
            raise self.wrong_type(
                formula.output, f"is {describe(output)}", "an array" + _advice(output, "numpy")
            )
        self.output = output
        self.library = output.library
        self.facts = self.library.facts(output.dtype)
        self.shape = self.items = output.shape
        self.classes: int | None = None

    def wrong_type(self, argument: str, came: str, expected: str) -> TypeError:
        return type_error(self.formula.name, argument, came, expected)

    def wrong_value(self, argument: str, came: str, expected: str) -> ValueError:
        return value_error(self.formula.name, argument, came, expected)

    def axis(self, given: Any) -> int | tuple[int, ...] | None:
        """The axis, or several of a set, counted from the front; sets the shape of the items."""
        if not self.formula.along_axis:
            return None
        several = isinstance(given, tuple) and self.formula.of_sets
        axes = [self._one_axis(axis, given) for axis in (given if several else (given,))]
        if not axes or len(set(axes)) < len(axes):
            raise self.wrong_value("axis", f"is {given}", "one axis or several, none of them twice")
        what = self.formula.output, f"has shape {self.shape}"
        if self.formula.coupled and (len(self.shape) < 2 or any(map(is_unknown, self.shape))):
            raise self.wrong_value(*what, "a batch of embeddings, with two axes or more, of known lengths")
        self.items = tuple(length for i, length in enumerate(self.shape) if i not in axes)
        self.classes = prod([self.shape[axis] for axis in axes])
        if self.classes == 0:
            which = given if len(axes) > 1 else axes[0]
            raise self.wrong_value(*what, f"at least one entry along axis {which}")
        if self.formula.length not in (None, self.classes) and not is_unknown(self.classes):
            raise self.wrong_value(*what, f"{self.formula.length} entries along axis {axes[0]}")
        return axes[0] if len(axes) == 1 else tuple(axes)

    def _one_axis(self, axis: Any, given: Any) -> int:
        """One axis of the output, counted from the front."""
        rank = len(self.shape)
        if not is_integer(axis):
            expected = "an integer" + (" or a tuple of integers" if self.formula.of_sets else "")
            raise self.wrong_type("axis", f"is {describe(given)}", expected)
        if not -rank <= int(axis) < rank:
            expected = f"an axis of {self.formula.output!r}, which has shape {self.shape}"
            raise self.wrong_value("axis", f"is {given}", expected)
        return int(axis) % rank

    def reduction(self, given: Any) -> None:
        """Refuse what is not one of the three words."""
        expected = "'mean', 'sum' or 'none'"
        if not isinstance(given, str):
            raise self.wrong_type("reduction", f"is {describe(given)}", expected)
        if given not in REDUCTIONS:
            raise self.wrong_value("reduction", f"is {given!r}", expected)

    def operand(self, name: str, given: Any) -> Any:
        """See that the operand is an array of its role's shape and kind; the dtype to make of a number."""
        role = self.formula.operands[name]
        if role.mask:
            return IS_ARRAY  # is seen to as what it is called
        if given is None and role.optional:
            return IS_ARRAY
        if role.number and isinstance(given, (bool, int, float)):
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
        return IS_ARRAY

    def number(self, name: str, given: Any, role: Role) -> Any:
        """The dtype of the array that one number for every entry becomes."""
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
        return dtype

    def array(self, name: str, given: Any) -> Facts:
        """The argument, if it is an array of this library and device."""
        whose = f"as {self.formula.output!r} is"
        if not isinstance(given, Facts):
            advice = _advice(given, namespace_name(self.library.xp))
            raise self.wrong_type(name, f"is {describe(given)}", f"a {self.library.name} array" + advice)
        if given.library.xp is not self.library.xp:
            expected = f"a {self.library.name} array, {whose}"
            raise self.wrong_type(name, f"is a {given.library.name} array", expected)
        device = self.output.device
        if given.device is not None and device is not None and given.device != device:
            raise self.wrong_value(name, f"is on device {given.device}", f"device {device}, {whose}")
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
        output = f"the shape of {self.formula.output!r}"
        items = output + (" without its axis" if self.classes else "")
        expected, whose = {
            "output": (self.shape, output),
            "items": (self.items, items),
            "lists": ((*self.items, *array.shape[-1:]), f"{items} and one of any length"),
            "classes": ((self.classes,), "one entry per class"),
        }[role.shape]
        if not same(array.shape, expected):
            raise self.wrong_value(name, f"has shape {array.shape}", f"{expected}, {whose}")

    def broadcasts(self, name: str, array: Any, shape: tuple[Any, ...], whose: str) -> None:
        """Refuse a shape that does not broadcast to the given one, or that is larger."""
        own = array.shape
        tail = shape[len(shape) - len(own) :] if len(own) <= len(shape) else None
        if tail is None or not all(same((a,), (b,)) or a == 1 for a, b in zip(own, tail, strict=True)):
            raise self.wrong_value(name, f"has shape {own}", f"a shape that broadcasts to {shape}, {whose}")

    def weights(self, given: Any) -> Any:
        """See to the weights per item; the dtype to make of a number."""
        if given is None:
            return IS_ARRAY
        if is_number(given):
            return self.facts.compute
        array = self.array("weights", given)
        if self.library.facts(array.dtype).kind == "other":
            raise self.wrong_type("weights", f"has dtype {array.dtype}", "a real dtype")
        self.holds("weights", array, self.library.facts(self.facts.compute))
        self.broadcasts("weights", array, self.items, "the shape of the items")
        return IS_ARRAY

    def where(self, given: Any) -> None:
        """See to the mask."""
        if given is None:
            return
        array = self.array("where", given)
        if self.library.facts(array.dtype).kind != "bool":
            raise self.wrong_type("where", f"has dtype {array.dtype}", "a boolean array")
        if self.formula.of_sets:
            self.broadcasts("where", array, self.shape, f"the shape of {self.formula.output!r}")
        else:
            self.broadcasts("where", array, self.items, "the shape of the items")

    def denominator(self, given: Any) -> tuple[str, Any]:
        """The word for the denominator, and the dtype to make of a number."""
        expected = "'weights', 'count', 'nonzero', one of these and ' or nan', a number >= 0 or a 0-d array"
        if isinstance(given, str):
            if given.removesuffix(OR_NAN) not in DENOMINATORS:
                raise self.wrong_value("denominator", f"is {given!r}", expected)
            return given, IS_ARRAY
        if is_number(given):
            if not 0 <= given < float("inf"):
                raise self.wrong_value("denominator", f"is {given!r}", expected)
            return GIVEN, self.facts.compute
        if not isinstance(given, Facts):
            raise self.wrong_type("denominator", f"is {describe(given)}", expected)
        array = self.array("denominator", given)
        if self.library.facts(array.dtype).kind not in ("real floating", "integer"):
            raise self.wrong_type("denominator", f"has dtype {array.dtype}", "a real dtype")
        if array.shape != ():
            raise self.wrong_value("denominator", f"has shape {array.shape}", expected)
        return GIVEN, IS_ARRAY

    def ignore_index(self, given: Any) -> int | None:
        """The label to leave out, or None where no label can be it."""
        if given is None:
            return None
        if not is_integer(given):
            raise self.wrong_type("ignore_index", f"is {describe(given)}", "an integer or None")
        return int(given)

    def aligned(
        self, axis: int | tuple[int, ...] | None, operands: tuple[Any, ...], others: tuple[Any, ...]
    ) -> bool:
        """Whether the arrays fit each other as they are, and nothing weights or masks the items."""
        if axis not in (None, len(self.shape) - 1) or any(other is not None for other in others):
            return False
        expected = {"output": self.shape, "items": self.items, "broadcast": self.shape}
        return all(
            given is None or expected.get(role.shape) in (None, getattr(given, "shape", ()))
            for given, role in zip(operands, self.formula.roles, strict=True)
        )


def same(shape: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
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
