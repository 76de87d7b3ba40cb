"""Questions and answers, and how they are read from the data files.

Only the standard library: the oracle reads the same questions.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .schema import Entry, SchemaError, entries

HERE = Path(__file__).parent
CASES = HERE / "cases"

KINDS = ("float", "int", "bool")
REDUCTIONS = ("mean", "sum", "none")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


@dataclass(frozen=True, slots=True)
class Format:
    """A binary floating-point format.

    Attributes
    ----------
    digits : int
        The bits of its significand, the hidden one included.
    lowest, highest : int
        The exponents of its smallest and largest normal numbers.
    """

    digits: int
    lowest: int
    highest: int

    def spacing(self, exponent: int) -> Fraction:
        """The distance of neighbours from 2**exponent to the next power of two."""
        return Fraction(2) ** (max(exponent, self.lowest) - self.digits + 1)

    @property
    def largest(self) -> Fraction:
        """The largest finite number."""
        return (2 - Fraction(2) ** (1 - self.digits)) * Fraction(2) ** self.highest

    def holds(self, value: float) -> bool:
        """Whether a finite number is one of the format's."""
        exponent = math.frexp(value)[1] - 1
        spacings = math.ldexp(value, self.digits - 1 - max(exponent, self.lowest))  # exact: it scales by 2**n
        return exponent <= self.highest and spacings.is_integer()


