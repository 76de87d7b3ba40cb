"""Real predictions against real targets."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, entries, of_error


def squared_error(ar: Arithmetic, predictions: Number, targets: Number) -> Item:
    """(p - t)^2."""
    error = predictions - targets
    return of_error(error**2, 2 * error)


def absolute_error(ar: Arithmetic, predictions: Number, targets: Number) -> Item:
    """|p - t|, with derivative 0 at the kink."""
    error = predictions - targets
    return of_error(abs(error), ar.sign(error))


def huber(ar: Arithmetic, predictions: Number, targets: Number, delta: float = 1.0) -> Item:
    """e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) elsewhere."""
    error, limit = predictions - targets, ar.number(delta)
    if abs(error) <= limit:
        return of_error(error**2 / 2, error)
    return of_error(limit * (abs(error) - limit / 2), limit * ar.sign(error))


def smooth_l1(ar: Arithmetic, predictions: Number, targets: Number, beta: float = 1.0) -> Item:
    """e^2 / (2 beta) where |e| < beta, |e| - beta / 2 elsewhere."""
    error, limit = predictions - targets, ar.number(beta)
    if abs(error) < limit:
        return of_error(error**2 / (2 * limit), error / limit)
    return of_error(abs(error) - limit / 2, ar.sign(error))


def log_cosh(ar: Arithmetic, predictions: Number, targets: Number) -> Item:
    """Log cosh e, where cosh e = 1 + 2 sinh^2 (e / 2)."""
    error = predictions - targets
    return of_error(ar.log1p(2 * ar.sinh(error / 2) ** 2), ar.tanh(error))


DEFINITIONS = {
    formula.__name__: entries(formula, "predictions", "targets")
    for formula in (squared_error, absolute_error, huber, smooth_l1, log_cosh)
}
