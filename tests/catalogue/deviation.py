"""The losses of deviations with inputs to call them on."""

from __future__ import annotations

import arrayloss as al

from ._entry import Entry
from ._makers import real

ENTRIES = (
    Entry(al.pseudo_huber, ("predictions",), real, parameters=({}, {"delta": 2.5})),
    Entry(al.quantile, ("predictions",), real, parameters=({}, {"quantile": 0.875})),
    Entry(al.expectile, ("predictions",), real, parameters=({}, {"expectile": 0.875})),
    Entry(
        al.epsilon_insensitive, ("predictions",), real, parameters=({}, {"epsilon": 1.5}, {"epsilon": 0.0})
    ),
)
