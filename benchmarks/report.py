"""The figures as a table in the terminal, and the short one in the README."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from conformance.report import between

from .results import Cell, Results, large, small

BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
_HEADINGS = ("contest", "who", "ms", "times ours", "of the ceiling", "memory, inputs")


def show(results: Results, console: Console) -> None:
    """Print every figure, the ceilings, and what is not there."""
    machine = results.machine
    where = f"{machine['processor']}, {machine['threads']} threads; {_versions(machine)}"
    table = Table(title="Medians; memory beyond the inputs in multiples of them", caption=where)
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in _HEADINGS[:2] else "right")
    for cell in results.cells:
        for row in _rows(cell):
            table.add_row(*row)
        table.add_section()
    console.print(table)
    for ceiling in results.ceilings:
        rates = f"sum {ceiling.read / 1e9:.1f} GB/s, copy {ceiling.copy / 1e9:.1f} GB/s"
        console.print(f"{ceiling.bytes / 1e6:,.3f} MB: {rates}")
    for kind, reasons in (("left out", results.left_out), ("not run", results.not_run)):
        for name, reason in reasons.items():
            console.print(f"[yellow]{kind}[/] {name}: {reason}")


def _rows(cell: Cell) -> Iterable[Sequence[str]]:
    title = f"{cell.loss}, {cell.size}, {cell.dtype}, {cell.library}, {cell.task}"
    for figure in cell.figures:
        memory = "?" if figure.memory is None else f"{figure.memory / cell.input_bytes:.2f}"
        times = (f"{1e3 * figure.seconds:.3f}", f"{figure.ratio:.2f}", f"{figure.ceiling:.0%}")
        yield (title if figure is cell.figures[0] else "", figure.name, *times, memory)


def readme_table(runs: Sequence[Results]) -> str:
    """How many times as long as ours each peer takes: medians and ranges."""
    threads = [f"{run.machine['threads']} thread{'s'[: run.machine['threads'] > 1]}" for run in runs]
    tasks = ("value", "value and gradient")
    times = [f"{task}, {each}" for each in threads for task in tasks]
    head = ["ours on", "against", *times, f"small calls, {threads[0]}", "memory, ours / peer"]
    lines = [row(head), row(["---"] * 2 + ["---:"] * (len(head) - 2))]
    for library, peer in _meetings(runs):
        of_tasks = [
            [cell for cell in large(run.cells) if cell.task == task] for run in runs for task in tasks
        ]
        ratios = [_spread(cells, library, peer) for cells in (*of_tasks, small(runs[0].cells))]
        lines.append(row([library, peer, *ratios, _memory(runs[0], library, peer)]))
    return "\n".join(lines)


def _meetings(runs: Iterable[Results]) -> list[tuple[str, str]]:
    """Every library with each of its peers, in order."""
    found = ((c.library, peer.name) for run in runs for c in large(run.cells) for _, peer in c.pairs())
    return list(dict.fromkeys(found))


def _spread(cells: Iterable[Cell], library: str, name: str) -> str:
    pairs = (pair for cell in cells if cell.library == library for pair in cell.pairs())
    found = [peer.ratio for _, peer in pairs if peer.name == name]
    return f"{median(found):.2g} ({min(found):.2g} to {max(found):.2g})" if found else "-"


def _memory(run: Results, library: str, name: str) -> str:
    """The medians of what a value and gradient take at their peak, in multiples of the inputs."""
    found = [
        (ours.memory / cell.input_bytes, peer.memory / cell.input_bytes)
        for cell in large(run.cells)
        if cell.library == library and cell.task == "value and gradient"
        for ours, peer in cell.pairs()
        if peer.name == name and ours.memory is not None and peer.memory is not None
    ]
    return " / ".join(f"{median(each):.1f}" for each in zip(*found, strict=True)) if found else "-"


def row(entries: Sequence[str]) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(entries)} |"


def in_readme(text: str, runs: Sequence[Results]) -> str:
    """The README with its generated table and the line on where it comes from replaced."""
    return between(text, BEGIN, END, f"{readme_table(runs)}\n\n{source(runs)}")


def source(runs: Sequence[Results]) -> str:
    """Where, when and with what the figures were measured."""
    machine = runs[0].machine
    where = f"{machine['processor']} with {machine['cores']} cores, on {machine['date'][:10]}"
    return f"Measured on {where}: {_versions(machine)}."


def _versions(machine: dict[str, Any]) -> str:
    versions = {"Python": machine["python"]} | machine["versions"]
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def update_readme(path: Path, runs: Sequence[Results]) -> None:
    """Write the table into the README."""
    path.write_text(in_readme(path.read_text(encoding="utf-8"), runs), encoding="utf-8")
