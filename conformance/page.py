"""The results as one HTML page that needs nothing else: losses by cells, and what is behind each number."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from .heatmap import (
    DTYPES,
    STEP_LABELS,
    Column,
    Json,
    Snippets,
    columns_of,
    entry_of,
    families_of,
    groups_of,
)
from .results import Report

TEMPLATES = Path(__file__).parent / "templates"
USUAL = "float32"


def render(
    reports: Sequence[Report], cases: Mapping[str, Json], cells: Mapping[str, Json] | None = None
) -> str:
    """The page.

    Parameters
    ----------
    reports : sequence of Report
        One for each machine. Of two results of one cell the one that was run counts, or
        the newer.
    cases : mapping
        By id the questions: ``family``, ``loss``, ``why``, ``arrays``, ``parameters``,
        ``reduction`` and, if known, ``wrt``; see `snippet`. A loss stands in the family
        that most of its questions are of.
    cells : mapping, optional
        By id what else is known of the cells, such as ``layout`` or ``flags``.

    Returns
    -------
    str
        HTML that loads nothing from anywhere.

    Raises
    ------
    ValueError
        If the results hold NaN, which no result file does.
    """
    groups = groups_of(columns_of(reports, cells or {}))
    columns = [column for group in groups for column in group.columns]
    families = families_of(cases, columns)
    losses = [loss for names in families.values() for loss in names]
    book = Snippets(cases)
    entries = {
        dtype: {loss: [entry_of(column, loss, dtype, book) for column in columns] for loss in losses}
        for dtype in DTYPES
    }
    page = {
        **_header(reports, columns, entries),
        "groups": groups,
        "families": families,
        "entries": entries,
        "steps": list(enumerate(STEP_LABELS)),
        "data": _safe_json(_data(columns, entries, book)),
    }
    return _environment().get_template("report.html.j2").render(page)


# What stands above the map.


def _header(reports: Sequence[Report], columns: Sequence[Column], entries: Json) -> Json:
    """What was run, and what came of it."""
    problems = list(_problems(columns, entries))
    dtypes = _dtypes(columns, problems)
    asked = [dtype["name"] for dtype in dtypes if dtype["asked"]]
    return {
        "shown": USUAL if USUAL in asked or not asked else asked[-1],
        "dtypes": dtypes,
        "failures": [one for one in problems if one["state"] == "fail" and "failures" in one],
        "gaps": [one for one in problems if one["state"] == "gap"],
        "totals": _totals(columns),
        "runs": _runs(reports, columns),
        "not_run": _not_run(columns),
        "faults": [(column.cell["id"], column.fault) for column in columns if column.fault],
        "versions": sorted({report.arrayloss for report in reports}),
        "dates": sorted({report.date for report in reports}),
    }


def _totals(columns: Sequence[Column]) -> Json:
    """The counts of our own cells; a cell that broke off counts as one failure more."""
    cells = [column.cell for column in columns if column.ours]
    tallies = [tally for cell in cells for dtypes in cell["losses"].values() for tally in dtypes.values()]
    faults = sum(bool(column.fault) for column in columns if column.ours)
    expected, ran = (sum(cell[key] for cell in cells) for key in ("expected", "ran"))
    failed, gaps = (sum(len(tally[key]) for tally in tallies) for key in ("failures", "gaps"))
    return {
        "expected": expected,
        "ran": ran,
        "passed": max(ran - failed - gaps, 0),
        "failed": failed + faults,
        "gaps": gaps,
        "missing": max(expected - ran, 0),
        "cells": len(cells),
        "cells_not_run": sum(bool(cell["not_run"]) for cell in cells),
    }


def _runs(reports: Sequence[Report], columns: Sequence[Column]) -> list[Json]:
    """What ran where and when: each machine and day once, with how many cells of the map are from there."""
    runs: dict[str, Json] = {
        _run(report): {"machine": report.machine, "date": report.date, "ran": 0} for report in reports
    }
    for column in columns:
        runs[_run(column.report)]["ran"] += not column.cell["not_run"]
    return list(runs.values())


def _run(report: Report) -> str:
    """The machine and the day of a report."""
    return json.dumps([report.machine, report.date])


def _not_run(columns: Sequence[Column]) -> dict[str, list[str]]:
    """The cells that were not run, by reason."""
    reasons: dict[str, list[str]] = {}
    for column in columns:
        if column.cell["not_run"]:
            reasons.setdefault(column.cell["not_run"], []).append(column.cell["id"])
    return reasons


def _problems(columns: Sequence[Column], entries: Json) -> Iterator[Json]:
    """What failed and the known gaps of our own cells, failures first."""
    for state in ("fail", "gap"):
        for dtype, losses in entries.items():
            for loss, row in losses.items():
                for column, entry in zip(columns, row, strict=True):
                    if entry["state"] == state:
                        yield {"loss": loss, "cell": column.cell["id"], "dtype": dtype, **entry}


def _dtypes(columns: Sequence[Column], problems: Sequence[Json]) -> list[Json]:
    """The dtypes, whether anything was asked in each, and how many problems it has."""
    counts = Counter(problem["dtype"] for problem in problems)
    asked = {dtype for column in columns if not column.cell["not_run"] for dtype in column.dtypes}
    return [{"name": dtype, "asked": dtype in asked, "problems": counts[dtype]} for dtype in DTYPES]


# How it becomes HTML.


def _data(columns: Sequence[Column], entries: Json, book: Snippets) -> Json:
    """What the script needs for the panel and for the other dtypes."""
    kept = ("id", "kind", "backend", "device", "mode", "versions", "not_run", "expected", "ran")
    return {
        "cells": [
            {
                **{key: column.cell[key] for key in kept},
                "fault": column.fault,
                "machine": column.report.machine,
                "date": column.report.date,
                "arrayloss": column.report.arrayloss,
            }
            for column in columns
        ],
        "entries": entries,
        "whys": {name: case["why"] for name, case in book.cases.items()},
        "snippets": list(book.texts),
    }


def _safe_json(content: Json) -> Markup:
    """JSON that may stand in a script element: no ``<``, ``>`` or ``&`` is left in it."""
    return htmlsafe_json_dumps(content, dumps=json.dumps, allow_nan=False, separators=(",", ":"))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["inlined"] = _inlined
    return environment


def _inlined(name: str) -> Markup:
    """A style sheet or a script that stands next to the template; ours, so nothing is escaped."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
