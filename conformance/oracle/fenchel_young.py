"""Convex functions of scores, less what the truth scores."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, entries, rows


def sparsemax(ar: Arithmetic, logits: Row, labels: int) -> Item:
    """Half the sum of x_i^2 - tau^2 over the support, less x_y, plus 1/2; its gradient is p - e_y."""
    if any(ar.is_nan(x) for x in logits):
        return Item(ar.nan, {"logits": [ar.nan] * len(logits)})
    finite = [x for x in logits if x != -ar.infinity]
    ordered = sorted(finite, reverse=True)
    threshold, support = ordered[0] - 1, ordered[:1]
    for size in range(2, len(ordered) + 1):
        total = sum(ordered[:size], ar.number(0))
        if 1 + size * ordered[size - 1] > total:
            threshold, support = (total - 1) / size, ordered[:size]
    squares = sum((x**2 - threshold**2 for x in support), ar.number(0))
    chosen = [x - threshold if x > threshold else ar.number(0) for x in logits]
    slopes = [p - int(i == labels) for i, p in enumerate(chosen)]
    return Item(squares / 2 - logits[labels] + ar.number(0.5), {"logits": slopes})


def _rising(ar: Arithmetic, x: Number) -> tuple[Number, Number]:
    """0 up to -1, (x + 1)^2 / 4 up to 1, x beyond, and the derivative."""
    if ar.is_nan(x):
        return x, x
    if x <= -1:
        return ar.number(0), ar.number(0)
    return (x, ar.number(1)) if x >= 1 else ((x + 1) ** 2 / 4, (x + 1) / 2)


def binary_sparsemax(ar: Arithmetic, logits: Number, labels: Number) -> Item:
    """(1 - z) f(x) + z f(-x); f(x) - f(-x) = x."""
    (up, by_up), (down, by_down) = _rising(ar, logits), _rising(ar, -logits)
    value = ar.times(1 - labels, up) + ar.times(labels, down)
    return Item(value, {"logits": (1 - labels) * by_up - labels * by_down, "labels": -logits})


def fenchel_young(ar: Arithmetic, scores: Row, targets: Row) -> Item:
    """Log sum exp s_i - sum t_i s_i."""
    total = sum((ar.exp(s) for s in scores), ar.number(0))
    pairs = list(zip(scores, targets, strict=True))
    value = ar.log(total) - sum((ar.times(t, s) for s, t in pairs), ar.number(0))
    by_scores = [ar.exp(s) / total - t for s, t in pairs]
    return Item(value, {"scores": by_scores, "targets": [-s for s in scores]})


DEFINITIONS = {
    "sparsemax": rows(sparsemax, "logits", labels=Role.CLASS),
    "binary_sparsemax": entries(binary_sparsemax, "logits", "labels"),
    "fenchel_young": rows(fenchel_young, "scores", "targets"),
}
