"""Run the matrix: ``python -m conformance``; report on it: ``python -m conformance report``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from . import report, results, rules
from .cells import Cell, load_cells, new_cell
from .model import HERE, Case, families, load_answers, load_cases, load_family
from .results import CellResult, Report
from .schema import SchemaError

# Wide enough for the table where the output is a file and no terminal says its width.
_FILE_WIDTH = 220
# Cells at a time: each is a process that mostly computes on one core.
_AT_ONCE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cells that were asked for, or report on results that are there.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 if something was compared and nothing is wrong, else 1.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    try:
        if arguments[:1] == ["report"]:
            return _report(_report_parser().parse_args(arguments[1:]), console)
        return _run(_parser().parse_args(arguments), console)
    except SchemaError as error:
        console.print(f"error: {error}", style="red", markup=False)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="Does each loss give the right number, and how exactly?",
        epilog="python -m conformance report --help: tables and a page of results that are there",
    )
    parser.add_argument(
        "--backend",
        metavar="B",
        help="only the cells of a backend: numpy, torch, …; or a module[:attribute] that is a namespace",
    )
    parser.add_argument("--device", metavar="D", help="only the cells on a device: cpu, cuda, …")
    parser.add_argument("--cell", metavar="ID", help="only one cell, in this process")
    parser.add_argument("--case", metavar="GLOB", default="*", help="only the cases whose id matches")
    parser.add_argument("--quick", action="store_true", help="only the cells of a quick run")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    parser.add_argument(
        "--baseline",
        choices=("check", "lower"),
        help="compare with the worst ulps there ever were, or lower them",
    )
    return parser


def _report_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance report", description="Merge results.")
    parser.add_argument(
        "--results", metavar="DIR", type=Path, default=HERE / "results", help="where they are"
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page of them there")
    parser.add_argument("--readme", metavar="FILE", type=Path, help="write the table into this README")
    return parser


def _run(options: argparse.Namespace, console: Console) -> int:
    cells = chosen(load_cells(), options)
    cases = [case for case in load_cases() if fnmatchcase(case.id, options.case)]
    found = _in_processes(cells, cases, options.case)
    wrong = _broken_rules(cases) if options.case == "*" else []
    if options.baseline:
        wrong += rules.regressions(found, rules.load_baseline())
    if options.baseline == "lower":
        lower(found)
    if options.json:
        options.json.write_text(results.as_json(_made(found)), encoding="utf-8")
    report.show(found, console)
    for problem in wrong:
        console.print(f"FAIL {problem}", style="red", markup=False)
    return 0 if results.is_green(found) and not wrong else 1


def _report(options: argparse.Namespace, console: Console) -> int:
    reports = results.load(options.results)
    cells = results.merged(reports)
    report.show(cells, console)
    if options.readme:
        report.update_readme(options.readme, report.readme_table(cells))
    if options.html:
        from .page import render  # noqa: PLC0415 only the page needs a template engine

        page = render(reports, questions(), facts())
        options.html.write_text(page, encoding="utf-8")
    return 0 if results.is_green(cells) else 1


def questions() -> dict[str, dict[str, Any]]:
    """The questions as data, by id, each with its family."""
    answers = load_answers()
    return {
        case.id: {"family": path.stem, "wrt": list(answers[case.id].gradient), **asdict(case)}
        for path in families()
        for case in load_family(path)
    }


def facts() -> dict[str, dict[str, Any]]:
    """The cells as data, by id."""
    return {cell.id: asdict(cell) for cell in load_cells()}


def chosen(cells: Sequence[Cell], options: argparse.Namespace) -> list[Cell]:
    """The cells that the command line asks for, at least one."""
    if options.backend and options.backend not in {cell.backend for cell in cells}:
        return [new_cell(options.backend, options.device or "")]
    found = [
        cell
        for cell in cells
        if options.backend in (None, cell.backend)
        and options.device in (None, cell.device)
        and options.cell in (None, cell.id)
        and (cell.quick or not options.quick)
    ]
    if not found:
        raise SchemaError(f"no such cell; there are {', '.join(cell.id for cell in cells)}")
    return found


def _broken_rules(cases: Sequence[Case]) -> list[str]:
    """What is wrong with the data files, whichever cells were run."""
    asked = [
        (case.id, cell.id, dtype) for cell in load_cells() for case in cases for dtype in cell.asks(case)
    ]
    return rules.unmatched(rules.load_gaps(), asked)


def lower(found: Sequence[CellResult]) -> None:
    """Write the baseline anew; nothing in it grows."""
    baseline = rules.lowered(found, rules.load_baseline())
    rules.BASELINE.write_text(json.dumps(baseline, indent=1) + "\n", encoding="utf-8")


def _made(found: Sequence[CellResult]) -> Report:
    import arrayloss  # noqa: PLC0415 the parent of several cells needs no array library until here

    return Report(results.today(), arrayloss.__version__, results.machine(*_accelerator()), list(found))


def _accelerator() -> tuple[str, str]:
    """The name and the driver of the GPU, empty where there is none."""
    command = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "", ""
    name, _, driver = said.splitlines()[0].partition(", ")
    return name, driver


def _in_processes(cells: Sequence[Cell], cases: Sequence[Case], pattern: str) -> list[CellResult]:
    """Run the cells, several in one process each, for their modes are global."""
    columns = (TextColumn("{task.description:20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # On standard error, so that the report can be piped.
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        if len(cells) == 1:
            from .run import run_cell  # noqa: PLC0415 the parent of several cells needs no array library

            task = progress.add_task(cells[0].id, total=sum(len(cells[0].asks(case)) for case in cases))
            return [run_cell(cells[0], cases, lambda: progress.advance(task))]
        task = progress.add_task("cells", total=len(cells))

        def one(cell: Cell) -> CellResult:
            result = in_own_process(cell, cases, pattern)
            progress.advance(task)
            return result

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(one, cells))


def in_own_process(cell: Cell, cases: Sequence[Case], pattern: str) -> CellResult:
    """Run a cell in a process of its own and read what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        package = __spec__.parent if __spec__ else HERE.name
        command = [
            sys.executable,
            "-m",
            str(package),
            "--cell",
            cell.id,
            "--case",
            pattern,
            "--json",
            str(file),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if file.exists():
            return results.from_json(file.read_text(encoding="utf-8")).cells[0]
    last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
    result = CellResult.of(cell, cases)
    result.crash = f"broke off with code {done.returncode}: {last}"
    return result


if __name__ == "__main__":
    sys.exit(main())
