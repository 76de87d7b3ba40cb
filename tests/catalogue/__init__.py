"""Every public loss with inputs to call it on: the one list that the tests go by.

`tests/test_public_api.py` fails by name for a loss that is missing here.
"""

from __future__ import annotations

import arrayloss as al

from ..families import families
from ._entry import FEATURES, FRAMES, Entry, Operands, by_item
from .distance import SWAPPED
from .divergence import LOG_TARGETS

ENTRIES: tuple[Entry, ...] = tuple(
    entry for module in families(__name__, __path__) for entry in module.ENTRIES
)

CATALOGUE = {entry.name: entry for entry in ENTRIES}
PENALTIES = (al.l1_penalty, al.l2_penalty)
LAYERS = (al.linear_softmax_cross_entropy, al.noise_contrastive_estimation, al.sampled_softmax)
SPECIAL = tuple(getattr(al.special, name) for name in al.special.__all__)
CALLS = tuple((entry, i) for entry in (*ENTRIES, LOG_TARGETS, SWAPPED) for i in range(len(entry.parameters)))
CALL_IDS = tuple(f"{entry.name}-{'-'.join(map(str, entry.parameters[i])) or 'default'}" for entry, i in CALLS)

__all__ = [
    "CALLS",
    "CALL_IDS",
    "CATALOGUE",
    "ENTRIES",
    "FEATURES",
    "FRAMES",
    "LAYERS",
    "LOG_TARGETS",
    "PENALTIES",
    "SPECIAL",
    "Entry",
    "Operands",
    "by_item",
]
