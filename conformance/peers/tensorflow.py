"""TensorFlow: `tf.nn` and `tf.math`, and `tf.GradientTape`.

`tf.losses` is Keras, a peer of its own. The losses of `tf.nn` never reduce; their
documentation shows `tf.reduce_mean`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..model import Case
from . import Arrays, Loss, Parameters, Unsupported, all_found, chosen, mapped, same_dtype, special

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Not installed where the types are checked.
tf: Any = importlib.import_module("tensorflow")
tf.config.set_visible_devices([], "GPU")  # this peer is asked on the CPU

Array = Any

REDUCTIONS = {"mean": tf.reduce_mean, "sum": tf.reduce_sum, "none": tf.identity}


def asarray(values: Sequence[Any], shape: Sequence[int], dtype: str) -> Array:
    """A tensor of a shape from values in C order."""
    return tf.reshape(tf.constant(list(values), dtype=dtype), tuple(shape))


def numpy(array: Array) -> np.ndarray:
    """The numbers of a tensor."""
    return np.asarray(array.numpy())


def versions() -> dict[str, str]:
    """What the numbers depend on."""
    return {"tensorflow": tf.__version__}


def answer(case: Case, arrays: Arrays, wanted: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The value of the peer's own loss, and its gradient by `tf.GradientTape`."""
    return taped(chosen(case.loss, LOSSES, ABSENT), case, arrays, wanted)


