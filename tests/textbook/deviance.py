"""The deviances as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def poisson_deviance(xp: Any, rates: Any, targets: Any) -> Any:
    return 2 * (targets * xp.log(targets / rates) - targets + rates)


def gamma_deviance(xp: Any, predictions: Any, targets: Any) -> Any:
    return 2 * (xp.log(predictions / targets) + targets / predictions - 1)


def tweedie_deviance(xp: Any, predictions: Any, targets: Any, power: float = 1.5) -> Any:
    if power in (1, 2):
        return (poisson_deviance if power == 1 else gamma_deviance)(xp, predictions, targets)
    if power == 0:
        return (predictions - targets) ** 2
    return 2 * (
        targets ** (2 - power) / (1 - power) / (2 - power)
        - targets * predictions ** (1 - power) / (1 - power)
        + predictions ** (2 - power) / (2 - power)
    )
