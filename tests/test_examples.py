"""What the examples promise: they train, report, draw, and give the same numbers on every library."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parents[1]
DIGITS = ROOT / "examples" / "digits.py"
BACKENDS = ("numpy", "jax", "torch")
AGREEMENT = 1e-4  # of the final losses, relative


def _load(path):
    """A script as a module, by its path: other projects install an `examples` too."""
    spec = importlib.util.spec_from_file_location(f"examples_{path.stem}", path)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


digits = _load(DIGITS)
QUICK = digits.Options(epochs=5, hidden=32)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """One thread each: at this size more only wait for one another when tests run in parallel."""
    if importlib.util.find_spec("torch"):
        importlib.import_module("torch")  # only what is loaded can be limited
    with threadpool_limits(1):
        yield


def _final_losses(options):
    """The last training loss on each backend, from one dict of options per backend."""
    return {name: digits.train(replace(given, backend=name)).losses[-1] for name, given in options.items()}


def _disagreements(losses):
    """The pairs of backends whose losses differ by more than the agreement."""
    return [
        f"{a} {losses[a]!r}, {b} {losses[b]!r}"
        for a, b in combinations(losses, 2)
        if not abs(losses[a] - losses[b]) <= AGREEMENT * min(abs(losses[a]), abs(losses[b]))
    ]


def _refused(capsys, *argv):
    """What the command says when it does not accept its arguments."""
    with pytest.raises(SystemExit) as left:
        digits.main(argv)
    assert left.value.code != 0
    return capsys.readouterr().err


def test_the_default_run_reaches_97_percent_and_prints_its_result(capsys):
    digits.main([])
    out = capsys.readouterr().out
    found = re.fullmatch(r"numpy: training loss (\S+), test accuracy ([\d.]+)%, [\d.]+ s\n", out)
    assert found, out
    assert float(found[2]) >= 97
    assert len(re.sub(r"e.*|^[0.]+|\.", "", found[1])) >= 8


def _libraries_imported_by(backend):
    """Which array libraries beside NumPy one short run in a fresh process imports."""
    code = (
        f"import runpy, sys\n"
        f"sys.argv = ['digits.py', '--epochs', '1', '--backend', {backend!r}]\n"
        f"runpy.run_path({str(DIGITS)!r}, run_name='__main__')\n"
        f"print(*sorted({{'cupy', 'dask', 'jax', 'torch'}} & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    result, imported = run.stdout.splitlines()
    assert result.startswith(f"{backend}: training loss ")
    assert "1/1" in run.stderr  # the progress
    return imported


def test_numpy_imports_no_other_library():
    assert not _libraries_imported_by("numpy")


def test_the_imports_of_another_library_are_seen():
    """The canary of the test above."""
    pytest.importorskip("jax")
    assert "jax" in _libraries_imported_by("jax")


@pytest.mark.parametrize("loss", digits.LOSSES)
def test_every_loss_learns(loss):
    history = digits.train(replace(QUICK, loss=loss))
    assert len(history.losses) == len(history.accuracies) == QUICK.epochs
    assert history.losses[-1] < 0.7 * history.losses[0]
    assert history.accuracies[-1] >= 0.9


@pytest.mark.parametrize("loss", digits.LOSSES)
def test_the_libraries_agree_on_the_final_loss(loss):
    """The whole default training, hundreds of steps: a few seconds on each library."""
    for backend in BACKENDS:
        pytest.importorskip(backend)
    options = digits.Options(loss=loss)
    assert not _disagreements(_final_losses(dict.fromkeys(BACKENDS, options)))


def test_the_agreement_would_see_another_seed():
    """The canary of the test above: one library on another seed is a disagreement."""
    pytest.importorskip("torch")
    losses = _final_losses({"numpy": QUICK, "torch": replace(QUICK, seed=1)})
    assert len(_disagreements(losses)) == 1


def test_the_agreement_would_see_nan():
    assert _disagreements({"numpy": 1.0, "torch": float("nan")})


def test_a_run_repeats_itself():
    assert digits.train(QUICK) == digits.train(QUICK)


def test_the_training_keeps_to_the_standard(monkeypatch):
    """It runs on a library that has what the standard names and nothing more."""
    strict = pytest.importorskip("array_api_strict")
    expected = digits.train(QUICK)
    monkeypatch.setattr(digits, "array_maker", lambda *_: strict.asarray)
    assert digits.train(QUICK).losses[-1] == pytest.approx(expected.losses[-1], rel=AGREEMENT)


def test_the_hand_written_gradient_is_the_one_of_autograd():
    torch = pytest.importorskip("torch")
    rng = digits.np.random.default_rng(0)
    given = digits.initial_weights(rng, pixels=7, hidden=5)
    weights = digits.Weights(*(torch.asarray(w, dtype=torch.float64).requires_grad_() for w in given))
    images, dlogits = (torch.asarray(rng.random(shape)) for shape in ((3, 7), (3, digits.CLASSES)))
    hidden, logits = digits.forward(weights, images)
    expected = torch.autograd.grad(torch.sum(logits * dlogits), weights)
    for mine, auto in zip(digits.backward(weights, images, hidden, dlogits), expected, strict=True):
        torch.testing.assert_close(mine, auto, rtol=1e-12, atol=1e-12)


def test_batches_hold_every_image_once():
    batches = digits.random_batches(digits.np.random.default_rng(0), 10, 4)
    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(digits.np.concat(batches)) == list(range(10))


def test_a_batch_may_be_larger_than_the_data():
    history = digits.train(replace(QUICK, epochs=1, batch_size=10**6))
    assert 0 < history.losses[0] < 10


def test_the_plot_is_a_png_of_its_curves(tmp_path):
    path = tmp_path / "curves.png"
    digits.main(["--epochs", "2", "--hidden", "8", "--plot", str(path)])
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(content) > 10_000


def test_a_missing_library_names_what_to_install(capsys, monkeypatch):
    for name in ("jax", "torch", "cupy"):
        monkeypatch.setitem(sys.modules, name, None)  # makes its import fail
    assert 'pip install "arrayloss[jax]"' in _refused(capsys, "--backend", "jax")
    assert 'pip install "arrayloss[torch]"' in _refused(capsys, "--backend", "torch")
    said = _refused(capsys, "--backend", "cupy")
    assert 'pip install "arrayloss[cupy-cuda12]" or pip install "arrayloss[cupy-cuda13]"' in said


@pytest.mark.parametrize(
    ("backend", "device"),
    [
        ("numpy", "cuda"),
        ("torch", "toaster"),
        ("torch", "cuda:99"),
        ("jax", "toaster"),
        ("jax", "cpu:99"),
        ("jax", "cpu:x"),
    ],
)
def test_a_missing_device_is_refused_by_name(capsys, backend, device):
    pytest.importorskip(backend)
    said = _refused(capsys, "--backend", backend, "--device", device)
    assert f"argument --device: {backend} cannot use {device}" in said


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_cpu_is_a_device_of_every_library(backend):
    pytest.importorskip(backend)
    with_device = digits.train(replace(QUICK, epochs=1, backend=backend, device="cpu"))
    assert with_device == digits.train(replace(QUICK, epochs=1, backend=backend))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--backend", "fortran"),
        ("--loss", "gain"),
        ("--epochs", "0"),
        ("--epochs", "1.5"),
        ("--hidden", "-3"),
        ("--batch-size", "0"),
        ("--learning-rate", "nan"),
        ("--learning-rate", "-1"),
        ("--seed", "-1"),
        ("--plot", "curves.docx"),
        ("--plot", "no/such/folder/curves.png"),
    ],
)
def test_a_bad_value_is_refused_by_name(capsys, option, value):
    assert f"argument {option}: " in _refused(capsys, f"{option}={value}")
