"""What a library is to the benchmark: how it holds numbers, calls a loss and is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .draws import Arrays

Call = Callable[[], Any]
Function = Callable[..., Any]
Functions = dict[str, Function | str]  # by the name of a loss; or why there is none


@dataclass(frozen=True, slots=True)
class Runner:
    """How a loss of some arrays is run, with or without its gradient.

    Attributes
    ----------
    arrays : callable
        From NumPy's arrays and the name of a dtype to the library's own.
    call : callable
        From a function, its arrays and by how many of them, the first ones, the gradient is
        wanted, to a call without arguments that gives the value, or with it the gradient:
        an array, or of several a tuple.
    numbers : callable
        From an array to NumPy's, in float32 at least.
    clock : callable
        The seconds of one call, until its result is there.
    memory : callable
        The bytes of one call at its peak beyond what was there before, results
        included; None where nobody can tell.
    """

    arrays: Callable[[Arrays, str], Arrays]
    call: Callable[[Function, Arrays, int], Call]
    numbers: Callable[[Any], Any]
    clock: Callable[[Call], float]
    memory: Callable[[Call], int | None]


@dataclass(frozen=True, slots=True)
class Peer:
    """What a user would call instead.

    Attributes
    ----------
    name : str
        What the tables call it.
    functions : mapping of str to callable or str
        By the name of a loss: the peer's, or why it has none; of the catalogue only those
        that it has.
    runner : Runner
        How it is run.
    """

    name: str
    functions: Mapping[str, Function | str]
    runner: Runner


@dataclass(frozen=True, slots=True)
class Library:
    """A library, or a way to run one, on which ours meets its peers.

    Attributes
    ----------
    name : str
        What the tables call it.
    runner : Runner
        How ours is run.
    peers : tuple of Peer
        Whom it meets.
    half : bool
        Whether it has bfloat16.
    slow : bool
        Whether it takes so long to get ready that two sizes must do: the smallest,
        and the first of a million entries.
    catalogue : bool
        Whether the catalogue is run on it, too.
    """

    name: str
    runner: Runner
    peers: tuple[Peer, ...]
    half: bool = False
    slow: bool = False
    catalogue: bool = True
