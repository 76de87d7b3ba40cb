"""The losses that compare all embeddings of a batch as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import cosines


def info_nce(xp: Any, queries: Any, keys: Any, temperature: float = 0.07) -> Any:
    terms = xp.exp(cosines(xp, queries, keys) / temperature)
    return -xp.log(_diagonal(xp, terms) / xp.sum(terms, axis=-1))


def nt_xent(xp: Any, embeddings1: Any, embeddings2: Any, temperature: float = 0.5) -> Any:
    def one_way(own: Any, others: Any) -> Any:
        across, within = (xp.exp(cosines(xp, own, x) / temperature) for x in (others, own))
        total = xp.sum(across + within, axis=-1) - _diagonal(xp, within)
        return -xp.log(_diagonal(xp, across) / total)

    return (one_way(embeddings1, embeddings2) + one_way(embeddings2, embeddings1)) / 2


def _diagonal(xp: Any, square: Any) -> Any:
    return xp.sum(square * xp.eye(square.shape[-1], dtype=square.dtype), axis=-1)
