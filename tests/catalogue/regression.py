"""The regression losses with inputs to call them on."""

from __future__ import annotations

import arrayloss as al

from ._entry import Entry
from ._makers import real

ENTRIES = (
    Entry(al.squared_error, ("predictions",), real),
    Entry(al.absolute_error, ("predictions",), real),
    Entry(al.huber, ("predictions",), real, parameters=({}, {"delta": 2.5})),
    Entry(al.smooth_l1, ("predictions",), real, parameters=({}, {"beta": 0.5}, {"beta": 0.0})),
    Entry(al.log_cosh, ("predictions",), real),
)
