"""The conformance matrix itself: complete, answered, green, and reported as it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import arrayloss as al
from conformance import cells, model, report, results, rules
from conformance.oracle import generate
from conformance.oracle.definitions import DEFINITIONS

from .catalogue import CATALOGUE
from .wrong_arguments import TRANSFORMS

ROOT = Path(__file__).parent.parent
CASES = model.load_cases()
ANSWERS = model.load_answers()
CELLS = {cell.id: cell for cell in cells.load_cells()}
SPECIAL = tuple(f"special.{name}" for name in al.special.__all__)
LOSSES = tuple(name for name in al.__all__ if name not in (*TRANSFORMS, "special")) + SPECIAL
FEWEST, IN_ALL = 12, 500
NO_LOSS = (
    "special.softmax",
    "special.log_softmax",
    "special.smooth_labels",
)  # rows of rows: nothing to differentiate


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the repository's root."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", LOSSES)
def test_every_public_function_is_asked_in_value_and_in_every_gradient(name: str) -> None:
    asked = [case for case in CASES if case.loss == name]
    differentiated = Counter(operand for case in asked for operand in ANSWERS[case.id].gradient)

    assert name in DEFINITIONS
    assert len(asked) >= FEWEST
    if name in CATALOGUE:
        for operand in CATALOGUE[name].differentiable():
            assert differentiated[operand] >= 1, f"no question has a gradient by {operand}"
    elif name not in NO_LOSS:
        assert differentiated


def test_nothing_else_is_asked_and_there_are_enough_questions() -> None:
    assert {case.loss for case in CASES} == set(LOSSES)
    assert len(CASES) >= IN_ALL


def _asked_again() -> list[model.Case]:
    """Every fifth question, and the first of each loss: to answer all takes a minute and a half."""
    first = {case.loss: case for case in reversed(CASES)}
    return list({case.id: case for case in (*CASES[::5], *first.values())}.values())


def test_a_fifth_of_the_answers_is_up_to_date_and_enclosed() -> None:
    asked = _asked_again()
    answered = generate.answers(asked)
    files = (path.with_suffix(".json") for path in model.families())
    kept = {name: answer for file in files for name, answer in json.loads(file.read_text()).items()}

    assert {case.loss for case in asked} == set(LOSSES)
    assert [name for name in answered if answered[name] != kept[name]] == []
    assert generate._prove(asked, answered)


@pytest.mark.exhaustive
def test_answers_are_up_to_date_and_enclosed() -> None:
    done = python("-m", "conformance.oracle.generate", "--check", "--rigorous")

    assert done.returncode == 0, done.stdout + done.stderr


EVERY_LOSS_ONCE = "published-*-[dflmp]*"  # half of the published questions: compilers take long to answer all


def test_the_published_questions_of_a_usual_run_are_of_every_loss_that_has_some() -> None:
    published = [case for case in CASES if case.id.startswith("published-")]
    asked = [case for case in published if fnmatchcase(case.id, EVERY_LOSS_ONCE)]
    assert {case.loss for case in asked} == {case.loss for case in published} != set()


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(("--quick",), id="quick"),
        pytest.param(("--case", EVERY_LOSS_ONCE), id="published"),
        pytest.param(("--case", "published-*"), id="all-published", marks=pytest.mark.exhaustive),
    ],
)
def test_every_cell_is_green(choice: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    done = python("-m", "conformance", *choice, "--json", str(file))

    assert done.returncode == 0, done.stdout + done.stderr
    found = results.from_json(file.read_text())
    ran = {cell.id for cell in found.cells if not cell.not_run}
    here = {
        cell.id
        for cell in CELLS.values()
        if cell.device != "cuda" and cell.backend not in ("keras", "tensorflow")
    }
    assert ran >= (here if choice != ("--quick",) else {cell.id for cell in CELLS.values() if cell.quick})
    for cell in found.cells:
        assert cell.not_run or cell.ran == cell.expected > 0


def test_committed_results_are_green_and_hold_no_nan() -> None:
    files = sorted((model.HERE / "results").glob("*.json"))
    assert files
    for file in files:
        json.loads(file.read_text(), parse_constant=pytest.fail)
    found = results.merged(results.load(model.HERE / "results"))
    assert results.failures(found) == 0
    assert {cell.id for cell in found} >= {cell.id for cell in CELLS.values() if cell.mode != "peer"}


def test_committed_results_are_within_the_baseline() -> None:
    found = results.merged(results.load(model.HERE / "results"))
    baseline = rules.load_baseline()

    assert rules.regressions(found, baseline) == []
    assert baseline.keys() >= rules.worst_ulps(found).keys()


def test_the_table_of_the_readme_is_that_of_the_results() -> None:
    text = (ROOT / "README.md").read_text()
    table = report.readme_table(results.merged(results.load(model.HERE / "results")))

    assert report.in_readme(text, table) == text, "run python -m conformance report --readme README.md"
