"""Ask a question in a cell: build the inputs, call the loss, compare."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import arrayloss

from .backends import Backend, NotRunError, open_backend, staying_lazy, versions
from .compare import compare, compare_printed
from .model import Answer, Case, Cell, CellResult, Outcome, load_answers, load_tolerances, tolerance_of


@dataclass(frozen=True, slots=True)
class Question:
    """A case with its answer and the ulps that a number may be off."""

    case: Case
    answer: Answer
    ulps: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What the library gave: the loss by itself, and with its gradients by argument."""

    alone: Any
    value: Any
    gradients: dict[str, Any]


def run_cell(cell: Cell, cases: Sequence[Case]) -> CellResult:
    """Ask every question in every dtype of a cell.

    Parameters
    ----------
    cell : Cell
        Its modes hold for the whole process from here on.
    cases : sequence of Case
        The questions.

    Returns
    -------
    CellResult
        The comparisons, or why the cell could not be run.
    """
    expected = len(cases) * len(cell.dtypes)
    try:
        backend = open_backend(cell)
    except NotRunError as error:
        return CellResult(cell.id, expected, not_run=str(error))
    outcomes = [evaluate(question, backend, dtype) for question in questions(cases) for dtype in cell.dtypes]
    return CellResult(cell.id, expected, tuple(outcomes), versions=versions(backend))


def questions(cases: Sequence[Case]) -> list[Question]:
    """The cases with their answers and tolerances."""
    answers, tolerances = load_answers(), load_tolerances()
    return [Question(case, answers[case.id], tolerance_of(case.loss, tolerances).ulps) for case in cases]


def evaluate(question: Question, backend: Backend, dtype: str) -> Outcome:
    """Ask one question in one dtype.

    Parameters
    ----------
    question : Question
        The question and its answer.
    backend : Backend
        Where to compute.
    dtype : str
        The dtype of the floating inputs.

    Returns
    -------
    Outcome
        An exception or a warning of the loss is a problem like any other.
    """
    case = question.case
    arrays = {name: backend.array(array, dtype) for name, array in case.arrays.items()}
    try:
        with warnings.catch_warnings(), staying_lazy(backend.cell):
            warnings.simplefilter("error")
            returned = _call(case, arrays, tuple(question.answer.gradient))
        return _compared(question, backend, dtype, arrays, returned)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Outcome(case.id, dtype, (f"{type(error).__name__} at {place}: {error}",))


def _call(case: Case, arrays: dict[str, Any], outputs: tuple[str, ...]) -> Returned:
    loss = getattr(arrayloss, case.loss)
    arguments = {**arrays, **case.parameters, "reduction": case.reduction}
    value, gradients = arrayloss.value_and_grad(loss, outputs)(**arguments)
    return Returned(loss(**arguments), value, dict(zip(outputs, gradients, strict=True)))


def _compared(
    question: Question, backend: Backend, dtype: str, arrays: dict[str, Any], returned: Returned
) -> Outcome:
    case, answer = question.case, question.answer
    how: dict[str, Any] = {"backend": backend, "ulps": question.ulps}
    like = arrays[next(iter(answer.gradient))]
    values = [
        compare("value", returned.alone, like, answer.value, **how),
        compare("value beside the gradient", returned.value, like, answer.value, **how),
    ]
    slopes = [
        compare(f"gradient of {name}", returned.gradients[name], arrays[name], exact, **how)
        for name, exact in answer.gradient.items()
    ]
    problems = tuple(problem for finding in (*values, *slopes) for problem in finding.problems)
    if case.printed and not problems:
        problems = compare_printed(returned.alone, case.printed, backend)
    value_ulps, gradient_ulps = (max(finding.ulps for finding in findings) for findings in (values, slopes))
    return Outcome(case.id, dtype, problems, value_ulps, gradient_ulps)
