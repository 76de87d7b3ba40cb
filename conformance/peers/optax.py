"""optax: `optax.losses`, with `jax.nn` for the special functions, and `jax.grad`.

Its losses never reduce; their documentation shows the mean or sum by `jax.numpy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from optax import __version__, losses

from ..model import Case
from . import Arrays, Loss, Parameters, Unsupported, all_found, chosen, mapped, special

# Questions come in float64, too.
jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

Array = Any

REDUCTIONS: dict[str, Callable[[Array], Array]] = {"mean": jnp.mean, "sum": jnp.sum, "none": jnp.asarray}


def asarray(values: Sequence[Any], shape: Sequence[int], dtype: str) -> Array:
    """An array of a shape from values in C order."""
    flat = jnp.asarray(list(values), dtype=dtype, device=jax.devices("cpu")[0])
    return flat.reshape(tuple(shape))


def numpy(array: Array) -> np.ndarray:
    """The numbers of an array."""
    return np.asarray(array)


def versions() -> dict[str, str]:
    """What the numbers depend on."""
    return {"optax": __version__, "jax": jax.__version__}


def answer(case: Case, arrays: Arrays, wanted: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The value of the peer's own loss, and its gradient by `jax.grad`."""
    loss = chosen(case.loss, LOSSES, ABSENT)

    def total(leaves: Arrays) -> tuple[Array, Array]:
        value = loss({**arrays, **leaves}, case.parameters, case.reduction)
        return value.sum(), value

    if not wanted:
        return total({})[1], {}
    gradients, value = jax.grad(total, has_aux=True)({name: arrays[name] for name in wanted})
    return value, all_found(wanted, (gradients[name] for name in wanted))


@mapped("optax.losses.squared_error")
def _squared_error(reduction: str, *, predictions: Array, targets: Array) -> Array:
    return REDUCTIONS[reduction](losses.squared_error(predictions, targets))


@mapped("optax.losses.huber_loss")
def _huber(reduction: str, *, predictions: Array, targets: Array, delta: float = 1.0) -> Array:
    return REDUCTIONS[reduction](losses.huber_loss(predictions, targets, delta=delta))


@mapped("optax.losses.log_cosh")
def _log_cosh(reduction: str, *, predictions: Array, targets: Array) -> Array:
    return REDUCTIONS[reduction](losses.log_cosh(predictions, targets))


@mapped("optax.losses.sigmoid_binary_cross_entropy")
def _sigmoid_cross_entropy(reduction: str, *, logits: Array, labels: Array) -> Array:
    return REDUCTIONS[reduction](losses.sigmoid_binary_cross_entropy(logits, labels))


@mapped("optax.losses.softmax_cross_entropy")
def _softmax_cross_entropy(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    axis: int = -1,
    label_smoothing: float = 0.0,
    where: Array | None = None,
) -> Array:
    if label_smoothing:
        _floating("optax.losses.smooth_labels", labels)
        labels = losses.smooth_labels(labels, label_smoothing, axis=axis)
    if where is None and jnp.issubdtype(labels.dtype, jnp.floating):
        # The one that is documented for logits of -inf.
        rows = (jnp.moveaxis(x, axis, -1) for x in (logits, labels))
        return REDUCTIONS[reduction](losses.safe_softmax_cross_entropy(*rows))
    # The one that takes a mask, and integers where there is a derivative.
    mask = None if where is None else _of_rows(where, logits, axis)
    return REDUCTIONS[reduction](losses.softmax_cross_entropy(logits, labels, axis=axis, where=mask))


@mapped("optax.losses.softmax_cross_entropy_with_integer_labels")
def _sparse_softmax_cross_entropy(
    reduction: str, *, logits: Array, labels: Array, axis: int = -1, where: Array | None = None
) -> Array:
    mask = None if where is None else _of_rows(where, logits, axis)
    items = losses.softmax_cross_entropy_with_integer_labels(logits, labels, axis=axis, where=mask)
    return REDUCTIONS[reduction](items)


@mapped("optax.losses.kl_divergence")
def _kl_divergence(
    reduction: str,
    *,
    log_probabilities: Array,
    targets: Array,
    axis: int = -1,
    log_targets: bool = False,
    where: Array | None = None,
) -> Array:
    _floating("optax.losses.kl_divergence", targets)
    loss = losses.kl_divergence_with_log_targets if log_targets else losses.kl_divergence
    mask = None if where is None else _of_rows(where, log_probabilities, axis)
    return REDUCTIONS[reduction](loss(log_probabilities, targets, axis=axis, where=mask))


@mapped("optax.losses.triplet_margin_loss")
def _triplet_margin(
    reduction: str,
    *,
    anchors: Array,
    positives: Array,
    negatives: Array,
    margin: float = 1.0,
    p: float = 2.0,
    axis: int = -1,
) -> Array:
    if math.isinf(p):
        raise Unsupported("optax.losses.triplet_margin_loss takes no infinite norm_degree")
    degree = int(p) if p == int(p) else p
    # With its own eps=1e-6, added under the root, it would answer another question.
    items = losses.triplet_margin_loss(
        anchors, positives, negatives, axis=axis, norm_degree=degree, margin=margin, eps=0.0
    )
    return REDUCTIONS[reduction](items)


