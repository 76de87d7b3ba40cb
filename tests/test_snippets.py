"""The snippets of the report ask what the matrix asks: they run, and give what the loss gives here."""

import ast
import contextlib
import importlib
import io

import numpy as np
import pytest
import torch
from array_api_compat import array_namespace

import arrayloss as al
from conformance.cells import load_cells
from conformance.snippets import snippet

from .sample_page import CASES, array, case

CELLS = {
    cell.id: {name: getattr(cell, name) for name in cell.__slots__}
    for cell in load_cells()
    if cell.mode != "peer"
}
# One cell for each way of calling; the others differ in device or layout.
CALLED = [
    "numpy", "strict", "torch-cpu", "jax-cpu", "dask-lazy",
    "jax-cpu-jit", "jax-cpu-vmap", "jax-cpu-grad", "torch-cpu-backward", "torch-cpu-vmap",
]  # fmt: skip

every_case = pytest.mark.parametrize("name", CASES)


def written(name, cell, dtype="float32", **words):
    """The snippet of a question of the sample."""
    return snippet({"id": name, **CASES[name], **words}, cell, dtype)


def run(text):
    """What a snippet leaves behind, and what it prints."""
    left, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(text, left)
    return left, printed.getvalue()


def directly(name, dtype="float32"):
    """Value and gradient of a question by NumPy, with no snippet in between."""
    question = CASES[name]
    arrays = {key: built(one, dtype) for key, one in question["arrays"].items()}
    function, words = al, dict(question["parameters"])
    for part in question["loss"].split("."):
        function = getattr(function, part)
    if question["reduction"] != "mean":
        words["reduction"] = question["reduction"]
    if question["loss"] == "l2_penalty":
        return al.value_and_grad(function)(*arrays.values())
    if question["loss"] == "special.softmax":
        return function(**arrays, **words), None
    wrt = tuple(n for n in ("predictions", "targets", "logits", "distances", "x") if floating(question, n))
    return al.value_and_grad(function, wrt)(**arrays, **words)


def built(one, dtype):
    kinds = {"float": dtype, "int": one["dtype"] or "int64", "bool": "bool"}
    return np.reshape(np.array(one["values"], dtype=kinds[one["kind"]]), one["shape"])


def floating(question, name):
    return question["arrays"].get(name, {}).get("kind") == "float"


def numbers(result, cell):
    """A result as a list of NumPy arrays; that of a batch is its first member."""
    parts = result if isinstance(result, tuple) else (result,)
    parts = [part[0] if "vmap" in cell else part for part in parts]
    parts = [part.detach() if isinstance(part, torch.Tensor) else part for part in parts]
    return [np.asarray(part) for part in parts]


@every_case
@pytest.mark.parametrize("cell", CALLED)
def test_a_snippet_gives_what_the_loss_gives(cell, name):
    left, printed = run(written(name, CELLS[cell]))
    value, gradient = directly(name)
    assert printed.startswith(str(left["value"].compute() if cell == "dask-lazy" else left["value"]))
    assert array_namespace(left["value"]) is importlib.import_module(CELLS[cell]["namespace"])
    assert "float32" in str(left["value"].dtype)
    np.testing.assert_allclose(numbers(left["value"], cell)[0], value, rtol=1e-6)
    assert ("gradient" in left) == (gradient is not None)
    if gradient is not None:
        found = numbers(left["gradient"], cell)
        assert len(found) == len(gradient)
        for own, other in zip(found, gradient, strict=True):
            np.testing.assert_allclose(own, other, rtol=1e-6, atol=1e-30)


def test_a_compiled_snippet_gives_what_the_loss_gives():
    left, _ = run(written("huber-branches", CELLS["torch-cpu-compile"]))
    value, gradient = directly("huber-branches")
    np.testing.assert_allclose(left["value"].detach(), value, rtol=1e-6)
    np.testing.assert_allclose(np.stack(left["gradient"]), np.stack(gradient), rtol=1e-6)


