"""Run the contests and gather the figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .ceilings import Ceilings
from .contests import LIBRARIES, Contest, check, contests, input_bytes, libraries
from .losses import Arrays, Loss, Shape
from .machine import facts
from .measure import race
from .results import Cell, Figure, Results


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and for how long."""

    device: str = "cpu"
    quick: bool = False
    only: str = "*"

    @property
    def seconds(self) -> float:
        """How long a contest goes on; the largest take longer for their least number of rounds."""
        return 0.05 if self.quick else 0.5


def run(options: Options) -> Results:
    """Every contest: checked, timed, and its memory taken."""
    missing = _no_device(options.device)
    if missing:
        return Results(facts("cpu"), (), (), {}, dict.fromkeys(LIBRARIES.values(), missing))
    where, not_run = libraries(options.device)
    entries = list(contests(where, quick=options.quick, only=options.only))
    ceilings = Ceilings(options.device)
    with _progress() as progress:
        bar = progress.add_task("", total=len(entries))
        cells = []
        for entry in entries:
            progress.update(bar, description=entry.id)
            cells.append(_cell(entry, ceilings, options.seconds))
            progress.advance(bar)
    left_out = {
        f"{entry.loss.name}, {name}": why for entry in entries for name, why in entry.left_out().items()
    }
    measured = tuple(ceilings.measured[size] for size in sorted(ceilings.measured))
    return Results(facts(options.device), measured, tuple(cells), left_out, not_run)


def _cell(entry: Contest, ceilings: Ceilings, seconds: float) -> Cell:
    arrays = _drawn(entry.loss, entry.shape)
    contestants = entry.contestants(arrays)
    check(contestants, entry.dtype)
    timings, rounds = race(contestants, seconds=seconds)
    sizes = input_bytes(entry, arrays)
    floor = ceilings.of(sizes["output"]).floor(sizes["all"], sizes["output"] if entry.gradient else 0)
    figures = tuple(
        Figure(each.name, timing.seconds, timing.ratio, floor / timing.seconds, each.runner.memory(each.call))
        for each, timing in zip(contestants, timings, strict=True)
    )
    names = (entry.loss.name, entry.shape, entry.dtype, entry.library.name, entry.task)
    return Cell(*names, sizes["all"], rounds, figures)


@lru_cache(maxsize=1)
def _drawn(loss: Loss, shape: Shape) -> Arrays:
    """The same arrays for all contests of one size, which come one after the other."""
    return loss.arrays(shape)


def _no_device(device: str) -> str:
    """Why nothing can be run on the device."""
    if device == "cpu":
        return ""
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        return "torch is not installed"
    return "" if torch.cuda.is_available() else "no GPU"


def _progress() -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)
