"""What the arguments of the deviances must not be."""

from __future__ import annotations

from ._kinds import COUNTS, OUTPUT, POWER, Table

LOSSES: Table = {
    "poisson_deviance": {"rates": OUTPUT, "targets": COUNTS},
    "gamma_deviance": {"predictions": OUTPUT, "targets": COUNTS},
    "tweedie_deviance": {"predictions": OUTPUT, "targets": COUNTS, "power": POWER},
}
