"""Ratios of a prediction and its target, exact where they nearly agree."""

from __future__ import annotations

import math
from typing import Any

from ._stable import clip, times
from ._typing import Namespace

# Above the logarithm of every finite number: at infinity, what it multiplies stays smaller.
MOST = 710.0

_FACTORIALS = tuple(1.0 / math.factorial(n) for n in range(20, 1, -1))

# Beyond this a quotient may overflow, and the difference of two logarithms loses nothing.
_FAR = 69.0


def log_quotient(xp: Namespace, excess: Any, far: Any) -> Any:
    """Log(1 + excess), and far from 0 the logarithm that is given."""
    return xp.where((excess > -0.25) & (excess < 1.0), xp.log1p(excess), far)


def log_ratio(xp: Namespace, rates: Any, counts: Any, log_counts: Any, eps: float = 0.0) -> Any:
    """Log((rates + eps) / counts), near 0 by the difference and far from it without the quotient."""
    total = rates + eps
    far = xp.log(total / counts)
    far = xp.where(xp.abs(far) < _FAR, far, xp.log(total) - log_counts)
    return log_quotient(xp, ((rates - counts) + eps) / counts, far)


def bend(xp: Namespace, x: Any) -> Any:
    """Expm1(x) - x, for x from -1 to 1: x² (1/2! + x/3! + x²/4! + …)."""
    inside = clip(xp, x, -1.0, 1.0)
    series: Any = _FACTORIALS[0]
    for coefficient in _FACTORIALS[1:]:
        series = series * inside + coefficient
    return inside * inside * series


def surplus(xp: Namespace, share: Any, excess: Any, x: Any) -> Any:
    """Share · (expm1(x) - x), which is not negative, given the first product; 0 · inf = 0."""
    far = excess - times(xp, share, clip(xp, x, high=MOST))
    return xp.where(xp.abs(x) < 1.0, share * bend(xp, x), far)


def shortfall(xp: Namespace, part: Any, whole: Any) -> Any:
    """1 - part / whole, as one fraction where it would cancel; a part of 0 is none of 0, too."""
    whole = xp.abs(whole)  # of −0 as of 0
    share = xp.where(part == 0, 0.0, part / whole)
    return xp.where(xp.abs(share - 1.0) < 0.5, (whole - part) / whole, 1.0 - share)
