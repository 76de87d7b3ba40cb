"""The results as a table of losses by cells, the failures in words, and one line; and the README's table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .results import ILL, CellResult, Tally, Worst, comparisons, failures

BEGIN, END = "<!-- conformance: begin -->", "<!-- conformance: end -->"


def show(cells: Sequence[CellResult], console: Console) -> None:
    """Print the table, what failed, what could not be run, and the summary.

    Parameters
    ----------
    cells : sequence of CellResult
        One for each cell.
    console : Console
        Where to print.
    """
    console.print(_table(cells))
    for cell in cells:
        for fault in cell.faults:
            console.print(f"[red]FAIL[/] {escape(cell.id)}: {escape(fault)}")
        for dtypes in cell.losses.values() if cell.kind == "ours" else ():
            for dtype, tally in dtypes.items():
                for failure in tally.failures:
                    where = escape(f"{failure.case} · {cell.id} · {dtype}")
                    console.print(f"[red]FAIL[/] {where}: {escape('; '.join(failure.problems))}")
        if cell.not_run:
            console.print(f"[yellow]not run[/] {escape(cell.id)}: {escape(cell.not_run)}")
    console.print(summary(cells))


def summary(cells: Sequence[CellResult]) -> str:
    """The last line: how many comparisons of how many, failed, known gaps, cells not run."""
    counts = []
    for kind, whose in (("ours", ""), ("peer", " of peers")):
        expected = sum(cell.expected for cell in cells if cell.kind == kind and not cell.not_run)
        if kind == "ours" or expected:
            counts.append(f"{comparisons(cells, kind)} of {expected} comparisons{whose}")
    gaps = sum(cell.gaps for cell in cells)
    not_run = sum(bool(cell.not_run) for cell in cells)
    return f"{', '.join(counts)}, {failures(cells)} failed, {gaps} known gaps, {not_run} cells not run"


def _table(cells: Sequence[CellResult]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption="worst distance, in ulps")
    table.add_column("loss", overflow="fold", min_width=14)
    for cell in cells:
        table.add_column("\n".join(cell.id.split("-")), overflow="fold")
    for loss in _losses(cells):
        table.add_row(escape(loss), *(_status(cell, loss) for cell in cells))
    return table


def _losses(cells: Iterable[CellResult]) -> list[str]:
    return sorted({loss for cell in cells for loss in cell.losses})


def _status(cell: CellResult, loss: str) -> str:
    """The state of a loss in a cell, with its worst distance over the dtypes."""
    if cell.not_run:
        return "[yellow]not run[/]"
    tallies = list(cell.losses.get(loss, {}).values())
    wrong = sum(len(tally.failures) for tally in tallies)
    if wrong and cell.kind == "ours":
        return "[red]FAIL[/]"
    if not any(tally.compared for tally in tallies):
        return "-"
    if wrong:
        return f"{_ulps(worst(tallies))} [yellow]{wrong} wrong[/]"
    gaps = sum(len(tally.gaps) for tally in tallies)
    return f"[green]{_ulps(worst(tallies))}[/]" + (f" [yellow]{gaps} gaps[/]" if gaps else "")


def worst(tallies: Iterable[Tally]) -> Worst | None:
    """The number of some tallies that is furthest off."""
    found = [each for tally in tallies for each in (tally.value, tally.gradient) if each is not None]
    return max(found, key=lambda each: each.ulps, default=None)


def _ulps(number: Worst | None) -> str:
    if number is None:
        return "-"
    if number.ulps == math.inf:
        return "∞"
    return f"{number.ulps:.1f}" if number.ulps < 1000 else f"{number.ulps:.0e}"


def readme_table(cells: Sequence[CellResult]) -> str:
    """The table of the README: each loss's worst ulps over our cells, beside the frameworks' own."""
    ours = [cell for cell in cells if cell.kind == "ours" and not cell.not_run]
    peers = [cell for cell in cells if cell.kind == "peer" and not cell.not_run]
    head = ["loss", "float32", "float64", *(f"{_peer(cell)}, float32" for cell in peers)]
    lines = [_row(head), _row(["---"] * len(head))]
    for loss in _losses(ours):
        own = [_over(ours, loss, dtype) for dtype in ("float32", "float64")]
        lines.append(_row([f"`{loss}`", *own, *(_over([cell], loss, "float32") for cell in peers)]))
    return "\n".join(lines)


def _over(cells: Iterable[CellResult], loss: str, dtype: str) -> str:
    """The worst value and gradient of a loss over cells, with the condition where that explains it."""
    tallies = [cell.losses[loss][dtype] for cell in cells if dtype in cell.losses.get(loss, {})]
    if not any(tally.compared for tally in tallies):
        return "-"
    failed = sum(len(tally.failures) for tally in tallies)
    number = worst(tallies)
    text = _ulps(number)
    if number is not None and number.condition is not None and number.condition >= ILL:
        text += f" (κ {number.condition:.2g})"
    return text + (f", {failed} wrong" if failed else "")


def _peer(cell: CellResult) -> str:
    return f"{cell.backend} {cell.versions.get(cell.backend, '')}".strip()


def _row(entries: Sequence[str]) -> str:
    return f"| {' | '.join(entries)} |"


def in_readme(text: str, table: str) -> str:
    """The README with its generated table replaced."""
    return between(text, BEGIN, END, table)


def between(text: str, begin: str, end: str, content: str) -> str:
    """The README with what stands between two marks replaced."""
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    if not tail:
        raise ValueError(f"README.md has no {begin} … {end}")
    return f"{head}{begin}\n\n{content}\n\n{end}{tail}"


def update_readme(path: Path, table: str) -> bool:
    """Write the table into the README; whether that changed it."""
    old = path.read_text(encoding="utf-8")
    new = in_readme(old, table)
    if new != old:
        path.write_text(new, encoding="utf-8")
    return new != old
