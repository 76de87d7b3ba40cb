"""What the arguments of the likelihoods with heavy tails must not be."""

from __future__ import annotations

from ._kinds import COUNTS, DELTA, ENTRIES, EPS, OUTPUT, SIBLING, Table

SCALED = {"predictions": OUTPUT, "scales": SIBLING, "targets": ENTRIES}
LOSSES: Table = {
    "laplace_nll": SCALED,
    "student_t_nll": SCALED | {"df": DELTA},
    "negative_binomial_nll": {"rates": OUTPUT, "targets": COUNTS, "dispersion": EPS},
}
