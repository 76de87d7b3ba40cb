"""The multiclass losses with inputs to call them on."""

from __future__ import annotations

import arrayloss as al

from ._entry import Entry
from ._makers import CLASS_WEIGHTS, classes, cosines

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
            {"z_loss": 0.125},
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
            {"z_loss": 0.125},
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
    Entry(
        al.softmax_focal,
        ("logits",),
        classes("logits", "shares"),
        along_axis=True,
        parameters=({}, {"gamma": 0.5, "class_weights": CLASS_WEIGHTS}),
    ),
    Entry(
        al.sparse_softmax_focal,
        ("logits",),
        classes("logits", "index"),
        along_axis=True,
        parameters=({}, {"gamma": 0.5, "class_weights": CLASS_WEIGHTS}, {"ignore_index": 2}),
    ),
    Entry(
        al.poly_cross_entropy,
        ("logits",),
        classes("logits", "shares"),
        along_axis=True,
        parameters=({}, {"epsilon": -0.5, "class_weights": CLASS_WEIGHTS}),
    ),
    Entry(
        al.sparse_poly_cross_entropy,
        ("logits",),
        classes("logits", "index"),
        along_axis=True,
        parameters=({}, {"epsilon": -1.0, "class_weights": CLASS_WEIGHTS}, {"ignore_index": 2}),
    ),
    Entry(
        al.generalized_cross_entropy,
        ("logits",),
        classes("logits", "index"),
        along_axis=True,
        parameters=({}, {"q": 0.25, "class_weights": CLASS_WEIGHTS}, {"q": 0.0, "ignore_index": 2}),
    ),
    Entry(
        al.cosface,
        ("cosines",),
        cosines,
        along_axis=True,
        parameters=({}, {"margin": 0.25, "scale": 8.0, "ignore_index": 2}),
    ),
    Entry(
        al.arcface,
        ("cosines",),
        cosines,
        along_axis=True,
        parameters=({}, {"margin": 0.25, "scale": 8.0, "ignore_index": 2}),
    ),
)
