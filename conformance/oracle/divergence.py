"""Distributions against distributions."""

from __future__ import annotations

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
    terms = [term(ar, log_p, t) for log_p, t in zip(log_probabilities, targets, strict=True)]
    values, by_log_p, by_targets = ([part[i] for part in terms] for i in range(3))
    return Item(sum(values, ar.number(0)), {"log_probabilities": by_log_p, "targets": by_targets})


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


DEFINITIONS = {
    "cross_entropy": rows(cross_entropy, "probabilities", "targets"),
    "kl_divergence": rows(kl_divergence, "log_probabilities", "targets"),
}
