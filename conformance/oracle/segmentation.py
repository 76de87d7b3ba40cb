"""Masks: how far what was found overlaps with what is there."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, sets
from .ranking import in_order


def tversky(
    ar: Arithmetic,
    probabilities: Row,
    labels: Row,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 0.0,
) -> Item:
    """1 - (TP + s) / (TP + a FP + b FN + s)."""
    pairs = list(zip(probabilities, labels, strict=True))
    a, b, zero = ar.number(alpha), ar.number(beta), ar.number(0)
    shared = sum((p * y for p, y in pairs), ar.number(smooth))
    extra = sum((p * (1 - y) for p, y in pairs), zero)
    missed = sum(((1 - p) * y for p, y in pairs), zero)
    whole = shared + a * extra + b * missed
    return _ratio(
        ar,
        (shared, whole),
        probabilities=[(y, y + a * (1 - y) - b * y) for _, y in pairs],
        labels=[(p, p + b * (1 - p) - a * p) for p, _ in pairs],
    )


def _ratio(ar: Arithmetic, parts: tuple[Number, Number], **slopes: list[tuple[Number, Number]]) -> Item:
    """One less a quotient, by the derivatives of its parts; 0 where there is nothing at all."""
    part, whole = parts
    if whole == 0:
        return Item(ar.number(0), {name: [ar.number(0)] * len(row) for name, row in slopes.items()})
    found = {name: [(part * w - whole * p) / (whole * whole) for p, w in row] for name, row in slopes.items()}
    return Item(1 - part / whole, found)


def dice(ar: Arithmetic, probabilities: Row, labels: Row, smooth: float = 0.0) -> Item:
    """1 - (2 sum p y + s) / (sum p + sum y + s)."""
    zero = ar.number(0)
    shared = 2 * sum((p * y for p, y in zip(probabilities, labels, strict=True)), zero) + ar.number(smooth)
    whole = sum(probabilities, zero) + sum(labels, zero) + ar.number(smooth)
    return _ratio(
        ar,
        (shared, whole),
        probabilities=[(2 * y, 1) for y in labels],
        labels=[(2 * p, 1) for p in probabilities],
    )


def jaccard(ar: Arithmetic, probabilities: Row, labels: Row, smooth: float = 0.0) -> Item:
    """1 - (sum p y + s) / (sum p + sum y - sum p y + s)."""
    zero = ar.number(0)
    shared = sum((p * y for p, y in zip(probabilities, labels, strict=True)), zero)
    whole = sum(probabilities, zero) + sum(labels, zero) - shared + ar.number(smooth)
    return _ratio(
        ar,
        (shared + ar.number(smooth), whole),
        probabilities=[(y, 1 - y) for y in labels],
        labels=[(p, 1 - p) for p in probabilities],
    )


def focal_tversky(
    ar: Arithmetic, probabilities: Row, labels: Row, gamma: float = 4 / 3, **parameters: float
) -> Item:
    """The Tversky loss to the power of 1 / gamma; where it is 0 so is its derivative, unless gamma is 1."""
    item, power = tversky(ar, probabilities, labels, **parameters), 1 / ar.number(gamma)
    if gamma == 1:
        return item
    if item.value == 0:
        return Item(item.value, {name: [ar.number(0)] * len(row) for name, row in item.slopes.items()})
    value = ar.power(item.value, power)
    factor = power * value / item.value
    return Item(value, {name: [factor * slope for slope in row] for name, row in item.slopes.items()})


def generalized_dice(
    ar: Arithmetic, probabilities: Row, labels: Row, classes: list[int], smooth: float = 0.0
) -> Item:
    """1 - (2 sum w p y + s) / (sum w (p + y) + s), w = 1 / (sum y)^2 of a class, 0 of one without labels."""
    zero = ar.number(0)
    triples = list(zip(probabilities, labels, classes, strict=True))
    names = set(classes)
    volumes = {c: sum((y for _, y, k in triples if k == c), zero) for c in names}
    weights = {c: zero if v == 0 else 1 / (v * v) for c, v in volumes.items()}
    shared = {c: 2 * sum((p * y for p, y, k in triples if k == c), zero) for c in names}
    sizes = {c: sum((p + y for p, y, k in triples if k == c), zero) for c in names}
    thinner = {c: zero if v == 0 else -2 / (v * v * v) for c, v in volumes.items()}
    part = sum((weights[c] * shared[c] for c in names), ar.number(smooth))
    whole = sum((weights[c] * sizes[c] for c in names), ar.number(smooth))
    return _ratio(
        ar,
        (part, whole),
        probabilities=[(2 * weights[c] * y, weights[c]) for _, y, c in triples],
        labels=[
            (2 * weights[c] * p + thinner[c] * shared[c], weights[c] + thinner[c] * sizes[c])
            for p, _, c in triples
        ],
    )


def _extension(ar: Arithmetic, errors: Row, labels: Row) -> tuple[Number, Row]:
    """The sum of max(0, error) times what each adds to the Jaccard loss, and that; NaN beside NaN.

    With the first k wrong, n of them not in a set of G, the loss is k / (G + n).
    """
    if any(map(ar.is_nan, errors)):
        return ar.nan, [ar.nan] * len(errors)
    total, value, before = sum(labels, ar.number(0)), ar.number(0), ar.number(0)
    steps, outside = [ar.number(0)] * len(errors), ar.number(0)
    for k, i in enumerate(in_order(errors), start=1):
        outside += 1 - labels[i]
        after = k / (total + outside)
        steps[i] = after - before
        value += ar.times(steps[i], ar.hinge(errors[i])[0])
        before = after
    return value, steps


def lovasz_hinge(ar: Arithmetic, logits: Row, labels: Row) -> Item:
    """The extension of the Jaccard loss to errors max(0, 1 - (2 y - 1) x)."""
    sides = [2 * y - 1 for y in labels]
    errors = [1 - s * x for s, x in zip(sides, logits, strict=True)]
    value, steps = _extension(ar, errors, labels)
    pairs = zip(sides, steps, errors, strict=True)
    slopes = [step if ar.is_nan(step) else -s * step * ar.hinge(e)[1] for s, step, e in pairs]
    return Item(value, {"logits": slopes})


def lovasz_softmax(ar: Arithmetic, probabilities: Row, labels: Row) -> Item:
    """The extension of the Jaccard loss to errors |y - p|, 0 of a class that is not there."""
    if all(y == 0 for y in labels):
        zero = ar.number(0)
        return Item(zero, {"probabilities": [zero] * len(labels)}, zero)
    errors = [p if y == 0 else 1 - p for p, y in zip(probabilities, labels, strict=True)]
    value, steps = _extension(ar, errors, labels)
    slopes = [(1 - 2 * y) * step for y, step in zip(labels, steps, strict=True)]
    return Item(value, {"probabilities": slopes})


DEFINITIONS = {
    "dice": sets(dice, "probabilities", "labels"),
    "jaccard": sets(jaccard, "probabilities", "labels"),
    "tversky": sets(tversky, "probabilities", "labels"),
    "focal_tversky": sets(focal_tversky, "probabilities", "labels"),
    "generalized_dice": sets(generalized_dice, "probabilities", "labels", classed=True),
    "lovasz_hinge": sets(lovasz_hinge, "logits", labels=Role.COUNTS),
    "lovasz_softmax": sets(lovasz_softmax, "probabilities", labels=Role.COUNTS),
}
