"""Deviations of predictions from targets."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries, of_error


def pseudo_huber(ar: Arithmetic, predictions: Number, targets: Number, delta: float = 1.0) -> Item:
    """D^2 (sqrt(1 + (e / d)^2) - 1), whose derivative is no steeper than d."""
    error, limit = predictions - targets, ar.number(delta)
    if abs(error) == ar.infinity:
        return of_error(abs(error), limit * ar.sign(error))
    root = ar.sqrt(1 + (error / limit) ** 2)
    return of_error(limit**2 * (root - 1), error / root)


def quantile(ar: Arithmetic, predictions: Number, targets: Number, quantile: float = 0.5) -> Item:
    """The share q of what is missing, 1 - q of what is too much; with derivative 0 at the kink."""
    error, share = predictions - targets, ar.number(quantile)
    side = ar.sign(error)
    weight = share if error < 0 else 1 - share
    return of_error(weight * abs(error), weight * side)


def expectile(ar: Arithmetic, predictions: Number, targets: Number, expectile: float = 0.5) -> Item:
    """The square, times the share where something is missing, times 1 less the share elsewhere."""
    error, share = predictions - targets, ar.number(expectile)
    weight = share if error < 0 else 1 - share
    return of_error(weight * error**2, 2 * weight * error)


def epsilon_insensitive(ar: Arithmetic, predictions: Number, targets: Number, epsilon: float = 0.1) -> Item:
    """Max(0, |e| - epsilon), with derivative 0 at the kink."""
    error = predictions - targets
    value, slope = ar.hinge(abs(error) - ar.number(epsilon))
    return of_error(value, slope * ar.sign(error))


DEFINITIONS = {
    formula.__name__: entries(formula, "predictions", "targets")
    for formula in (pseudo_huber, quantile, expectile, epsilon_insensitive)
}
