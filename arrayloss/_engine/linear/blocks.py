"""Arrays that can be written: the logits of some rows at a time, those in blocks that fit the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..._namespace import in_dtype
from .. import blocks, domain
from ..call import Call
from ..items import Problem, masked
from .layer import Layer, computed, divided, rows_at_once, slabs, standing

Gradients = tuple[Any, ...]
Run = Callable[[Problem, tuple[int, ...]], tuple[Any, Gradients]]


def value(call: Call, layer: Layer) -> Any:
    """The loss of a call."""
    return value_and_grads(call, layer, ())[0]


def value_and_grads(call: Call, layer: Layer, wanted: tuple[int, ...]) -> tuple[Any, Gradients]:
    """The loss and its gradients with respect to the wanted ones of features, kernel and bias."""
    xp = call.library.xp
    with np.errstate(all="ignore"):
        loss, grads = evaluate(standing(call, layer), computed(call, layer), wanted)
    dtype = layer.features.dtype
    return in_dtype(xp, loss, dtype), tuple([in_dtype(xp, each, dtype) for each in grads])


def evaluate(
    problem: Problem,
    layer: Layer,
    wanted: tuple[int, ...],
    *,
    readable: bool | None = None,
    threads: int | None = None,
) -> tuple[Any, Gradients]:
    """Loss and gradients in one pass over the rows, in the dtype of the computation.

    Parameters
    ----------
    problem : Problem
        The arranged call, a view of the logits' shape in their place.
    layer : Layer
        What the logits are made of, in the dtype of the computation.
    wanted : tuple of int
        Which of features, kernel and bias to differentiate by.
    readable, threads
        As in `blocks.evaluate`.
    """
    readable = problem.library.readable if readable is None else readable
    with np.errstate(all="ignore"):
        if readable:
            domain.verify(problem, "items")
        run = partial(blocks.evaluate, readable=readable, threads=threads)
        return in_parts(divided(problem, write=True), layer, wanted, run)


def in_parts(problem: Problem, layer: Layer, wanted: tuple[int, ...], run: Run) -> tuple[Any, Gradients]:
    """Loss and gradients, `run` giving the loss of a part and its derivatives by the logits."""
    grads = {position: problem.xp.zeros_like(layer[position]) for position in wanted}
    losses = []
    for index in blocks.blocks(problem.items_shape, rows_at_once(problem.operands[0].shape[-1])):
        rows = layer._replace(features=layer.features[index])
        part = _with_logits(blocks.cut(problem, index), rows)
        loss, slopes = run(part, (0,) if wanted else ())
        losses.append((index, loss))
        if wanted:
            _add(part, rows, slopes[0], grads, index)
        del part, slopes  # before the next logits are made
    return _joined(problem, losses), tuple(grads.values())


def _with_logits(part: Problem, rows: Layer) -> Problem:
    """The part with its logits."""
    xp = part.xp
    shape = part.operands[0].shape
    flat = rows._replace(features=xp.reshape(rows.features, (-1, rows.features.shape[-1])))
    return part._replace(operands=(xp.reshape(flat.logits(xp), shape), *part.operands[1:]))


def _add(part: Problem, rows: Layer, slopes: Any, grads: dict[int, Any], index: blocks.Index) -> None:
    """Write, or add, what some rows have to say about the gradients."""
    xp, (features, kernel, _) = part.xp, rows
    shape, slopes = features.shape, xp.reshape(slopes, (-1, slopes.shape[-1]))
    if 0 in grads:
        mask = None if part.mask is None else part.mask[..., None]
        grads[0][index] = masked(xp, mask, xp.reshape(slopes @ kernel.T, shape))
    if 1 in grads:
        across = xp.reshape(features, (-1, shape[-1])).T
        for slab in slabs(kernel):
            grads[1][:, slab] += across @ slopes[:, slab]
    if 2 in grads:
        grads[2] += xp.sum(slopes, axis=0)


def _joined(problem: Problem, losses: list[tuple[blocks.Index, Any]]) -> Any:
    """The loss of all rows from those of the parts."""
    xp = problem.xp
    if problem.spec.reduction != "none":
        return xp.sum(xp.stack([loss for _, loss in losses]), dtype=problem.compute)
    values = xp.empty_like(problem.operands[0][..., 0])
    for index, loss in losses:
        values[index] = loss
    return values
