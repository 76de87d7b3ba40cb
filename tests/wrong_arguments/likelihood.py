"""What the arguments of the likelihood losses must not be."""

from __future__ import annotations

from ._kinds import COUNTS, ENTRIES, EPS, FLAG, OUTPUT, SIBLING, Table

LOSSES: Table = {
    "log_poisson_nll": {"log_rates": OUTPUT, "targets": COUNTS, "stirling": FLAG},
    "poisson_nll": {"rates": OUTPUT, "targets": COUNTS, "stirling": FLAG, "eps": EPS},
    "gaussian_nll": {
        "predictions": OUTPUT,
        "variances": SIBLING,
        "targets": ENTRIES,
        "full": FLAG,
        "min_variance": EPS,
    },
}
