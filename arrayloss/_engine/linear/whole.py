"""All logits at once: what lazy libraries cut themselves, and what any transform can be taken of."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..._namespace import in_dtype
from .. import plain
from ..call import Call
from ..items import both, kept, masked
from .layer import Layer, computed, with_logits


def value(call: Call, layer: Layer, rows: ModuleType = plain) -> Any:
    """The loss of a call, from that of the logits.

    `rows` is the strategy that runs the formula of the logits.
    """
    xp = call.library.xp
    with call.library.quiet():
        loss = rows.value(with_logits(call, computed(call, layer).logits(xp)))
    return in_dtype(xp, loss, layer.features.dtype)


def value_and_grads(
    call: Call, layer: Layer, wanted: tuple[int, ...], rows: ModuleType = plain
) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its gradients with respect to the wanted ones of features, kernel and bias."""
    xp, dtype, own = call.library.xp, layer.features.dtype, computed(call, layer)
    with call.library.quiet():
        loss, (slopes,) = rows.value_and_grads(with_logits(call, own.logits(xp)), (0,))
        grads = dict(zip(wanted, own.back(xp, slopes, wanted), strict=True))
    seen = both(call.arrays.where, kept(call))
    if 0 in grads and seen is not None:
        grads[0] = masked(xp, seen[..., None], grads[0])
    return in_dtype(xp, loss, dtype), tuple([in_dtype(xp, each, dtype) for each in grads.values()])
