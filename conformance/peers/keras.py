"""Keras on its TensorFlow backend: `keras.losses`, `keras.regularizers`, `keras.ops`.

The classes are asked, for they alone take weights and reduce; each with the dtype of
the question, because they compute in float32 otherwise. A loss of entries is the mean
over the last axis there, so entries come with a last axis of one.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
from typing import Any

from ..model import Case
from . import Arrays, Loss, Parameters, chosen, mapped, special
from . import tensorflow as backend
from .tensorflow import asarray, classes_last, numpy, tf

# Read by Keras when it is imported, once for the process.
os.environ["KERAS_BACKEND"] = "tensorflow"
keras: Any = importlib.import_module("keras")

__all__ = ["ABSENT", "LOSSES", "answer", "asarray", "numpy", "versions"]

Array = Any

REDUCTIONS = {"mean": "sum_over_batch_size", "sum": "sum", "none": None}
MEANS = ("count", "weights")


def versions() -> dict[str, str]:
    """What the numbers depend on."""
    return {"keras": importlib.metadata.version("keras"), **backend.versions()}


def answer(case: Case, arrays: Arrays, wanted: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The value of the peer's own loss, and its gradient by `tf.GradientTape`."""
    return backend.taped(chosen(case.loss, LOSSES, ABSENT), case, arrays, wanted)


Words = tuple[str, Array | None, str]
"""Reduction, weights and denominator."""


def _asked(kind: str, like: Array, words: Words, **options: Any) -> Any:
    """An instance of a class that computes in the dtype of an array and reduces as was asked."""
    reduction, weights, denominator = words
    weighs = reduction == "mean" and weights is not None and denominator == "weights"
    how = "mean_with_sample_weight" if weighs else REDUCTIONS[reduction]
    return getattr(keras.losses, kind)(reduction=how, dtype=like.dtype.name, **options)


def _of_entries(kind: str, truth: Array, output: Array, words: Words, **options: Any) -> Array:
    """A loss of entries, which are rows of one entry there."""
    return _of_rows(kind, truth[..., tf.newaxis], output[..., tf.newaxis], words, **options)


def _of_rows(kind: str, truth: Array, output: Array, words: Words, **options: Any) -> Array:
    """A loss of rows along an axis, which comes as an option where it is not the last."""
    loss = _asked(kind, output, words, **options)
    items = classes_last(output, options.get("axis", -1)).shape[:-1]
    # Of the shape of the items, because Keras divides by their sum as they come.
    weights = None if words[1] is None else tf.broadcast_to(words[1], items)
    if items.rank:
        return loss(truth, output, sample_weight=weights)
    # One item without a batch would be weighted and not divided again.
    batch = loss(truth[tf.newaxis], output[tf.newaxis], None if weights is None else weights[tf.newaxis])
    return tf.reshape(batch, ())


def _of_errors(kind: str) -> Loss:
    """A loss of predictions and targets without parameters."""

    @mapped(f"keras.losses.{kind}", means=MEANS)
    def loss(
        reduction: str,
        *,
        predictions: Array,
        targets: Array,
        weights: Array | None = None,
        denominator: str = "weights",
    ) -> Array:
        return _of_entries(kind, targets, predictions, (reduction, weights, denominator))

    return loss


