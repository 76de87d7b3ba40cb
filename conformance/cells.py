"""Where the questions are asked: the cells of the matrix, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .model import FORMATS, HERE, Case
from .schema import Entry, entries

MODES = ("eager", "autodiff", "jit", "vmap", "compile", "lazy", "peer")
LAYOUTS = ("plain", "readonly", "strided")


@dataclass(frozen=True, slots=True)
class Cell:
    """One place to compute: a backend, a device and a way to call; one process each.

    Attributes
    ----------
    id : str
        What a report calls it.
    backend : str
        What `backends` knows it by.
    namespace : str
        The module to import, a namespace of the array API standard, or
        ``"module:attribute"`` where that is one.
    device : str
        A name that the backend knows.
    mode : str
        How a loss is called and differentiated: see `modes`.
    layout : str
        How the inputs lie in memory.
    dtypes : tuple of str
        The floating dtypes to ask in.
    int_dtype : str
        The integer dtype of labels that do not say theirs. Where it is int32, the cell
        has no 64-bit integers.
    x64 : bool
        JAX's 64-bit mode.
    flushes : bool
        Whether results below the normal range come out as 0.
    chunks : int
        The length of a lazy array's chunks along every axis, whole if 0.
    cases : tuple of str
        Patterns of the questions to ask: all of them but where each one is a compilation
        of seconds.
    quick : bool
        Whether the cell is part of a quick run.
    flags : dict
        array-api-strict's.
    """

    id: str
    backend: str
    namespace: str
    device: str
    mode: str
    layout: str
    dtypes: tuple[str, ...]
    int_dtype: str
    x64: bool
    flushes: bool
    chunks: int
    cases: tuple[str, ...]
    quick: bool
    flags: dict[str, Any]

    def asks(self, case: Case) -> tuple[str, ...]:
        """The dtypes to ask a question in; none where it is not asked, or its labels have no dtype."""
        if not any(fnmatchcase(case.id, pattern) for pattern in self.cases):
            return ()
        wide = any(array.dtype in ("int64", "uint64") for array in case.arrays.values())
        if wide and self.int_dtype == "int32":
            return ()
        return tuple(dtype for dtype in self.dtypes if dtype in case.dtypes)


def load_cells(path: Path = HERE / "backends.toml") -> list[Cell]:
    """The cells of the matrix."""
    return [_cell(entry) for entry in entries(path, "cell")]


def new_cell(namespace: str, device: str) -> Cell:
    """A cell for a library that no file here names."""
    facts = {"id": namespace, "backend": namespace, "namespace": namespace, "device": device}
    return _cell(Entry(f"--backend {namespace}", {**facts, "dtypes": ["float64", "float32"]}))


def _cell(entry: Entry) -> Cell:
    cell = Cell(
        id=entry.take("id", str),
        backend=entry.take("backend", str),
        namespace=entry.take("namespace", str),
        device=entry.take("device", str),
        mode=entry.word("mode", MODES, "eager"),
        layout=entry.word("layout", LAYOUTS, "plain"),
        dtypes=entry.strings("dtypes"),
        int_dtype=entry.word("int_dtype", ("int32", "int64"), "int64"),
        x64=entry.take("x64", bool, True),
        flushes=entry.take("flushes", bool, False),
        chunks=entry.take("chunks", int, 0),
        cases=entry.strings("cases", ("*",)),
        quick=entry.take("quick", bool, False),
        flags=entry.take("flags", dict, {}),
    )
    entry.finish()
    if not cell.dtypes or not set(cell.dtypes) <= FORMATS.keys():
        raise entry.error(f"key 'dtypes' is {list(cell.dtypes)}; expected some of {', '.join(FORMATS)}")
    return cell
