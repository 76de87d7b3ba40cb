"""The ranking losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def margin_ranking(scores1: Number, scores2: Number, labels: int, margin: float = 0.0) -> Number:
    return max(mp.zero, -labels * (scores1 - scores2) + mp.mpf(margin))