def taped(loss: Loss, case: Case, arrays: Arrays, wanted: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The value of a loss, and its gradient by `tf.GradientTape`."""
    leaves = [arrays[name] for name in wanted]
    with tf.GradientTape() as tape:
        tape.watch(leaves)
        value = loss(arrays, case.parameters, case.reduction)
    # Of a target that is no scalar the tape differentiates the sum.
    gradients = all_found(wanted, tape.gradient(value, leaves))
    return value, {name: tf.convert_to_tensor(slope) for name, slope in gradients.items()}


@mapped("tf.math.squared_difference")
def _squared_error(reduction: str, *, predictions: Array, targets: Array) -> Array:
    same_dtype("tf.math.squared_difference", predictions, targets)
    return REDUCTIONS[reduction](tf.math.squared_difference(predictions, targets))


@mapped("tf.nn.sigmoid_cross_entropy_with_logits")
def _sigmoid_cross_entropy(
    reduction: str, *, logits: Array, labels: Array, pos_weight: Array | float | None = None
) -> Array:
    same_dtype("tf.nn.sigmoid_cross_entropy_with_logits", logits, labels)
    if pos_weight is None:
        items = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    else:
        items = tf.nn.weighted_cross_entropy_with_logits(labels=labels, logits=logits, pos_weight=pos_weight)
    return REDUCTIONS[reduction](items)


@mapped("tf.nn.log_poisson_loss")
def _log_poisson_nll(reduction: str, *, log_rates: Array, targets: Array, stirling: bool = False) -> Array:
    same_dtype("tf.nn.log_poisson_loss", log_rates, targets)
    items = tf.nn.log_poisson_loss(targets, log_rates, compute_full_loss=stirling)
    return REDUCTIONS[reduction](items)


@mapped("tf.nn.softmax_cross_entropy_with_logits")
def _softmax_cross_entropy(reduction: str, *, logits: Array, labels: Array, axis: int = -1) -> Array:
    items = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits, axis=axis)
    return REDUCTIONS[reduction](items)


@mapped("tf.nn.sparse_softmax_cross_entropy_with_logits")
def _sparse_softmax_cross_entropy(reduction: str, *, logits: Array, labels: Array, axis: int = -1) -> Array:
    if labels.dtype not in (tf.int32, tf.int64):
        name = "tf.nn.sparse_softmax_cross_entropy_with_logits"
        raise Unsupported(f"{name} takes no labels of {labels.dtype.name}")
    rows = classes_last(logits, axis)
    return REDUCTIONS[reduction](tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=rows))


@mapped("tf.nn.ctc_loss")
def _ctc(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    logit_lengths: Array | None = None,
    label_lengths: Array | None = None,
    blank: int = 0,
) -> Array:
    if logits.shape.rank != 3 or logits.dtype == tf.float64:
        raise Unsupported(f"tf.nn.ctc_loss takes no {logits.dtype.name} with {logits.shape.rank} axes")
    lengths = (
        tf.fill(rows.shape[:1], rows.shape[1]) if given is None else tf.cast(given, tf.int32)
        for given, rows in ((label_lengths, labels), (logit_lengths, logits))
    )
    items = tf.nn.ctc_loss(
        tf.cast(labels, tf.int32), logits, *lengths, logits_time_major=False, blank_index=blank
    )
    return REDUCTIONS[reduction](items)


def _of_samples(loss: Any, removes: bool) -> Loss:
    """A loss of a linear layer and of samples, of which the numbers that are expected are given."""
    name = f"tf.nn.{loss.__name__}"

    @mapped(name)
    def sampled(
        reduction: str,
        *,
        features: Array,
        kernel: Array,
        labels: Array,
        samples: Array,
        bias: Array | None = None,
        label_log_counts: Array | None = None,
        sample_log_counts: Array | None = None,
        remove_accidental_hits: bool = removes,
    ) -> Array:
        if features.shape.rank != 2:
            raise Unsupported(f"{name} takes no features with {features.shape.rank} axes")
        labels = labels if labels.shape.rank == 2 else labels[:, tf.newaxis]
        biases = tf.zeros(kernel.shape[1], kernel.dtype) if bias is None else bias  # which it insists on
        counts = (_counts(label_log_counts, labels, features), _counts(sample_log_counts, samples, features))
        items = loss(
            tf.transpose(kernel),
            biases,
            labels,
            features,
            samples.shape[0],
            kernel.shape[1],
            num_true=labels.shape[1],
            sampled_values=(tf.cast(samples, tf.int64), *counts),
            remove_accidental_hits=remove_accidental_hits,
        )
        return REDUCTIONS[reduction](items)

    return sampled


def _counts(logarithms: Array | None, classes: Array, like: Array) -> Array:
    """How often classes are expected among the samples; once where that is not said."""
    if logarithms is None:
        return tf.ones(classes.shape, like.dtype)
    return tf.reshape(tf.exp(logarithms), classes.shape)


def _l2_penalty(arrays: Arrays, parameters: Parameters, reduction: str) -> Array:
    return tf.add_n([tf.nn.l2_loss(array) for array in arrays.values()])


def classes_last(x: Array, axis: int) -> Array:
    """The array with the axis of the classes moved to the end."""
    axes = list(range(x.shape.rank))
    axes.append(axes.pop(axis))
    return tf.transpose(x, axes)


LOSSES = {
    "ctc": _ctc,
    "l2_penalty": _l2_penalty,
    "log_poisson_nll": _log_poisson_nll,
    "noise_contrastive_estimation": _of_samples(tf.nn.nce_loss, removes=False),
    "sampled_softmax": _of_samples(tf.nn.sampled_softmax_loss, removes=True),
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sparse_softmax_cross_entropy": _sparse_softmax_cross_entropy,
    "squared_error": _squared_error,
    "special.log_sigmoid": special(tf.math.log_sigmoid),
    "special.log_softmax": special(lambda x, axis=-1: tf.nn.log_softmax(x, axis=axis)),
    "special.logsumexp": special(lambda x, axis=-1: tf.reduce_logsumexp(x, axis=axis)),
    "special.sigmoid": special(tf.math.sigmoid),
    "special.softmax": special(lambda x, axis=-1: tf.nn.softmax(x, axis=axis)),
    "special.softplus": special(tf.math.softplus),
    "special.xlogy": special(tf.math.xlogy),
}
ABSENT = {
    "absolute_error": "tf.nn has no absolute error: tf.losses is Keras",
    "binary_cross_entropy": "tf.nn has no cross-entropy of probabilities: tf.losses is Keras",
    "cross_entropy": "tf.nn has no cross-entropy of probabilities: tf.losses is Keras",
    "hinge_embedding": "tf.nn has no hinge loss: tf.losses is Keras",
    "huber": "tf.nn has no Huber loss: tf.losses is Keras",
    "kl_divergence": "tf.nn has no Kullback-Leibler divergence: tf.losses is Keras",
    "linear_softmax_cross_entropy": "tf.nn.sampled_softmax_loss is one of samples, not of all classes",
    "log_cosh": "tf.nn has no log-cosh: tf.losses is Keras",
    "multilabel_sigmoid_cross_entropy": "tf.nn.sigmoid_cross_entropy_with_logits is one of entries",
    "poisson_nll": "tf.nn has a Poisson loss of logarithms of rates only: tf.losses is Keras",
}
