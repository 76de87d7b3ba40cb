"""NumPy, beside all that its users could call instead."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

import arrayloss as al

from . import catalogue_numpy, peers
from .draws import Arrays
from .library import Call, Function, Functions, Library, Peer, Runner
from .measure import wall
from .memory import traced


def libraries(device: str) -> tuple[Library, ...]:
    """NumPy, if the device is the CPU."""
    if device != "cpu":
        return ()
    ours = Runner(_arrays, closed_form, np.asarray, wall, traced)
    theirs = Runner(_arrays, plain_call, np.asarray, wall, traced)
    found = [
        Peer("naive NumPy", peers.textbook(np) | catalogue_numpy.naive(np), theirs),
        Peer("SciPy", _installed("scipy", peers.SCIPY | catalogue_numpy.SCIPY), theirs),
        Peer("scikit-learn", _installed("sklearn", peers.SKLEARN | catalogue_numpy.SKLEARN), theirs),
        Peer("numexpr", _installed("numexpr", peers.NUMEXPR), theirs),
        *_torch(),
    ]
    return (Library("NumPy", ours, tuple(found)),)


def _installed(module: str, functions: Functions) -> Functions:
    return functions if find_spec(module) else dict.fromkeys(functions, "not installed")


def _torch() -> list[Peer]:
    """PyTorch of the same memory: what a user of NumPy may turn to for a gradient."""
    if not find_spec("torch"):
        return []
    from . import on_torch  # noqa: PLC0415

    return [Peer("torch.nn.functional", on_torch.FUNCTIONS, on_torch.runner("cpu"))]


def _arrays(arrays: Arrays, dtype: str) -> Arrays:
    return arrays


def closed_form(function: Function, arrays: Arrays, outputs: int) -> Call:
    """Ours, where there is no automatic differentiation."""
    both: Any = al.value_and_grad(function) if outputs else function
    return lambda: both(*arrays)


def plain_call(function: Function, arrays: Arrays, outputs: int) -> Call:
    """A peer that is told whether to give the gradient."""
    return lambda: function(*arrays, outputs > 0)
