"""The divergence losses as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row, log, times_log


def cross_entropy(probabilities: Row, targets: Row) -> Number:
    return -mp.fsum(times_log(t, p) for p, t in zip(probabilities, targets, strict=True))


def kl_divergence(log_probabilities: Row, targets: Row, log_targets: bool = False) -> Number:
    shares = [mp.exp(t) for t in targets] if log_targets else targets
    return mp.fsum(t * (log(t) - lp) if t else 0 for lp, t in zip(log_probabilities, shares, strict=True))
