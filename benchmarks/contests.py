"""What is compared: every loss, size, dtype and library, with its gradient and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from .catalogue import CATALOGUE
from .draws import Arrays, Shape
from .library import Function, Library, Runner
from .losses import LOSSES, Loss
from .measure import Contestant

OURS = "arrayloss"
LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "cupy": "CuPy"}

# How far two may be apart: (of each number, of the largest one). bfloat16 has 8 bits, and
# a peer that adds in it loses some of those.
_TOLERANCES = {"float32": (1e-3, 1e-5), "bfloat16": (5e-2, 2e-2)}


@dataclass(frozen=True, slots=True)
class Contest:
    """One loss of one size on one library, ours and the peers'."""

    loss: Loss
    shape: Shape
    dtype: str
    library: Library
    gradient: bool

    @property
    def task(self) -> str:
        """What is asked for."""
        return "value and gradient" if self.gradient else "value"

    @property
    def id(self) -> str:
        """The contest in one word, for patterns and progress."""
        size = "x".join(map(str, self.shape))
        return f"{self.loss.name}/{size}/{self.dtype}/{self.library.name}/{self.task}"

    def left_out(self) -> dict[str, str]:
        """The peers that cannot take part, and why."""
        return {name: reason for name, reason, _ in self._peers() if isinstance(reason, str)}

    def contestants(self, arrays: Arrays) -> list[Contestant]:
        """Ours, then all peers that can take part."""
        everyone = [(OURS, self.loss.function, self.library.runner)]
        for name, function, runner in self._peers():
            if not isinstance(function, str):
                everyone.append((name, function, runner))
        outputs = self.loss.outputs if self.gradient else 0
        return [
            Contestant(name, runner.call(function, runner.arrays(arrays, self.dtype), outputs), runner)
            for name, function, runner in everyone
        ]

    def _peers(self) -> Iterator[tuple[str, Function | str, Runner]]:
        for peer in self.library.peers:
            if self.loss.name in peer.functions:
                yield peer.name, peer.functions[self.loss.name], peer.runner


def libraries(device: str) -> tuple[list[Library], dict[str, str]]:
    """The libraries that are there, and why the others are not run."""
    found: list[Library] = []
    absent: dict[str, str] = {}
    for module, name in LIBRARIES.items():
        if not find_spec(module):
            absent[name] = "needs a GPU" if name == "CuPy" and device == "cpu" else "not installed"
            continue
        try:
            here = import_module(f".on_{module}", __package__).libraries(device)
        except RuntimeError as error:  # JAX without a plugin for the device
            here, absent[name] = (), str(error).splitlines()[0]
        if not here:
            absent.setdefault(name, "runs on the CPU only" if device == "cuda" else "needs a GPU")
        found += here
    return found, absent


def contests(where: list[Library], *, quick: bool = False, only: str = "*") -> Iterator[Contest]:
    """All contests, those of the same numbers together; or of the smallest sizes, or a pattern's."""
    for loss in LOSSES:
        for shape in loss.shapes[:1] if quick else loss.shapes:
            for library in where:
                if shape in loss.sizes(few=library.slow):
                    found = _of(loss, shape, library)
                    yield from (contest for contest in found if fnmatchcase(contest.id, only))


def catalogue(where: list[Library], *, quick: bool = False, only: str = "*") -> Iterator[Contest]:
    """Each loss of the catalogue with those who have it, at its largest size, or the smallest."""
    for loss in CATALOGUE:
        for library in where:
            if library.catalogue and any(loss.name in peer.functions for peer in library.peers):
                found = _of(loss, loss.shapes[0 if quick else -1], library)
                yield from (contest for contest in found if fnmatchcase(contest.id, only))


def _of(loss: Loss, shape: Shape, library: Library) -> Iterator[Contest]:
    for dtype in ("float32", "bfloat16") if loss.half and library.half else ("float32",):
        for gradient in (False, True):
            yield Contest(loss, shape, dtype, library, gradient)


def disagreeing(contestants: list[Contestant], dtype: str) -> set[str]:
    """The peers that do not give the numbers that ours gives: there is nothing to compare with them."""
    ours, *peers = contestants
    expected = _numbers(ours)
    return {peer.name for peer in peers if not _alike(expected, _numbers(peer), *_TOLERANCES[dtype])}


def _alike(ours: list[np.ndarray], theirs: list[np.ndarray], each: float, largest: float) -> bool:
    return all(_agree(one, other, each, largest) for one, other in zip(ours, theirs, strict=True))


def _numbers(contestant: Contestant) -> list[np.ndarray]:
    return [contestant.runner.numbers(each) for each in _flat(contestant.call())]


def _flat(result: Any) -> Iterator[Any]:
    """The value alone; or the value and all gradients."""
    for each in result if isinstance(result, tuple | list) else (result,):
        yield from _flat(each) if isinstance(each, tuple | list) else (each,)


def _agree(one: np.ndarray, other: np.ndarray, each: float, largest: float) -> bool:
    size = np.abs(other)
    far = np.abs(one - other)
    far -= each * size
    # Written so that NaN, too, is a disagreement.
    return one.shape == other.shape and bool(far.max() <= largest * size.max())


def input_bytes(contest: Contest, arrays: Arrays) -> Mapping[str, int]:
    """The bytes of what the model gave and of all arrays, as the library holds them."""
    floats = 2 if contest.dtype == "bfloat16" else 4
    sizes = [each.nbytes if each.dtype.kind == "i" else each.size * floats for each in arrays]
    return {"output": sum(sizes[: contest.loss.outputs]), "all": sum(sizes)}
