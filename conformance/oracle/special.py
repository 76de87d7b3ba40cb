"""The special functions; one item for each number of the result."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Definition, Item, Role, entries, rows
from .softmax import log_sum, others, probability


def sigmoid(ar: Arithmetic, x: Number) -> Item:
    """1 / (1 + exp(-x)), whose derivative is it times that of -x."""
    value = 1 / (1 + ar.exp(-x))
    return Item(value, {"x": value / (1 + ar.exp(x))})


def log_sigmoid(ar: Arithmetic, x: Number) -> Item:
    """-log(1 + exp(-x))."""
    return Item(-ar.log1p(ar.exp(-x)), {"x": 1 / (1 + ar.exp(x))})


def softplus(ar: Arithmetic, x: Number) -> Item:
    """log(1 + exp(x))."""
    return Item(ar.log1p(ar.exp(x)), {"x": 1 / (1 + ar.exp(-x))})


def xlogy(ar: Arithmetic, x: Number, y: Number) -> Item:
    """X log y; where x is 0 it is left out, with its derivatives, unless y is NaN."""
    if ar.is_nan(y):
        return Item(y, {"x": y, "y": y})
    if x == 0:
        return Item(ar.number(0), {"x": ar.number(0), "y": ar.number(0)})
    log = ar.log(y)
    return Item(x * log, {"x": log, "y": ar.nan if y < 0 else ar.over(x, y)})


def logsumexp(ar: Arithmetic, x: Row) -> Item:
    """Log sum exp(x), whose derivative is the softmax."""
    odds = others(ar, x)
    slopes = {"x": [probability(ar, against) for against in odds]}
    if any(ar.is_nan(entry) for entry in x):
        return Item(ar.nan, slopes)
    top = max(x)
    if top in (ar.infinity, -ar.infinity):  # nothing to add, or nothing that could
        return Item(top, slopes)
    return Item(log_sum(ar, x, odds), slopes)


def softmax(ar: Arithmetic, x: Row, at: int) -> Item:
    """exp(x_c) over the sum of all."""
    return Item(probability(ar, others(ar, x)[at]))


def log_softmax(ar: Arithmetic, x: Row, at: int) -> Item:
    """x_c - log sum exp(x)."""
    return Item(-ar.log1p(others(ar, x)[at]))


def smooth_labels(ar: Arithmetic, labels: Row, at: int, alpha: float = 0.1) -> Item:
    """(1 - alpha) label + alpha / C."""
    share = ar.number(alpha)
    return Item((1 - share) * labels[at] + share / len(labels))


DEFINITIONS = {
    "special.sigmoid": entries(sigmoid, "x"),
    "special.log_sigmoid": entries(log_sigmoid, "x"),
    "special.softplus": entries(softplus, "x"),
    "special.xlogy": entries(xlogy, "x", "y"),
    "special.logsumexp": rows(logsumexp, "x"),
    "special.softmax": Definition(softmax, {"x": Role.ROW}, each=True),
    "special.smooth_labels": Definition(smooth_labels, {"labels": Role.ROW}, each=True),
    "special.log_softmax": Definition(log_softmax, {"x": Role.ROW}, each=True),
}
