"""Two calls against each other in one process, in turns."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

LIBRARIES = ("arrayloss", "numpy", "torch", "jax", "optax")


@dataclass(frozen=True, slots=True)
class Figure:
    """What a race came to: medians in seconds, and the median ratio peer / ours."""

    ours: float
    peer: float
    ratio: float
    repetitions: int


def race(ours: Callable[[], object], peer: Callable[[], object], *, seconds: float) -> Figure:
    """Time two calls in turns, so that both see the same machine.

    Parameters
    ----------
    ours, peer : callable
        What to time; each returns when its result is there.
    seconds : float
        About how long to go on; at least five rounds are run after one for warmth.

    Returns
    -------
    Figure
        The ratio is the median over the rounds, each of which times both.
    """
    _round(ours, peer)
    start, rounds = time.perf_counter(), [_round(ours, peer)]
    while len(rounds) < 5 or time.perf_counter() - start < seconds:
        rounds.append(_round(peer, ours)[::-1] if len(rounds) % 2 else _round(ours, peer))
    by_us, by_peer = zip(*rounds, strict=True)
    return Figure(median(by_us), median(by_peer), median(b / a for a, b in rounds), len(rounds))


def _round(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    return _time(first), _time(second)


def _time(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def limit_threads(threads: int) -> None:
    """Give every library this many threads; to be called before any of them is imported.

    OpenMP (torch) reads the variable; XLA (JAX) counts the cores of the process,
    which can be limited on Linux only.
    """
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def facts(threads: int) -> dict[str, Any]:
    """Where and with what the figures were measured."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: import_module(name).__version__ for name in LIBRARIES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
