from __future__ import annotations
from ._engine import along_axis, evaluate
from ._check import FRACTION
from ._roles import OUTPUT, CLASS, CLASS_WEIGHTS

def sparse_softmax_cross_entropy(logits, labels, *, axis=-1, class_weights=None, label_smoothing=0.0, ignore_index=None, weights=None, where=None, reduction="mean", denominator="weights"):
    return evaluate(_sparse_softmax_cross_entropy, logits, labels, class_weights, label_smoothing=label_smoothing, axis=axis, ignore_index=ignore_index, weights=weights, where=where, reduction=reduction, denominator=denominator)

def _class_mass(xp, rows, labels, class_weights, **_):
    return None if class_weights is None else (labels.of(class_weights), None)

@along_axis(logits=OUTPUT, labels=CLASS, class_weights=CLASS_WEIGHTS, label_smoothing=FRACTION, mass=_class_mass)
def _sparse_softmax_cross_entropy(xp, logits, labels, class_weights, *, label_smoothing):
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    own = labels.pick(shifted)
    others = labels.put(xp.exp(shifted), 0.0)
    rest = xp.sum(others, axis=-1)
    total = rest + xp.exp(own)
    value = xp.log1p(rest + xp.expm1(own)) - own
    w = 1.0
    if class_weights is not None:
        w = labels.of(class_weights); value = value * w
    return value, lambda: (labels.put(others, -rest), w / total)
