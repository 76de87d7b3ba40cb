"""Cross-entropies of classes that weigh each class by its probability."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, rows
from .softmax import by_logits, dot, one_hot, others

# Of the odds against a class: its cost, and -p times the derivative of that by p.
Cost = Callable[[Number], tuple[Number, Number]]


def _of_shares(ar: Arithmetic, logits: Row, labels: Row, class_weights: Row | None, cost: Cost) -> Item:
    """Sum w t cost(p) with p = softmax(x)."""
    weights = class_weights or [ar.number(1)] * len(labels)
    odds = others(ar, logits)
    found = [cost(against) for against in odds]
    costs, pulls = [each[0] for each in found], [each[1] for each in found]
    shares = [w * t for w, t in zip(weights, labels, strict=True)]
    slopes = {
        "logits": by_logits(ar, [a * pull for a, pull in zip(shares, pulls, strict=True)], odds),
        "labels": [ar.times(w, each) for w, each in zip(weights, costs, strict=True)],
    }
    # A row without a softmax has no loss, even if no share asks for its logarithm.
    value = ar.nan if ar.is_nan(odds[0]) else dot(ar, shares, costs)
    if class_weights is None:
        return Item(value, slopes)
    return Item(value, slopes, dot(ar, class_weights, labels), {"labels": class_weights})


def _of_class(ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, cost: Cost) -> Item:
    """The same of the one-hot row of a class."""
    return _of_shares(ar, logits, one_hot(ar, labels, len(logits)), class_weights, cost)


def _focal(ar: Arithmetic, gamma: Number, against: Number) -> tuple[Number, Number]:
    """-(1 - p)^gamma log p."""
    if ar.is_nan(against) or against == ar.infinity:
        return against, ar.number(1) if against == ar.infinity else against
    if against == 0:
        return against, ar.number(gamma == 0)
    rest, surprise = against / (1 + against), ar.log1p(against)
    focus = ar.power(rest, gamma)
    return focus * surprise, focus + gamma * focus / rest * surprise / (1 + against)


def _poly(ar: Arithmetic, epsilon: Number, against: Number) -> tuple[Number, Number]:
    """-log p + epsilon (1 - p)."""
    if ar.is_nan(against) or against == ar.infinity:
        return against, ar.number(1) if against == ar.infinity else against
    return ar.log1p(against) + epsilon * against / (1 + against), 1 + epsilon / (1 + against)


def _generalized(ar: Arithmetic, q: Number, against: Number) -> tuple[Number, Number]:
    """(1 - p^q) / q, and -log p if q is 0."""
    if q == 0:
        return ar.log1p(against), ar.number(1)
    if against == ar.infinity:
        return 1 / q, ar.number(0)
    power = ar.power(1 / (1 + against), q)
    return (1 - power) / q, power


def softmax_focal(
    ar: Arithmetic, logits: Row, labels: Row, class_weights: Row | None, gamma: float = 2.0
) -> Item:
    """-sum w t (1 - p)^gamma log p with p = softmax(x)."""
    return _of_shares(ar, logits, labels, class_weights, partial(_focal, ar, ar.number(gamma)))


def sparse_softmax_focal(
    ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, gamma: float = 2.0
) -> Item:
    """The same of the one-hot row of a class."""
    return _of_class(ar, logits, labels, class_weights, partial(_focal, ar, ar.number(gamma)))


def poly_cross_entropy(
    ar: Arithmetic, logits: Row, labels: Row, class_weights: Row | None, epsilon: float = 2.0
) -> Item:
    """Sum w t (-log p + epsilon (1 - p)) with p = softmax(x)."""
    return _of_shares(ar, logits, labels, class_weights, partial(_poly, ar, ar.number(epsilon)))


def sparse_poly_cross_entropy(
    ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, epsilon: float = 2.0
) -> Item:
    """The same of the one-hot row of a class."""
    return _of_class(ar, logits, labels, class_weights, partial(_poly, ar, ar.number(epsilon)))


def generalized_cross_entropy(
    ar: Arithmetic, logits: Row, labels: int, class_weights: Row | None, q: float = 0.7
) -> Item:
    """w_y (1 - p_y^q) / q with p = softmax(x)."""
    return _of_class(ar, logits, labels, class_weights, partial(_generalized, ar, ar.number(q)))


_DENSE = (softmax_focal, poly_cross_entropy)
_SPARSE = (sparse_softmax_focal, sparse_poly_cross_entropy, generalized_cross_entropy)

DEFINITIONS = {
    **{each.__name__: rows(each, "logits", "labels", class_weights=Role.CLASSES) for each in _DENSE},
    **{
        each.__name__: rows(each, "logits", labels=Role.CLASS, class_weights=Role.CLASSES) for each in _SPARSE
    },
}
