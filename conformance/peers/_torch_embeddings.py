"""PyTorch's losses of distances and of embeddings."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from . import Unsupported, mapped

# Its stubs are older than its functions.
functional: Any = torch.nn.functional


@mapped("torch.nn.functional.hinge_embedding_loss")
def hinge_embedding(reduction: str, *, distances: Tensor, labels: Tensor, margin: float = 1.0) -> Tensor:
    return functional.hinge_embedding_loss(distances, labels, margin=margin, reduction=reduction)


@mapped("torch.nn.functional.margin_ranking_loss")
def margin_ranking(
    reduction: str, *, scores1: Tensor, scores2: Tensor, labels: Tensor, margin: float = 0.0
) -> Tensor:
    return functional.margin_ranking_loss(scores1, scores2, labels, margin=margin, reduction=reduction)


@mapped("torch.nn.functional.cosine_embedding_loss")
def cosine_embedding(
    reduction: str,
    *,
    embeddings1: Tensor,
    embeddings2: Tensor,
    labels: Tensor,
    margin: float = 0.0,
    axis: int = -1,
) -> Tensor:
    first, second = features_last(embeddings1, axis), features_last(embeddings2, axis)
    # It takes a matrix of rows at most.
    rows = (x.reshape(-1, first.shape[-1]) for x in (first, second))
    value = functional.cosine_embedding_loss(*rows, labels.reshape(-1), margin=margin, reduction=reduction)
    return value.reshape(labels.shape) if reduction == "none" else value


@mapped("torch.nn.functional.triplet_margin_loss")
def triplet_margin(
    reduction: str,
    *,
    anchors: Tensor,
    positives: Tensor,
    negatives: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,  # its own 1e-6 by default would answer another question
    axis: int = -1,
) -> Tensor:
    if margin <= 0:
        raise Unsupported(f"torch.nn.functional.triplet_margin_loss takes no margin of {margin}")
    embeddings = (features_last(x, axis) for x in (anchors, positives, negatives))
    return functional.triplet_margin_loss(
        *embeddings, margin=margin, p=p, eps=eps, swap=swap, reduction=reduction
    )


@mapped("torch.nn.functional.cosine_embedding_loss")
def cosine_distance(reduction: str, *, predictions: Tensor, targets: Tensor, axis: int = -1) -> Tensor:
    """The loss of embeddings that all belong together."""
    alike = torch.ones(features_last(predictions, axis).shape[:-1], dtype=predictions.dtype)
    pairs = {"embeddings1": predictions, "embeddings2": targets, "labels": alike}
    return cosine_embedding(pairs, {"axis": axis}, reduction)


@mapped("torch.nn.functional.triplet_margin_with_distance_loss")
def triplet_margin_with_distance(
    reduction: str,
    *,
    positive_distances: Tensor,
    negative_distances: Tensor,
    swapped_distances: Tensor | None = None,
    margin: float = 1.0,
) -> Tensor:
    """The loss with a function that gives the distances that are there, in the order of its calls."""
    if margin <= 0:
        raise Unsupported(
            f"torch.nn.functional.triplet_margin_with_distance_loss takes no margin of {margin}"
        )
    distances = iter((positive_distances, negative_distances, swapped_distances))
    return functional.triplet_margin_with_distance_loss(
        *[positive_distances] * 3,  # in the place of embeddings
        distance_function=lambda *_: next(distances),
        margin=margin,
        swap=swapped_distances is not None,
        reduction=reduction,
    )


def features_last(x: Tensor, axis: int) -> Tensor:
    return torch.movedim(x, axis, -1)


def matrix(x: Tensor, axis: int) -> Tensor:
    """The rows along an axis as a matrix, where a function takes no more than that."""
    return features_last(x, axis).reshape(-1, x.shape[axis])
