"""What every function of a dialect says when it is called wrongly."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def spoken(
    *, old: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function refuse old words, and translate the errors of the loss that it calls.

    Parameters
    ----------
    old : mapping of str to str, optional
        Keywords that earlier versions of the library took, and what to write now.
        With ``_sentinel`` among them a first argument of None is refused, too.
    names : mapping of str to str, optional
        Arguments that the loss knows under another name, and that name; " or " stands
        between the names of several losses.

    Returns
    -------
    callable
        A decorator; the function keeps its signature. Each TypeError and ValueError
        has a note that names the function and the arguments as the caller knows them.
    """
    gone, others = dict(old or {}), dict(names or {})

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        public = (part for part in function.__module__.split(".") if not part.startswith("_"))
        where = f"{'.'.join(public)}.{function.__qualname__.removeprefix('_')}()"

        @functools.wraps(function)
        def translated(*args: P.args, **kwargs: P.kwargs) -> R:
            for word in kwargs:
                if word in gone:
                    raise _gone(where, word, gone)
            if "_sentinel" in gone and args and args[0] is None:
                raise _gone(where, "_sentinel", gone)
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if not str(error).startswith(where):
                    error.add_note(_note(where, others, str(error)))
                raise

        return translated

    return decorate


def _gone(where: str, word: str, gone: Mapping[str, str]) -> TypeError:
    return TypeError(f"{where}: {word!r} is no longer an argument; write {gone[word]}")


def _note(where: str, names: Mapping[str, str], message: str) -> str:
    """What a reader must know who did not call the loss that the error names."""
    pairs = [(own, other) for own, others in names.items() for other in others.split(" or ")]
    given = [f"{own!r} as {other!r}" for own, other in pairs if repr(other) in message]
    return f"{where} gave {' and '.join(given)}" if given else f"called by {where}"
