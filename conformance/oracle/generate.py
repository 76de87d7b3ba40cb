"""Write the answers beside the questions, or check the ones that are there.

``python -m conformance.oracle.generate [--check] [--rigorous] [family ...]``
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import multiprocessing
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from mpmath import mp

from ..model import CASES, Case, families, load_family, rounds_to
from ..schema import SchemaError
from .arithmetic import Digits, Number
from .condition import STEP, conditions
from .layout import Layout, lay_out
from .solve import Solved, Working, work

DIGITS = 60  # to which every answer is right
WRITTEN = 40  # of which this many are written
ENCLOSED = 0.9  # the share of the finite numbers that must be proved
PROCESSES = 2
_FEW = 40  # cases that are answered before a process would have started
_MOST = 1500  # beyond so many digits, what still shrinks as they grow is 0


def working_digits(case: Case) -> int:
    """Digits to begin with: as many as hold any product of four inputs, and the rest.

    So the squares and dot products of a definition are exact, and what is exactly 0, or
    exactly on a kink, is found there.
    """
    values = [x for array in case.arrays.values() if array.kind == "float" for x in array.values]
    values += [x for x in case.parameters.values() if isinstance(x, float)]
    ratios = [x.as_integer_ratio() for x in values if math.isfinite(x) and x != 0]
    top = max((abs(n).bit_length() - d.bit_length() for n, d in ratios), default=0)
    # A denominator is a power of two; of a whole number the lowest bit is the last that is set.
    low = min(((n & -n).bit_length() - d.bit_length() for n, d in ratios), default=0)
    return DIGITS + STEP + 40 + math.ceil(4 * (top - low + 1) * math.log10(2))


def answer(case: Case) -> dict[str, Any]:
    """The answer to a question, as it is written.

    Parameters
    ----------
    case : Case
        The question.

    Returns
    -------
    dict
        The hash of the question, and value and gradient as decimal strings with their
        condition numbers.
    """
    layout = lay_out(case)
    solved, numbers, condition = _settled(layout)
    texts = [_written(number) for number in numbers]
    count = len(solved.values)
    _check_printed(case, texts[:count])
    value = {"shape": list(solved.shape), "values": texts[:count], "condition": condition[:count]}
    gradient = {}
    for name, slopes in solved.gradient.items():
        part = slice(count, count := count + len(slopes))
        shape = list(layout.arrays[name].shape)
        gradient[name] = {"shape": shape, "values": texts[part], "condition": condition[part]}
    return {"question": case.hash, "value": value, "gradient": gradient}


def _settled(layout: Layout) -> tuple[Solved, list[Number], list[float | None]]:
    """The answer, its numbers, and their condition numbers.

    The digits are doubled until `DIGITS` of every number stay as they are. What is
    left of a number that never does is rounding, and the number is 0.
    """
    digits = working_digits(layout.case)
    while True:
        rough, fine = (_worked(layout, n) for n in (digits, 2 * digits))
        numbers = fine.solved.numbers()
        with mp.workdps(DIGITS):
            unsettled = [not _agree(*pair) for pair in zip(rough.solved.numbers(), numbers, strict=True)]
        if not any(unsettled) or digits > _MOST:
            break
        digits *= 2
    with mp.workdps(digits):
        condition = conditions(rough)
    for i in itertools.compress(itertools.count(), unsettled):
        numbers[i], condition[i] = _vanishing(layout.case, numbers[i], digits), None
    return fine.solved, numbers, condition


def _worked(layout: Layout, digits: int) -> Working:
    with mp.workdps(digits):
        return work(Digits(), layout)


def _agree(rough: Number, fine: Number) -> bool:
    """Whether two numbers have `DIGITS` digits in common, or are the same infinity or NaN."""
    if not mp.isfinite(fine):
        return bool(mp.isnan(rough) if mp.isnan(fine) else rough == fine)
    return bool(rough == fine or abs(rough - fine) <= mp.mpf(10) ** -DIGITS * abs(fine))


def _vanishing(case: Case, fine: Number, digits: int) -> Number:
    """The number 0, if what is left of the number is what rounding leaves of one."""
    if abs(fine) < mp.mpf(10) ** -digits:
        return mp.zero
    raise SchemaError(f"case {case.id!r}: {digits} digits leave none of {mp.nstr(fine, 5)}; it cancels")


def _check_printed(case: Case, values: list[str]) -> None:
    """Refuse a question whose exact answer is not what its source printed."""
    if case.printed and len(case.printed) != len(values):
        raise SchemaError(f"case {case.id!r}: {len(case.printed)} numbers printed, {len(values)} computed")
    for printed, exact in zip(case.printed, values, strict=False):
        if not rounds_to(Decimal(exact), printed):
            raise SchemaError(f"case {case.id!r}: printed {printed}, but it is {exact}")


def _written(number: Number) -> str:
    if mp.isfinite(number):
        return str(mp.nstr(number, WRITTEN))
    return "nan" if mp.isnan(number) else "inf" if number > 0 else "-inf"


def answers(cases: Sequence[Case]) -> dict[str, Any]:
    """The answers to questions, by id; many are shared among processes."""
    return dict(zip([case.id for case in cases], _shared(answer, cases), strict=True))


def _shared(function: Any, *tasks: Sequence[Any]) -> Iterable[Any]:
    """A function of each task, in order."""
    if len(tasks[0]) < _FEW:
        return map(function, *tasks)
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(function, *tasks, chunksize=4))


def main(arguments: Sequence[str] | None = None, folder: Path = CASES) -> int:
    """Write or check files of answers.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.
    folder : Path, optional
        Where questions and answers are.

    Returns
    -------
    int
        1 if a checked file is not up to date, or if an answer is not enclosed, else 0.
    """
    options = _parser().parse_args(arguments)
    paths = [path for path in families(folder) if not options.family or path.stem in options.family]
    if unknown := set(options.family) - {path.stem for path in paths}:
        raise SchemaError(f"{folder.name}: there is no {min(unknown)}.toml")
    cases = {path: load_family(path) for path in paths}
    every = [case for path in paths for case in cases[path]]
    answered = answers(every)
    stale = 0
    for path in paths:
        part = {case.id: answered[case.id] for case in cases[path]}
        stale += not _is_fresh(path.with_suffix(".json"), part, write=not options.check)
    proved = not options.rigorous or _prove(every, answered)
    return int((options.check and stale > 0) or not proved)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.oracle.generate", description=__doc__)
    parser.add_argument("family", nargs="*", help="files to look at, without the .toml; all by default")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where an answer is out of date"
    )
    parser.add_argument(
        "--rigorous", action="store_true", help="enclose every answer in a ball; exit 1 where one is outside"
    )
    return parser


def _is_fresh(file: Path, answered: dict[str, Any], *, write: bool) -> bool:
    """Whether a file holds these answers; otherwise it is written, if it may be."""
    text = json.dumps(answered, indent=1) + "\n"
    fresh = file.exists() and file.read_text(encoding="utf-8") == text
    if write and not fresh:
        file.write_text(text, encoding="utf-8")
    print(f"{file.name}: {'up to date' if fresh else 'written' if write else 'OUT OF DATE'}")
    return fresh


def _prove(cases: Sequence[Case], answered: dict[str, Any]) -> bool:
    """Whether no answer is outside its ball, and enough of them are in one."""
    from . import balls  # noqa: PLC0415 - python-flint is needed for nothing else

    verdict = sum(_shared(balls.check, cases, [answered[case.id] for case in cases]), balls.Verdict())
    for line in (*verdict.contradictions, *(f"not enclosed: {name}" for name in verdict.open)):
        print(line)
    print(verdict)
    return not verdict.contradictions and verdict.enclosed >= ENCLOSED * verdict.finite


if __name__ == "__main__":
    sys.exit(main())
