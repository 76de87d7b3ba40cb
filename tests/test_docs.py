"""What the documents promise: every example runs, both commands are there and mean what they say."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.machinery import PathFinder
from itertools import pairwise
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

import arrayloss

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
WITH_COMMANDS = ("README.md", "CONTRIBUTING.md")
PAGES = (*WITH_COMMANDS, "docs/porting.md")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


# Examples.


def run_page(path):
    """Run the Python blocks of a page in order, in one namespace; return how many examples there were."""
    examples = list(Sybil(parsers=[PythonCodeBlockParser()]).parse(path).examples())
    for example in examples:
        example.evaluate()
    return len(examples)


def docstrings():
    """The examples of every docstring of the package, by the name of what they explain."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    names = ["arrayloss", *(m.name for m in pkgutil.walk_packages(arrayloss.__path__, "arrayloss."))]
    found = (finder.find(importlib.import_module(name), name, globs={}) for name in names)
    return {test.name: test for tests in found for test in tests if test.examples}


def failures(test):
    """What an example printed that it should not have, and what it should have."""
    report = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    return "".join(report)


DOCSTRINGS = docstrings()


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_run(page):
    blocks = (ROOT / page).read_text().count("```python\n")

    assert run_page(ROOT / page) >= blocks > 0


@pytest.mark.parametrize(
    "block", [">>> import arrayloss\n>>> 1 + 1\n3", "import arrayloss\narrayloss.no_such_loss()"]
)
def test_a_wrong_block_would_be_seen(block, tmp_path):
    page = tmp_path / "PAGE.md"
    page.write_text(f"```python\n{block}\n```\n")

    with pytest.raises(Exception, match=r"Expected:\n    3\n|no_such_loss"):
        run_page(page)


NUMPY = "from numpy import asarray as array"
TORCH = "from torch import as_tensor as array"
WAS = "from arrayloss.dialects import torch as nn  # was: (from torch import nn)"


def rewritten(folder, *replacements):
    """The page of the port with other lines, each of which it has."""
    text = (ROOT / "docs/porting.md").read_text(encoding="utf-8")
    for old, new in replacements:
        text, count = re.subn(f"(?s){old}", new, text)
        assert count, old
    page = folder / "porting.md"
    page.write_text(text, encoding="utf-8")
    return page


@pytest.mark.parametrize("line", ["from jax.numpy import asarray as array", TORCH])
def test_the_port_runs_on_other_libraries(line, tmp_path):
    assert run_page(rewritten(tmp_path, (NUMPY, line))) >= 5


def test_the_port_from_torch_was_code_of_torch(tmp_path):
    without = (r"### From TensorFlow.*?(?=### From PyTorch: class)", "")
    page = rewritten(tmp_path, (NUMPY, TORCH), without, (WAS, r"\1"))

    assert run_page(page) >= 3
    assert "arrayloss.dialects" not in "".join(re.findall(r"```python.*?```", page.read_text(), re.DOTALL))


@pytest.mark.parametrize("name", DOCSTRINGS)
def test_the_examples_of_a_docstring_run_by_themselves(name):
    assert failures(DOCSTRINGS[name]) == ""


def test_a_wrong_docstring_would_be_seen():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)

    assert "Expected:\n    3\nGot:\n    2" in failures(wrong)


def test_every_public_name_has_an_example():
    public = {getattr(arrayloss, name) for name in arrayloss.__all__ if name != "special"}
    public |= {getattr(arrayloss.special, name) for name in arrayloss.special.__all__}
    names = {f"{each.__module__}.{each.__qualname__}" for each in public}

    assert len(names) > 20
    assert names - DOCSTRINGS.keys() == set()


# Commands.


def shell_blocks(page):
    return re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)


def commands(page):
    """The simple commands of a page's shell blocks, in words."""
    lines = "\n".join(shell_blocks(page)).splitlines()
    return [shlex.split(part, comments=True) for line in lines for part in line.split("&&")]


def problems(words):
    """What a command refers to that is not there."""
    missing = [word for word in words if word.endswith(".py") and not (ROOT / word).is_file()]
    for option, value in pairwise(words):
        if option == "-m" and not exists(value):
            missing.append(value)
        if option == "--group" and value not in PROJECT["dependency-groups"]:
            missing.append(value)
    extras = [extra for word in words for extra in re.findall(r"^\.\[(.*)\]$", word)]
    missing += [extra for extra in extras if extra not in PROJECT["project"]["optional-dependencies"]]
    scripts = [word for word in words if word.endswith(".py")]
    if scripts and not missing:
        missing += unknown_options(scripts[0], words[words.index(scripts[0]) + 1 :])
    return missing


def exists(module):
    """Whether a module can be run, found without what other packages hook into the import system."""
    spec, path = None, None
    for end in range(1, module.count(".") + 2):
        spec = PathFinder.find_spec(".".join(module.split(".")[:end]), path)
        if spec is None:
            return False
        path = spec.submodule_search_locations
    return True


def unknown_options(script, words):
    """The options that the script's help does not know."""
    shown = subprocess.run(
        [sys.executable, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = re.findall(r"--[\w-]+", shown.stdout)
    return [word for word in words if word.startswith("--") and word not in known]


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_shell_blocks_are_shell(page):
    for block in shell_blocks(page):
        checked = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_commands_refer_to_what_is_there(page):
    assert len(commands(page)) >= 4
    for command in filter(None, commands(page)):
        assert problems(command) == [], command


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("python examples/no.py", ["examples/no.py"]),
        ("python examples/digits.py --colour red", ["--colour"]),
        ("python -m no_such_module", ["no_such_module"]),
        ('python -m pip install ".[no]"', ["no"]),
        ("python -m pip install --group no", ["no"]),
    ],
)
def test_a_wrong_command_would_be_seen(command, missing):
    assert problems(shlex.split(command)) == missing


def test_the_readme_has_both_commands_and_ci_runs_the_second():
    blocks = [block.strip() for block in shell_blocks("README.md")]
    install_and_train, test = (block for block in blocks if block.startswith("python3 -m venv .venv && "))

    assert install_and_train.endswith(" && .venv/bin/python examples/digits.py")
    assert test.endswith(" --group test && .venv/bin/python -m pytest -n auto")
    assert "\n" not in install_and_train + test
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert script.splitlines()[-1] == test
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_named_nox_sessions_exist():
    tree = ast.parse((ROOT / "noxfile.py").read_text())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}

    assert functions == {
        *("benchmark", "browser", "build", "conformance", "exhaustive"),
        *("lint", "matrix", "peers", "tensorflow", "tests"),
    }


def test_the_hooks_use_the_ruff_of_the_lint_group():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    (pin,) = (need for need in PROJECT["dependency-groups"]["lint"] if need.startswith("ruff=="))

    assert f"rev: v{pin.removeprefix('ruff==')}\n" in hooks


def test_links_lead_somewhere():
    for page in (ROOT / name for name in (*PAGES, "CHANGELOG.md", "docs/coverage.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), (page, target)


def test_the_readme_names_every_loss():
    text = README.read_text()
    public = [*arrayloss.__all__, *arrayloss.special.__all__]

    assert [name for name in public if not re.search(rf"`(arrayloss\.)?{name}\b", text)] == []
