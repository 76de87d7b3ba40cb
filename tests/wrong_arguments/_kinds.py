"""Wrong values by the kind of argument."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..backends import Backend
from ..catalogue import FEATURES

ITEMS = 4
DTYPES = {"f": "float64", "i": "int64", "b": "bool", "c": "complex128"}
NARROW = {"float64": "float32", "int64": "int32", "complex128": "complex64", "bool": "bool"}


@dataclass(frozen=True)
class Scene:
    """A backend and the shape of a model output: where wrong arguments are made."""

    backend: Backend
    shape: tuple[int, ...] = (ITEMS,)
    items: tuple[int, ...] = (ITEMS,)

    def array(self, shape: tuple[int, ...], kind: str = "f", dtype: str | None = None) -> Any:
        """An array of ones of the kind of dtype, the widest that the device has."""
        wide = DTYPES[kind]
        name = dtype or (wide if has_dtype(self.backend, wide) else NARROW[wide])
        xp = self.backend.xp
        return xp.ones(shape, dtype=getattr(xp, name), device=self.backend.device)


@dataclass(frozen=True)
class Wrong:
    """What to pass for an argument, and the error that it must give.

    `came` and `expected` are regular expressions for the two halves of the message.
    `output` is the dtype of everything that is right, `needs` one that the device must
    have.
    """

    what: str
    make: Callable[[Scene], Any]
    error: type[Exception]
    came: str
    expected: str = ""
    output: str | None = None
    needs: str = "float32"


def has_dtype(backend: Backend, dtype: str) -> bool:
    """Whether the backend's device has the dtype."""
    if backend.name == "strict-no_x64":
        return not dtype.endswith(("64", "128")) or dtype == "complex64"
    return backend.widest == "float64" or dtype not in ("float64", "complex128")


def _is(value: Any, error: type[Exception], expected: str = "", what: str = "") -> Wrong:
    """A wrong value that is no array."""
    named = isinstance(value, (list, tuple, complex))
    came = f"is a {type(value).__name__}" if named else re.escape(f"is {value!r}")
    return Wrong(what or repr(value), lambda _: value, error, came, expected)


def _shape(what: str, shape: Callable[[Scene], tuple[int, ...]], expected: str, kind: str = "f") -> Wrong:
    return Wrong(what, lambda s: s.array(shape(s), kind), ValueError, r"has shape \(", expected)


def _kind(what: str, kind: str, expected: str, shape: Callable[[Scene], tuple[int, ...]]) -> Wrong:
    return Wrong(what, lambda s: s.array(shape(s), kind), TypeError, "has dtype .*" + what, expected)


def _wide(shape: Callable[[Scene], tuple[int, ...]]) -> Wrong:
    """Float64 beside a float32 output: refused, with advice."""
    expected = "float32, the dtype of .* convert"
    return Wrong(
        "float64-beside-float32",
        lambda s: s.array(shape(s), dtype="float64"),
        TypeError,
        "has dtype .*float64",
        expected,
        output="float32",
        needs="float64",
    )


def _full(scene: Scene) -> tuple[int, ...]:
    return scene.shape


def _items(scene: Scene) -> tuple[int, ...]:
    return scene.items


def _classes(_: Scene) -> tuple[int, ...]:
    return (FEATURES,)


def _longer(scene: Scene) -> tuple[int, ...]:
    return (scene.items[0] + 1, *scene.items[1:])


def _column(scene: Scene) -> tuple[int, ...]:
    return (*scene.items, 1)


NO_ARRAY = (
    _is([1.0, 2.0], TypeError, "array", "list"),
    _is((1.0, 2.0), TypeError, "array", "tuple"),
    _is("text", TypeError, "array"),
)
MISSING = _is(None, TypeError, "array")
NUMBER = _is(0.5, TypeError, "array")


def _other_shapes(shape: Callable[[Scene], tuple[int, ...]], kind: str = "f") -> tuple[Wrong, ...]:
    """Shapes that NumPy would broadcast or squeeze, and one that it would not."""
    return (
        _shape("scalar", lambda _: (), r"\(", kind),
        _shape("one", lambda s: (1,) * len(shape(s)), r"\(", kind),
        _shape("column", lambda s: (*shape(s), 1), r"\(", kind),
        _shape("row", lambda s: (1, *shape(s)), r"\(", kind),
        _shape("longer", lambda s: (shape(s)[0] + 1, *shape(s)[1:]), r"\(", kind),
    )


