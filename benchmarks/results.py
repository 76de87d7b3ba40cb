"""The figures of a run, as data: what is written to JSON and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

from .ceilings import Ceiling
from .draws import Shape
from .losses import LARGE

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One contestant of one contest.

    Attributes
    ----------
    name : str
        Who it is.
    seconds : float
        The median time of a call.
    ratio : float
        The median of its time over ours in the same round: ours is so many times as fast.
    ceiling : float
        What the machine needs at least for the bytes that must be read and written, as
        a fraction of the time: 1 is as fast as memory.
    memory : int or None
        The bytes at the peak of a call beyond what was there before, the gradient
        included; None where that is not known.
    """

    name: str
    seconds: float
    ratio: float
    ceiling: float
    memory: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One contest, with everyone's figures; ours come first."""

    loss: str
    shape: Shape
    dtype: str
    library: str
    task: str
    input_bytes: int
    rounds: int
    figures: tuple[Figure, ...]

    @property
    def key(self) -> tuple[str, Shape, str, str, str]:
        """Which contest it is."""
        return self.loss, self.shape, self.dtype, self.library, self.task

    @property
    def size(self) -> str:
        """The shape as the tables show it."""
        return " by ".join(f"{length:,}" for length in self.shape)

    @property
    def entries(self) -> int:
        """How many numbers the model gave."""
        return prod(self.shape)

    def pairs(self) -> Iterator[tuple[Figure, Figure]]:
        """Ours with each peer."""
        ours, *peers = self.figures
        return ((ours, peer) for peer in peers)


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run: where, the ceilings, the cells, and what is not there and why."""

    machine: dict[str, Any]
    ceilings: tuple[Ceiling, ...]
    cells: tuple[Cell, ...]
    left_out: dict[str, str]
    not_run: dict[str, str]

    def write(self, path: Path) -> None:
        """Write the results as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Results from JSON; `TypeError` or `KeyError` where they are not of this form."""
    data = json.loads(path.read_text(encoding="utf-8"))
    strange = set(data) - {field.name for field in fields(Results)}
    if strange:
        raise TypeError(f"{path.name} holds {', '.join(sorted(strange))}")
    ceilings = tuple(Ceiling(**each) for each in data["ceilings"])
    cells = tuple(_cell(each) for each in data["cells"])
    return Results(data["machine"], ceilings, cells, data["left_out"], data["not_run"])


def renewed(old: Results, new: Results) -> Results:
    """Results of which a part has been measured anew: in their old order, with what is new at the end."""
    cells = {cell.key: cell for cell in (*old.cells, *new.cells)}
    ceilings = {ceiling.bytes: ceiling for ceiling in (*old.ceilings, *new.ceilings)}
    return Results(
        new.machine,
        tuple(ceilings[size] for size in sorted(ceilings)),
        tuple(cells.values()),
        old.left_out | new.left_out,
        new.not_run,
    )


def committed(folder: Path = FOLDER) -> list[Results]:
    """The results in the repository, or in a folder, by machine and threads."""
    found = (read(path) for path in folder.glob("*-[0-9]*.json"))
    return sorted(found, key=lambda each: (each.machine["processor"], each.machine["threads"]))


def _cell(data: dict[str, Any]) -> Cell:
    figures = tuple(Figure(**each) for each in data["figures"])
    return Cell(**(data | {"shape": tuple(data["shape"]), "figures": figures}))


def large(cells: Iterable[Cell], dtype: str = "float32") -> list[Cell]:
    """The cells of a million entries and more, where memory and arithmetic decide, not the call."""
    return [cell for cell in cells if cell.entries >= LARGE and cell.dtype == dtype]


def small(cells: Iterable[Cell]) -> list[Cell]:
    """The cells of the smallest sizes in float32, where the call itself decides."""
    return [cell for cell in cells if cell.entries <= 1000 and cell.dtype == "float32"]
