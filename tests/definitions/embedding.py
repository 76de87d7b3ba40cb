"""The embedding losses as a textbook writes them, in mpmath."""

from __future__ import annotations

import math

from mpmath import mp

from ._pieces import Number, Row, cosine


def hinge_embedding(distances: Number, labels: int, margin: float = 1.0) -> Number:
    return distances if labels == 1 else max(mp.zero, mp.mpf(margin) - distances)


def cosine_embedding(embeddings1: Row, embeddings2: Row, labels: int, margin: float = 0.0) -> Number:
    near = cosine(embeddings1, embeddings2)
    return 1 - near if labels == 1 else max(mp.zero, near - mp.mpf(margin))


def triplet_margin(
    anchors: Row,
    positives: Row,
    negatives: Row,
    margin: float = 1.0,
    p: float = 2.0,
    swap: bool = False,
    eps: float = 0.0,
) -> Number:
    def distance(a: Row, b: Row) -> Number:
        sizes = [abs(x - y + mp.mpf(eps)) for x, y in zip(a, b, strict=True)]
        return max(sizes) if math.isinf(p) else mp.fsum(s ** mp.mpf(p) for s in sizes) ** (1 / mp.mpf(p))

    far = distance(anchors, negatives)
    if swap:
        far = min(far, distance(positives, negatives))
    return max(mp.zero, mp.mpf(margin) + distance(anchors, positives) - far)
