"""A sequence of labels against frames: what may follow what, and how likely it is.

Between any two labels, and at both ends, may be blanks: S + 1 states of the blank around S
states of labels. Time is the first axis.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ._lists import ClassLists, leading
from ._namespace import device_of
from ._powers import Pair
from ._typing import Namespace


class Lattice(NamedTuple):
    """Chances of labels frame by frame, and how they may follow each other.

    Attributes
    ----------
    logs : array, shape (T, ..., S + 1)
        The logarithms of the chances of the labels, and after them that of the blank.
    skips : array, shape (..., S)
        Whether a label may follow the one before without a blank.
    start, end : array, shape (..., S + 1)
        Whether a blank is the one before all labels, and the one after them.
    active : array, shape (T, ...), or None
        Which frames there are, None for all.
    """

    logs: Any
    skips: Any
    start: Any
    end: Any
    active: Any


class Ways(NamedTuple):
    """The chances of all ways to each state of a frame, its own chance left out.

    `blanks` and `labels` have the shapes (T, ..., S + 1) and (T, ..., S); `log` is the
    logarithm of the chance of all ways through all frames.
    """

    blanks: Pair
    labels: Pair
    log: Any


def lattice_of(xp: Namespace, logs: Any, named: ClassLists, active: Any, lengths: Any) -> Lattice:
    """The lattice of the labels' and the blank's logarithms, shape (..., S + 1, T)."""
    labels, rows = logs.shape[-2] - 1, named.indices
    placed = leading(xp, lengths, labels)
    if placed is not None:
        placed = xp.concat([placed, xp.ones_like(rows[..., :1], dtype=xp.bool)], axis=-1)
        logs = xp.where(placed[..., None], logs, -xp.inf)
    none = xp.zeros_like(rows[..., : min(labels, 1)], dtype=xp.bool)
    places = xp.arange(labels + 1, dtype=rows.dtype, device=device_of(rows))
    places = xp.broadcast_to(places, rows.shape)
    return Lattice(
        time_first(xp, logs),
        xp.concat([none, rows[..., 1:labels] != rows[..., : labels - 1]], axis=-1),
        places == 0,
        places == (labels if lengths is None else lengths[..., None]),
        None if active is None else time_first(xp, active),
    )


def time_first(xp: Namespace, array: Any) -> Any:
    """An array with its last axis first."""
    return xp.permute_dims(array, (array.ndim - 1, *range(array.ndim - 1)))


def time_last(xp: Namespace, array: Any) -> Any:
    """An array with its first axis last."""
    return xp.permute_dims(array, (*range(1, array.ndim), 0))
