"""Scores that should be in an order."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number
from .core import Item, Role, entries


def margin_ranking(
    ar: Arithmetic, scores1: Number, scores2: Number, labels: Number, margin: float = 0.0
) -> Item:
    """max(0, margin - y (s1 - s2))."""
    value, active = ar.hinge(ar.number(margin) - labels * (scores1 - scores2))
    return Item(value, {"scores1": -labels * active, "scores2": labels * active})


DEFINITIONS = {"margin_ranking": entries(margin_ranking, "scores1", "scores2", labels=Role.SIGN)}
