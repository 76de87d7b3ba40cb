"""What the arguments of the losses of deviations must not be."""

from __future__ import annotations

from ._kinds import DELTA, EPS, INSIDE, REAL, Table

LOSSES: Table = {
    "pseudo_huber": REAL | {"delta": DELTA},
    "quantile": REAL | {"quantile": INSIDE},
    "expectile": REAL | {"expectile": INSIDE},
    "epsilon_insensitive": REAL | {"epsilon": EPS},
}