OUTPUT = (
    *NO_ARRAY,
    MISSING,
    NUMBER,
    _kind("int", "i", "floating", _full),
    _kind("bool", "b", "floating", _full),
    _kind("complex", "c", "floating", _full),
)
SIBLING = (
    *OUTPUT,
    *_other_shapes(_full),
    Wrong(
        "float32-beside-float64",
        lambda s: s.array(s.shape, dtype="float32"),
        TypeError,
        "has dtype .*float32",
        "float64",
        needs="float64",
    ),
    Wrong(
        "float64-beside-float32",
        lambda s: s.array(s.shape, dtype="float64"),
        TypeError,
        "has dtype .*float64",
        "float32",
        output="float32",
        needs="float64",
    ),
)
ENTRIES = (
    *NO_ARRAY,
    MISSING,
    _is(1j, TypeError, "array"),
    _kind("complex", "c", "floating|integer|bool", _full),
    _wide(_full),
    *_other_shapes(_full),
)
COUNTS = (
    *NO_ARRAY,
    MISSING,
    _is(1j, TypeError, "array"),
    _is(-1, ValueError, "targets >= 0"),
    _is(-0.5, ValueError, "targets >= 0"),
    _is(True, TypeError, "number|array"),
    _kind("bool", "b", "floating|integer", _full),
    _kind("complex", "c", "floating|integer", _full),
    _wide(_full),
    *_other_shapes(_full),
)
QUANTITIES = (*ENTRIES, _is(-1, ValueError, "quantities > -1"), _is(-1.5, ValueError, "quantities > -1"))
UNIT = (*ENTRIES, _is(1.5, ValueError, "from 0 to 1"), _is(-1, ValueError, "from 0 to 1"))
SHARES = (*ENTRIES, NUMBER)
MULTIPLICITIES = (*ENTRIES, NUMBER, _is(1, TypeError, "array"))
SIGNS = (
    *NO_ARRAY,
    MISSING,
    _is(0, ValueError, "-1 or 1"),
    _is(math.nan, ValueError, "-1 or 1"),
    _is(True, TypeError, "-1 or 1|array|number"),
    _kind("bool", "b", "floating|integer", _items),
    _kind("complex", "c", "floating|integer", _items),
    _wide(_items),
    *_other_shapes(_items),
)
INDICES = (
    *NO_ARRAY,
    MISSING,
    _is(1, TypeError, r"integer array of shape \(4,\)"),
    _is(1.0, TypeError, "integer"),
    _kind("float", "f", "integer", _items),
    _kind("bool", "b", "integer", _items),
    _kind("complex", "c", "integer", _items),
    _shape("one-hot", _full, r"\(4,\)", "i"),
    *_other_shapes(_items, "i"),
)
BATCH = (*OUTPUT, _shape("no-batch", lambda s: s.shape[-1:], "a batch of embeddings"))
GROUPS = tuple(_is(1, TypeError, "array") if w.what == "1" else w for w in INDICES if w.what != "1.0")
LENGTHS = (
    *NO_ARRAY,
    NUMBER,
    _is(1, TypeError, "array"),
    _kind("float", "f", "integer", _items),
    _kind("bool", "b", "integer", _items),
    _kind("complex", "c", "integer", _items),
    *_other_shapes(_items, "i"),
)


def _lists(scene: Scene) -> tuple[int, ...]:
    return (*scene.items, 2)


LISTS = (
    *NO_ARRAY,
    MISSING,
    _is(1, TypeError, "array"),
    _kind("float", "f", "integer", _lists),
    _kind("bool", "b", "integer", _lists),
    _kind("complex", "c", "integer", _lists),
    _shape("one-label", _items, r"\(4, 4\), .* and one of any length", "i"),
    *_other_shapes(_lists, "i"),
)
CLASS_WEIGHTS = (
    *NO_ARRAY,
    NUMBER,
    _kind("complex", "c", "floating|integer", _classes),
    _wide(_classes),
    *_other_shapes(_classes),
)


def _broadcasting(shape: Callable[[Scene], tuple[int, ...]], kind: str) -> tuple[Wrong, ...]:
    """Shapes that do not broadcast to the given one, or would enlarge it."""
    return (
        _shape("longer", _longer, "broadcasts to", kind),
        _shape("column", _column, "broadcasts to", kind),
        _shape("row", lambda s: (1, *shape(s)), "broadcasts to", kind),
    )