@pytest.mark.parametrize(
    ("cell", "dtype"), [("numpy", "float64"), ("torch-cpu", "bfloat16"), ("jax-cpu", "float16")]
)
def test_a_snippet_asks_in_the_dtype(cell, dtype):
    left, _ = run(written("l2-penalty-two", CELLS[cell], dtype))
    assert dtype in str(left["value"].dtype)
    assert float(left["value"]) == directly("l2-penalty-two")[0]


@every_case
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_python_of_its_library(cell, name):
    text = written(name, CELLS[cell])
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported >= {"arrayloss", CELLS[cell]["namespace"].removeprefix("array_api_compat.").split(".")[0]}
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("torch-cuda", 'device="cuda"'),
        ("jax-cuda", 'device=jax.devices("cuda")[0]'),
        ("strict-device1", 'device=xp.Device("device1")'),
        ("strict-flags_off", "xp.set_array_api_strict_flags(boolean_indexing=False"),
        ("numpy-readonly", "predictions.setflags(write=False)"),
        ("torch-cpu-strided", "torch.stack([predictions, torch.ones_like(predictions)], -1)[..., 0]"),
        ("dask-lazy", "da.from_array(predictions, chunks=2)"),
        ("jax-cpu", 'jax.config.update("jax_enable_x64", True)'),
        ("torch-cpu-compile", "torch.compile(loss, fullgraph=True"),
    ],
)
def test_a_snippet_has_what_makes_its_cell_a_cell_of_its_own(cell, line):
    assert line in written("huber-branches", CELLS[cell])
    assert line not in written("huber-branches", CELLS["numpy"])


def test_without_64_bits_jax_is_left_as_it_is():
    assert "x64" not in written("huber-branches", CELLS["jax-cpu-x32"])
    wide = case("nll", "multiclass", "", {"labels": array(1, kind="int", dtype="int64")})
    assert "x64" in snippet({"id": "nll-wide", **wide}, CELLS["jax-cpu-x32"], "float32")


def test_what_a_result_file_says_of_a_cell_is_enough():
    known = {"id": "torch-cpu-backward", "backend": "torch", "device": "cpu", "mode": "autodiff"}
    assert written("huber-branches", known) == written("huber-branches", CELLS["torch-cpu-backward"])


def test_of_a_peer_only_the_name_is_known():
    peer = {"id": "peer-torch", "backend": "torch", "device": "cpu", "mode": "peer"}
    text = written("huber-branches", peer)
    assert "PyTorch answers it with a loss of its own" in " ".join(text.replace("#", "").split())
    np.testing.assert_array_equal(run(text)[0]["value"], directly("huber-branches")[0])


@pytest.mark.parametrize(
    ("backend", "line"),
    [
        ("array_api_strict", "import array_api_strict as xp"),
        ("array_api_compat:numpy", "from array_api_compat import numpy as xp"),
    ],
)
def test_a_library_that_no_file_names_is_taken_as_its_namespace(backend, line):
    cell = {"id": "mine", "backend": backend, "device": "cpu", "mode": "eager"}
    assert line in written("huber-branches", cell)
    assert run(written("huber-branches", cell))[0]["value"].shape == (4,)


@pytest.mark.parametrize("backend", ["os; raise SystemExit", "os\nraise SystemExit", "a:b:c", ""])
def test_a_backend_that_is_no_module_is_not_imported(backend):
    cell = {"id": "mine", "backend": backend, "device": "cpu", "mode": "eager"}
    text = written("huber-branches", cell)
    assert "is no module; this asks arrayloss on NumPy." in " ".join(text.replace("#", "").split())
    run(text)


def test_a_text_does_not_leave_its_comment():
    text = written("l2-penalty-two", CELLS["numpy"], why="first\nraise SystemExit\r\nlast")
    assert "raise SystemExit" in text.splitlines()[0]
    run(text)


def test_long_arrays_stand_on_lines_of_their_own():
    many = [float(number) for number in range(-30, 30)]
    arrays = {"predictions": array(*many), "targets": array(*many)}
    text = snippet(
        {"id": "many", **case("squared_error", "regression", "", arrays)}, CELLS["numpy"], "float32"
    )
    assert max(map(len, text.splitlines())) <= 80
    assert float(run(text)[0]["value"]) == 0.0
