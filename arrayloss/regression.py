"""Losses of real predictions against real targets, entry by entry."""
from __future__ import annotations
from typing import Any
from ._engine import elementwise, evaluate
from ._check import POSITIVE
from ._roles import OUTPUT, TARGET

def huber(predictions: Any, targets: Any, *, delta: float = 1.0, weights=None, where=None, reduction="mean", denominator="weights"):
    return evaluate(_huber, predictions, targets, delta=delta, weights=weights, where=where, reduction=reduction, denominator=denominator)

@elementwise(predictions=OUTPUT, targets=TARGET, delta=POSITIVE)
def _huber(xp, predictions, targets, *, delta):
    # ½e² where |e| ≤ δ, δ(|e| − ½δ) elsewhere: with c = clip(e, −δ, δ) both are c (e − ½c)
    error = predictions - targets
    clipped = xp.clip(error, -delta, delta)
    return clipped * (error - 0.5 * clipped), lambda: clipped, lambda: -clipped
