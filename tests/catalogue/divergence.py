"""The divergence losses with inputs to call them on."""

from __future__ import annotations

import arrayloss as al

from ._entry import Entry
from ._makers import classes

ENTRIES = (
    Entry(al.cross_entropy, ("probabilities",), classes("probabilities", "shares"), along_axis=True),
    Entry(al.kl_divergence, ("log_probabilities",), classes("log_probabilities", "shares"), along_axis=True),
)

LOG_TARGETS = Entry(
    al.kl_divergence,
    ("log_probabilities",),
    classes("log_probabilities", "log"),
    along_axis=True,
    parameters=({"log_targets": True},),
)
"""`kl_divergence` of logarithmic targets, whose operands are others."""
