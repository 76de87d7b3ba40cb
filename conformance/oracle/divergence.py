"""Distributions against distributions."""

from __future__ import annotations

from collections.abc import Callable

from .arithmetic import Arithmetic, Number, Row
from .core import Item, rows


def cross_entropy(ar: Arithmetic, probabilities: Row, targets: Row) -> Item:
    """-sum t log p, of which a target of 0 is left out; at p = 0 its derivatives are 0, too."""
    pairs = list(zip(probabilities, targets, strict=True))
    return Item(
        -sum((t * ar.log(p) for p, t in pairs if t != 0), ar.number(0)),
        {
            "probabilities": [-ar.over(t, p) for p, t in pairs],
            "targets": [ar.number(0) if t == 0 and p == 0 else -ar.log(p) for p, t in pairs],
        },
    )


def kl_divergence(ar: Arithmetic, log_probabilities: Row, targets: Row, log_targets: bool = False) -> Item:
    """Sum t (log t - log p), of which a target of 0 is left out, with its derivatives."""
    term = _of_logarithms if log_targets else _of_shares
    return _summed(ar, term, log_probabilities=log_probabilities, targets=targets)


def _of_shares(ar: Arithmetic, log_p: Number, t: Number) -> tuple[Number, Number, Number]:
    """One term and its derivatives, by log p and by t."""
    if t == 0:
        return (ar.number(0),) * 3
    excess = ar.log(t) - log_p
    return t * excess, -t, excess + 1


def _of_logarithms(ar: Arithmetic, log_p: Number, u: Number) -> tuple[Number, Number, Number]:
    """The same with t = exp(u), by log p and by u."""
    if u == -ar.infinity:
        return (ar.number(0),) * 3
    share, excess = ar.exp(u), u - log_p
    return share * excess, -share, share * excess + share


def generalized_kl(ar: Arithmetic, rates: Row, targets: Row) -> Item:
    """Sum t log(t / p) - t + p, with its derivatives; where t is 0 the one by t is 0, too."""
    return _summed(ar, _generalized_term, rates=rates, targets=targets)


def _generalized_term(ar: Arithmetic, p: Number, t: Number) -> tuple[Number, Number, Number]:
    if t == 0:
        return p, ar.number(1), ar.number(0) * p
    excess = ar.log(t) - ar.log(p)
    return t * excess - t + p, 1 - ar.over(t, p), excess


def js_divergence(ar: Arithmetic, probabilities: Row, targets: Row) -> Item:
    """Half of sum p log(p / m) + t log(t / m), m = (p + t) / 2; where both are 0 its derivatives are 0."""
    return _summed(ar, _mean_term, probabilities=probabilities, targets=targets)


def _mean_term(ar: Arithmetic, p: Number, t: Number) -> tuple[Number, Number, Number]:
    if p == 0 and t == 0:
        return (ar.number(0),) * 3
    middle = ar.log((p + t) / 2)
    by_p, by_t = (ar.log(p) - middle) / 2, (ar.log(t) - middle) / 2
    return ar.times(p, by_p) + ar.times(t, by_t), by_p, by_t


def _summed(ar: Arithmetic, term: Callable[..., tuple[Number, ...]], **operands: Row) -> Item:
    """The sum of the terms, with the derivatives by each operand."""
    terms = [term(ar, *pair) for pair in zip(*operands.values(), strict=True)]
    values, *slopes = ([part[i] for part in terms] for i in range(3))
    return Item(sum(values, ar.number(0)), dict(zip(operands, slopes, strict=True)))


DEFINITIONS = {
    "cross_entropy": rows(cross_entropy, "probabilities", "targets"),
    "kl_divergence": rows(kl_divergence, "log_probabilities", "targets"),
    "generalized_kl": rows(generalized_kl, "rates", "targets"),
    "js_divergence": rows(js_divergence, "probabilities", "targets"),
}