def _of_sides(loss: Any) -> Loss:
    """A loss of scores and sides."""

    @mapped(f"optax.losses.{loss.__name__}")
    def entries(reduction: str, *, scores: Array, labels: Array) -> Array:
        return REDUCTIONS[reduction](loss(scores, labels))

    return entries


@mapped("optax.losses.sigmoid_focal_loss")
def _sigmoid_focal(
    reduction: str, *, logits: Array, labels: Array, alpha: float | None = None, gamma: float = 2.0
) -> Array:
    return REDUCTIONS[reduction](losses.sigmoid_focal_loss(logits, labels, alpha=alpha, gamma=gamma))


@mapped("optax.losses.multiclass_hinge_loss")
def _multiclass_hinge(reduction: str, *, scores: Array, labels: Array, axis: int = -1) -> Array:
    items = losses.multiclass_hinge_loss(jnp.moveaxis(scores, axis, -1), labels)
    return REDUCTIONS[reduction](items.astype(scores.dtype))  # its one-hot labels have 64 bits


@mapped("optax.losses.multiclass_perceptron_loss")
def _multiclass_perceptron(reduction: str, *, scores: Array, labels: Array, axis: int = -1) -> Array:
    items = losses.multiclass_perceptron_loss(jnp.moveaxis(scores, axis, -1), labels)
    return REDUCTIONS[reduction](items.astype(scores.dtype))


@mapped("optax.losses.poly_loss_cross_entropy")
def _poly_cross_entropy(
    reduction: str, *, logits: Array, labels: Array, epsilon: float = 2.0, axis: int = -1
) -> Array:
    _floating("optax.losses.poly_loss_cross_entropy", labels)
    return REDUCTIONS[reduction](losses.poly_loss_cross_entropy(logits, labels, epsilon=epsilon, axis=axis))


@mapped("optax.losses.cosine_distance")
def _cosine_distance(reduction: str, *, predictions: Array, targets: Array, axis: int = -1) -> Array:
    _floating("optax.losses.cosine_distance", targets)
    return REDUCTIONS[reduction](losses.cosine_distance(predictions, targets, axis=axis))


@mapped("optax.losses.ntxent")
def _nt_xent(reduction: str, *, embeddings1: Array, embeddings2: Array, temperature: float = 0.5) -> Array:
    if reduction != "mean" or embeddings1.ndim != 2:
        raise Unsupported("optax.losses.ntxent gives a mean over one batch alone")
    # Each label twice: of a pair, either is the other's only positive.
    pairs = jnp.tile(jnp.arange(embeddings1.shape[0]), 2)
    return losses.ntxent(jnp.concat([embeddings1, embeddings2]), pairs, temperature)


def _of_sets(probabilities: Array, labels: Array, axis: Any, **options: float) -> Array:
    """A loss of sets, with the complement of each as a second class.

    Probabilities of a class by itself are refused there, as they do not add up to 1.
    """
    _floating("optax.losses.dice_loss", labels)
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(each % probabilities.ndim for each in axes)
    classes = (jnp.stack([x, 1 - x], axis=-1) for x in (probabilities, labels))
    options = {"apply_softmax": False, **options}
    return losses.dice_loss(*classes, axis=axes, reduction="none", **options)[..., 0]


@mapped("optax.losses.dice_loss")
def _dice(
    reduction: str, *, probabilities: Array, labels: Array, axis: Any = -1, smooth: float = 0.0
) -> Array:
    return REDUCTIONS[reduction](_of_sets(probabilities, labels, axis, smooth=smooth / 2))


@mapped("optax.losses.dice_loss")
def _jaccard(
    reduction: str, *, probabilities: Array, labels: Array, axis: Any = -1, smooth: float = 0.0
) -> Array:
    options = {"alpha": 1.0, "beta": 1.0, "smooth": smooth}
    return REDUCTIONS[reduction](_of_sets(probabilities, labels, axis, **options))


@mapped("optax.losses.dice_loss")
def _tversky(
    reduction: str,
    *,
    probabilities: Array,
    labels: Array,
    axis: Any = -1,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 0.0,
) -> Array:
    options = {"alpha": alpha, "beta": beta, "smooth": smooth}
    return REDUCTIONS[reduction](_of_sets(probabilities, labels, axis, **options))


@mapped("optax.losses.ranking_softmax_loss")
def _ranking_softmax(
    reduction: str, *, scores: Array, labels: Array, axis: Any = -1, where: Array | None = None
) -> Array:
    if isinstance(axis, tuple):
        raise Unsupported("optax.losses.ranking_softmax_loss takes no lists along several axes")
    lists = [None if x is None else jnp.moveaxis(x, axis, -1) for x in (scores, labels, where)]
    reduce_fn = {"mean": jnp.mean, "sum": jnp.sum, "none": None}[reduction]
    return losses.ranking_softmax_loss(lists[0], lists[1], where=lists[2], reduce_fn=reduce_fn)