POS_WEIGHT = (
    *NO_ARRAY,
    _kind("complex", "c", "floating|integer", _full),
    _wide(_full),
    *_broadcasting(_full, "f"),
)
WORDS = {
    "weights": (
        *NO_ARRAY,
        _is(True, TypeError, "array"),
        _kind("complex", "c", "real", _items),
        _wide(_items),
        *_broadcasting(_items, "f"),
    ),
    "where": (
        *NO_ARRAY,
        _is(True, TypeError, "array"),
        _kind("int", "i", "bool", _items),
        _kind("float", "f", "bool", _items),
        *_broadcasting(_items, "b"),
    ),
    "reduction": (
        _is("average", ValueError, "'mean', 'sum' or 'none'"),
        _is("Mean", ValueError, "'mean', 'sum' or 'none'"),
        _is(None, TypeError, "'mean', 'sum' or 'none'"),
        _is(True, TypeError, "'mean', 'sum' or 'none'"),
        Wrong("array", lambda s: s.array(s.items), TypeError, r"is an? \w+", "'mean', 'sum' or 'none'"),
    ),
    "denominator": (
        _is("items", ValueError, "'weights', 'count', 'nonzero'"),
        _is(-1, ValueError, "number >= 0"),
        _is(math.nan, ValueError, "number >= 0"),
        _is(math.inf, ValueError, "number >= 0"),
        _is(None, TypeError, "number >= 0"),
        _is(True, TypeError, "number >= 0"),
        _is([1.0], TypeError, "0-d array", "list"),
        _shape("vector", lambda _: (1,), "0-d array"),
        _kind("complex", "c", "real", lambda _: ()),
        _kind("bool", "b", "real", lambda _: ()),
    ),
}


def _number(expected: str, *values: float) -> tuple[Wrong, ...]:
    """Numbers that are out of range, and what is no number."""
    wrong = ("1", True, None, [1.0])
    return (*(_is(v, ValueError, expected) for v in values), *(_is(v, TypeError, expected) for v in wrong))


AXIS = (
    _is(7, ValueError, "axis of .* which has shape"),
    _is(-8, ValueError, "axis of .* which has shape"),
    *(_is(v, TypeError, "integer") for v in (1.5, "1", True, None)),
)
DELTA = _number("a number > 0", 0, -1.0, math.nan, math.inf)
BETA = EPS = _number("a number >= 0", -1.0, math.nan, math.inf)
INSIDE = _number("a number between 0 and 1", 0, 1, -0.5, math.nan)
SHAPE = _number("a number <= 2, or -inf", 2.5, math.nan, math.inf)
MARGIN = _number("a finite number", math.nan, math.inf, -math.inf)
COSINE = _number("a number from -1 to 1", 1.5, -1.5, math.nan)
DEGREE = _number("1 or 2", 0, 1.5, 3, -1, math.nan, math.inf)
ORDER = _number("a number >= 1", 0.5, -math.inf, math.nan)
SMOOTHING = _number("a number from 0 to 1", -0.1, 1.5, math.nan)
ANGLE = _number("an angle from 0 to pi / 2", -0.5, 2.0, math.nan)
COEFFICIENT = _number("a number >= -1", -1.5, math.nan, math.inf)
SHARE = tuple(wrong for wrong in SMOOTHING if wrong.what != "None")
POWER = _number("0 or a number >= 1", 0.5, -1.0, math.nan, math.inf)
FLAG = tuple(_is(v, TypeError, "True or False") for v in (1, "yes", None))
CONJUGATE = tuple(_is(v, TypeError, "a function of a namespace") for v in (1, 0.5, "softmax", [1.0]))
BOXES = (
    *OUTPUT,
    _shape("three-corners", lambda s: (*s.items, 3), "4 entries along axis 1"),
)
BLANK = (
    _is(-1, ValueError, "an integer >= 0"),
    _is(FEATURES, ValueError, "a class from 0 to 4"),
    *(_is(v, TypeError, "an integer >= 0") for v in (1.5, "1", True, None)),
)
IGNORE_INDEX = tuple(_is(v, TypeError, "integer") for v in (1.5, "0", True))


def _tuple(value: tuple[int, ...], expected: str) -> Wrong:
    return Wrong(str(value), lambda _: value, ValueError, re.escape(f"is {value}"), expected)


OVER = (
    *(_is(v, TypeError, "integer or a tuple") for v in (1.5, "1", True, None)),
    _is(7, ValueError, "axes other than"),
    _tuple((0, 0), "none of them twice"),
    _tuple((-1,), "axes other than"),
)
OF_SETS = {
    "axis": (*AXIS, _tuple((), "one axis or several"), _tuple((0, 0), "none of them twice")),
    "where": (
        *NO_ARRAY,
        _is(True, TypeError, "array"),
        _kind("int", "i", "bool", _full),
        _kind("float", "f", "bool", _full),
        _shape("items", _items, "broadcasts to", "b"),
        _shape("column", lambda s: (*s.shape, 1), "broadcasts to", "b"),
        _shape("row", lambda s: (1, *s.shape), "broadcasts to", "b"),
    ),
}
REAL = {"predictions": OUTPUT, "targets": ENTRIES}
AT_CLASS = {"axis": AXIS, "class_weights": CLASS_WEIGHTS, "ignore_index": IGNORE_INDEX, "labels": INDICES}
TRIPLET = {"anchors": OUTPUT, "positives": SIBLING, "negatives": SIBLING}

Table = dict[str, dict[str, tuple[Wrong, ...]]]
