"""What the arguments of the ranking losses must not be."""

from __future__ import annotations

from ._kinds import MARGIN, MULTIPLICITIES, OF_SETS, OUTPUT, SHARES, SIBLING, SIGNS, Table

GRADED = OF_SETS | {"scores": OUTPUT, "labels": MULTIPLICITIES}
LOSSES: Table = {
    "margin_ranking": {"scores1": OUTPUT, "scores2": SIBLING, "labels": SIGNS, "margin": MARGIN},
    "pairwise_logistic": GRADED,
    "pairwise_hinge": GRADED | {"margin": MARGIN},
    "ranking_softmax": GRADED | {"labels": SHARES},
    "list_mle": GRADED,
}
