"""The divergence losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any


def cross_entropy(xp: Any, probabilities: Any, targets: Any) -> Any:
    return -xp.sum(targets * xp.log(probabilities), axis=-1)


def kl_divergence(xp: Any, log_probabilities: Any, targets: Any, log_targets: bool = False) -> Any:
    if log_targets:
        return xp.sum(xp.exp(targets) * (targets - log_probabilities), axis=-1)
    return xp.sum(targets * (xp.log(targets) - log_probabilities), axis=-1)
