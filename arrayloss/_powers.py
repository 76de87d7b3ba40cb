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

    def log_at(self, pair: Pair, places: Any) -> Any:
        """The logarithm of the number at the one place that is marked."""
        xp = self.xp
        mantissa = xp.sum(xp.where(places, pair[0], 0.0), axis=-1)
        power = xp.sum(xp.where(places, pair[1], 0.0), axis=-1)
        return xp.where(mantissa == 0, -xp.inf, xp.log(xp.where(mantissa == 0, 1.0, mantissa)) + power)
