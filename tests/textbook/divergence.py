"""The divergence losses as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import softmax


def cross_entropy(xp: Any, probabilities: Any, targets: Any) -> Any:
    return -xp.sum(targets * xp.log(probabilities), axis=-1)


def kl_divergence(xp: Any, log_probabilities: Any, targets: Any, log_targets: bool = False) -> Any:
    if log_targets:
        return xp.sum(xp.exp(targets) * (targets - log_probabilities), axis=-1)
    return xp.sum(targets * (xp.log(targets) - log_probabilities), axis=-1)


def generalized_kl(xp: Any, rates: Any, targets: Any) -> Any:
    return xp.sum(targets * xp.log(targets / rates) - targets + rates, axis=-1)


def js_divergence(xp: Any, probabilities: Any, targets: Any) -> Any:
    middle = (probabilities + targets) / 2
    return (generalized_kl(xp, middle, probabilities) + generalized_kl(xp, middle, targets)) / 2


def distillation(xp: Any, logits: Any, teacher_logits: Any, temperature: float = 1.0) -> Any:
    p, q = (softmax(xp, x / temperature) for x in (logits, teacher_logits))
    return temperature**2 * generalized_kl(xp, p, q)
