"""What the arguments of the divergence losses must not be."""

from __future__ import annotations

from ._kinds import AXIS, DELTA, FLAG, OUTPUT, SHARES, SIBLING, Table

LOSSES: Table = {
    "cross_entropy": {"probabilities": OUTPUT, "targets": SHARES, "axis": AXIS},
    "kl_divergence": {"log_probabilities": OUTPUT, "targets": SHARES, "axis": AXIS, "log_targets": FLAG},
    "generalized_kl": {"rates": OUTPUT, "targets": SHARES, "axis": AXIS},
    "js_divergence": {"probabilities": OUTPUT, "targets": SHARES, "axis": AXIS},
    "distillation": {"logits": OUTPUT, "teacher_logits": SIBLING, "temperature": DELTA, "axis": AXIS},
}
