"""Write the answers beside the questions, or check the ones that are there.

``python -m conformance.oracle.generate [--check]``
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from mpmath import mp

from ..model import CASES, Case, families, load_family, rounds_to
from ..schema import SchemaError
from .definitions import DEFINITIONS, solve

DIGITS = 60  # to which every answer is right
WRITTEN = 40  # of which this many are written
_MOST = 5000


def working_digits(case: Case) -> int:
    """Digits to compute with, so that cancellation leaves `DIGITS` of them.

    The definitions subtract numbers near 1 that differ by exp(-2 |x|) at least, x being
    the largest input: that many digits are lost at most.
    """
    largest = max((abs(x) for a in case.arrays.values() if a.kind == "float" for x in a.values), default=0.0)
    digits = DIGITS + math.ceil(2 * largest / math.log(10))
    if digits > _MOST:
        raise SchemaError(f"case {case.id!r}: inputs of {largest:g} need a definition that does not cancel")
    return digits


def answer(case: Case) -> dict[str, Any]:
    """The answer to a question, as it is written.

    Parameters
    ----------
    case : Case
        The question.

    Returns
    -------
    dict
        The hash of the question, and value and gradient as decimal strings.
    """
    if case.loss not in DEFINITIONS:
        raise SchemaError(f"case {case.id!r}: no definition of the loss {case.loss!r}")
    output = DEFINITIONS[case.loss].output
    with mp.workdps(working_digits(case)):
        solved = solve(case)
        values, slopes = _written(solved.values), _written(solved.gradient)
    _check_printed(case, values)
    value = {"shape": list(solved.shape), "values": values}
    gradient = {output: {"shape": list(case.arrays[output].shape), "values": slopes}}
    return {"question": case.hash, "value": value, "gradient": gradient}


def _check_printed(case: Case, values: list[str]) -> None:
    """Refuse a question whose exact answer is not what its source printed."""
    if case.printed and len(case.printed) != len(values):
        raise SchemaError(f"case {case.id!r}: {len(case.printed)} numbers printed, {len(values)} computed")
    for printed, exact in zip(case.printed, values, strict=False):
        if not rounds_to(Decimal(exact), printed):
            raise SchemaError(f"case {case.id!r}: printed {printed}, but it is {exact}")


def _written(numbers: Sequence[Any]) -> list[str]:
    return [str(mp.nstr(number, WRITTEN)) for number in numbers]


def text_for(path: Path) -> str:
    """The text of the answers to a file of questions."""
    return json.dumps({case.id: answer(case) for case in load_family(path)}, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None, folder: Path = CASES) -> int:
    """Write or check every file of answers.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.
    folder : Path, optional
        Where questions and answers are.

    Returns
    -------
    int
        1 if a checked file is not up to date, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m conformance.oracle.generate", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where an answer is out of date"
    )
    check = parser.parse_args(arguments).check
    stale = 0
    for path in families(folder):
        file = path.with_suffix(".json")
        text = text_for(path)
        fresh = file.exists() and file.read_text(encoding="utf-8") == text
        stale += not fresh
        if not check and not fresh:
            file.write_text(text, encoding="utf-8")
        print(f"{file.name}: {'up to date' if fresh else 'OUT OF DATE' if check else 'written'}")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
