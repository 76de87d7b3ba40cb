"""A linear layer with a softmax, or some of its classes against each other or against noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .arithmetic import Arithmetic, Row
from .binary import sigmoid_cross_entropy
from .core import Definition, Item, Role
from .multiclass import softmax_cross_entropy
from .multiclass import sparse_softmax_cross_entropy as of_logits


def linear_softmax_cross_entropy(
    ar: Arithmetic,
    *,
    features: Row,
    kernel: Row,
    bias: Row | None,
    labels: int,
    class_weights: Row | None,
    **parameters: float,
) -> Item:
    """The cross-entropy of the logits x = h K + b."""
    classes = range(len(kernel) // len(features))
    logits = _logits(features, kernel, bias, classes)
    item = of_logits(ar, logits, labels, class_weights, **parameters)
    slopes = _back(ar, (features, kernel, bias), classes, item.slopes["logits"])
    return Item(item.value, slopes, item.mass)


def sampled_softmax(
    ar: Arithmetic,
    *,
    features: Row,
    kernel: Row,
    bias: Row | None,
    labels: Any,
    label_log_counts: Any,
    samples: Sequence[int],
    sample_log_counts: Row | None,
    remove_accidental_hits: bool = True,
) -> Item:
    """The cross-entropy of 1 / T for each own class with the softmax of those and the samples."""
    own, classes, counts = _candidates(
        ar, labels, label_log_counts, samples, sample_log_counts, remove=remove_accidental_hits
    )
    logits = [x - q for x, q in zip(_logits(features, kernel, bias, classes), counts, strict=True)]
    shares = [ar.number(at < own) / own for at in range(len(classes))]
    item = softmax_cross_entropy(ar, logits, shares, None)
    return Item(item.value, _back(ar, (features, kernel, bias), classes, item.slopes["logits"]))


def noise_contrastive_estimation(
    ar: Arithmetic,
    *,
    features: Row,
    kernel: Row,
    bias: Row | None,
    labels: Any,
    label_log_counts: Any,
    samples: Sequence[int],
    sample_log_counts: Row | None,
    remove_accidental_hits: bool = False,
) -> Item:
    """The sigmoid cross-entropy of 1 / T for each own class and of 0 for each sample, added up."""
    own, classes, counts = _candidates(
        ar, labels, label_log_counts, samples, sample_log_counts, remove=remove_accidental_hits
    )
    logits = [x - q for x, q in zip(_logits(features, kernel, bias, classes), counts, strict=True)]
    each = [
        sigmoid_cross_entropy(ar, x, ar.number(at < own) / own, ar.number(1)) for at, x in enumerate(logits)
    ]
    slopes = _back(ar, (features, kernel, bias), classes, [item.slopes["logits"] for item in each])
    return Item(sum((item.value for item in each), ar.number(0)), slopes)


def _candidates(
    ar: Arithmetic,
    labels: Any,
    label_counts: Any,
    samples: Sequence[int],
    counts: Row | None,
    *,
    remove: bool,
) -> tuple[int, list[int], Row]:
    """How many classes are the row's own, these and the samples that are kept, and their log counts."""
    if isinstance(labels, int):
        labels, label_counts = [labels], None if label_counts is None else [label_counts]
    zero = ar.number(0)
    kept = [i for i, sample in enumerate(samples) if not (remove and sample in labels)]
    own_counts = [zero] * len(labels) if label_counts is None else label_counts
    drawn_counts = [zero if counts is None else counts[i] for i in kept]
    return len(labels), [*labels, *(samples[i] for i in kept)], [*own_counts, *drawn_counts]


def _logits(features: Row, kernel: Row, bias: Row | None, classes: Sequence[int]) -> Row:
    """The logits h K_c + b_c, the kernel in C order."""
    count = len(kernel) // len(features)
    products = [sum(h * kernel[i * count + c] for i, h in enumerate(features)) for c in classes]
    return products if bias is None else [x + bias[c] for x, c in zip(products, classes, strict=True)]


def _back(
    ar: Arithmetic, layer: tuple[Row, Row, Row | None], classes: Sequence[int], slopes: Row
) -> dict[str, Row]:
    """The derivatives by features, kernel and bias from those by the logits of some classes."""
    features, kernel, bias = layer
    count = len(kernel) // len(features)
    by_class = [ar.number(0)] * count
    for c, slope in zip(classes, slopes, strict=True):
        by_class[c] += slope
    named = sorted(set(classes))
    found = {
        "features": [sum(kernel[i * count + c] * by_class[c] for c in named) for i in range(len(features))],
        "kernel": [h * by_class[c] if c in named else ar.number(0) for h in features for c in range(count)],
    }
    return found if bias is None else found | {"bias": by_class}


_LAYER = {"features": Role.ROW, "kernel": Role.SHARED, "bias": Role.SHARED}
_SAMPLED = {
    **_LAYER,
    "labels": Role.OWN,
    "label_log_counts": Role.OWN,
    "samples": Role.DRAWN,
    "sample_log_counts": Role.DRAWN,
}

DEFINITIONS = {
    "linear_softmax_cross_entropy": Definition(
        linear_softmax_cross_entropy,
        {**_LAYER, "labels": Role.CLASS, "class_weights": Role.CLASSES},
        classes="kernel",
    ),
    "sampled_softmax": Definition(sampled_softmax, _SAMPLED),
    "noise_contrastive_estimation": Definition(noise_contrastive_estimation, _SAMPLED),
}
