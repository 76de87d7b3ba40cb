"""Run the contests and gather the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .ceilings import Ceilings
from .contests import LIBRARIES, Contest, catalogue, contests, disagreeing, input_bytes, libraries
from .draws import Arrays, Shape
from .losses import LARGE, Loss
from .machine import facts
from .measure import Contestant, race
from .results import Cell, Figure, Results


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and for how long."""

    device: str = "cpu"
    quick: bool = False
    only: str = "*"
    catalogue: bool = False

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
    chosen = catalogue if options.catalogue else contests
    entries = list(chosen(where, quick=options.quick, only=options.only))
    left_out = _left_out(entries)
    ceilings = Ceilings(options.device)
    with _progress() as progress:
        bar = progress.add_task("", total=len(entries))
        cells = []
        for entry in entries:
            progress.update(bar, description=entry.id)
            cells.append(_cell(entry, ceilings, options.seconds, left_out))
            progress.advance(bar)
    measured = tuple(ceilings.measured[size] for size in sorted(ceilings.measured))
    return Results(facts(options.device), measured, tuple(cells), left_out, not_run)


def _left_out(entries: Iterable[Contest]) -> dict[str, str]:
    """What is not measured though it could be asked for, and why."""
    found = {}
    for entry in entries:
        if entry.library.slow:
            found[f"most sizes, {entry.library.name}"] = "each takes seconds to compile"
        found |= {f"{entry.loss.name}, {peer}": reason for peer, reason in entry.left_out().items()}
    return found


def _cell(entry: Contest, ceilings: Ceilings, seconds: float, left_out: dict[str, str]) -> Cell:
    """One contest, of those who agree; who does not is left out."""
    arrays = _drawn(entry.loss, entry.shape)
    contestants = entry.contestants(arrays)
    wrong = disagreeing(contestants, entry.dtype)
    left_out |= {f"{entry.id}, {name}": "gives other numbers" for name in wrong}
    contestants = [each for each in contestants if each.name not in wrong]
    timings, rounds = race(contestants, seconds=seconds)
    sizes = input_bytes(entry, arrays)
    floor = ceilings.of(sizes["output"]).floor(sizes["all"], sizes["output"] if entry.gradient else 0)
    figures = tuple(
        Figure(each.name, timing.seconds, timing.ratio, floor / timing.seconds, _memory(entry, each))
        for each, timing in zip(contestants, timings, strict=True)
    )
    names = (entry.loss.name, entry.shape, entry.dtype, entry.library.name, entry.task)
    return Cell(*names, sizes["all"], rounds, figures)


def _memory(entry: Contest, contestant: Contestant) -> int | None:
    """The memory of a call; nothing where that is less than the uncertainty of the way to know it."""
    return contestant.runner.memory(contestant.call) if prod(entry.shape) >= LARGE else None


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
