"""Quantities, whose errors count relative to their size."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries


def squared_log_error(ar: Arithmetic, predictions: Number, targets: Number) -> Item:
    """(log(1 + p) - log(1 + t))^2."""
    met = predictions == targets
    apart = ar.number(0) if met else ar.log1p(predictions) - ar.log1p(targets)
    return Item(
        apart**2, {"predictions": 2 * apart / (1 + predictions), "targets": -2 * apart / (1 + targets)}
    )


def absolute_percentage_error(
    ar: Arithmetic, predictions: Number, targets: Number, min_target: float = 0.0
) -> Item:
    """|p - t| / max(|t|, m), where 0 / 0 is 0, with derivative 0 at the kink.

    The derivative by t is that of the error alone up to m. An infinite target costs the limit 1.
    """
    error, least = predictions - targets, ar.number(min_target)
    side, size = ar.sign(error), abs(targets)
    if size == ar.infinity and abs(predictions) < ar.infinity:
        return Item(ar.number(1), {"predictions": ar.number(0), "targets": ar.number(0)})
    if size > least:
        pull = -side * predictions / (targets * size)
        return Item(abs(error) / size, {"predictions": side / size, "targets": pull})
    slope = ar.over(side, least)
    return Item(ar.over(abs(error), least), {"predictions": slope, "targets": -slope})


DEFINITIONS = {
    formula.__name__: entries(formula, "predictions", "targets")
    for formula in (squared_log_error, absolute_percentage_error)
}
