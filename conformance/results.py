"""What came of a run: per cell, loss and dtype the worst number, failures and gaps; as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .cells import Cell
from .model import Case
from .schema import SchemaError

SCHEMA = 1

# From here on a number is said to be ill-conditioned: a change of the inputs that no
# one can see moves it by more than a careful formula does.
ILL = 8.0


@dataclass(frozen=True, slots=True)
class Worst:
    """The number that was furthest from the exact one, and which it was.

    `condition` says how much of the distance the inputs' own rounding would explain;
    `of` names the operand whose gradient it is, empty for a value.
    """

    ulps: float
    condition: float | None
    case: str
    index: int
    got: str
    exact: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A comparison that failed, and what is wrong, in words."""

    case: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownGap:
    """A comparison that failed as it was known to."""

    case: str
    reason: str
    link: str


@dataclass(slots=True)
class Tally:
    """All comparisons of one loss in one dtype of a cell."""

    compared: int = 0
    unsupported: int = 0
    value: Worst | None = None
    gradient: Worst | None = None
    failures: list[Failure] = field(default_factory=list)
    gaps: list[KnownGap] = field(default_factory=list)


@dataclass(slots=True)
class CellResult:
    """What came of a cell.

    `not_run` says why the cell could not be run; `crash` why it broke off. Both are
    empty for a cell that ran. `kind` is ``"ours"`` or ``"peer"``: a framework's own
    losses, whose failures are shown but make nothing red.
    """

    id: str
    kind: str
    backend: str
    device: str
    mode: str
    expected: int
    ran: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    not_run: str = ""
    crash: str = ""
    losses: dict[str, dict[str, Tally]] = field(default_factory=dict)

    @classmethod
    def of(cls, cell: Cell, cases: Sequence[Case]) -> CellResult:
        """The result of a cell before anything was asked."""
        expected = sum(len(cell.asks(case)) for case in cases)
        kind = "peer" if cell.mode == "peer" else "ours"
        return cls(cell.id, kind, cell.backend, cell.device, cell.mode, expected)

    def tally(self, loss: str, dtype: str) -> Tally:
        """The tally of a loss in a dtype, a new one at first."""
        return self.losses.setdefault(loss, {}).setdefault(dtype, Tally())

    @property
    def tallies(self) -> list[Tally]:
        """All tallies."""
        return [tally for dtypes in self.losses.values() for tally in dtypes.values()]

    @property
    def faults(self) -> tuple[str, ...]:
        """What makes the run red beside failed comparisons."""
        if self.crash:
            return (self.crash,)
        if not self.not_run and self.ran != self.expected:
            return (f"made {self.ran} of {self.expected} comparisons",)
        return ()

    @property
    def failed(self) -> int:
        """How many comparisons failed."""
        return sum(len(tally.failures) for tally in self.tallies)

    @property
    def gaps(self) -> int:
        """How many comparisons failed as they were known to."""
        return sum(len(tally.gaps) for tally in self.tallies)


@dataclass(slots=True)
class Report:
    """The cells that one machine ran on one day."""

    date: str
    arrayloss: str
    machine: dict[str, str]
    cells: list[CellResult]


def machine(device: str = "", driver: str = "") -> dict[str, str]:
    """What the results depend on beside the versions of the libraries."""
    name = f"{platform.system()}-{platform.machine()}-{device or 'cpu'}".lower().replace(" ", "-")
    facts = {"name": name, "cpu": _cpu(), "device": device, "driver": driver}
    return {**facts, "python": platform.python_version(), "platform": platform.platform(terse=True)}


def today() -> str:
    """The date, in UTC."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def as_json(report: Report) -> str:
    """The report as JSON, where an infinite distance is null."""
    content = {"schema": SCHEMA, **plain(report)}
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def plain(part: Report | CellResult) -> dict[str, Any]:
    """A report or a cell of one as it stands in JSON."""

    def finite(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {key: None if value == math.inf else value for key, value in pairs}

    return asdict(part, dict_factory=finite)


def from_json(text: str) -> Report:
    """The report that `as_json` wrote."""
    return from_plain(json.loads(text))


def from_plain(content: dict[str, Any]) -> Report:
    """The report that stands in a file."""
    content = dict(content)
    if content.pop("schema", None) != SCHEMA:
        raise SchemaError(f"results: the schema is not {SCHEMA}; run the matrix again")
    return Report(**{**content, "cells": [_cell(cell) for cell in content["cells"]]})


def load(folder: Path) -> list[Report]:
    """The reports of a folder, one file for each machine."""
    return [from_json(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def merged(reports: Sequence[Report]) -> list[CellResult]:
    """The cells of several reports, each once: see `latest`."""
    return [cell for _, cell in latest(reports)]


def latest(reports: Sequence[Report]) -> list[tuple[Report, CellResult]]:
    """Each cell with its report: of two results of one cell, the one that was run, or the newer."""
    best: dict[str, tuple[tuple[bool, str], Report, CellResult]] = {}
    for report in reports:
        for cell in report.cells:
            rank = (not cell.not_run, report.date)
            if cell.id not in best or rank > best[cell.id][0]:
                best[cell.id] = (rank, report, cell)
    return [(report, cell) for _, report, cell in best.values()]


def comparisons(cells: Iterable[CellResult], kind: str = "ours") -> int:
    """How many comparisons were made with our losses, or with the frameworks'."""
    return sum(cell.ran for cell in cells if cell.kind == kind)


def failures(cells: Iterable[CellResult]) -> int:
    """How many comparisons of ours failed; any cell that broke off, a peer's too, counts as one."""
    return sum(len(cell.faults) + (cell.failed if cell.kind == "ours" else 0) for cell in cells)


def is_green(cells: Sequence[CellResult]) -> bool:
    """Whether nothing of ours failed and something was compared, of each kind that was asked."""
    kinds = {cell.kind for cell in cells} or {"ours"}
    return failures(cells) == 0 and all(comparisons(cells, kind) > 0 for kind in kinds)


def _cell(table: dict[str, Any]) -> CellResult:
    losses = {
        loss: {dtype: _tally(tally) for dtype, tally in dtypes.items()}
        for loss, dtypes in table["losses"].items()
    }
    return CellResult(**{**table, "losses": losses})


def _tally(table: dict[str, Any]) -> Tally:
    return Tally(
        compared=table["compared"],
        unsupported=table["unsupported"],
        value=_worst(table["value"]),
        gradient=_worst(table["gradient"]),
        failures=[Failure(f["case"], tuple(f["problems"])) for f in table["failures"]],
        gaps=[KnownGap(**gap) for gap in table["gaps"]],
    )


def _worst(table: dict[str, Any] | None) -> Worst | None:
    if table is None:
        return None
    return Worst(**{**table, "ulps": math.inf if table["ulps"] is None else table["ulps"]})


def _cpu() -> str:
    """The processor's name, where the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
