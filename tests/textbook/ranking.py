"""The ranking losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import positive


def margin_ranking(xp: Any, scores1: Any, scores2: Any, labels: Any, margin: float = 0.0) -> Any:
    return positive(xp, margin - labels * (scores1 - scores2))
