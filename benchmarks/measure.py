"""Calls against each other in one process, in turns."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from .library import Call, Runner

_TURN = 1e-3  # seconds: a hundred times what a clock is uncertain by


@dataclass(frozen=True, slots=True)
class Contestant:
    """Somebody's call, and who knows how to measure it."""

    name: str
    call: Call
    runner: Runner

    def seconds(self, times: int) -> float:
        """The mean of so many calls one after the other."""
        return self.runner.clock(lambda: [self.call() for _ in range(times)]) / times


@dataclass(frozen=True, slots=True)
class Timing:
    """What a contestant came to: its median, and the median of its ratio to the first one."""

    seconds: float
    ratio: float


def wall(call: Call) -> float:
    """The seconds of a call that returns when its result is there."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def race(contestants: Sequence[Contestant], *, seconds: float, least: int = 5) -> tuple[list[Timing], int]:
    """Time calls in turns, so that all of them see the same machine.

    A turn is one call, or so many short ones as take a millisecond: as in a loop that
    calls the loss, the code of the call is in the cache.

    Parameters
    ----------
    contestants : sequence of Contestant
        Whom to time; the first is whom the others are compared with.
    seconds : float
        About how long to go on.
    least : int
        So many rounds are run in any case, after one for warmth.

    Returns
    -------
    list of Timing, int
        One for each contestant, and how many rounds there were. A ratio is the median
        over the rounds, each of which times everyone.
    """
    with _no_collection():
        once = [1] * len(contestants)
        _round(contestants, once, 0)
        times = [math.ceil(_TURN / taken) for taken in _round(contestants, once, 0)]
        start, rounds = time.perf_counter(), [_round(contestants, times, 0)]
        while len(rounds) < least or time.perf_counter() - start < seconds:
            rounds.append(_round(contestants, times, len(rounds)))
    columns = list(zip(*rounds, strict=True))
    first = columns[0]
    timings = [
        Timing(median(taken), median(b / a for a, b in zip(first, taken, strict=True))) for taken in columns
    ]
    return timings, len(rounds)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector, as `timeit` does: it goes through the objects of all libraries."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _round(contestants: Sequence[Contestant], times: Sequence[int], turn: int) -> list[float]:
    """The seconds of a call of all, in their own order, though another begins each time."""
    places = range(len(contestants))
    order = [(place + turn) % len(contestants) for place in places]
    taken = {place: contestants[place].seconds(times[place]) for place in order}
    return [taken[place] for place in places]
