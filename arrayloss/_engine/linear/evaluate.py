"""The entry for losses of a linear layer: checks, and the way of the library."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

from ..._check import describe, type_error
from ..._namespace import Library
from ..call import facts_of, prepare
from ..check import Facts
from ..evaluate import BY_ARRAY
from ..formula import Formula, no_curvature
from ..transforms import Differentiated, Marked, bare
from . import blocks, whole
from .check import LayerCheck
from .layer import Layer

NAMES = Layer._fields


def linear(name: str, rows: Formula) -> Formula:
    """The formula of rows of logits as that of the features that these are made of."""
    output, *others = rows.operands
    operands = {NAMES[0]: rows.operands[output]} | {each: rows.operands[each] for each in others}
    return replace(rows, name=name, operands=operands, differentiable=NAMES, curved=None)


def evaluate_linear(
    formula: Formula,
    features: Any,
    kernel: Any,
    bias: Any,
    *operands: Any,
    weights: Any = None,
    where: Any = None,
    reduction: Any = "mean",
    denominator: Any = "weights",
    ignore_index: Any = None,
    **parameters: Any,
) -> Any:
    """Check a call of a loss of ``features @ kernel + bias`` and run it, some rows at a time.

    Parameters
    ----------
    formula : Formula
        What `linear` made of the formula of a row of logits.
    features, kernel, bias : array
        What the logits are made of; no bias is None.
    *operands, weights, where, reduction, denominator, ignore_index, **parameters
        As in `evaluate`, without the logits.

    Returns
    -------
    array or Differentiated
        The reduced loss; with the gradients where one of the three was marked.
    """
    marks, layer = marks_of(formula, Layer(features, kernel, bias))
    logits = logits_of(formula, layer)
    words = {"weights": weights, "where": where, "reduction": reduction, "denominator": denominator}
    call = prepare(formula, (logits, *operands), parameters, axis=-1, ignore_index=ignore_index, **words)
    way = _way(call.library)
    if not marks:
        return way.value(call, layer)
    return differentiated(marks, *way.value_and_grads(call, layer, tuple(marks)))


def marks_of(formula: Formula, given: Layer) -> tuple[dict[int, Marked], Layer]:
    """The marks by position, and the layer without them."""
    marks = {i: a for i, a in enumerate(given) if isinstance(a, Marked)}
    for i, mark in marks.items():
        if not hasattr(mark.array, "dtype"):
            raise type_error(formula.name, NAMES[i], f"is {describe(mark.array)}", BY_ARRAY)
        if mark.curved:
            raise no_curvature(formula)
    return marks, Layer(*map(bare, given))


def logits_of(formula: Formula, layer: Layer) -> Any:
    """What a check knows of the logits, once features, kernel and bias fit each other."""
    features = facts_of(layer.features)
    if not isinstance(features, Facts) or not features.shape:
        return features  # to be refused like any other output
    check = LayerCheck(formula, features)
    classes = check.kernel(facts_of(layer.kernel))
    check.bias(facts_of(layer.bias), classes)
    return features._replace(shape=(*features.shape[:-1], classes))


def differentiated(marks: dict[int, Marked], value: Any, gradients: tuple[Any, ...]) -> Differentiated:
    """The value with the gradients by mark."""
    found = zip(marks.values(), gradients, strict=True)
    return Differentiated(value, {mark.key: mark.back(gradient) for mark, gradient in found}, {})


def _way(library: Library) -> ModuleType:
    """The module that runs these losses on the library's arrays."""
    if library.strategy == "torch":
        from . import torch  # noqa: PLC0415

        return torch
    if library.strategy == "jax":
        from . import jax  # noqa: PLC0415

        return jax
    return blocks if library.strategy == "blocks" else whole
