"""Where the time of a call goes: NumPy's own loops, one by one, and the way to them."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from statistics import median
from typing import Any, ClassVar

import numpy as np

from .machine import limit_threads


@dataclass(frozen=True, slots=True)
class Profile:
    """The seconds of a call, and those that each of NumPy's functions takes of it."""

    seconds: float
    loops: dict[str, float]

    @property
    def rest(self) -> float:
        """What is not in any of them: Python, indexing, reading and checking."""
        return max(self.seconds - sum(self.loops.values()), 0.0)


class Watched(np.ndarray):
    """An array that notes how long each ufunc takes."""

    taken: ClassVar[Counter[str]] = Counter()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        if out is not None:
            options["out"] = tuple(map(_bare, out))
        arguments = tuple(map(_bare, inputs))
        start = time.perf_counter()
        result = getattr(ufunc, method)(*arguments, **options)
        self.taken[ufunc.__name__] += time.perf_counter() - start  # type: ignore[assignment]
        return out[0] if out is not None else _watched(result)


def profiled(call: Any, arrays: Sequence[np.ndarray], *, least: int = 20) -> Profile:
    """Time a function of arrays, as it is and with its loops watched, in turns."""
    watched = [_watched(each) for each in arrays]
    whole: list[float] = []
    loops: list[Counter[str]] = []
    for _ in range(least):
        start = time.perf_counter()
        call(*arrays)
        whole.append(time.perf_counter() - start)
        Watched.taken = Counter()
        call(*watched)
        loops.append(Watched.taken)
    names = dict.fromkeys(name for each in loops for name in each)
    return Profile(median(whole), {name: median(each[name] for each in loops) for name in names})


def main(arguments: Sequence[str]) -> None:
    """Print the profile of value and gradient of every loss at every size of a million entries or fewer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks profile", description=__doc__)
    parser.parse_args(arguments)
    limit_threads(1)
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("loss", "size", "µs", "NumPy's loops", "the rest", "each loop")
    for name, shape, found in _profiles():
        each = ", ".join(f"{loop} {1e6 * taken:.3g}" for loop, taken in found.loops.items())
        loops = found.seconds - found.rest
        table.add_row(name, str(shape), *(f"{1e6 * t:.3g}" for t in (found.seconds, loops, found.rest)), each)
    Console(width=150).print(table)


def _profiles() -> Any:
    import arrayloss as al  # noqa: PLC0415 -- it reads the number of threads

    from .losses import LOSSES  # noqa: PLC0415

    for loss in LOSSES:
        for shape in (shape for shape in loss.shapes if prod(shape) <= 1 << 20):
            yield loss.name, shape, profiled(al.value_and_grad(loss.function), loss.arrays(shape))


def _bare(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Watched) else array


def _watched(result: Any) -> Any:
    return result.view(Watched) if type(result) is np.ndarray else result
