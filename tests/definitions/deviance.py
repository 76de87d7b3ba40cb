"""The deviances as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, times_log


def poisson_deviance(rates: Number, targets: Number) -> Number:
    return 2 * (times_log(targets, targets / rates) - targets + rates)


def gamma_deviance(predictions: Number, targets: Number) -> Number:
    return 2 * (mp.log(predictions / targets) + targets / predictions - 1)


def tweedie_deviance(predictions: Number, targets: Number, power: float = 1.5) -> Number:
    if power in (1, 2):
        return (poisson_deviance if power == 1 else gamma_deviance)(predictions, targets)
    p = mp.mpf(power)
    if p == 0:
        return (predictions - targets) ** 2
    return 2 * (
        targets ** (2 - p) / (1 - p) / (2 - p)
        - targets * predictions ** (1 - p) / (1 - p)
        + predictions ** (2 - p) / (2 - p)
    )
