"""The multiclass losses with inputs to call them on."""

from __future__ import annotations

import arrayloss as al

from ._entry import Entry
from ._makers import CLASS_WEIGHTS, classes

ENTRIES = (
    Entry(
        al.softmax_cross_entropy,
        ("logits",),
        classes("logits", "shares"),
        along_axis=True,
        parameters=(
            {},
            {"class_weights": CLASS_WEIGHTS},
            {"label_smoothing": 0.125},
            {"class_weights": CLASS_WEIGHTS, "label_smoothing": 0.125},
        ),
    ),
    Entry(
        al.sparse_softmax_cross_entropy,
        ("logits",),
        classes("logits", "index"),
        along_axis=True,
        parameters=(
            {},
            {"class_weights": CLASS_WEIGHTS},
            {"label_smoothing": 0.125},
            {"class_weights": CLASS_WEIGHTS, "label_smoothing": 0.125},
            {"ignore_index": 2},
        ),
    ),
    Entry(
        al.nll,
        ("log_probabilities",),
        classes("log_probabilities", "index"),
        along_axis=True,
        parameters=({}, {"class_weights": CLASS_WEIGHTS}, {"ignore_index": 2}),
    ),
)
