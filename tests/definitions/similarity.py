"""The losses that compare all embeddings of a batch by labels, as a textbook writes them, in mpmath."""

from __future__ import annotations

from collections.abc import Callable

from mpmath import mp

from ._pieces import Number, Row, cosine


def supervised_contrastive(embeddings: list[Row], labels: list[int], temperature: float = 0.1) -> Row:
    def one(together: Row, apart: Row) -> Number:
        if not together:
            return mp.zero
        total = mp.fsum(mp.exp(s / mp.mpf(temperature)) for s in (*together, *apart))
        return -mp.fsum(s / mp.mpf(temperature) - mp.log(total) for s in together) / len(together)

    return _each(one, embeddings, labels)


def circle(embeddings: list[Row], labels: list[int], margin: float = 0.4, gamma: float = 80.0) -> Row:
    m, g = mp.mpf(margin), mp.mpf(gamma)

    def one(together: Row, apart: Row) -> Number:
        negative = mp.fsum(mp.exp(g * max(s + m, 0) * (s - m)) for s in apart)
        positive = mp.fsum(mp.exp(-g * max(1 + m - s, 0) * (s - (1 - m))) for s in together)
        return mp.log(1 + negative * positive)

    return _each(one, embeddings, labels)


def _each(one: Callable[[Row, Row], Number], embeddings: list[Row], labels: list[int]) -> Row:
    """Of each embedding, with its cosines with the others of its label and with all of another."""
    found = []
    for i, anchor in enumerate(embeddings):
        others = [
            (cosine(anchor, x), y) for j, (x, y) in enumerate(zip(embeddings, labels, strict=True)) if j != i
        ]
        together = [s for s, y in others if y == labels[i]]
        found.append(one(together, [s for s, y in others if y != labels[i]]))
    return found
