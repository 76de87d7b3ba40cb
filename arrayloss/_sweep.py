"""All ways through a lattice frame by frame, where arrays may be written: a few operations for each.

Blanks and labels take turns in one row of states, and all states of a frame have one power
of e in common: a fraction of the work, where the range is enough.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ._lattice import Lattice, Ways
from ._namespace import device_of
from ._typing import Namespace

# If all chances together are more than this, none that was too small for a number counts.
_SURE = 1e-270

# So many frames are gone through between two looks at the scale; a sum may grow by 3 in each.
_RUN = 8


class Sweep(NamedTuple):
    """The chances of all ways to each state of a frame, its own chance left out.

    Attributes
    ----------
    states : array, shape (T + 1, ..., 2 S + 1)
        In units of each frame, and those to what comes after the last one.
    powers : array, shape (T + 1, ..., 1)
        The logarithms of the units.
    """

    states: Any
    powers: Any

    def ways(self, xp: Namespace, end: Any) -> Ways:
        """The same as pairs, and the logarithm of the chance of all ways that end at a blank."""
        powers, last = self.powers[:-1, ...], self.states[-1, ..., ::2]
        total = xp.sum(xp.where(end, last, xp.zeros_like(last)), axis=-1)
        log = xp.log(total) + self.powers[-1, ..., 0]
        return Ways((self.states[:-1, ..., ::2], powers), (self.states[:-1, ..., 1::2], powers), log)

    def sure(self, xp: Namespace, log: Any) -> Any:
        """Whether all ways together outweigh what no number was small enough for.

        None of that can come to more than its frame's unit, as no chance that follows is above 1.
        """
        return log - xp.max(self.powers[..., 0], axis=0) > math.log(_SURE)


def chances_of(xp: Namespace, lattice: Lattice) -> Any:
    """The chances of all states of each frame, in float64."""
    logs = xp.exp(xp.astype(lattice.logs, xp.float64))
    count = logs.shape[-1] - 1
    chances = xp.empty((*logs.shape[:-1], 2 * count + 1), dtype=logs.dtype, device=device_of(logs))
    chances[..., ::2], chances[..., 1::2] = logs[..., count:], logs[..., :count]
    return chances


def forward(xp: Namespace, lattice: Lattice, chances: Any) -> Sweep:
    """From the first frame to the last."""
    return _sweep(xp, chances, lattice.skips, lattice.start, lattice.active)


def backward(xp: Namespace, lattice: Lattice, chances: Any) -> Sweep:
    """From the last to the first: forward through the frames and the states the other way round."""
    skips, active = lattice.skips, lattice.active
    turned = xp.concat([skips[..., :1] & False, skips[..., :0:-1]], axis=-1)
    active = None if active is None else active[::-1, ...]
    found = _sweep(xp, chances[::-1, ..., ::-1], turned, lattice.end[..., ::-1], active)
    return Sweep(*[each[::-1, ..., ::-1] for each in found])


def shares(xp: Namespace, there: Sweep, back: Sweep, chances: Any) -> tuple[Any, Any]:
    """The share of alignments that have a frame at each label, and at any blank; and whether that is sure."""
    each = there.states[:-1, ...] * back.states[1:, ...] * chances
    each = xp.concat([each[..., 1::2], xp.sum(each[..., ::2], axis=-1, keepdims=True)], axis=-1)
    total = xp.sum(each, axis=-1, keepdims=True)
    return each / xp.where(total == 0, 1.0, total), total[..., 0] > _SURE


def _sweep(xp: Namespace, chances: Any, skips: Any, start: Any, active: Any) -> Sweep:
    frames, *shape = chances.shape
    dtype, device = chances.dtype, device_of(chances)
    states = xp.empty((frames + 1, *shape), dtype=dtype, device=device)
    powers = xp.zeros((frames + 1, *shape[:-1], 1), dtype=dtype, device=device)
    states[0, ..., ::2], states[0, ..., 1::2] = start, start[..., :-1]
    skip = xp.zeros_like(states[0, ...])
    skip[..., 1::2] = skips
    # Two states before all others have no ways.
    padded = xp.zeros((*shape[:-1], shape[-1] + 2), dtype=dtype, device=device)
    own, before, second = padded[..., 2:], padded[..., 1:-1], padded[..., :-2]
    for t in range(frames):
        here, found = states[t, ...], states[t + 1, ...]
        xp.multiply(here, chances[t, ...], out=own)
        xp.multiply(second, skip, out=found)
        found += before
        found += own
        _settle(xp, states, powers, t, active)
    return Sweep(states, powers)


def _settle(xp: Namespace, states: Any, powers: Any, t: int, active: Any) -> None:
    """Scale what a frame has led to when it is its turn, and leave things as they were if there is none."""
    found, power = states[t + 1, ...], powers[t + 1, ...]
    power[...] = powers[t, ...]
    if t % _RUN == 0:  # no label has more than three times as much as the blanks beside it
        top = xp.max(found[..., ::2], axis=-1, keepdims=True)
        found /= top
        power += xp.log(top)
    if active is not None:
        keep = active[t, ..., None]
        found[...] = xp.where(keep, found, states[t, ...])
        power[...] = xp.where(keep, power, powers[t, ...])
