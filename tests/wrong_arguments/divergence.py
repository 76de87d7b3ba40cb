"""What the arguments of the divergence losses must not be."""

from __future__ import annotations

from ._kinds import AXIS, FLAG, OUTPUT, SHARES, Table

LOSSES: Table = {
    "cross_entropy": {"probabilities": OUTPUT, "targets": SHARES, "axis": AXIS},
    "kl_divergence": {"log_probabilities": OUTPUT, "targets": SHARES, "axis": AXIS, "log_targets": FLAG},
}
