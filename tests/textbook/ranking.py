"""The ranking losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import positive


def margin_ranking(xp: Any, scores1: Any, scores2: Any, labels: Any, margin: float = 0.0) -> Any:
    return positive(xp, margin - labels * (scores1 - scores2))


def _over_pairs(xp: Any, scores: Any, labels: Any, cost: Any) -> Any:
    lead = scores[..., :, None] - scores[..., None, :]
    ordered = labels[..., :, None] > labels[..., None, :]
    return xp.sum(xp.where(ordered, cost(lead), 0.0), axis=(-2, -1))


def pairwise_logistic(xp: Any, scores: Any, labels: Any) -> Any:
    return _over_pairs(xp, scores, labels, lambda lead: xp.log(1 + xp.exp(-lead)))


def pairwise_hinge(xp: Any, scores: Any, labels: Any, margin: float = 1.0) -> Any:
    return _over_pairs(xp, scores, labels, lambda lead: positive(xp, margin - lead))


def ranking_softmax(xp: Any, scores: Any, labels: Any) -> Any:
    exponentials = xp.exp(scores)
    return -xp.sum(labels * xp.log(exponentials / xp.sum(exponentials, axis=-1, keepdims=True)), axis=-1)


def list_mle(xp: Any, scores: Any, labels: Any) -> Any:
    drawn = xp.take_along_axis(scores, xp.argsort(-labels, axis=-1), axis=-1)
    left = xp.flip(xp.cumulative_sum(xp.flip(xp.exp(drawn), axis=-1), axis=-1), axis=-1)
    return xp.sum(xp.log(left) - drawn, axis=-1)