FORMATS = {
    "float16": Format(11, -14, 15),
    "bfloat16": Format(8, -126, 127),
    "float32": Format(24, -126, 127),
    "float64": Format(53, -1022, 1023),
}
USUAL = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class Array:
    """An array of a question: its kind, its shape and its values in C order.

    `kind` is ``"float"`` for the dtype that is asked in, ``"int"`` for integers of
    `dtype` or, where that is empty, of the cell's own, or ``"bool"``.
    """

    kind: str
    shape: tuple[int, ...]
    values: tuple[Any, ...]
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a loss, its arguments, and why somebody should ask.

    `arrays` are passed by name; `parameters` are everything else but the reduction.
    `printed` is what the source printed, item by item; empty if nothing was. `dtypes`
    are those of the floating inputs, each of which holds every one of them exactly.
    """

    id: str
    loss: str
    why: str
    source: str
    arrays: dict[str, Array]
    parameters: dict[str, Any]
    reduction: str
    printed: tuple[str, ...]
    dtypes: tuple[str, ...] = USUAL

    @property
    def hash(self) -> str:
        """The hash of all that the answer depends on."""
        arrays = {name: asdict(array) for name, array in self.arrays.items()}
        question = {
            "loss": self.loss,
            "arrays": arrays,
            "parameters": self.parameters,
            "reduction": self.reduction,
        }
        return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact array: its shape, and its values as decimal strings in C order.

    `condition` says how many times larger than a relative change of the inputs that
    of each value is; None where the value is 0 or not finite.
    """

    shape: tuple[int, ...]
    values: tuple[str, ...]
    condition: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the oracle says: the value, and the gradient by each floating operand."""

    value: Exact
    gradient: dict[str, Exact]


def load_cases(folder: Path = CASES) -> list[Case]:
    """The questions of every family, in the order of the files."""
    cases = [case for path in families(folder) for case in load_family(path)]
    for name, count in Counter(case.id for case in cases).items():
        if count > 1:
            raise SchemaError(f"{folder.name}: {count} cases have the id {name!r}")
    return cases


def families(folder: Path = CASES) -> list[Path]:
    """The files of questions."""
    return sorted(folder.glob("*.toml"))


def load_family(path: Path) -> list[Case]:
    """The questions of one file."""
    return [_case(entry) for entry in entries(path, "case")]


def load_answers(folder: Path = CASES) -> dict[str, Answer]:
    """The answers by case, refused unless they answer the questions as they stand."""
    answers = {}
    for path in families(folder):
        file = path.with_suffix(".json")
        content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        for case in load_family(path):
            given = content.get(case.id)
            if given is None or given["question"] != case.hash:
                advice = "run python -m conformance.oracle.generate"
                raise SchemaError(f"{file.name}: case {case.id!r}: no answer to this question; {advice}")
            gradient = {name: _exact(array) for name, array in given["gradient"].items()}
            answers[case.id] = Answer(_exact(given["value"]), gradient)
    return answers


def _case(entry: Entry) -> Case:
    tables = entry.take("arrays", dict)
    dtypes = entry.strings("dtypes", USUAL)
    if not dtypes or not set(dtypes) <= FORMATS.keys():
        raise entry.error(f"key 'dtypes' is {list(dtypes)}; expected some of {', '.join(FORMATS)}")
    case = Case(
        id=entry.take("id", str),
        loss=entry.take("loss", str),
        why=entry.take("why", str),
        source=entry.take("source", str, ""),
        arrays={
            name: _array(Entry(f"{entry.where}: array {name!r}", table), dtypes)
            for name, table in tables.items()
        },
        parameters={name: _parameter(value) for name, value in entry.take("parameters", dict, {}).items()},
        reduction=entry.word("reduction", REDUCTIONS, "mean"),
        printed=entry.strings("printed", ()),
        dtypes=dtypes,
    )
    entry.finish()
    return case


def _parameter(value: Any) -> Any:
    """A parameter; a list is what Python calls a tuple, several axes."""
    return tuple(value) if isinstance(value, list) else value


def _array(entry: Entry, dtypes: tuple[str, ...]) -> Array:
    kind = entry.word("kind", KINDS)
    dtype = entry.word("dtype", INTEGERS) if kind == "int" and entry.has("dtype") else ""
    values = entry.take("values", list)
    shape = _nested_shape(entry, values)
    flat = tuple(_number(entry, kind, value, dtypes) for value in _flatten(values))
    # A source that gives a flat list and its shape is quoted as it stands.
    given = tuple(entry.take("shape", list, list(shape)))
    if not all(isinstance(length, int) for length in given) or math.prod(given) != len(flat):
        raise entry.error(f"key 'shape' is {list(given)}, but there are {len(flat)} values")
    entry.finish()
    return Array(kind, given, flat, dtype)


def _nested_shape(entry: Entry, values: Any) -> tuple[int, ...]:
    """The shape of nested lists, which must be those of an array."""
    if not isinstance(values, list):
        return ()
    inner = {_nested_shape(entry, value) for value in values}
    if len(inner) > 1:
        raise entry.error("key 'values' is ragged")
    return (len(values), *(inner.pop() if inner else ()))


def _flatten(values: Any) -> Iterator[Any]:
    if isinstance(values, list):
        for value in values:
            yield from _flatten(value)
    else:
        yield values


def _number(entry: Entry, kind: str, value: Any, dtypes: tuple[str, ...]) -> Any:
    """One value of an array; a float must be the same number in every dtype."""
    if isinstance(value, bool) is not (kind == "bool") or not isinstance(value, (bool, int, float)):
        raise entry.error(f"key 'values' holds {value!r}; expected {kind}")
    if kind == "float":
        value = float(value)
        for dtype in dtypes:
            if math.isfinite(value) and not FORMATS[dtype].holds(value):
                raise entry.error(f"key 'values' holds {value!r}, which is no {dtype} number")
    elif isinstance(value, float):
        raise entry.error(f"key 'values' holds {value!r}; expected {kind}")
    return value


def _exact(table: dict[str, Any]) -> Exact:
    return Exact(tuple(table["shape"]), tuple(table["values"]), tuple(table["condition"]))


def rounds_to(exact: Decimal, printed: str) -> bool:
    """Whether a number, rounded to the decimals that were printed, is what was printed."""
    return exact.quantize(Decimal(printed)) == Decimal(printed)
