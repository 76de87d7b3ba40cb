"""The Fenchel–Young losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def sparsemax(logits: Row, labels: int, ignore_index: int | None = None) -> Number:
    if labels == ignore_index:
        return mp.zero
    ordered = sorted(logits, reverse=True)
    sizes = [k for k in range(1, len(ordered) + 1) if 1 + k * ordered[k - 1] > mp.fsum(ordered[:k])]
    threshold = (mp.fsum(ordered[: max(sizes)]) - 1) / max(sizes)
    support = [x for x in logits if x > threshold]
    return mp.fsum(x**2 - threshold**2 for x in support) / 2 - logits[labels] + mp.mpf(1) / 2


def binary_sparsemax(logits: Number, labels: Number) -> Number:
    return (1 - labels) * _rising(logits) + labels * _rising(-logits)


def fenchel_young(scores: Row, targets: Row) -> Number:
    return mp.log(mp.fsum(map(mp.exp, scores))) - mp.fdot(targets, scores)


def _rising(x: Number) -> Number:
    if x <= -1:
        return mp.zero
    return x if x >= 1 else (x + 1) ** 2 / 4
