"""The results as a table of cases by cells, the failures in words, and one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .model import Case, CellResult


def failures(results: Sequence[CellResult]) -> int:
    """How many comparisons failed, a cell that broke off counting as one."""
    failed = sum(bool(outcome.problems) for result in results for outcome in result.outcomes)
    return failed + sum(len(result.faults) for result in results)


def comparisons(results: Sequence[CellResult]) -> int:
    """How many comparisons were made."""
    return sum(len(result.outcomes) for result in results)


def is_green(results: Sequence[CellResult]) -> bool:
    """Whether nothing failed and something was compared."""
    return failures(results) == 0 and comparisons(results) > 0


def show(results: Sequence[CellResult], cases: Sequence[Case], console: Console) -> None:
    """Print the table, what failed, what could not be run, and the summary.

    Parameters
    ----------
    results : sequence of CellResult
        One for each cell.
    cases : sequence of Case
        The questions that were to be asked.
    console : Console
        Where to print.
    """
    console.print(_table(results, cases))
    for result in results:
        for fault in result.faults:
            console.print(f"[red]FAIL[/] {escape(result.cell)}: {escape(fault)}")
        for outcome in result.outcomes:
            for problem in outcome.problems:
                where = f"{outcome.case} · {result.cell} · {outcome.dtype}"
                console.print(f"[red]FAIL[/] {escape(where)}: {escape(problem)}")
        if result.not_run:
            console.print(f"[yellow]not run[/] {escape(result.cell)}: {escape(result.not_run)}")
    console.print(summary(results))


def summary(results: Sequence[CellResult]) -> str:
    """The last line: how many comparisons, how many failed, how many cells not run."""
    not_run = sum(bool(result.not_run) for result in results)
    return f"{comparisons(results)} comparisons, {failures(results)} failed, {not_run} cells not run"


def _table(results: Sequence[CellResult], cases: Sequence[Case]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption="worst distance, in ulps")
    table.add_column("case", overflow="fold", min_width=20)
    for result in results:
        table.add_column("\n".join(result.cell.split("-")), overflow="fold")
    for case in cases:
        table.add_row(escape(case.id), *(_status(result, case.id) for result in results))
    return table


def _status(result: CellResult, case: str) -> str:
    """The state of a case in a cell, with its worst distance over the dtypes."""
    if result.not_run:
        return "[yellow]not run[/]"
    outcomes = [outcome for outcome in result.outcomes if outcome.case == case]
    if not outcomes or any(outcome.problems for outcome in outcomes):
        return "[red]FAIL[/]"
    worst = max(max(outcome.value_ulps, outcome.gradient_ulps) for outcome in outcomes)
    return f"[green]pass[/] {worst:.1f}"
