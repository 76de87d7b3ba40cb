"""Questions, answers, cells and outcomes, and how they are read from the data files.

Only the standard library: the oracle reads the same questions.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .schema import Entry, SchemaError, entries

HERE = Path(__file__).parent
CASES = HERE / "cases"

KINDS = ("float", "int", "bool")
REDUCTIONS = ("mean", "sum", "none")
DTYPES = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class Array:
    """An array of a question: its kind, its shape and its values in C order.

    `kind` is ``"float"`` for the dtype that the cell tests, ``"int"`` for the cell's
    integer dtype, or ``"bool"``.
    """

    kind: str
    shape: tuple[int, ...]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a loss, its arguments, and why somebody should ask.

    `arrays` are passed by name; `parameters` are everything else but the reduction.
    `printed` is what the source printed, item by item; empty if nothing was.
    """

    id: str
    loss: str
    why: str
    source: str
    arrays: dict[str, Array]
    parameters: dict[str, Any]
    reduction: str
    printed: tuple[str, ...]

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
    """An exact array: its shape and its values as decimal strings in C order."""

    shape: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the oracle says: the value, and the gradient for each model output."""

    value: Exact
    gradient: dict[str, Exact]


@dataclass(frozen=True, slots=True)
class Cell:
    """One place to compute: a backend, a device and modes; one process each.

    `int_dtype` is the integer dtype of the labels, valid on the device. `x64` is JAX's
    64-bit mode, `flags` are array-api-strict's. A `lazy` cell may not compute before
    its result is asked for; its arrays come in chunks of that length, whole if 0.
    """

    id: str
    backend: str
    namespace: str
    device: str
    dtypes: tuple[str, ...]
    int_dtype: str
    x64: bool
    lazy: bool
    chunks: int
    flags: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many ulps a family of losses may be off, and why."""

    losses: tuple[str, ...]
    ulps: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One comparison: what is wrong, if anything, and how far off the numbers are."""

    case: str
    dtype: str
    problems: tuple[str, ...]
    value_ulps: float = math.inf
    gradient_ulps: float = math.inf


@dataclass(frozen=True, slots=True)
class CellResult:
    """What came of a cell.

    `not_run` says why the cell could not be run; `crash` why it broke off. Both are
    empty for a cell that ran.
    """

    cell: str
    expected: int
    outcomes: tuple[Outcome, ...] = ()
    not_run: str = ""
    crash: str = ""
    versions: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What makes the run red beside failed comparisons."""
        if self.crash:
            return (self.crash,)
        if not self.not_run and len(self.outcomes) != self.expected:
            return (f"made {len(self.outcomes)} of {self.expected} comparisons",)
        return ()


def load_cases(folder: Path = CASES) -> list[Case]:
    """The questions of every family, in the order of the files."""
    return [case for path in families(folder) for case in load_family(path)]


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


def load_cells(path: Path = HERE / "backends.toml") -> list[Cell]:
    """The cells of the matrix."""
    return [_cell(entry) for entry in entries(path, "cell")]


def load_tolerances(path: Path = HERE / "tolerances.toml") -> list[Tolerance]:
    """The tolerances, the first that matches a loss being its own."""
    return [_tolerance(entry) for entry in entries(path, "tolerance", "reason")]


def tolerance_of(loss: str, tolerances: Iterable[Tolerance]) -> Tolerance:
    """The first tolerance that matches a loss."""
    for tolerance in tolerances:
        if any(fnmatchcase(loss, pattern) for pattern in tolerance.losses):
            return tolerance
    raise SchemaError(f"tolerances.toml: no entry matches the loss {loss!r}")


def _case(entry: Entry) -> Case:
    tables = entry.take("arrays", dict)
    case = Case(
        id=entry.take("id", str),
        loss=entry.take("loss", str),
        why=entry.take("why", str),
        source=entry.take("source", str, ""),
        arrays={
            name: _array(Entry(f"{entry.where}: array {name!r}", table)) for name, table in tables.items()
        },
        parameters=entry.take("parameters", dict, {}),
        reduction=entry.word("reduction", REDUCTIONS, "mean"),
        printed=entry.strings("printed", ()),
    )
    entry.finish()
    return case


def _array(entry: Entry) -> Array:
    kind = entry.word("kind", KINDS)
    values = entry.take("values", list)
    shape = _nested_shape(entry, values)
    flat = tuple(_number(entry, kind, value) for value in _flatten(values))
    # A source that gives a flat list and its shape is quoted as it stands.
    given = tuple(entry.take("shape", list, list(shape)))
    if not all(isinstance(length, int) for length in given) or math.prod(given) != len(flat):
        raise entry.error(f"key 'shape' is {list(given)}, but there are {len(flat)} values")
    entry.finish()
    return Array(kind, given, flat)


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


def _number(entry: Entry, kind: str, value: Any) -> Any:
    """One value of an array; a float must be the same number in every dtype."""
    if isinstance(value, bool) is not (kind == "bool") or not isinstance(value, (bool, int, float)):
        raise entry.error(f"key 'values' holds {value!r}; expected {kind}")
    if kind == "float":
        value = float(value)
        if math.isfinite(value) and not _is_float32(value):
            raise entry.error(f"key 'values' holds {value!r}, which is no float32 number")
    elif isinstance(value, float):
        raise entry.error(f"key 'values' holds {value!r}; expected {kind}")
    return value


def _is_float32(value: float) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", value))[0] == value)
    except OverflowError:
        return False


def _exact(table: dict[str, Any]) -> Exact:
    return Exact(tuple(table["shape"]), tuple(table["values"]))


def _cell(entry: Entry) -> Cell:
    cell = Cell(
        id=entry.take("id", str),
        backend=entry.take("backend", str),
        namespace=entry.take("namespace", str),
        device=entry.take("device", str),
        dtypes=entry.strings("dtypes"),
        int_dtype=entry.word("int_dtype", ("int32", "int64"), "int64"),
        x64=entry.take("x64", bool, True),
        lazy=entry.take("lazy", bool, False),
        chunks=entry.take("chunks", int, 0),
        flags=entry.take("flags", dict, {}),
    )
    entry.finish()
    if not cell.dtypes or not set(cell.dtypes) <= set(DTYPES):
        raise entry.error(f"key 'dtypes' is {list(cell.dtypes)}; expected some of {', '.join(DTYPES)}")
    return cell


def _tolerance(entry: Entry) -> Tolerance:
    tolerance = Tolerance(entry.strings("losses"), entry.take("ulps", int), entry.take("reason", str))
    entry.finish()
    return tolerance


def as_json(results: Iterable[CellResult]) -> str:
    """The results as JSON, where an infinite distance is null."""

    def finite(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: None if value == math.inf else value for key, value in pairs}

    cells = [asdict(result, dict_factory=finite) for result in results]
    return json.dumps({"cells": cells}, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> list[CellResult]:
    """The results that `as_json` wrote."""

    def outcome(table: dict[str, Any]) -> Outcome:
        table = {key: math.inf if value is None else value for key, value in table.items()}
        return Outcome(**{**table, "problems": tuple(table["problems"])})

    return [
        CellResult(
            **{**cell, "outcomes": tuple(map(outcome, cell["outcomes"])), "versions": tuple(cell["versions"])}
        )
        for cell in json.loads(text)["cells"]
    ]


def rounds_to(exact: Decimal, printed: str) -> bool:
    """Whether a number, rounded to the decimals that were printed, is what was printed."""
    return exact.quantize(Decimal(printed)) == Decimal(printed)
