"""Every embedding of a batch against all others."""

from __future__ import annotations

from .arithmetic import Arithmetic, Row
from .core import Item, batches
from .cosine import End, by_cosines, cosine
from .softmax import others, probability

Batch = list[Row]


def info_nce(ar: Arithmetic, queries: Batch, keys: Batch, at: int, temperature: float = 0.07) -> Item:
    """-log of exp(cos(q, k) / temperature) of the query's own key, over the sum of that of every key."""
    batch = {"queries": queries, "keys": keys}
    compared = [("keys", j) for j in range(len(keys))]
    return _found(ar, batch, [(("queries", at), ("keys", at), compared)], temperature)


def nt_xent(
    ar: Arithmetic, embeddings1: Batch, embeddings2: Batch, at: int, temperature: float = 0.5
) -> Item:
    """The mean over both views of a pair of -log of the other's share in the sum over all but itself."""
    batch = {"embeddings1": embeddings1, "embeddings2": embeddings2}
    views = [(name, j) for name in batch for j in range(len(embeddings1))]
    first, second = ("embeddings1", at), ("embeddings2", at)
    ways = [
        (one, other, [view for view in views if view != one])
        for one, other in ((first, second), (second, first))
    ]
    return _found(ar, batch, ways, temperature)


def _found(
    ar: Arithmetic, batch: dict[str, Batch], ways: list[tuple[End, End, list[End]]], temperature: float
) -> Item:
    """The mean cross-entropy of anchors with their own keys among some keys."""
    scale, value, pairs = ar.number(temperature), ar.number(0), []
    for anchor, own, keys in ways:
        near = [cosine(ar, batch[anchor[0]][anchor[1]], batch[name][j])[0] for name, j in keys]
        against = others(ar, [s / scale for s in near])
        value += ar.log1p(against[keys.index(own)]) / len(ways)
        for key, odds in zip(keys, against, strict=True):
            slope = (probability(ar, odds) - ar.number(key == own)) / scale
            pairs.append((anchor, key, slope / len(ways)))
    return Item(value, by_cosines(ar, batch, pairs))


DEFINITIONS = {
    "info_nce": batches(info_nce, "queries", "keys"),
    "nt_xent": batches(nt_xent, "embeddings1", "embeddings2"),
}
