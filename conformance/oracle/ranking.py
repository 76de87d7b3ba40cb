"""Scores that should be in an order."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, sets
from .multiclass import softmax_cross_entropy


def margin_ranking(
    ar: Arithmetic, scores1: Number, scores2: Number, labels: Number, margin: float = 0.0
) -> Item:
    """max(0, margin - y (s1 - s2))."""
    value, active = ar.hinge(ar.number(margin) - labels * (scores1 - scores2))
    return Item(value, {"scores1": -labels * active, "scores2": labels * active})


def pairwise_logistic(ar: Arithmetic, scores: Row, labels: Row) -> Item:
    """The sum of log(1 + exp(-(a - b))) over the pairs of which a should be higher than b."""
    return _over_pairs(ar, scores, labels, lambda lead: _softplus(ar, -lead))


def _softplus(ar: Arithmetic, x: Number) -> tuple[Number, Number]:
    """log(1 + exp(x)) and its derivative; of infinity it is the limit."""
    if x == ar.infinity:
        return x, ar.number(1)
    return ar.log1p(ar.exp(x)), 1 / (1 + ar.exp(-x))


def pairwise_hinge(ar: Arithmetic, scores: Row, labels: Row, margin: float = 1.0) -> Item:
    """The sum of max(0, margin - (a - b)) over the pairs of which a should be higher than b."""
    return _over_pairs(ar, scores, labels, lambda lead: ar.hinge(ar.number(margin) - lead))


def _over_pairs(
    ar: Arithmetic, scores: Row, labels: Row, cost: Callable[[Number], tuple[Number, Number]]
) -> Item:
    """The sum of a cost of minus the lead, with its derivative by that."""
    total, slopes = ar.number(0), [ar.number(0)] * len(scores)
    for i, j in itertools.permutations(range(len(scores)), 2):
        if labels[i] > labels[j]:
            value, slope = cost(scores[i] - scores[j])
            total += value
            slopes[i] -= slope
            slopes[j] += slope
    return Item(total, {"scores": slopes})


def ranking_softmax(ar: Arithmetic, scores: Row, labels: Row) -> Item:
    """-sum y log softmax(s)."""
    item = softmax_cross_entropy(ar, scores, labels, None)
    return Item(item.value, {"scores": item.slopes["logits"], "labels": item.slopes["labels"]})


def list_mle(ar: Arithmetic, scores: Row, labels: Row) -> Item:
    """-log of the product of exp(s_i) / sum exp(s_k) over what is left, in descending order of the labels."""
    total, slopes = ar.number(0), [ar.number(0)] * len(scores)
    left = in_order(labels)
    while left:
        first, *left = left
        rest = _odds(ar, scores, first, left)
        total += ar.log1p(rest)
        slopes[first] -= 1 - 1 / (1 + rest)
        for k in left:
            others = [first, *(j for j in left if j != k)]
            slopes[k] += 1 / (1 + _odds(ar, scores, k, others))
    return Item(total, {"scores": slopes})


def _odds(ar: Arithmetic, scores: Row, one: int, others: list[int]) -> Number:
    """The odds against one of the scores, in a softmax with some others."""
    return sum((ar.exp(scores[j] - scores[one]) for j in others), ar.number(0))


def in_order(keys: Row) -> list[int]:
    """The places of the keys from the greatest to the least; equal ones stay as they are."""
    order: list[int] = []
    for i, key in enumerate(keys):
        higher = [at for at, j in enumerate(order) if key > keys[j]]
        order.insert(higher[0] if higher else len(order), i)
    return order


DEFINITIONS = {
    "margin_ranking": entries(margin_ranking, "scores1", "scores2", labels=Role.SIGN),
    "pairwise_logistic": sets(pairwise_logistic, "scores", labels=Role.COUNTS),
    "pairwise_hinge": sets(pairwise_hinge, "scores", labels=Role.COUNTS),
    "ranking_softmax": sets(ranking_softmax, "scores", "labels"),
    "list_mle": sets(list_mle, "scores", labels=Role.COUNTS),
}
