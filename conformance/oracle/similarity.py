"""Every embedding of a batch against all others, by their labels."""

from __future__ import annotations

from .arithmetic import Arithmetic, Row
from .core import Item, Role, batches
from .cosine import by_cosines, cosine
from .softmax import others, probability

Batch = list[Row]


def supervised_contrastive(
    ar: Arithmetic, embeddings: Batch, labels: list[int], at: int, temperature: float = 0.1
) -> Item:
    """-log of the softmax of cos / temperature over all others, its mean over those of the same label."""
    keys = [j for j in range(len(labels)) if j != at]
    own = [labels[j] == labels[at] for j in keys]
    if not any(own):
        return Item(ar.number(0), mass=0)
    scale, count = ar.number(temperature), sum(own)
    against = others(ar, [cosine(ar, embeddings[at], embeddings[j])[0] / scale for j in keys])
    value = sum((ar.log1p(odds) for odds, yes in zip(against, own, strict=True) if yes), ar.number(0)) / count
    slopes = [
        (probability(ar, odds) - ar.number(yes) / count) / scale
        for odds, yes in zip(against, own, strict=True)
    ]
    return Item(value, _by_others(ar, embeddings, at, dict(zip(keys, slopes, strict=True))))


def circle(
    ar: Arithmetic,
    embeddings: Batch,
    labels: list[int],
    at: int,
    *,
    margin: float = 0.4,
    gamma: float = 80.0,
) -> Item:
    """log(1 + sum of exp(g [s + m]+ (s - m)) * sum of exp(-g [1 + m - s]+ (s - (1 - m))))."""
    m, g = ar.number(margin), ar.number(gamma)
    terms: dict[bool, dict[int, Row]] = {True: {}, False: {}}
    for j in range(len(labels)):
        if j == at:
            continue
        s, _ = cosine(ar, embeddings[at], embeddings[j])
        if labels[j] == labels[at]:
            weight, active = ar.hinge(1 + m - s)
            exponent, slope = -g * weight * (s - (1 - m)), g * active * (2 * s - 2)
        else:
            weight, active = ar.hinge(s + m)
            exponent, slope = g * weight * (s - m), g * active * 2 * s
        terms[labels[j] == labels[at]][j] = [ar.exp(exponent), slope]
    if not (terms[True] and terms[False]):
        return Item(ar.number(0), mass=0)
    totals = {side: sum((term for term, _ in found.values()), ar.number(0)) for side, found in terms.items()}
    product = totals[True] * totals[False]
    slopes = {
        j: product / (1 + product) * term / totals[side] * slope
        for side, found in terms.items()
        for j, (term, slope) in found.items()
    }
    return Item(ar.log1p(product), _by_others(ar, embeddings, at, slopes))


def _by_others(ar: Arithmetic, embeddings: Batch, at: int, slopes: dict[int, Row]) -> dict[str, Batch]:
    """The derivative by all embeddings, from that by the cosines of one with others."""
    pairs = [(("embeddings", at), ("embeddings", j), slope) for j, slope in slopes.items()]
    return by_cosines(ar, {"embeddings": embeddings}, pairs)


DEFINITIONS = {
    "supervised_contrastive": batches(supervised_contrastive, "embeddings", labels=Role.GROUPS),
    "circle": batches(circle, "embeddings", labels=Role.GROUPS),
}
