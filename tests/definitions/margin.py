"""The margin losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from typing import Any

from mpmath import mp

from ._pieces import Number, Row


def soft_margin(scores: Number, labels: int) -> Number:
    return mp.log(1 + mp.exp(-labels * scores))


def multi_margin(
    scores: Row,
    labels: int,
    class_weights: Any = None,
    p: int = 1,
    margin: float = 1.0,
    ignore_index: int | None = None,
) -> Number:
    if labels == ignore_index:
        return mp.zero
    lacks = [max(mp.zero, mp.mpf(margin) - scores[labels] + x) for i, x in enumerate(scores) if i != labels]
    weight = 1 if class_weights is None else mp.mpf(float(class_weights[labels]))
    return weight * mp.fsum(lack**p for lack in lacks) / len(scores)


def multilabel_margin(scores: Row, labels: Row, margin: float = 1.0) -> Number:
    return mp.fsum(
        t * max(mp.zero, mp.mpf(margin) - own + other)
        for own, t in zip(scores, labels, strict=True)
        for other, u in zip(scores, labels, strict=True)
        if t != 0 and u == 0
    ) / len(scores)
