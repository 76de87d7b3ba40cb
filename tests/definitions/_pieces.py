"""Pieces of several definitions, and what they are made of."""

from __future__ import annotations

from typing import Any

from mpmath import mp

Number = Any
Row = list[Any]


def log(p: Number) -> Number:
    return mp.log(p) if p else -mp.inf


def times_log(t: Number, p: Number) -> Number:
    """t log p, 0 where t is 0."""
    return t * log(p) if t else mp.zero


def cosine(a: Row, b: Row) -> Number:
    lengths = mp.norm(a) * mp.norm(b)
    return mp.fdot(a, b) / lengths if lengths else mp.zero
