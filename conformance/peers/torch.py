"""PyTorch: `torch.nn.functional` and `torch.autograd`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..model import Case
from . import Unsupported, all_found, chosen, mapped, same_dtype, special
from ._torch_embeddings import (
    cosine_distance,
    cosine_embedding,
    features_last,
    hinge_embedding,
    margin_ranking,
    matrix,
    triplet_margin,
    triplet_margin_with_distance,
)
from ._torch_sequence import ctc

# Its stubs are older than its functions.
functional: Any = torch.nn.functional


def asarray(values: Sequence[Any], shape: Sequence[int], dtype: str) -> Tensor:
    """A tensor of a shape from values in C order."""
    return torch.tensor(list(values), dtype=getattr(torch, dtype)).reshape(tuple(shape))


def numpy(array: Tensor) -> np.ndarray:
    """The numbers of a tensor."""
    array = array.detach()
    if array.dtype is torch.bfloat16:  # which NumPy lacks
        return array.float().numpy().astype(importlib.import_module("ml_dtypes").bfloat16)
    return array.numpy()


def versions() -> dict[str, str]:
    """What the numbers depend on."""
    return {"torch": torch.__version__}


def answer(case: Case, arrays: dict[str, Any], wanted: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """The value of the peer's own loss, and its gradient by `torch.autograd.grad`."""
    loss = chosen(case.loss, LOSSES, ABSENT)
    leaves = {name: arrays[name].detach().clone().requires_grad_() for name in wanted}
    value = loss({**arrays, **leaves}, case.parameters, case.reduction)
    if not wanted:
        return value, {}
    gradients = torch.autograd.grad(value.sum(), tuple(leaves.values()), allow_unused=True)
    return value.detach(), all_found(wanted, gradients)


@mapped("torch.nn.functional.mse_loss", means=("weights",))
def _squared_error(
    reduction: str, *, predictions: Tensor, targets: Tensor, weights: Tensor | None = None
) -> Tensor:
    weight = _expanded(weights, predictions)
    return functional.mse_loss(predictions, targets, reduction=reduction, weight=weight)


@mapped("torch.nn.functional.l1_loss", means=("weights",))
def _absolute_error(
    reduction: str, *, predictions: Tensor, targets: Tensor, weights: Tensor | None = None
) -> Tensor:
    if targets.dtype is torch.bool:
        raise Unsupported("torch.nn.functional.l1_loss takes no torch.bool")
    weight = _expanded(weights, predictions)
    return functional.l1_loss(predictions, targets, reduction=reduction, weight=weight)


@mapped("torch.nn.functional.huber_loss")
def _huber(
    reduction: str,
    *,
    predictions: Tensor,
    targets: Tensor,
    delta: float = 1.0,
    weights: Tensor | None = None,
) -> Tensor:
    same_dtype("torch.nn.functional.huber_loss", predictions, targets)
    weight = _expanded(weights, predictions)
    return functional.huber_loss(predictions, targets, reduction=reduction, delta=delta, weight=weight)


@mapped("torch.nn.functional.smooth_l1_loss")
def _smooth_l1(reduction: str, *, predictions: Tensor, targets: Tensor, beta: float = 1.0) -> Tensor:
    return functional.smooth_l1_loss(predictions, targets, reduction=reduction, beta=beta)


@mapped("torch.nn.functional.binary_cross_entropy_with_logits")
def _sigmoid_cross_entropy(
    reduction: str,
    *,
    logits: Tensor,
    labels: Tensor,
    pos_weight: Tensor | float | None = None,
    weights: Tensor | None = None,
) -> Tensor:
    if isinstance(pos_weight, (int, float)):
        pos_weight = logits.new_tensor(pos_weight)
    name = "torch.nn.functional.binary_cross_entropy_with_logits"
    same_dtype(name, logits, labels, pos_weight, weights)
    return functional.binary_cross_entropy_with_logits(
        logits, labels, weight=weights, reduction=reduction, pos_weight=pos_weight
    )


@mapped("torch.nn.functional.poisson_nll_loss")
def _log_poisson_nll(reduction: str, *, log_rates: Tensor, targets: Tensor, stirling: bool = False) -> Tensor:
    return functional.poisson_nll_loss(log_rates, targets, full=stirling, reduction=reduction)


@mapped("torch.nn.functional.poisson_nll_loss")
def _poisson_nll(
    reduction: str, *, rates: Tensor, targets: Tensor, stirling: bool = False, eps: float = 0.0
) -> Tensor:
    return functional.poisson_nll_loss(
        rates, targets, log_input=False, full=stirling, eps=eps, reduction=reduction
    )


