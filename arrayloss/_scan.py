"""Steps over the frames of a sequence, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._typing import Namespace

Step = Callable[[Any, Any], tuple[Any, Any]]


def scan(xp: Namespace, step: Step, carry: Any, frames: tuple[Any, ...], *, back: bool) -> tuple[Any, Any]:
    """Carry something through all frames: by the library's own loop where it compiles.

    Parameters
    ----------
    xp : module
        The namespace of the arrays.
    step : callable
        ``step(carry, frame)``: the next carry, and what to keep of the frame.
    carry : nest of array
        What the first step gets: arrays in tuples.
    frames : nest of array or None
        The frames along the first axis of each; there is at least one. The first is a pair of arrays.
    back : bool
        Whether to begin with the last frame.

    Returns
    -------
    carry, kept
        The last carry, and what was kept of the frames, stacked along a new first axis.
    """
    if hasattr(xp, "scan"):
        last, kept = xp.scan(step, carry, frames, reverse=back)
        return last, kept
    each = []
    for t in range(frames[0][0].shape[0])[:: -1 if back else 1]:
        carry, found = step(carry, _at(frames, t))
        each.append(found)
    return carry, _stacked(xp, each[:: -1 if back else 1])


def _at(frames: Any, t: int) -> Any:
    """One of the frames."""
    if isinstance(frames, tuple):
        return tuple([_at(each, t) for each in frames])
    return frames[t] if isinstance(frames, list) else frames if frames is None else frames[t, ...]


def _stacked(xp: Namespace, each: list[Any]) -> Any:
    """One nest of many of the same shape."""
    if isinstance(each[0], tuple):
        return tuple([_stacked(xp, list(parts)) for parts in zip(*each, strict=True)])
    return xp.stack(each)


def where(xp: Namespace, keep: Any, new: Any, old: Any) -> Any:
    """The arrays of one nest where something holds, those of another elsewhere."""
    if isinstance(new, tuple):
        return tuple([where(xp, keep, a, b) for a, b in zip(new, old, strict=True)])
    return xp.where(keep, new, old)
