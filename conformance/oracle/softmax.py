"""The softmax, and its logarithm, written so that no probability is rounded to 0 or 1."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row


def others(ar: Arithmetic, x: Row) -> Row:
    """The sum of the other exponentials over each one: T with p = 1 / (1 + T).

    So -log p = log(1 + T). Infinite where p is 0; NaN all along a row that has no softmax,
    because it holds NaN or +inf or nothing but -inf.
    """
    absent = [entry == -ar.infinity for entry in x] if not _is_undefined(ar, x) else [True] * len(x)
    if all(absent):
        return [ar.nan] * len(x)
    top = max(x)
    terms = [ar.exp(entry - top) for entry in x]
    return [
        ar.infinity if absent[c] else sum((t for j, t in enumerate(terms) if j != c), ar.number(0)) / terms[c]
        for c in range(len(x))
    ]


def _is_undefined(ar: Arithmetic, x: Row) -> bool:
    return any(ar.is_nan(entry) or entry == ar.infinity for entry in x)


def without_each(ar: Arithmetic, shares: Row) -> Row:
    """For each share the sum of the others."""
    return [sum((s for j, s in enumerate(shares) if j != c), ar.number(0)) for c in range(len(shares))]


def probability(ar: Arithmetic, odds_against: Number) -> Number:
    """1 / (1 + T)."""
    return 1 / (1 + odds_against)
