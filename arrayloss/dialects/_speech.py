"""What all dialects share: errors in the words that the caller used."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def spoken(
    *, names: Mapping[str, str] | None = None, old: Mapping[str, str] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a function of a dialect.

    Parameters
    ----------
    names : mapping, optional
        The core's name of each argument that has another there: an error of the core
        gets a note that says which is which.
    old : mapping, optional
        Names that the peer took in earlier versions, and what to write instead: these
        are refused.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        path = [part for part in function.__module__.split(".") if not part.startswith("_")]
        called = ".".join((*path, function.__name__)) + "()"
        taken = inspect.signature(function).parameters
        others = {own: core for own, core in (names or {}).items() if own in taken}
        gave = ", ".join(f"{own!r} as {core!r}" for own, core in others.items())
        note = f"{called} gave {gave}" if gave else f"called by {called}"
        refused = old or {}

        @functools.wraps(function)
        def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
            for name in kwargs:
                if name in refused:
                    raise TypeError(f"{called}: {name!r} is of an earlier version; write {refused[name]}")
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if not str(error).startswith(called):
                    error.add_note(note)
                raise

        return speaking

    return declare
