"""Run the matrix: ``python -m conformance [--backend B] [--cell ID] [--case GLOB] [--json FILE]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .model import HERE, Case, Cell, CellResult, as_json, from_json, load_cases, load_cells
from .report import is_green, show
from .schema import SchemaError

# Wide enough for the table where the output is a file and no terminal says its width.
_FILE_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cells that were asked for and report.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.

    Returns
    -------
    int
        0 if something was compared and nothing failed, else 1.
    """
    options = _parser().parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    try:
        cells = _chosen(load_cells(), options)
        cases = [case for case in load_cases() if fnmatchcase(case.id, options.case)]
        results = _run(cells, cases, options.case)
    except SchemaError as error:
        console.print(f"error: {error}", style="red", markup=False)
        return 1
    if options.json:
        options.json.write_text(as_json(results), encoding="utf-8")
    show(results, cases, console)
    return 0 if is_green(results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="Does each loss give the right number, and how exactly?",
    )
    parser.add_argument("--backend", metavar="B", help="only the cells of a backend: numpy, torch, ...")
    parser.add_argument("--cell", metavar="ID", help="only one cell, in this process")
    parser.add_argument("--case", metavar="GLOB", default="*", help="only the cases whose id matches")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    return parser


def _chosen(cells: Sequence[Cell], options: argparse.Namespace) -> list[Cell]:
    """The cells that the command line asks for, at least one."""
    chosen = [
        cell for cell in cells if options.backend in (None, cell.backend) and options.cell in (None, cell.id)
    ]
    if not chosen:
        raise SchemaError(f"no such cell; there are {', '.join(cell.id for cell in cells)}")
    return chosen


def _run(cells: Sequence[Cell], cases: Sequence[Case], pattern: str) -> list[CellResult]:
    """Run the cells, several in one process each, for their modes are global."""
    if len(cells) == 1:
        from .run import run_cell  # noqa: PLC0415 the parent of several cells needs no array library

        return [run_cell(cells[0], cases)]
    results = []
    columns = (TextColumn("{task.description:20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # On standard error, so that the report can be piped.
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(cells))
        for cell in cells:
            progress.update(task, description=cell.id)
            results.append(_in_own_process(cell, len(cases) * len(cell.dtypes), pattern))
            progress.advance(task)
    return results


def _in_own_process(cell: Cell, expected: int, pattern: str) -> CellResult:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        command = [sys.executable, "-m", HERE.name, "--cell", cell.id, "--case", pattern, "--json", str(file)]
        done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
        if file.exists():
            return from_json(file.read_text(encoding="utf-8"))[0]
    last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
    return CellResult(cell.id, expected, crash=f"broke off with code {done.returncode}: {last}")


if __name__ == "__main__":
    sys.exit(main())
