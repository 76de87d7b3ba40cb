"""Ratios of a prediction and its target, exact where they nearly agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._namespace import eager
from ._series import BEND, lag
from ._stable import clip, mostly_finite, times
from ._typing import Namespace

# Above the logarithm of every finite number: at infinity, what it multiplies stays smaller.
MOST = 710.0

# Beyond this a quotient may overflow, and the difference of two logarithms loses nothing.
_FAR = 69.0


def far_log(xp: Namespace, part: Any, whole: Any, log_whole: Callable[[], Any]) -> Any:
    """Log(part / whole), without the quotient where that may not be a number of all its digits."""
    far = xp.log(part / whole)
    plain = xp.abs(far) < _FAR
    if eager(xp) and xp.all(plain):
        return far
    return xp.where(plain, far, xp.log(part) - log_whole())


def log_ratio(xp: Namespace, rates: Any, counts: Any, log_counts: Callable[[], Any], eps: float = 0.0) -> Any:
    """Log((rates + eps) / counts), near 0 by the difference and far from it without the quotient."""
    total = rates + eps
    return log_quotient(xp, _gap(counts, rates, eps) / counts, far_log(xp, total, counts, log_counts))


def log_quotient(xp: Namespace, excess: Any, far: Any) -> Any:
    """Log(1 + excess), and far from 0 the logarithm that is given."""
    return xp.where((excess > -0.25) & (excess < 1.0), xp.log1p(excess), far)


def bend(xp: Namespace, x: Any) -> Any:
    """Expm1(x) - x, for x from -1 to 1: x² (1/2! + x/3! + x²/4! + …)."""
    inside = clip(xp, x, -1.0, 1.0)
    return inside * inside * BEND.at(xp, inside)


def surplus(xp: Namespace, share: Any, excess: Any, log: Any) -> Any:
    """Share · (change - log(1 + change)), which is not negative, given the first product; 0 · inf = 0.

    The logarithm has to be right only where the change is below −0.7 or above 2.3.
    """
    part, cut, near = lag(xp, share, excess, log)
    far = excess - times(xp, share, clip(xp, log, high=MOST))
    return xp.where(near, part * (excess - share * cut), far)


def shortfall(xp: Namespace, part: Any, whole: Any, eps: float = 0.0) -> Any:
    """1 - part / (whole + eps), as one fraction where it would cancel; a part of 0 is none of 0, too."""
    whole = xp.abs(whole)  # of −0 as of 0
    total = whole + eps if eps else whole

    def careful() -> Any:
        share = xp.where(part == 0, 0.0, part / total)
        return xp.where(xp.abs(share - 1.0) < 0.5, _gap(part, whole, eps) / total, 1.0 - share)

    return mostly_finite(xp, lambda: _gap(part, whole, eps) / total, careful)


def _gap(part: Any, whole: Any, eps: float) -> Any:
    """Whole + eps - part, whose difference is exact where the two nearly agree."""
    gap = whole - part
    return gap + eps if eps else gap
