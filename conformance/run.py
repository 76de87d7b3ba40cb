"""Ask the questions in a cell: build the inputs, call the loss, compare, count."""

from __future__ import annotations

import importlib
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import arrayloss

from . import modes
from .backends import Backend, NotRunError, open_backend, versions
from .cells import Cell
from .compare import Finding, Ruler, compare, compare_printed, numbers
from .model import Answer, Case, load_answers
from .peers import Unsupported
from .results import CellResult, Failure, KnownGap, Tally, Worst
from .rules import Gap, load_gaps, load_tolerances, tolerance_of

Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One comparison: what is wrong, if anything, and how far off the numbers are."""

    problems: tuple[str, ...]
    value: Worst | None = None
    gradient: Worst | None = None


def run_cell(cell: Cell, cases: Sequence[Case], progress: Progress = lambda: None) -> CellResult:
    """Ask every question in every dtype of a cell.

    Parameters
    ----------
    cell : Cell
        Its modes hold for the whole process from here on.
    cases : sequence of Case
        The questions.
    progress : callable
        Called after each comparison.

    Returns
    -------
    CellResult
        What came of it, or why the cell could not be run.
    """
    if cell.mode == "peer":
        return run_peer(cell, cases, progress)
    result = CellResult.of(cell, cases)
    try:
        backend = open_backend(cell)
    except NotRunError as error:
        result.not_run = str(error)
        return result
    result.versions = versions(backend)
    gaps = load_gaps()
    for case, answer, ruler, tally in _comparisons(result, cell, cases, progress):
        gap = next((gap for gap in gaps if gap.covers(case.id, cell.id, ruler.dtype)), None)
        count(tally, case.id, evaluate(case, answer, backend, ruler), gap)
    return result


def run_peer(cell: Cell, cases: Sequence[Case], progress: Progress = lambda: None) -> CellResult:
    """Ask every question of a framework's own losses; what they do wrong is counted, too."""
    result = CellResult.of(cell, cases)
    try:
        peer = importlib.import_module(f".peers.{cell.backend}", __package__)
    except ModuleNotFoundError as error:
        result.not_run = f"{error.name} is not installed"
        return result
    result.versions = peer.versions()
    for case, answer, ruler, tally in _comparisons(result, cell, cases, progress):
        try:
            count(tally, case.id, _peer_outcome(peer, case, answer, cell, ruler), None)
        except Unsupported:
            tally.unsupported += 1
    return result


def _comparisons(
    result: CellResult, cell: Cell, cases: Sequence[Case], progress: Progress
) -> Iterator[tuple[Case, Answer, Ruler, Tally]]:
    """What is to be compared in a cell, each counted as run when it is done."""
    answers, tolerances = load_answers(), load_tolerances()
    for case in cases:
        for dtype in cell.asks(case):
            ruler = Ruler(dtype, tolerance_of(case.loss, dtype, tolerances).ulps, cell.flushes)
            yield case, answers[case.id], ruler, result.tally(case.loss, dtype)
            result.ran += 1
            progress()


