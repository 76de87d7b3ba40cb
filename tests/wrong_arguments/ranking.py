"""What the arguments of the ranking losses must not be."""

from __future__ import annotations

from ._kinds import MARGIN, OUTPUT, SIBLING, SIGNS, Table

LOSSES: Table = {
    "margin_ranking": {"scores1": OUTPUT, "scores2": SIBLING, "labels": SIGNS, "margin": MARGIN},
}
