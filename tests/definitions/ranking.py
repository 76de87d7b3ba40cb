"""The ranking losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def margin_ranking(scores1: Number, scores2: Number, labels: int, margin: float = 0.0) -> Number:
    return max(mp.zero, -labels * (scores1 - scores2) + mp.mpf(margin))


def _pairs(scores: Row, labels: Row) -> list[Number]:
    places = range(len(scores))
    return [scores[i] - scores[j] for i in places for j in places if labels[i] > labels[j]]


def pairwise_logistic(scores: Row, labels: Row) -> Number:
    return mp.fsum(mp.log(1 + mp.exp(-lead)) for lead in _pairs(scores, labels))


def pairwise_hinge(scores: Row, labels: Row, margin: float = 1.0) -> Number:
    return mp.fsum(max(mp.zero, mp.mpf(margin) - lead) for lead in _pairs(scores, labels))


def ranking_softmax(scores: Row, labels: Row) -> Number:
    total = mp.fsum(map(mp.exp, scores))
    return -mp.fsum(y * mp.log(mp.exp(s) / total) for s, y in zip(scores, labels, strict=True))


def list_mle(scores: Row, labels: Row) -> Number:
    order = sorted(range(len(scores)), key=lambda i: -labels[i])
    likelihood = mp.one
    while order:
        likelihood *= mp.exp(scores[order[0]]) / mp.fsum(mp.exp(scores[i]) for i in order)
        order.pop(0)
    return -mp.log(likelihood)
