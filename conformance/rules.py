"""What may differ from the exact answer, as data: tolerances, known gaps, the baseline."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from .model import HERE
from .results import CellResult, Worst
from .schema import Entry, SchemaError, entries

BASELINE = HERE / "baseline.json"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many ulps some losses may be off in some dtypes, and why."""

    losses: tuple[str, ...]
    dtypes: tuple[str, ...]
    ulps: float
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Comparisons that are known to fail, why, and where that is discussed."""

    cases: tuple[str, ...]
    cells: tuple[str, ...]
    dtypes: tuple[str, ...]
    reason: str
    link: str

    def covers(self, case: str, cell: str, dtype: str) -> bool:
        """Whether the comparison is one of them; every entry is a pattern."""
        return _matches(case, self.cases) and _matches(cell, self.cells) and _matches(dtype, self.dtypes)


def load_tolerances(path: Path = HERE / "tolerances.toml") -> list[Tolerance]:
    """The tolerances, the first that matches a loss and a dtype being theirs."""
    return [_tolerance(entry) for entry in entries(path, "tolerance", "reason")]


def tolerance_of(loss: str, dtype: str, tolerances: Iterable[Tolerance]) -> Tolerance:
    """The first tolerance that matches a loss and a dtype."""
    for tolerance in tolerances:
        if _matches(loss, tolerance.losses) and _matches(dtype, tolerance.dtypes):
            return tolerance
    raise SchemaError(f"tolerances.toml: no entry matches the loss {loss!r} in {dtype}")


def load_gaps(path: Path = HERE / "gaps.toml") -> list[Gap]:
    """The known gaps."""
    return [_gap(entry) for entry in entries(path, "gap", "name")]


def unmatched(gaps: Iterable[Gap], asked: Iterable[tuple[str, str, str]]) -> list[str]:
    """The gaps that describe no comparison of those that are ever asked, in words."""
    comparisons = list(asked)
    return [
        f"gaps.toml: no comparison is described by {', '.join(gap.cases)} in {', '.join(gap.cells)}"
        for gap in gaps
        if not any(gap.covers(*one) for one in comparisons)
    ]


def _tolerance(entry: Entry) -> Tolerance:
    tolerance = Tolerance(
        losses=entry.strings("losses"),
        dtypes=entry.strings("dtypes", ("*",)),
        ulps=entry.take("ulps", float),
        reason=entry.take("reason", str),
    )
    entry.finish()
    return tolerance


def _gap(entry: Entry) -> Gap:
    entry.take("name", str)
    gap = Gap(
        cases=entry.strings("cases"),
        cells=entry.strings("cells"),
        dtypes=entry.strings("dtypes", ("*",)),
        reason=entry.take("reason", str),
        link=entry.take("link", str),
    )
    entry.finish()
    return gap


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def load_baseline(path: Path = BASELINE) -> dict[str, int]:
    """The most ulps that each loss was off in each cell and dtype, rounded up."""
    baseline: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return baseline


def worst_ulps(results: Iterable[CellResult]) -> dict[str, float]:
    """The most ulps that each loss was off, by ``"cell loss dtype"``."""
    return {
        f"{result.id} {loss} {dtype}": max(_ulps(tally.value), _ulps(tally.gradient))
        for result in results
        for loss, dtypes in result.losses.items()
        for dtype, tally in dtypes.items()
        if result.kind == "ours" and tally.compared
    }


def regressions(results: Iterable[CellResult], baseline: dict[str, int]) -> list[str]:
    """Where a loss is further off than it ever was."""
    return [
        f"{where}: {ulps:.3g} ulps, more than the baseline of {baseline[where]}"
        for where, ulps in worst_ulps(results).items()
        if where in baseline and ulps > baseline[where]
    ]


def lowered(results: Iterable[CellResult], baseline: dict[str, int]) -> dict[str, int]:
    """The baseline with what is new, and with what has shrunk; nothing in it grows."""
    found = {where: math.ceil(ulps) for where, ulps in worst_ulps(results).items() if ulps < math.inf}
    return dict(sorted({**baseline, **{k: min(v, baseline.get(k, v)) for k, v in found.items()}}.items()))


def _ulps(worst: Worst | None) -> float:
    return 0.0 if worst is None else worst.ulps
