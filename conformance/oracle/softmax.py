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


def log_sum(ar: Arithmetic, x: Row, odds: Row) -> Number:
    """Log sum exp(x) = x_c - log p_c, for any class c: here the likeliest."""
    top = max(x)
    return top + ar.log1p(odds[x.index(top)])


def dot(ar: Arithmetic, shares: Row, quantities: Row) -> Number:
    """The sum of the products; a share of 0 leaves its term out."""
    return sum((ar.times(a, q) for a, q in zip(shares, quantities, strict=True)), ar.number(0))


def by_logits(ar: Arithmetic, pulls: Row, odds: Row) -> Row:
    """Sum a d(-log p): p_c sum a - a_c with p = 1 / (1 + T), so (sum of the other a - a_c T) / (1 + T)."""
    rest = without_each(ar, pulls)
    return [
        -a if against == ar.infinity else (r - a * against) / (1 + against)
        for a, r, against in zip(pulls, rest, odds, strict=True)
    ]


def one_hot(ar: Arithmetic, label: int, count: int) -> Row:
    """The row of a class."""
    return [ar.number(c == label) for c in range(count)]
