"""Deliberate faults in the package, one at a time: the conformance matrix must turn red for each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Fault:
    """A piece of a file and what it is replaced by, and where that must be seen."""

    file: str
    right: str
    wrong: str
    case: str
    cell: str = "numpy"


FAULTS = {
    "formula": Fault("regression.py", "-0.5 * clipped + error", "error - clipped", "huber-*"),
    "branch": Fault(
        "regression.py", "clip(xp, error, -delta, delta)", "clip(xp, error, -1.0, 1.0)", "huber-*"
    ),
    "gradient-sign": Fault(
        "regression.py", "lambda: (error, -2.0)", "lambda: (error, 2.0)", "squared-error-*"
    ),
    "gradient-scale": Fault(
        "_engine/plain.py",
        "return _quotient(problem, 1.0 if problem.weights is None else problem.weights, count, 0.0)",
        "return _quotient(problem, 1.0, count, 0.0)",
        "squared-error-*",
    ),
    "cancellation": Fault("_softmax.py", "xp.log1p(odds)", "xp.log((rest + own) / own)", "sparse-*"),
    "reduction": Fault(
        "_engine/plain.py",
        "value = xp.sum(value, dtype=problem.compute)",
        "value = xp.mean(value)",
        "huber-*",
        "strict",
    ),
    "denominator": Fault(
        "_engine/items.py", 'if word == "nonzero" and', 'if word == "count" and', "squared-error-*"
    ),
    "mass": Fault(
        "_classes.py",
        "return labels.of(class_weights), None",
        "return labels.of(class_weights) * 0 + 1, None",
        "nll-*",
    ),
    "mask-of-value": Fault(
        "_engine/plain.py",
        "return masked(problem.xp, problem.mask, value)",
        "return value",
        "squared-error-*",
    ),
    "mask-of-gradient": Fault(
        "_engine/blocks.py",
        "masked(part.xp, expanded(part, part.mask), derivative * factor)",
        "derivative * factor",
        "squared-error-*",
    ),
    "ignored-label": Fault(
        "_engine/items.py",
        "as_indices(library.xp, array) != ignored",
        "as_indices(library.xp, array) != ignored + 1",
        "nll-*",
    ),
    "axis": Fault(
        "_engine/items.py",
        "return moved(xp, array, -1, axis)",
        "return array",
        "sparse-*",
    ),
    "smoothing": Fault(
        "_softmax.py", "label_smoothing / labels.count", "label_smoothing / (labels.count - 1)", "sparse-*"
    ),
    "dtype-of-result": Fault(
        "_engine/items.py",
        "return loss if problem.spec.wide else",
        "return loss if True else",
        "squared-error-*",
    ),
    "dtype-of-sums": Fault(
        "_namespace.py", "compute = xp.float32 if info.bits < 32 else dtype", "compute = dtype", "sigmoid-*"
    ),
    "device": Fault("_leaders.py", "device=device_of(rows)", "device=None", "softmax-*", "strict-device1"),
}


def red(package: Path, cell: str, case: str) -> bool:
    """Whether the matrix is red for a copy of the package."""
    command = [sys.executable, "-m", "conformance", "--cell", cell, "--case", case]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    summary = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    assert "comparisons" in summary, done.stdout + done.stderr
    assert not summary.startswith("0 of"), summary
    return done.returncode != 0


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of the matrix, to be broken."""
    for name in ("arrayloss", "conformance"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    return tmp_path


@pytest.mark.parametrize(("cell", "case"), sorted({(fault.cell, fault.case) for fault in FAULTS.values()}))
def test_the_copy_as_it_stands_is_green(cell: str, case: str, copy: Path) -> None:
    assert not red(copy, cell, case)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_turns_the_matrix_red(name: str, copy: Path) -> None:
    fault = FAULTS[name]
    file = copy / "arrayloss" / fault.file
    text = file.read_text(encoding="utf-8")
    assert fault.right in text, f"{fault.file} no longer holds {fault.right!r}"

    file.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")

    assert red(copy, fault.cell, fault.case)