@mapped("torch.nn.functional.gaussian_nll_loss")
def _gaussian_nll(
    reduction: str,
    *,
    predictions: Tensor,
    variances: Tensor,
    targets: Tensor,
    full: bool = False,
    min_variance: float = 0.0,
) -> Tensor:
    if targets.dtype is torch.bool:
        raise Unsupported("torch.nn.functional.gaussian_nll_loss takes no torch.bool")
    return functional.gaussian_nll_loss(
        predictions, targets, variances, full=full, eps=min_variance, reduction=reduction
    )


@mapped("torch.nn.functional.binary_cross_entropy")
def _binary_cross_entropy(
    reduction: str,
    *,
    probabilities: Tensor,
    labels: Tensor,
    clamp: bool = False,  # it clamps either way
    weights: Tensor | None = None,
) -> Tensor:
    same_dtype("torch.nn.functional.binary_cross_entropy", probabilities, labels, weights)
    return functional.binary_cross_entropy(probabilities, labels, weight=weights, reduction=reduction)


@mapped("torch.nn.functional.cross_entropy")
def _softmax_cross_entropy(
    reduction: str,
    *,
    logits: Tensor,
    labels: Tensor,
    axis: int = -1,
    class_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
) -> Tensor:
    same_dtype("torch.nn.functional.cross_entropy", logits, labels, class_weights)
    return functional.cross_entropy(
        _classes_second(logits, axis),
        _classes_second(labels, axis),
        weight=class_weights,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


@mapped("torch.nn.functional.cross_entropy", means=("weights",))
def _sparse_softmax_cross_entropy(
    reduction: str,
    *,
    logits: Tensor,
    labels: Tensor,
    axis: int = -1,
    class_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
) -> Tensor:
    same_dtype("torch.nn.functional.cross_entropy", logits, class_weights)
    return functional.cross_entropy(
        _classes_second(logits, axis),
        _indices("torch.nn.functional.cross_entropy", labels),
        weight=class_weights,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


@mapped("torch.nn.functional.linear_cross_entropy", means=("weights",))
def _linear_softmax_cross_entropy(
    reduction: str,
    *,
    features: Tensor,
    kernel: Tensor,
    labels: Tensor,
    bias: Tensor | None = None,
    class_weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
) -> Tensor:
    name = "torch.nn.functional.linear_cross_entropy"
    if features.ndim > 2:
        raise Unsupported(f"{name} takes no features with {features.ndim} axes")
    return functional.linear_cross_entropy(
        features,
        kernel.T,
        _indices(name, labels),
        linear_bias=bias,
        weight=class_weights,
        reduction=reduction,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
    )


@mapped("torch.nn.functional.nll_loss", means=("weights",))
def _nll(
    reduction: str,
    *,
    log_probabilities: Tensor,
    labels: Tensor,
    axis: int = -1,
    class_weights: Tensor | None = None,
    ignore_index: int = -100,
) -> Tensor:
    same_dtype("torch.nn.functional.nll_loss", log_probabilities, class_weights)
    return functional.nll_loss(
        _classes_second(log_probabilities, axis),
        _indices("torch.nn.functional.nll_loss", labels),
        weight=class_weights,
        ignore_index=ignore_index,
        reduction=reduction,
    )


@mapped("torch.nn.functional.kl_div")
def _kl_divergence(
    reduction: str, *, log_probabilities: Tensor, targets: Tensor, axis: int = -1, log_targets: bool = False
) -> Tensor:
    same_dtype("torch.nn.functional.kl_div", log_probabilities, targets)
    rows, truths = features_last(log_probabilities, axis), features_last(targets, axis)
    if reduction == "none":
        return functional.kl_div(rows, truths, reduction="none", log_target=log_targets).sum(-1)
    # Its "mean" divides by the number of entries; "batchmean" by that of the rows of a matrix.
    rows, truths = rows.reshape(-1, rows.shape[-1]), truths.reshape(-1, rows.shape[-1])
    how = "batchmean" if reduction == "mean" else "sum"
    return functional.kl_div(rows, truths, reduction=how, log_target=log_targets)


@mapped("torch.nn.functional.soft_margin_loss")
def _soft_margin(reduction: str, *, scores: Tensor, labels: Tensor) -> Tensor:
    return functional.soft_margin_loss(scores, labels, reduction=reduction)


@mapped("torch.nn.functional.multi_margin_loss")
def _multi_margin(
    reduction: str,
    *,
    scores: Tensor,
    labels: Tensor,
    p: float = 1,
    margin: float = 1.0,
    axis: int = -1,
    class_weights: Tensor | None = None,
) -> Tensor:
    name = "torch.nn.functional.multi_margin_loss"
    same_dtype(name, scores, class_weights)
    if labels.dtype is not torch.int64:
        raise Unsupported(f"{name} takes no labels of {labels.dtype}")
    rows = matrix(scores, axis)
    value = functional.multi_margin_loss(
        rows, labels.reshape(-1), p=int(p), margin=margin, weight=class_weights, reduction=reduction
    )
    return value.reshape(labels.shape) if reduction == "none" else value


@mapped("torch.nn.functional.multilabel_margin_loss")
def _multilabel_margin(reduction: str, *, scores: Tensor, labels: Tensor, axis: int = -1) -> Tensor:
    if not bool(((labels == 0) | (labels == 1)).all()):
        raise Unsupported("torch.nn.functional.multilabel_margin_loss takes no other labels than 0 and 1")
    rows, belongs = matrix(scores, axis), matrix(labels, axis).to(torch.int64)
    # It takes the indices of each row's classes, then -1.
    classes = torch.argsort(belongs, dim=-1, descending=True, stable=True)
    indices = torch.where(belongs.gather(-1, classes) > 0, classes, -1)
    value = functional.multilabel_margin_loss(rows, indices, reduction=reduction)
    return value.reshape(features_last(scores, axis).shape[:-1]) if reduction == "none" else value


@mapped("torch.nn.functional.multilabel_soft_margin_loss")
def _multilabel_sigmoid_cross_entropy(
    reduction: str,
    *,
    logits: Tensor,
    labels: Tensor,
    axis: int = -1,
    class_weights: Tensor | None = None,
) -> Tensor:
    same_dtype("torch.nn.functional.multilabel_soft_margin_loss", logits, labels, class_weights)
    return functional.multilabel_soft_margin_loss(
        features_last(logits, axis), features_last(labels, axis), weight=class_weights, reduction=reduction
    )


def _softmax(x: Tensor, axis: int = -1) -> Tensor:
    return torch.softmax(x, dim=axis)


def _log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    return torch.log_softmax(x, dim=axis)


def _logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    return torch.logsumexp(x, dim=axis)


def _expanded(weights: Tensor | None, items: Tensor) -> Tensor | None:
    """Weights of the shape of the items, which the losses insist on."""
    return None if weights is None else weights.expand(items.shape)


def _classes_second(x: Tensor, axis: int) -> Tensor:
    """The classes where PyTorch has them: along the second axis, if there is one."""
    return torch.movedim(x, axis, min(1, x.ndim - 1))


def _indices(function: str, labels: Tensor) -> Tensor:
    """Class indices of a dtype that PyTorch takes: bytes only for rows of a matrix."""
    if labels.dtype is torch.int64 or (labels.dtype is torch.uint8 and labels.ndim <= 1):
        return labels
    raise Unsupported(f"{function} takes no labels of {labels.dtype} with {labels.ndim} axes")


LOSSES = {
    "absolute_error": _absolute_error,
    "binary_cross_entropy": _binary_cross_entropy,
    "cosine_distance": cosine_distance,
    "cosine_embedding": cosine_embedding,
    "ctc": ctc,
    "gaussian_nll": _gaussian_nll,
    "hinge_embedding": hinge_embedding,
    "huber": _huber,
    "kl_divergence": _kl_divergence,
    "linear_softmax_cross_entropy": _linear_softmax_cross_entropy,
    "log_poisson_nll": _log_poisson_nll,
    "margin_ranking": margin_ranking,
    "multi_margin": _multi_margin,
    "multilabel_margin": _multilabel_margin,
    "multilabel_sigmoid_cross_entropy": _multilabel_sigmoid_cross_entropy,
    "nll": _nll,
    "poisson_nll": _poisson_nll,
    "sigmoid_cross_entropy": _sigmoid_cross_entropy,
    "smooth_l1": _smooth_l1,
    "soft_margin": _soft_margin,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sparse_softmax_cross_entropy": _sparse_softmax_cross_entropy,
    "squared_error": _squared_error,
    "triplet_margin": triplet_margin,
    "triplet_margin_with_distance": triplet_margin_with_distance,
    "special.log_sigmoid": special(functional.logsigmoid),
    "special.log_softmax": special(_log_softmax),
    "special.logsumexp": special(_logsumexp),
    "special.sigmoid": special(torch.sigmoid),
    "special.softmax": special(_softmax),
    "special.softplus": special(functional.softplus),
    "special.xlogy": special(torch.special.xlogy),
}
ABSENT = {
    "contrastive": "torch.nn.functional.hinge_embedding_loss squares no distance",
    "cross_entropy": "torch.nn.functional has no cross-entropy of class probabilities, only of logits",
    "distillation": "torch.nn.functional.kl_div knows no temperature",
    "hinge": "torch.nn.functional.hinge_embedding_loss is one of distances, not of decisions",
    "js_divergence": "torch.nn.functional.kl_div takes one of two distributions for the truth",
    "l2_penalty": "PyTorch has no penalty as a function: its optimisers have weight_decay",
    "multiclass_hinge": "torch.nn.functional.multi_margin_loss adds up all other scores, not the best alone",
    "poisson_deviance": "torch.nn.functional.poisson_nll_loss lacks terms of the targets, and a factor of 2",
}
