"""The robust losses as their papers write them, on arrays."""

from __future__ import annotations

import math
from typing import Any


def charbonnier(xp: Any, predictions: Any, targets: Any, scale: float = 1.0) -> Any:
    return xp.sqrt(1 + ((predictions - targets) / scale) ** 2) - 1


def cauchy(xp: Any, predictions: Any, targets: Any, scale: float = 1.0) -> Any:
    return xp.log(1 + ((predictions - targets) / scale) ** 2 / 2)


def geman_mcclure(xp: Any, predictions: Any, targets: Any, scale: float = 1.0) -> Any:
    square = ((predictions - targets) / scale) ** 2
    return 2 * square / (square + 4)


def welsch(xp: Any, predictions: Any, targets: Any, scale: float = 1.0) -> Any:
    return 1 - xp.exp(-(((predictions - targets) / scale) ** 2) / 2)


def general_robust(xp: Any, predictions: Any, targets: Any, alpha: float = 1.0, scale: float = 1.0) -> Any:
    square = ((predictions - targets) / scale) ** 2
    if alpha == 2:
        return square / 2
    if alpha == -math.inf:
        return 1 - xp.exp(-square / 2)
    rest = abs(alpha - 2)
    return rest / alpha * ((square / rest + 1) ** (alpha / 2) - 1)
