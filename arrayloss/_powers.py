"""Positive numbers as mantissas and powers of e: products of chances that leave no range.

A pair is an array of mantissas and one of powers; states are along the last axis.
"""

from __future__ import annotations

import math
from typing import Any

from ._typing import Namespace

Pair = tuple[Any, Any]

# Below any power, and itself a number, so that −∞ less it is −∞.
LOWEST = -3e38

# What a mantissa may grow to, and the power that is taken from it then.
_LARGE, _SHIFT, _SMALLER = 1e6, 13.0, math.exp(-13.0)

# So many frames are gone through between two looks at the scale; a sum may grow by 3 in each.
_RUN = 8


class Powers:
    """Each state with a power of its own, so that none is lost beside another.

    The powers are integers: they are added and compared without rounding.
    """

    def __init__(self, xp: Namespace) -> None:
        self.xp = xp

    def split(self, logs: Any) -> Pair:
        """The numbers that have these logarithms."""
        powers = self.xp.floor(logs)
        return self.xp.exp(logs - self.xp.where(logs > LOWEST, powers, 0.0)), powers

    def start(self, places: Any, dtype: Any) -> Pair:
        """1 at some places and 0 at others."""
        one = self.xp.astype(places, dtype)
        return one, self.xp.where(places, self.xp.zeros_like(one), -self.xp.inf)

    def cut(self, pair: Pair, part: slice) -> Pair:
        """Some of the states."""
        return pair[0][..., part], pair[1][..., part]

    def padded(self, pair: Pair, like: Pair, *, back: bool) -> Pair:
        """One more state, before all or after them, with the number 0."""
        pads = self.xp.zeros_like(like[0][..., :1]), self.xp.full_like(like[1][..., :1], -self.xp.inf)
        return self._joined(pair[0], pads[0], back), self._joined(pair[1], pads[1], back)

    def _joined(self, array: Any, pad: Any, back: bool) -> Any:
        return self.xp.concat([array, pad] if back else [pad, array], axis=-1)

    def only(self, pair: Pair, keep: Any) -> Pair:
        """The numbers, but 0 where they are not to be kept."""
        return pair[0], self.xp.where(keep, pair[1], -self.xp.inf)

    def times(self, first: Pair, second: Pair) -> Pair:
        """The products."""
        return first[0] * second[0], first[1] + second[1]

    def plus(self, first: Pair, second: Pair) -> Pair:
        """The sums."""
        xp, (m1, e1), (m2, e2) = self.xp, first, second
        top = xp.maximum(e1, e2)
        less = xp.exp(xp.minimum(e1, e2) - xp.clip(top, min=LOWEST))
        total = xp.where(e1 < e2, m1 * less + m2, m1 + m2 * less)
        large = total > _LARGE
        return xp.where(large, total * _SMALLER, total), xp.where(large, top + _SHIFT, top)

    def settled(self, blanks: Pair, labels: Pair, *_: Any) -> tuple[Pair, Pair]:
        """The numbers of one frame for the next."""
        return blanks, labels

    def turns(self, _: int) -> tuple[Any, ...]:
        """What `settled` has to know of each frame."""
        return ()

    def log_at(self, pair: Pair, places: Any) -> Any:
        """The logarithm of the number at the one place that is marked."""
        xp = self.xp
        mantissa = xp.sum(xp.where(places, pair[0], 0.0), axis=-1)
        power = self.power_at(pair[1], places)
        return xp.where(mantissa == 0, -xp.inf, xp.log(xp.where(mantissa == 0, 1.0, mantissa)) + power)

    def power_at(self, power: Any, places: Any) -> Any:
        """The power at the one place that is marked."""
        return self.xp.sum(self.xp.where(places, power, 0.0), axis=-1)


class Scaled(Powers):
    """All states of a frame with one power: a fraction of the work, where the range is enough."""

    def split(self, logs: Any) -> Pair:
        """The numbers that have these logarithms."""
        return self.xp.exp(logs), None

    def start(self, places: Any, dtype: Any) -> Pair:
        """1 at some places and 0 at others."""
        one = self.xp.astype(places, dtype)
        return one, self.xp.zeros_like(one[..., :1])

    def cut(self, pair: Pair, part: slice) -> Pair:
        """Some of the states."""
        return pair[0][..., part], pair[1]

    def padded(self, pair: Pair, like: Pair, *, back: bool) -> Pair:
        """One more state, before all or after them, with the number 0."""
        return self._joined(pair[0], self.xp.zeros_like(like[0][..., :1]), back), pair[1]

    def only(self, pair: Pair, keep: Any) -> Pair:
        """The numbers, but 0 where they are not to be kept."""
        return pair[0] * keep, pair[1]

    def times(self, first: Pair, second: Pair) -> Pair:
        """The products; of chances, which have no power of their own, too."""
        power = first[1] if second[1] is None else first[1] + second[1]
        return first[0] * second[0], power

    def plus(self, first: Pair, second: Pair) -> Pair:
        """The sums, of numbers of one frame."""
        return first[0] + second[0], first[1]

    def settled(self, blanks: Pair, labels: Pair, turn: bool) -> tuple[Pair, Pair]:
        """The numbers of one frame for the next, scaled when it is their turn."""
        if not turn:
            return blanks, labels
        # No label has more than three times as much as the blanks beside it.
        top = self.xp.max(blanks[0], axis=-1, keepdims=True)
        power = blanks[1] + self.xp.log(top)
        return (blanks[0] / top, power), (labels[0] / top, power)

    def turns(self, frames: int) -> tuple[Any, ...]:
        """What `settled` has to know of each frame."""
        return ([t % _RUN == 0 for t in range(frames)],)

    def power_at(self, power: Any, _: Any) -> Any:
        """The power at the one place that is marked."""
        return power[..., 0]
