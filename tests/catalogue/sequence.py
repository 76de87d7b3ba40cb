"""The losses of sequences with inputs to call them on."""

from __future__ import annotations

import numpy as np

import arrayloss as al

from ._entry import FEATURES, FRAMES, Entry, Operands

LABELS = 2


def _sequences(rng: np.random.Generator, items: tuple[int, ...]) -> Operands:
    return {
        "logits": 3 * rng.normal(size=(*items, FRAMES, FEATURES)),
        "labels": rng.integers(1, FEATURES - 1, (*items, LABELS)),
        "logit_lengths": rng.integers(2 * LABELS - 1, FRAMES + 1, items),
        "label_lengths": rng.integers(0, LABELS + 1, items),
    }


ENTRIES = (
    Entry(
        al.ctc,
        ("logits",),
        _sequences,
        along_axis=True,
        along_frames=True,
        parameters=({}, {"blank": FEATURES - 1}),
    ),
)
