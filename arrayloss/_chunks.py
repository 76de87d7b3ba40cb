"""Arrays in chunks of another library, which take long ways each on its own, with that library.

A step of a lazy array is a task per chunk; hundreds of them are better one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ._lists import ClassLists
from ._namespace import device_of, library_of
from ._typing import Namespace, Terms


def in_chunks(xp: Namespace) -> bool:
    """Whether the arrays of a namespace are in chunks."""
    return hasattr(xp, "blockwise")


def reshaped(xp: Namespace, array: Any, kept: int, last: tuple[int, ...]) -> Any:
    """The array with other axes after the first ones, whose lengths need not be known."""
    if not in_chunks(xp):
        return xp.reshape(array, (*array.shape[:kept], *last))

    def of_chunk(chunk: Any) -> Any:
        return chunk.reshape((*chunk.shape[:kept], *last))

    return _blockwise(xp, of_chunk, kept, last, (array,))


def formula_in_chunks(
    function: Callable[..., Terms], xp: Namespace, operands: list[Any], parameters: Mapping[str, Any]
) -> Terms:
    """The terms of a formula of one output, each computed by the chunks' own library."""
    arrays = [a.indices if isinstance(a, ClassLists) else a for a in operands]
    given = [a for a in arrays if a is not None]
    output = arrays[0]

    def terms(chunks: tuple[Any, ...]) -> Terms:
        library = library_of(chunks[0])
        assert library is not None
        there = iter(chunks)
        each = [None if a is None else next(there) for a in arrays]
        lists = [isinstance(a, ClassLists) for a in operands]
        taken = [ClassLists(library.xp, a, write=True) if b else a for a, b in zip(each, lists, strict=True)]
        with library.quiet():
            value, by_output = function(library.xp, *taken, **parameters)
            return value, by_output()

    def part(place: int) -> Callable[..., Any]:
        return lambda *chunks: terms(chunks)[place]

    kept = output.ndim - 1
    value = _blockwise(xp, part(0), kept, (), tuple(given))
    return value, lambda: _blockwise(xp, part(1), kept, output.shape[-1:], tuple(given))


def _blockwise(
    xp: Namespace,
    function: Callable[..., Any],
    kept: int,
    last: tuple[int, ...],
    arrays: tuple[Any, ...],
) -> Any:
    """A function of the chunks of arrays that have the first axes in common, each whole in the others.

    The result has the dtype of the first.
    """
    first, given, free = tuple(range(kept)), [], kept
    for array in arrays:
        rest = tuple(range(free, free + array.ndim - kept))
        given += [array, (*first, *rest)]
        free += len(rest)
    new = dict(zip(range(free, free + len(last)), last, strict=True))
    chunk = arrays[0]._meta  # noqa: SLF001 -- all that says what the chunks are
    library = library_of(chunk)
    assert library is not None
    meta = library.xp.empty((0,) * (kept + len(last)), dtype=chunk.dtype, device=device_of(chunk))
    return xp.blockwise(function, (*first, *new), *given, new_axes=new, concatenate=True, meta=meta)