@mapped("optax.losses.ctc_loss")
def _ctc(
    reduction: str,
    *,
    logits: Array,
    labels: Array,
    logit_lengths: Array | None = None,
    label_lengths: Array | None = None,
    blank: int = 0,
) -> Array:
    if logits.ndim != 3:
        raise Unsupported(f"optax.losses.ctc_loss takes no logits with {logits.ndim} axes")
    paddings = (
        _padding(lengths, size) for lengths, size in ((logit_lengths, logits), (label_lengths, labels))
    )
    frames, names = paddings
    items = losses.ctc_loss(logits, frames, labels, names, blank_id=blank)
    return REDUCTIONS[reduction](items.astype(logits.dtype))  # it starts with numbers of 64 bits


def _padding(lengths: Array | None, rows: Array) -> Array:
    """1 for each place along the second axis from a length on."""
    places = jnp.arange(rows.shape[1])[None, :]
    count = jnp.full(rows.shape[:1], rows.shape[1]) if lengths is None else lengths
    return (places >= count[:, None]).astype(jnp.float32)


def _l2_penalty(arrays: Arrays, parameters: Parameters, reduction: str) -> Array:
    terms = [jnp.sum(losses.l2_loss(array)) for array in arrays.values()]
    return sum(terms[1:], start=terms[0])


def _floating(function: str, array: Array) -> None:
    if not jnp.issubdtype(array.dtype, jnp.floating):
        raise Unsupported(f"{function} takes no {array.dtype}")


def _of_rows(where: Array, rows: Array, axis: int) -> Array:
    """The mask of rows as one of their entries."""
    items = jnp.moveaxis(rows, axis, -1).shape[:-1]
    return jnp.broadcast_to(jnp.expand_dims(jnp.broadcast_to(where, items), axis), rows.shape)


LOSSES = {
    "cosine_distance": _cosine_distance,
    "ctc": _ctc,
    "dice": _dice,
    "hinge": _of_sides(losses.hinge_loss),
    "huber": _huber,
    "jaccard": _jaccard,
    "kl_divergence": _kl_divergence,
    "l2_penalty": _l2_penalty,
    "log_cosh": _log_cosh,
    "multiclass_hinge": _multiclass_hinge,
    "multiclass_perceptron": _multiclass_perceptron,
    "nt_xent": _nt_xent,
    "perceptron": _of_sides(losses.perceptron_loss),
    "poly_cross_entropy": _poly_cross_entropy,
    "ranking_softmax": _ranking_softmax,
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "sigmoid_focal": _sigmoid_focal,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sparse_softmax_cross_entropy": _sparse_softmax_cross_entropy,
    "squared_error": _squared_error,
    "triplet_margin": _triplet_margin,
    "tversky": _tversky,
    "special.log_sigmoid": special(jax.nn.log_sigmoid),
    "special.log_softmax": special(jax.nn.log_softmax),
    "special.logsumexp": special(lambda x, axis=-1: jax.nn.logsumexp(x, axis=axis)),
    "special.sigmoid": special(jax.nn.sigmoid),
    "special.softmax": special(jax.nn.softmax),
    "special.softplus": special(jax.nn.softplus),
    "special.xlogy": special(jax.scipy.special.xlogy),
}
ABSENT = {
    "cosine_embedding": "optax.losses.cosine_distance takes no labels: a part of this loss alone",
    "contrastive": "optax has no contrastive loss of distances: ntxent is one of embeddings",
    "fenchel_young": "optax.losses.make_fenchel_young_loss takes a function of JAX's own",
    "generalized_dice": "optax.losses.multiclass_generalized_dice_loss is a mean over the classes",
    "generalized_kl": "optax.losses.generalized_kl_divergence takes logarithms of the rates",
    "hinge_embedding": "optax.losses.hinge_loss is one of decisions, not of distances",
    "info_nce": "optax.losses.ntxent looks both ways at once, and at all embeddings",
    "margin_ranking": "optax.losses.hinge_loss is one of decisions, not of pairs",
    "multi_margin": "optax.losses.multiclass_hinge_loss takes the largest of the other scores alone",
    "multilabel_sigmoid_cross_entropy": "optax.losses.sigmoid_binary_cross_entropy is one of entries",
    "binary_sparsemax": "optax.losses.sparsemax_loss takes labels for truths, of which shares are none",
    "sparsemax": "optax.losses.multiclass_sparsemax_loss fails in float32 where JAX has float64, too",
    "squared_hinge": "optax.losses.hinge_loss is not squared, and nothing else is",
    "supervised_contrastive": "optax.losses.ntxent leaves the other positives out of the sum",
    "smooth_l1": "optax has no smooth l1 loss: huber_loss is not divided by its delta",
}
