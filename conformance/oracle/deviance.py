"""Deviances of generalised linear models, whole and not halved."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries


def poisson_deviance(ar: Arithmetic, rates: Number, targets: Number) -> Item:
    """2 (k log(k / r) - k + r); what is infinite costs infinity."""
    ratio = ar.over(targets, rates)
    boundless = ar.infinity in (rates, targets)
    value = 2 * (ar.times(targets, ar.log(ratio)) - targets + rates)
    by_targets = ar.number(0) if targets == rates else 2 * ar.log(ratio)
    return Item(ar.infinity if boundless else value, {"rates": 2 * (1 - ratio), "targets": by_targets})


def gamma_deviance(ar: Arithmetic, predictions: Number, targets: Number) -> Item:
    """2 (y / m - 1 - log(y / m)); of 0 and 0 it is not defined."""
    ratio, one = ar.over(targets, predictions), ar.number(1)
    value = ratio if ratio == ar.infinity else 2 * (ratio - 1 - ar.log(ratio))
    slopes = {
        "predictions": 2 * ar.over(1 - ratio, predictions),
        "targets": 2 * (ar.over(one, predictions) - ar.over(one, targets)),
    }
    return Item(ar.nan if predictions == 0 and targets == 0 else value, slopes)


def tweedie_deviance(ar: Arithmetic, predictions: Number, targets: Number, power: float = 1.5) -> Item:
    """2 (y^(2 - p) / ((1 - p) (2 - p)) - y m^(1 - p) / (1 - p) + m^(2 - p) / (2 - p))."""
    if power == 0:
        error = predictions - targets
        return Item(error**2, {"predictions": 2 * error, "targets": -2 * error})
    if power in (1, 2):
        item = (poisson_deviance if power == 1 else gamma_deviance)(ar, predictions, targets)
        return Item(item.value, dict(zip(("predictions", "targets"), item.slopes.values(), strict=True)))
    p = ar.number(power)
    upper, lower = 2 - p, 1 - p

    def raised(x: Number, exponent: Number) -> Number:
        if x in (0, ar.infinity):
            return ar.infinity if (x == 0) == (exponent < 0) else ar.number(0)
        return ar.power(x, exponent)

    own, low = raised(targets, upper), raised(predictions, lower)
    mixed = ar.times(targets, low)
    value = 2 * (own / (lower * upper) - mixed / lower + raised(predictions, upper) / upper)
    by_predictions = 2 * (1 - ar.over(targets, predictions)) * low
    by_targets = ar.number(0) if targets == predictions else 2 * (raised(targets, lower) - low) / lower
    return Item(
        ar.infinity if ar.infinity in (own, mixed) else value,
        {"predictions": by_predictions, "targets": by_targets},
    )


DEFINITIONS = {
    "poisson_deviance": entries(poisson_deviance, "rates", "targets"),
    "gamma_deviance": entries(gamma_deviance, "predictions", "targets"),
    "tweedie_deviance": entries(tweedie_deviance, "predictions", "targets"),
}
