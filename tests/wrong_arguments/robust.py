"""What the arguments of the robust losses must not be."""

from __future__ import annotations

from ._kinds import DELTA, REAL, SHAPE, Table

LOSSES: Table = {
    **dict.fromkeys(("charbonnier", "cauchy", "geman_mcclure", "welsch"), REAL | {"scale": DELTA}),
    "general_robust": REAL | {"alpha": SHAPE, "scale": DELTA},
}
