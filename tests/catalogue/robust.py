"""The robust losses with inputs to call them on."""

from __future__ import annotations

import math

import arrayloss as al

from ._entry import Entry
from ._makers import real

SCALES = ({}, {"scale": 2.5})

ENTRIES = (
    *(
        Entry(loss, ("predictions",), real, parameters=SCALES)
        for loss in (al.charbonnier, al.cauchy, al.geman_mcclure, al.welsch)
    ),
    Entry(
        al.general_robust,
        ("predictions",),
        real,
        parameters=(
            {},
            {"alpha": 1.3, "scale": 2.5},
            {"alpha": -0.7},
            {"alpha": -8.0, "scale": 2.5},
            {"alpha": 2.0, "scale": 2.5},
            {"alpha": -math.inf},
        ),
    ),
)
