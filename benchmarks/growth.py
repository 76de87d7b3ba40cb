"""Time and memory of ours against rows, classes and threads: ``python -m benchmarks growth``.

Linear growth shows as a constant time per entry. Around the edges of a block (of
`arrayloss._namespace`), where one entry more makes one block more, rows are taken one by one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from .machine import limit_threads

# Rows of 1024 classes, of which 2**19 or 2**20 entries hold 512 or 1024, and their neighbours.
ROWS = tuple((rows, 1024) for rows in (32, 128, 511, 512, 513, 1023, 1024, 1025, 2048, 2049, 8192, 32768))
CLASSES = tuple((256, classes) for classes in (16, 128, 1024, 2047, 2048, 2049, 4096, 4097, 16384, 131072))


@dataclass(frozen=True, slots=True)
class Point:
    """A value and gradient of one size.

    Attributes
    ----------
    library : str
        Where it ran.
    shape : tuple of int
        Rows and classes.
    threads : int
        How many the library had.
    seconds : float
        The median.
    extra : int or None
        The bytes at the peak beyond the inputs and the gradient.
    """

    library: str
    shape: tuple[int, int]
    threads: int
    seconds: float
    extra: int | None


def main(arguments: Sequence[str]) -> None:
    """Measure with every number of threads, each in a process of its own, and show the tables."""
    options = _parser().parse_args(arguments)
    if options.threads:
        limit_threads(options.threads)
        points = _measure(options.threads, quick=options.quick)
    else:
        points = [
            point for each in range(1, (os.cpu_count() or 1) + 1) for point in _child(each, options.quick)
        ]
    if options.json:
        options.json.write_text(
            json.dumps([asdict(each) for each in points], indent=1) + "\n", encoding="utf-8"
        )
    if options.threads is None or not options.json:
        console = Console()
        for library in dict.fromkeys(point.library for point in points):
            for title, shapes in (("rows", ROWS), ("classes", CLASSES)):
                console.print(_table(f"{library}, against {title}", shapes, points, library))


def _child(threads: int, quick: bool) -> list[Point]:
    """The points of so many threads: libraries read their number when they are imported."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "points.json"
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            "growth",
            "--threads",
            str(threads),
            "--json",
            str(file),
        ]
        subprocess.run([*command, *(["--quick"] if quick else [])], check=True)
        return [
            Point(**each | {"shape": tuple(each["shape"])}) for each in json.loads(file.read_text("utf-8"))
        ]


def _measure(threads: int, *, quick: bool) -> list[Point]:
    from .contests import Contest, libraries  # noqa: PLC0415
    from .losses import LOSSES  # noqa: PLC0415

    where = [library for library in libraries("cpu")[0] if library.name in ("NumPy", "PyTorch")]
    shapes = list(dict.fromkeys(ROWS[:2] + CLASSES[:2] if quick else ROWS + CLASSES))
    # The largest first: the allocator of glibc keeps freed memory only up to the size of the
    # largest array that it has seen freed, and what it does not keep is paged in anew.
    shapes.sort(key=prod, reverse=True)
    points = []
    for shape in track(shapes, f"{threads} thread(s)", console=Console(stderr=True), transient=True):
        arrays = LOSSES[0].arrays(shape)
        for library in where:
            contest = Contest(LOSSES[0], shape, "float32", library, gradient=True)
            points.append(_point(contest, arrays, threads, 0.02 if quick else 0.3))
    return points


def _point(contest: Any, arrays: Any, threads: int, seconds: float) -> Point:
    from .measure import race  # noqa: PLC0415

    ours = contest.contestants(arrays)[:1]
    [timing], _ = race(ours, seconds=seconds)
    memory = ours[0].runner.memory(ours[0].call)
    extra = None if memory is None else memory - arrays[0].nbytes
    return Point(contest.library.name, contest.shape, threads, timing.seconds, extra)


def _table(title: str, shapes: Sequence[tuple[int, int]], points: Sequence[Point], library: str) -> Table:
    """A row per size: the time of an entry with each number of threads, and the memory beyond."""
    threads = sorted({point.threads for point in points})
    table = Table(title=f"Softmax cross-entropy and its gradient on {title}")
    for heading in (
        "size",
        *(f"ns an entry, {each} thread(s)" for each in threads),
        "beyond, MB",
        "beyond / input",
    ):
        table.add_column(heading, justify="right")
    for shape in shapes:
        found = [each for each in points if (each.library, each.shape) == (library, shape)]
        if found:
            entries = shape[0] * shape[1]
            times = (f"{1e9 * each.seconds / entries:.2f}" for each in found)
            extra = found[0].extra
            memory = ("?", "?") if extra is None else (f"{extra / 1e6:.2f}", f"{extra / entries / 4:.2f}")
            table.add_row(" by ".join(map(str, shape)), *times, *memory)
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks growth", description="Time and memory against rows, classes and threads."
    )
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, a few rounds")
    parser.add_argument("--threads", type=int, metavar="N", help="default: every number, one after the other")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser
