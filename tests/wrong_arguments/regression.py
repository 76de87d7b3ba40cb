"""What the arguments of the regression losses must not be."""

from __future__ import annotations

from ._kinds import BETA, DELTA, REAL, Table

LOSSES: Table = {
    "squared_error": REAL,
    "absolute_error": REAL,
    "huber": REAL | {"delta": DELTA},
    "smooth_l1": REAL | {"beta": BETA},
    "log_cosh": REAL,
}
