"""The losses of masks as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def tversky(
    probabilities: Row, labels: Row, alpha: float = 0.5, beta: float = 0.5, smooth: float = 0.0
) -> Number:
    pairs = list(zip(probabilities, labels, strict=True))
    true = mp.fsum(p * y for p, y in pairs) + mp.mpf(smooth)
    extra = mp.fsum(p * (1 - y) for p, y in pairs)
    missed = mp.fsum((1 - p) * y for p, y in pairs)
    return 1 - true / (true + mp.mpf(alpha) * extra + mp.mpf(beta) * missed)


def focal_tversky(probabilities: Row, labels: Row, gamma: float = 4 / 3, **rest: float) -> Number:
    return tversky(probabilities, labels, **rest) ** (1 / mp.mpf(gamma))


def dice(probabilities: Row, labels: Row, smooth: float = 0.0) -> Number:
    shared = mp.fsum(p * y for p, y in zip(probabilities, labels, strict=True))
    sizes = mp.fsum(probabilities) + mp.fsum(labels)
    return 1 - (2 * shared + mp.mpf(smooth)) / (sizes + mp.mpf(smooth))


def jaccard(probabilities: Row, labels: Row, smooth: float = 0.0) -> Number:
    shared = mp.fsum(p * y for p, y in zip(probabilities, labels, strict=True))
    sizes = mp.fsum(probabilities) + mp.fsum(labels)
    return 1 - (shared + mp.mpf(smooth)) / (sizes - shared + mp.mpf(smooth))


def generalized_dice(probabilities: Row, labels: Row, smooth: float = 0.0) -> Number:
    """Of classes at one place each, as the catalogue calls it."""
    weights = [1 / y**2 for y in labels]
    triples = list(zip(weights, probabilities, labels, strict=True))
    shared = 2 * mp.fsum(w * p * y for w, p, y in triples)
    return 1 - (shared + mp.mpf(smooth)) / (mp.fsum(w * (p + y) for w, p, y in triples) + mp.mpf(smooth))


def _index_loss(labels: Row, wrong: list[int]) -> Number:
    """One less the Jaccard index of a mask that is wrong at these places."""
    truth = {i for i, y in enumerate(labels) if y}
    mask = truth ^ set(wrong)
    return 1 - mp.mpf(len(truth & mask)) / len(truth | mask) if truth | mask else mp.zero


def _extension(errors: Row, labels: Row) -> Number:
    order = sorted(range(len(errors)), key=lambda i: -errors[i])
    losses = [_index_loss(labels, order[:k]) for k in range(len(order) + 1)]
    return mp.fsum(max(mp.zero, errors[i]) * (losses[k + 1] - losses[k]) for k, i in enumerate(order))


def lovasz_hinge(logits: Row, labels: Row) -> Number:
    return _extension([1 - x * (2 * y - 1) for x, y in zip(logits, labels, strict=True)], labels)


def lovasz_softmax(probabilities: Row, labels: Row) -> Number:
    return _extension([abs(y - p) for p, y in zip(probabilities, labels, strict=True)], labels)
