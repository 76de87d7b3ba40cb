"""What the arguments of the losses of quantities must not be."""

from __future__ import annotations

from ._kinds import EPS, OUTPUT, QUANTITIES, REAL, Table

LOSSES: Table = {
    "squared_log_error": {"predictions": OUTPUT, "targets": QUANTITIES},
    "absolute_percentage_error": REAL | {"min_target": EPS},
}
