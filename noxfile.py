#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2026.4"]
# ///
"""The project's chores, each in an environment of its own: ``nox -l`` lists them."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv|virtualenv"

DIR = Path(__file__).parent.resolve()
PROJECT = nox.project.load_toml()
CELLS = tomllib.loads((DIR / "conformance" / "backends.toml").read_text(encoding="utf-8"))["cell"]
BACKENDS = sorted({cell["backend"] for cell in CELLS})


def _install(session: nox.Session, group: str) -> None:
    session.install("-e.", *nox.project.dependency_groups(PROJECT, group))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and types."""
    _install(session, "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests; arguments go to pytest."""
    _install(session, "test")
    session.run("pytest", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel, look at what is in it, and import it from elsewhere."""
    session.install("build")
    folder = Path(session.create_tmp()).resolve()
    session.run("python", "-m", "build", "--wheel", "--outdir", str(folder), str(DIR))
    wheel = max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    unexpected = {name for name in top if name != "arrayloss" and not name.endswith(".dist-info")}
    if "arrayloss" not in top or unexpected:
        session.error(f"{wheel.name} holds {', '.join(sorted(top))}; expected arrayloss alone")
    session.install(str(wheel))
    session.chdir(folder)
    session.run("python", "-c", "import arrayloss; print(arrayloss.__version__, arrayloss.__file__)")
    session.install("rich")
    session.run("python", "-m", "arrayloss.conformance", "--cell", "numpy", "--case", "huber-*")


@nox.session(default=False)
@nox.parametrize("backend", BACKENDS)
def conformance(session: nox.Session, backend: str) -> None:
    """Ask all questions of one backend."""
    _install(session, "test")
    session.run("python", "-m", "conformance", "--backend", backend, *session.posargs)


@nox.session(default=False)
def matrix(session: nox.Session) -> None:
    """Run the whole matrix, compare with the baseline, and renew the results and the README's table."""
    _install(session, "test")
    file = DIR / "conformance" / "results" / "linux-x86_64-cpu.json"
    session.run("python", "-m", "conformance", "--baseline", "check", "--json", str(file), *session.posargs)
    session.run(
        "python", "-m", "conformance", "report", "--readme", "README.md", "--html", "conformance/report.html"
    )


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Ask the losses of TensorFlow and Keras the same questions, and renew their results."""
    _install(session, "peers")
    session.run("pytest", "-m", "tensorflow", *session.posargs)
    for peer in ("keras", "tensorflow"):
        file = DIR / "conformance" / "results" / f"peer-{peer}.json"
        session.run("python", "-m", "conformance", "--cell", f"peer-{peer}", "--json", str(file))


@nox.session(default=False)
def tensorflow(session: nox.Session) -> None:
    """Ask TensorFlow and Keras anew what their dialects are compared with."""
    _install(session, "peers")
    for vectors in ("tensorflow_vectors", "tensorflow_losses_vectors", "keras_vectors"):
        session.run("python", "-m", f"tests.{vectors}")
    session.run("pytest", *sorted(map(str, DIR.glob("tests/test_dialect_[kt]*.py"))), *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Look at the page of results in a real browser: needs chromium on the machine."""
    _install(session, "browser")
    session.run("pytest", "-m", "browser", *session.posargs)


@nox.session(default=False)
def exhaustive(session: nox.Session) -> None:
    """Run what the usual run of the tests leaves out: see tests/choice.py and tests/plain_xla.py."""
    _install(session, "test")
    as_users_have_it = {"XLA_FLAGS": ""}
    session.run("pytest", "-m", "exhaustive", *session.posargs, env=as_users_have_it)
    session.run("pytest", "-k", "jax", *session.posargs, env=as_users_have_it)


@nox.session(default=False)
def benchmark(session: nox.Session) -> None:
    """Measure speed beside the frameworks' own losses; arguments go to the benchmark."""
    _install(session, "benchmark")
    session.run("python", "-m", "benchmarks", *session.posargs)


if __name__ == "__main__":
    nox.main()
