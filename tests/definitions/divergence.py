"""The divergence losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row, log, times_log


def cross_entropy(probabilities: Row, targets: Row) -> Number:
    return -mp.fsum(times_log(t, p) for p, t in zip(probabilities, targets, strict=True))


def kl_divergence(log_probabilities: Row, targets: Row, log_targets: bool = False) -> Number:
    shares = [mp.exp(t) for t in targets] if log_targets else targets
    return mp.fsum(t * (log(t) - lp) if t else 0 for lp, t in zip(log_probabilities, shares, strict=True))


def generalized_kl(rates: Row, targets: Row) -> Number:
    return mp.fsum(times_log(t, t) - times_log(t, p) - t + p for p, t in zip(rates, targets, strict=True))


def js_divergence(probabilities: Row, targets: Row) -> Number:
    middle = [(p + t) / 2 for p, t in zip(probabilities, targets, strict=True)]
    return (generalized_kl(middle, probabilities) + generalized_kl(middle, targets)) / 2


def distillation(logits: Row, teacher_logits: Row, temperature: float = 1.0) -> Number:
    p, q = ([mp.exp(x / mp.mpf(temperature)) for x in row] for row in (logits, teacher_logits))
    p, q = ([each / mp.fsum(row) for each in row] for row in (p, q))
    return mp.mpf(temperature) ** 2 * generalized_kl(p, q)
