"""What `import arrayloss` imports, and when the rest comes: in fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from arrayloss import _namespace

ROOT = Path(__file__).parent.parent
LIBRARIES = ("torch", "jax", "cupy", "dask", "array_api_strict", "scipy", "sklearn")
SEEN = f"import sys; print(*sorted({{*{LIBRARIES}}} & sys.modules.keys()))"


def fresh(code: str, **variables: str) -> str:
    """What the code prints in a process of its own, with some environment variables set."""
    code = textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_brings_no_array_library():
    assert fresh(f"import arrayloss\n{SEEN}") == ""


@pytest.mark.parametrize("library", ["array_api_strict", "dask"])
def test_a_library_that_is_imported_is_seen(library):
    assert library in fresh(f"import arrayloss, {library}\n{SEEN}").split()


def test_a_loss_of_numpy_arrays_brings_no_other_library():
    code = """
        import numpy as np, arrayloss as al
        logits, labels = np.zeros((4, 3)), np.array([0, 1, 2, 0])
        al.value_and_grad(al.sparse_softmax_cross_entropy)(logits, labels)
        al.grad(al.l2_penalty)(logits)
        al.special.log_softmax(logits)
        al.huber(logits, 0.0, weights=2.0, reduction="none")
    """
    assert fresh(textwrap.dedent(code) + SEEN) == ""


def test_an_array_brings_its_own_library_and_no_other():
    code = f"""
        import array_api_strict as xp, arrayloss as al
        assert al.huber(xp.zeros(3), xp.ones(3)).shape == ()
        {SEEN}
    """
    assert fresh(code) == "array_api_strict"


def test_import_takes_less_than_50_milliseconds_beyond_numpy(tmp_path):
    # Once a module has been compiled, as it is when it is imported for the first time.
    kept = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    code = """
        import numpy, time
        start = time.process_time()  # the processor's, so that other processes do not count
        import arrayloss
        print(time.process_time() - start)
    """
    best = min(float(fresh(code, **kept)) for _ in range(5))
    assert 0 < best < 0.05, f"{1000 * best:.1f} ms"


# CuPy, which needs a GPU: what can be known of it without one.

FAKE_CUPY = """
import operator, sys, types
import numpy as np

class ndarray:
    "An array that hides NumPy's; it is on a GPU, it says."
    device = "cuda:0"
    __array_ufunc__ = None

    def __init__(self, hidden):
        self.hidden = np.asarray(hidden)

    def __getattr__(self, name):
        return taking(getattr(self.hidden, name))

    def __setitem__(self, key, value):
        self.hidden[shown(key)] = shown(value)

def shown(value):
    if isinstance(value, (tuple, list)):
        return type(value)(map(shown, value))
    return value.hidden if isinstance(value, ndarray) else value

def taking(function):
    if isinstance(function, (type, types.ModuleType)) or not callable(function):
        return function
    def called(*args, device=None, **kwargs):
        assert device in (None, "cuda:0"), device
        result = function(*map(shown, args), **{k: shown(v) for k, v in kwargs.items()})
        return ndarray(result) if isinstance(result, (np.ndarray, np.generic)) else result
    return called

for name in vars(np.ndarray):
    if name in vars(operator) or name in ("__float__", "__bool__", "__int__"):
        if name.startswith("__") and name not in ("__setitem__", "__doc__"):
            setattr(ndarray, name, taking(getattr(np.ndarray, name)))
for name in ("add", "sub", "mul", "truediv", "pow", "and", "or"):
    setattr(ndarray, f"__r{name}__", taking(getattr(np.ndarray, f"__r{name}__")))

def fake(name, source):
    module = types.ModuleType(name)
    for key, value in vars(source).items():
        if not key.startswith("__"):
            setattr(module, key, taking(value))
    sys.modules[name] = module
    return module

cupy = fake("cupy", np)
cupy.ndarray, cupy.linalg, cupy.fft = ndarray, fake("cupy.linalg", np.linalg), fake("cupy.fft", np.fft)
cupy.cuda = sys.modules["cupy.cuda"] = types.ModuleType("cupy.cuda")
cupy.cuda.device = sys.modules["cupy.cuda.device"] = types.ModuleType("cupy.cuda.device")
cupy.cuda.Device = cupy.cuda.device.Device = type("Device", (), {})
"""


def test_cupy_runs_in_blocks_and_is_not_read():
    assert _namespace._STRATEGIES["cupy"] == "blocks"
    assert "cupy" not in _namespace._READABLE
    assert "cupy" not in _namespace._BLOCKS


def test_arrays_of_a_library_named_cupy_are_dispatched_to_blocks():
    code = (
        FAKE_CUPY
        + """
import arrayloss as al
from arrayloss import _namespace
from arrayloss._engine import blocks
from arrayloss._engine.evaluate import strategy_of

array = ndarray([[0.5, 2.0], [1.0, 0.0]])
library = _namespace.library_of(array)
assert strategy_of(library) is blocks
print(library.name, library.strategy, library.readable, library.block)
value, gradient = al.value_and_grad(al.squared_error)(array, array - 1.0)
print(type(gradient).__module__, float(value), gradient.tolist())
labels = ndarray([0, 7])
print(np.isnan(al.nll(array, labels, reduction="none").hidden).tolist())
"""
    )
    assert fresh(code).splitlines() == [
        "cupy blocks False None",
        "__main__ 1.0 [[0.5, 0.5], [0.5, 0.5]]",
        "[False, True]",
    ]