@mapped("keras.losses.Huber", means=MEANS)
def _huber(
    reduction: str,
    *,
    predictions: Array,
    targets: Array,
    delta: float = 1.0,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    words = (reduction, weights, denominator)
    return _of_entries("Huber", targets, predictions, words, delta=delta)


@mapped("keras.losses.BinaryCrossentropy", means=MEANS)
def _sigmoid_cross_entropy(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    label_smoothing: float = 0.0,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    words = (reduction, weights, denominator)
    options = {"from_logits": True, "label_smoothing": label_smoothing}
    return _of_entries("BinaryCrossentropy", labels, logits, words, **options)


@mapped("keras.losses.BinaryCrossentropy", means=MEANS)
def _binary_cross_entropy(
    reduction: str,
    *,
    probabilities: Array,
    labels: Array,
    label_smoothing: float = 0.0,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    words = (reduction, weights, denominator)
    options = {"from_logits": False, "label_smoothing": label_smoothing}
    return _of_entries("BinaryCrossentropy", labels, probabilities, words, **options)


@mapped("keras.losses.CategoricalCrossentropy", means=MEANS)
def _softmax_cross_entropy(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    axis: int = -1,
    label_smoothing: float = 0.0,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    words = (reduction, weights, denominator)
    options = {"from_logits": True, "label_smoothing": label_smoothing}
    if logits.shape.rank > 1:  # a row by itself gets a batch, in front of its only axis
        options["axis"] = axis
    return _of_rows("CategoricalCrossentropy", labels, logits, words, **options)


@mapped("keras.losses.SparseCategoricalCrossentropy", means=MEANS)
def _sparse_softmax_cross_entropy(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    words = (reduction, weights, denominator)
    rows = classes_last(logits, axis)  # the only axis that it takes on TensorFlow
    kind = "SparseCategoricalCrossentropy"
    return _of_rows(kind, labels, rows, words, from_logits=True, ignore_class=ignore_index)


def _of_sides(kind: str) -> Loss:
    """A loss of scores and sides."""

    @mapped(f"keras.losses.{kind}", means=MEANS)
    def loss(
        reduction: str,
        *,
        scores: Array,
        labels: Array,
        weights: Array | None = None,
        denominator: str = "weights",
    ) -> Array:
        return _of_entries(kind, labels, scores, (reduction, weights, denominator))

    return loss


@mapped("keras.losses.CategoricalHinge", means=MEANS)
def _categorical_hinge(
    reduction: str,
    *,
    scores: Array,
    labels: Array,
    axis: int = -1,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    truth, output = classes_last(labels, axis), classes_last(scores, axis)
    return _of_rows("CategoricalHinge", truth, output, (reduction, weights, denominator))


@mapped("keras.losses.BinaryFocalCrossentropy", means=MEANS)
def _sigmoid_focal(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    alpha: float | None = None,
    gamma: float = 2.0,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    options: dict[str, Any] = {
        "from_logits": True,
        "gamma": gamma,
        "apply_class_balancing": alpha is not None,
    }
    options |= {} if alpha is None else {"alpha": alpha}
    words = (reduction, weights, denominator)
    return _of_entries("BinaryFocalCrossentropy", labels, logits, words, **options)


@mapped("keras.losses.CategoricalFocalCrossentropy", means=MEANS)
def _softmax_focal(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    gamma: float = 2.0,
    axis: int = -1,
    weights: Array | None = None,
    denominator: str = "weights",
) -> Array:
    truth, output = classes_last(labels, axis), classes_last(logits, axis)
    options: dict[str, Any] = {"from_logits": True, "gamma": gamma, "alpha": 1.0}
    words = (reduction, weights, denominator)
    return _of_rows("CategoricalFocalCrossentropy", truth, output, words, **options)


def _l1_penalty(arrays: Arrays, parameters: Parameters, reduction: str) -> Array:
    return tf.add_n([keras.regularizers.L1(1.0)(array) for array in arrays.values()])


def _l2_penalty(arrays: Arrays, parameters: Parameters, reduction: str) -> Array:
    return tf.add_n([keras.regularizers.L2(0.5)(array) for array in arrays.values()])


LOSSES = {
    "absolute_error": _of_errors("MeanAbsoluteError"),
    "binary_cross_entropy": _binary_cross_entropy,
    "categorical_hinge": _categorical_hinge,
    "hinge": _of_sides("Hinge"),
    "huber": _huber,
    "l1_penalty": _l1_penalty,
    "l2_penalty": _l2_penalty,
    "log_cosh": _of_errors("LogCosh"),
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "sigmoid_focal": _sigmoid_focal,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "softmax_focal": _softmax_focal,
    "sparse_softmax_cross_entropy": _sparse_softmax_cross_entropy,
    "squared_error": _of_errors("MeanSquaredError"),
    "squared_hinge": _of_sides("SquaredHinge"),
    "special.log_sigmoid": special(keras.ops.log_sigmoid),
    "special.log_softmax": special(lambda x, axis=-1: keras.ops.log_softmax(x, axis=axis)),
    "special.logsumexp": special(lambda x, axis=-1: keras.ops.logsumexp(x, axis=axis)),
    "special.sigmoid": special(keras.ops.sigmoid),
    "special.softmax": special(lambda x, axis=-1: keras.ops.softmax(x, axis=axis)),
    "special.softplus": special(keras.ops.softplus),
}
ABSENT = {
    "absolute_percentage_error": "keras.losses.MeanAbsolutePercentageError is in per cent",
    "circle": "keras.losses.Circle takes embeddings of length 1 and makes none of others",
    "cosine_distance": "keras.losses.CosineSimilarity is less by 1, and a weight multiplies that",
    "ctc": "keras.losses.CTC takes no lengths, and 0 for the blank alone",
    "dice": "keras.losses.Dice always adds 1e-7 to the divisor",
    "generalized_cross_entropy": "keras.losses.CategoricalGeneralizedCrossEntropy is one of probabilities",
    "squared_log_error": "keras.losses.MeanSquaredLogarithmicError takes what is below 1e-7 for that",
    "cross_entropy": "keras.losses.CategoricalCrossentropy divides by the sum: another gradient",
    "cosine_embedding": "keras.losses.CosineSimilarity takes no labels: a part of this loss alone",
    "hinge_embedding": "keras.losses.Hinge is one of decisions, not of distances",
    "kl_divergence": "keras.losses.KLDivergence takes probabilities, not their logarithms",
    "log_poisson_nll": "keras.losses.Poisson takes rates, not their logarithms",
    "multi_margin": "keras.losses.CategoricalHinge takes the largest of the other scores alone",
    "multiclass_hinge": "keras.losses.CategoricalHinge takes no score below 0 for the best of the others",
    "multilabel_sigmoid_cross_entropy": "keras.losses.BinaryCrossentropy is asked as sigmoid_cross_entropy",
    "poisson_nll": "keras.losses.Poisson always adds 1e-7 to the rate inside the logarithm",
    "smooth_l1": "Keras has no smooth l1 loss: Huber is not divided by its delta",
    "tversky": "keras.losses.Tversky always adds 1e-7 to the divisor",
}
