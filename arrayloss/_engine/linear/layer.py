"""Features with the kernel and the bias of a linear layer, and what its logits stand for."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple

from ..._namespace import device_of, in_dtype
from ..call import Call
from ..check import GIVEN
from ..items import Problem, arrange, both, divisor, kept

# Logits that are there at a time; of fewer, the matrix products would be slow.
_CHUNK = 1 << 23

# Parts that a product of the kernel's size is formed in; its smallest size that is.
_PARTS, _WHOLE = 8, 1 << 22


class Layer(NamedTuple):
    """What logits are made of: features (..., d), a kernel (d, C), and a bias (C,) or None."""

    features: Any
    kernel: Any
    bias: Any

    def logits(self, xp: ModuleType) -> Any:
        """All logits."""
        found = xp.matmul(self.features, self.kernel)
        return found if self.bias is None else found + self.bias

    def back(self, xp: ModuleType, slopes: Any, wanted: tuple[int, ...]) -> tuple[Any, ...]:
        """From the derivatives by the logits to those by the wanted ones of features, kernel and bias."""
        axes = tuple(range(slopes.ndim - 1))
        found: dict[int, Any] = {}
        for position in wanted:
            if position == 0:
                found[position] = xp.matmul(slopes, xp.permute_dims(self.kernel, (1, 0)))
            elif position == 1:
                found[position] = xp.tensordot(self.features, slopes, axes=(axes, axes))
            else:
                found[position] = xp.sum(slopes, axis=axes) if axes else slopes
        return tuple(found.values())


def computed(call: Call, layer: Layer) -> Layer:
    """The layer in the dtype of the computation; the features of a masked row, which may be NaN, are 0."""
    xp, compute = call.library.xp, call.spec.compute
    features, kernel, bias = [a if a is None else in_dtype(xp, a, compute) for a in layer]
    seen = both(call.arrays.where, kept(call))
    return Layer(features if seen is None else xp.where(seen[..., None], features, 0.0), kernel, bias)


def with_logits(call: Call, logits: Any) -> Call:
    """The call of the row formula."""
    operands = (logits, *call.arrays.operands[1:])
    return call._replace(arrays=call.arrays._replace(operands=operands))


def standing(call: Call, layer: Layer) -> Problem:
    """The arranged call with a view that takes no memory in the place of the logits.

    It has their shape and dtype, which is all that the labels' domain and the divisor ask for.
    """
    xp = call.library.xp
    column = in_dtype(xp, layer.features[..., :1], call.spec.compute)
    shape = (*layer.features.shape[:-1], layer.kernel.shape[1])
    return arrange(with_logits(call, xp.broadcast_to(column, shape)))


def divided(problem: Problem, *, write: bool) -> Problem:
    """The problem with what its mean divides by as a number, the same for all of its parts."""
    if problem.spec.reduction != "mean":
        return problem
    count, xp = divisor(problem, write=write), problem.xp
    if isinstance(count, int):
        count = xp.asarray(count, dtype=problem.compute, device=device_of(problem.operands[0]))
    return problem._replace(spec=replace(problem.spec, denominator=GIVEN), denominator=count)


def rows_at_once(classes: int) -> int:
    """How many rows of logits to compute at a time: a power of two, so that batches are cut evenly."""
    return 1 << max((_CHUNK // classes).bit_length() - 1, 0)


def slabs(kernel: Any) -> list[slice]:
    """The classes in parts, so that what is added to a kernel's gradient is smaller than that."""
    features, classes = kernel.shape
    parts = _PARTS if features * classes > _WHOLE else 1
    step = -(-classes // parts)
    return [slice(start, min(start + step, classes)) for start in range(0, classes, step)]
