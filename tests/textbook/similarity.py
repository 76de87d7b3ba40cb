"""The losses that compare all embeddings of a batch by labels, as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import cosines


def supervised_contrastive(xp: Any, embeddings: Any, labels: Any, temperature: float = 0.1) -> Any:
    together, apart = _kinds(xp, labels, embeddings.dtype)
    logits = cosines(xp, embeddings, embeddings) / temperature
    log_total = xp.log(xp.sum((together + apart) * xp.exp(logits), axis=-1))
    count = xp.sum(together, axis=-1)
    near = xp.sum(together * (log_total[..., None] - logits), axis=-1)
    return xp.where(count > 0, near / xp.where(count > 0, count, 1.0), 0.0)


def circle(xp: Any, embeddings: Any, labels: Any, margin: float = 0.4, gamma: float = 80.0) -> Any:
    together, apart = _kinds(xp, labels, embeddings.dtype)
    s = cosines(xp, embeddings, embeddings)
    weight = xp.where(s > -margin, s + margin, 0.0)
    negative = xp.sum(apart * xp.exp(gamma * weight * (s - margin)), axis=-1)
    positive = xp.sum(together * xp.exp(gamma * (1 + margin - s) * (1 - margin - s)), axis=-1)
    return xp.log(1 + negative * positive)


def _kinds(xp: Any, labels: Any, dtype: Any) -> tuple[Any, Any]:
    """1 for each other item of an item's label, and for each of another."""
    same = xp.astype(labels[..., None] == labels[..., None, :], dtype)
    return same - xp.eye(labels.shape[-1], dtype=dtype), 1 - same
