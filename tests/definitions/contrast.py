"""The losses that compare all embeddings of a batch as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row, cosine


def info_nce(queries: list[Row], keys: list[Row], temperature: float = 0.07) -> Row:
    return [_find(query, own, keys, temperature) for query, own in zip(queries, keys, strict=True)]


def nt_xent(embeddings1: list[Row], embeddings2: list[Row], temperature: float = 0.5) -> Row:
    def one_way(i: int, own: list[Row], others: list[Row]) -> Number:
        views = [*others, *own[:i], *own[i + 1 :]]
        return _find(own[i], others[i], views, temperature)

    return [
        (one_way(i, embeddings1, embeddings2) + one_way(i, embeddings2, embeddings1)) / 2
        for i in range(len(embeddings1))
    ]


def _find(anchor: Row, own: Row, keys: list[Row], temperature: float) -> Number:
    def term(key: Row) -> Number:
        return mp.exp(cosine(anchor, key) / mp.mpf(temperature))

    return -mp.log(term(own) / mp.fsum(map(term, keys)))
