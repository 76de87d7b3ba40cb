"""The one entry to the engine: from a loss's arguments to its value."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

from .._check import describe, type_error
from .._namespace import Library
from . import blocks, plain
from .call import Call, alike, constant, prepare
from .formula import Formula
from .transforms import Differentiated, Marked, bare


def evaluate(
    formula: Formula,
    *operands: Any,
    weights: Any = None,
    where: Any = None,
    reduction: Any = "mean",
    denominator: Any = "weights",
    axis: Any = None,
    ignore_index: Any = None,
    **parameters: Any,
) -> Any:
    """Check a call of a loss and run it as its arrays' library likes best.

    Parameters
    ----------
    formula : Formula
        What to evaluate.
    *operands : array
        The formula's operands in order; those marked by `value_and_grad` are
        differentiated.
    weights, where, reduction, denominator
        The four words of every loss.
    axis : int, optional
        The class or feature axis of a formula along one.
    ignore_index : int, optional
        The label of the items to leave out.
    **parameters
        The formula's parameters.

    Returns
    -------
    array or Differentiated
        The reduced loss; with the gradients where an operand was marked.
    """
    marks = {i: a for i, a in enumerate(operands) if isinstance(a, Marked)}
    for i, mark in marks.items():
        if not hasattr(mark.array, "dtype"):
            raise type_error(formula.name, tuple(formula.operands)[i], f"is {describe(mark.array)}", BY_ARRAY)
    if marks:
        operands = tuple([bare(a) for a in operands])
    call = prepare(
        formula,
        operands,
        parameters,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
        axis=axis,
        ignore_index=ignore_index,
    )
    return _run(call, marks)


def evaluate_sum(formula: Formula, operands: tuple[Any, ...]) -> Any:
    """The sum of a formula of one operand over all entries of several.

    Added up in the dtype that the formula is computed in, and only then rounded.
    """
    if not operands:
        raise type_error(formula.name, formula.output, "is empty", "at least one array")
    arrays = list(map(bare, operands))
    calls = [prepare(formula, (a,), {}, reduction="sum") for a in arrays]
    alike(formula, arrays)
    value: Any = 0
    gradients: dict[Any, Any] = {}
    curvatures: dict[Any, Any] = {}
    for operand, (library, spec, each) in zip(operands, calls, strict=True):
        marks = {0: operand} if isinstance(operand, Marked) else {}
        result = _run(Call(library, replace(spec, wide=True), each), marks)
        value = value + (result.value if marks else result)
        if marks:
            gradients |= result.gradients
            curvatures |= result.curvatures
    value = calls[0].library.xp.astype(value, arrays[0].dtype, copy=False)
    return Differentiated(value, gradients, curvatures) if gradients else value


def _run(call: Call, marks: dict[int, Marked]) -> Any:
    """Run a call; with gradients, and curvatures, where operands are marked, by position."""
    strategy = strategy_of(call.library)
    if not marks:
        return strategy.value(call)
    wanted = tuple([_differentiable(call, position) for position in marks])
    value, gradients = strategy.value_and_grads(call, wanted)
    found = zip(marks.values(), gradients, strict=True)
    curvatures: dict[Any, Any] = {}
    second = call.spec.formula.curved
    if second is not None and any(mark.curved for mark in marks.values()):
        spec = replace(call.spec, formula=second)
        _, bends = strategy.value_and_grads(call._replace(spec=spec), wanted)
        curvatures = {mark.key: bend for mark, bend in zip(marks.values(), bends, strict=True)}
    return Differentiated(value, {mark.key: mark.back(gradient) for mark, gradient in found}, curvatures)


BY_ARRAY = "an array of a floating dtype, to differentiate with respect to it"


def strategy_of(library: Library) -> ModuleType:
    """The module that runs formulas on the library's arrays.

    The two that import a library do so when its first array has come in; import
    statements, because torch.compile can follow those.
    """
    if library.strategy == "torch":
        from . import torch  # noqa: PLC0415

        return torch
    if library.strategy == "jax":
        from . import jax  # noqa: PLC0415

        return jax
    return blocks if library.strategy == "blocks" else plain


def _differentiable(call: Call, position: int) -> int:
    """The position, if the loss has a derivative with respect to the operand there."""
    formula = call.spec.formula
    name = tuple(formula.operands)[position]
    if name not in formula.differentiable:
        raise constant(formula, name)
    array = call.arrays.operands[position]
    if call.library.facts(array.dtype).kind != "real floating":
        raise type_error(formula.name, name, f"has dtype {array.dtype}", BY_ARRAY)
    return position