def _peer_outcome(peer: Any, case: Case, answer: Answer, cell: Cell, ruler: Ruler) -> Outcome:
    dtypes = {"float": ruler.dtype, "int": cell.int_dtype, "bool": "bool"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arrays = {
                name: peer.asarray(array.values, array.shape, array.dtype or dtypes[array.kind])
                for name, array in case.arrays.items()
            }
            value, gradients = peer.answer(case, arrays, tuple(answer.gradient))
    except Unsupported:
        raise
    except Exception as error:
        return Outcome((f"{type(error).__name__}: {error}",))
    findings = {"": numbers("value", peer.numpy(value), answer.value, ruler)}
    for name, gradient in gradients.items():
        findings[name] = numbers(f"gradient of {name}", peer.numpy(gradient), answer.gradient[name], ruler)
    return _outcome(case, [findings.pop("")], findings)


def evaluate(case: Case, answer: Answer, backend: Backend, ruler: Ruler) -> Outcome:
    """Ask one question in one dtype.

    Parameters
    ----------
    case : Case
        The question.
    answer : Answer
        Its answer.
    backend : Backend
        Where to compute.
    ruler : Ruler
        In which dtype, and how far off a number may be.

    Returns
    -------
    Outcome
        An exception or a warning of the loss is a problem like any other.
    """
    arrays = {name: backend.array(array, ruler.dtype) for name, array in case.arrays.items()}
    call = modes.CALLS.get((backend.cell.backend, backend.cell.mode), modes.eager)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            returned = call(_question(case, answer), arrays)
        return _compared(case, answer, arrays, returned, backend=backend, ruler=ruler)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Outcome((f"{type(error).__name__} at {place}: {error}",))


def count(tally: Tally, case: str, outcome: Outcome, gap: Gap | None) -> None:
    """Enter an outcome into the tally of its loss."""
    tally.compared += 1
    if outcome.problems and gap is not None:
        tally.gaps.append(KnownGap(case, gap.reason, gap.link))
        return
    problems = outcome.problems
    if gap is not None:
        problems = (f"passes, though it is listed as a gap: {gap.reason}",)
    if problems:
        tally.failures.append(Failure(case, problems))
    tally.value = _worse(tally.value, outcome.value)
    tally.gradient = _worse(tally.gradient, outcome.gradient)


def _question(case: Case, answer: Answer) -> modes.Question:
    variadic = "array0" in case.arrays
    words = dict(case.parameters)
    if not variadic and not case.loss.startswith("special."):
        words["reduction"] = case.reduction
    return modes.Question(public(case.loss), words, tuple(answer.gradient), variadic)


def public(name: str) -> Callable[..., Any]:
    """A public function of the package, by its dotted name."""
    found: Any = arrayloss
    for part in name.split("."):
        found = getattr(found, part)
    function: Callable[..., Any] = found
    return function


def _compared(
    case: Case, answer: Answer, arrays: dict[str, Any], returned: modes.Returned, **how: Any
) -> Outcome:
    like = arrays[
        next(name for name in (*answer.gradient, *case.arrays) if case.arrays[name].kind == "float")
    ]
    values = [compare("value beside the gradient", returned.value, like, answer.value, **how)]
    if returned.alone is not None:
        values.append(compare("value", returned.alone, like, answer.value, **how))
    slopes = {
        name: compare(f"gradient of {name}", gradient, arrays[name], answer.gradient[name], **how)
        for name, gradient in zip(answer.gradient, returned.gradients, strict=True)
    }
    outcome = _outcome(case, values, slopes)
    if case.printed and not outcome.problems:
        printed = returned.value if returned.alone is None else returned.alone
        return replace(outcome, problems=compare_printed(printed, case.printed, how["backend"]))
    return outcome


def _outcome(case: Case, values: Sequence[Finding], slopes: Mapping[str, Finding]) -> Outcome:
    """What is wrong with the values and the gradients, and the worst of each."""
    problems = tuple(problem for finding in (*values, *slopes.values()) for problem in finding.problems)
    value = gradient = None
    for finding in values:
        value = _worse(value, _worst(finding, case))
    for name, finding in slopes.items():
        gradient = _worse(gradient, _worst(finding, case, name))
    return Outcome(problems, value, gradient)


def _worst(finding: Finding, case: Case, of: str = "") -> Worst:
    return Worst(finding.ulps, finding.condition, case.id, finding.index, finding.got, finding.exact, of)


def _worse(first: Worst | None, second: Worst | None) -> Worst | None:
    """The one that is further off in units of its condition."""
    if first is None or second is None:
        return first or second
    return max(first, second, key=lambda worst: (worst.ulps / max(worst.condition or 1.0, 1.0), worst.ulps))
