"""The losses of deviations as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number


def pseudo_huber(predictions: Number, targets: Number, delta: float = 1.0) -> Number:
    delta = mp.mpf(delta)
    return delta**2 * (mp.sqrt(1 + ((predictions - targets) / delta) ** 2) - 1)


def quantile(predictions: Number, targets: Number, quantile: float = 0.5) -> Number:
    missing, q = targets - predictions, mp.mpf(quantile)
    return max(q * missing, (q - 1) * missing)


def expectile(predictions: Number, targets: Number, expectile: float = 0.5) -> Number:
    missing, tau = targets - predictions, mp.mpf(expectile)
    return abs(tau - (missing < 0)) * missing**2


def epsilon_insensitive(predictions: Number, targets: Number, epsilon: float = 0.1) -> Number:
    return max(mp.zero, abs(predictions - targets) - mp.mpf(epsilon))
