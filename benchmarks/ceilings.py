"""What the machine can do at most: one pass over data, and a copy of it, in bytes per second.

A loss must read its inputs once, and a gradient must be written once. The time that this
takes the machine, measured in the same run, is the floor that no implementation gets below.
Small data stay in the cache from one pass to the next, so theirs is the ceiling of the cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median

import numpy as np

from .library import Call
from .measure import wall

_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best rates for data of so many bytes: reading, and copying (read and written bytes)."""

    bytes: int
    read: float
    copy: float

    def floor(self, inputs: int, gradient: int) -> float:
        """The seconds it takes to read the inputs and, where it has any bytes, to write the gradient."""
        return (inputs - gradient) / self.read + (2 * gradient / self.copy if gradient else 0.0)


class Ceilings:
    """The ceilings of a device, each size measured when first asked for."""

    def __init__(self, device: str) -> None:
        self._device = device
        self.measured: dict[int, Ceiling] = {}

    def of(self, size: int) -> Ceiling:
        """The ceiling for data of so many bytes."""
        if size not in self.measured:
            passes = list(_on_gpu(size) if self._device == "cuda" else _on_cpu(size))
            reads, copies = (
                [_rate(clock, call) for clock, call in kind] for kind in zip(*passes, strict=True)
            )
            self.measured[size] = Ceiling(size, size * max(reads), 2 * size * max(copies))
        return self.measured[size]


Pass = tuple[Callable[[Call], float], Call]


def _on_cpu(size: int) -> Iterator[tuple[Pass, Pass]]:
    """A sum and a copy by NumPy, and by PyTorch, which has threads for them."""
    source = np.ones(size // 4, dtype=np.float32)
    target = np.ones_like(source)
    yield (wall, source.sum), (wall, lambda: np.copyto(target, source))
    if find_spec("torch"):
        import torch  # noqa: PLC0415

        tensors = torch.from_numpy(source), torch.from_numpy(target)
        yield (wall, tensors[0].sum), (wall, lambda: tensors[1].copy_(tensors[0]))


def _on_gpu(size: int) -> Iterator[tuple[Pass, Pass]]:
    import torch  # noqa: PLC0415

    from .on_torch import events  # noqa: PLC0415

    source, target = (torch.ones(size // 4, device="cuda") for _ in range(2))
    yield (events, source.sum), (events, lambda: target.copy_(source))


def _rate(clock: Callable[[Call], float], call: Call) -> float:
    """How often a call can be made in a second: the median of several."""
    clock(call)
    start, times = time.perf_counter(), [clock(call)]
    while len(times) < 5 or time.perf_counter() - start < _SECONDS:
        times.append(clock(call))
    return 1 / median(times)
