"""Pieces of several textbook formulas."""

from __future__ import annotations

import math
from typing import Any


def positive(xp: Any, x: Any) -> Any:
    return xp.where(x > 0, x, 0.0)


def one_hot(xp: Any, rows: Any, labels: Any) -> Any:
    return xp.astype(labels[..., None] == xp.arange(rows.shape[-1]), rows.dtype)


def norm(xp: Any, x: Any, p: float) -> Any:
    return xp.max(xp.abs(x), axis=-1) if math.isinf(p) else xp.sum(xp.abs(x) ** p, axis=-1) ** (1 / p)
