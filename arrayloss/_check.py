"""One style for every error, and the rules that a number must keep.

A message names the function, the argument, what came and what was expected.
Types, namespaces and dtypes raise `TypeError`; shapes, devices and numbers
raise `ValueError`. Nothing here reads the values of an array.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any


def type_error(function: str, argument: str, came: str, expected: str) -> TypeError:
    """The error for an argument of the wrong kind."""
    return TypeError(_message(function, argument, came, expected))


def value_error(function: str, argument: str, came: str, expected: str) -> ValueError:
    """The error for an argument of the right kind and a wrong value or shape."""
    return ValueError(_message(function, argument, came, expected))


def _message(function: str, argument: str, came: str, expected: str) -> str:
    return f"arrayloss.{function}(): {argument!r} {came}; expected {expected}"


def is_number(value: Any) -> bool:
    """Whether the value is one real number, Python's or NumPy's, and not an array."""
    return isinstance(value, Real) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Whether the value is one integer, Python's or NumPy's, and not an array."""
    return isinstance(value, Integral) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a parameter of a loss must be: a test and the words that state it."""

    expected: str
    test: Callable[[float], bool]

    def check(self, function: str, name: str, value: Any) -> float:
        """The value as a Python float, or the error."""
        if not is_number(value):
            raise type_error(function, name, f"is {describe(value)}", self.expected)
        if not self.test(value):
            raise value_error(function, name, f"is {value!r}", self.expected)
        return float(value)


class Flag(Rule):
    """A parameter that is True or False."""

    def check(self, function: str, name: str, value: Any) -> bool:
        """The value itself, or the error."""
        if not isinstance(value, bool):
            raise type_error(function, name, f"is {describe(value)}", self.expected)
        return value


class Function(Rule):
    """A parameter that is a function, or None for the default."""

    def check(self, function: str, name: str, value: Any) -> Any:
        """The function itself, or the error."""
        if value is not None and not callable(value):
            raise type_error(function, name, f"is {describe(value)}", self.expected)
        return value


class Optional(Rule):
    """A parameter that may be None."""

    def check(self, function: str, name: str, value: Any) -> Any:
        """None, the value as a Python float, or the error."""
        return None if value is None else Rule.check(self, function, name, value)


class Whole(Rule):
    """A parameter that is an integer."""

    def check(self, function: str, name: str, value: Any) -> int:
        """The value as a Python integer, or the error."""
        if not is_integer(value):
            raise type_error(function, name, f"is {describe(value)}", self.expected)
        return int(super().check(function, name, value))


POSITIVE = Rule("a number > 0", lambda x: 0 < x < math.inf)
NON_NEGATIVE = Rule("a number >= 0", lambda x: 0 <= x < math.inf)
FINITE = Rule("a finite number", math.isfinite)
INSIDE = Rule("a number between 0 and 1", lambda x: 0 < x < 1)
SHAPE = Rule("a number <= 2, or -inf", lambda x: x <= 2)
FRACTION = Rule("a number from 0 to 1", lambda x: 0 <= x <= 1)
OPTIONAL_FRACTION = Optional("a number from 0 to 1, or None", FRACTION.test)
POWER = Rule("0 or a number >= 1", lambda x: x == 0 or 1 <= x < math.inf)
COSINE = Rule("a number from -1 to 1", lambda x: -1 <= x <= 1)
ORDER = Rule("a number >= 1, or inf", lambda x: x >= 1)
DEGREE = Rule("1 or 2", lambda x: x in (1, 2))
COUNT = Whole("an integer >= 0", lambda x: x >= 0)
FLAG = Flag("True or False", bool)
CONJUGATE = Function("a function of a namespace and rows, or None", callable)


def describe(value: Any) -> str:
    """A short name for what came: its type, and its value where that is short."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value)
    return f"a {type(value).__name__}"
