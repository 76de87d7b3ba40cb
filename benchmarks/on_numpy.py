"""NumPy, beside all that its users could call instead."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

import arrayloss as al

from . import peers
from .library import Call, Function, Library, Peer, Runner
from .losses import Arrays
from .measure import wall
from .memory import traced


def libraries(device: str) -> tuple[Library, ...]:
    """NumPy, if the device is the CPU."""
    if device != "cpu":
        return ()
    ours = Runner(_arrays, closed_form, np.asarray, wall, traced)
    theirs = Runner(_arrays, plain_call, np.asarray, wall, traced)
    found = [
        Peer("naive NumPy", peers.textbook(np), theirs),
        Peer("SciPy", _installed("scipy", peers.SCIPY), theirs),
        Peer("scikit-learn", _installed("sklearn", peers.SKLEARN), theirs),
        Peer("numexpr", _installed("numexpr", peers.NUMEXPR), theirs),
        *_torch(),
    ]
    return (Library("NumPy", ours, tuple(found)),)


def _installed(module: str, functions: peers.Formulas) -> peers.Formulas:
    return functions if find_spec(module) else dict.fromkeys(functions, "not installed")


def _torch() -> list[Peer]:
    """PyTorch of the same memory: what a user of NumPy may turn to for a gradient."""
    if not find_spec("torch"):
        return []
    from . import on_torch  # noqa: PLC0415

    return [Peer("torch.nn.functional", on_torch.FUNCTIONS, on_torch.runner("cpu"))]


def _arrays(arrays: Arrays, dtype: str) -> Arrays:
    return arrays


def closed_form(function: Function, arrays: Arrays, gradient: bool) -> Call:
    """Ours, where there is no automatic differentiation."""
    both: Any = al.value_and_grad(function) if gradient else function
    return lambda: both(*arrays)


def plain_call(function: Function, arrays: Arrays, gradient: bool) -> Call:
    """A peer that is told whether to give the gradient."""
    return lambda: function(*arrays, gradient)
