"""A question of the matrix as Python to paste: the library of a cell, the arrays, the call."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pprint import pformat
from typing import Any

# What fits beside the map without scrolling.
_WIDTH = 80

# Arrays that a loss has no derivative by, whatever their dtype.
_FIXED = ("weights", "where", "class_weights", "pos_weight", "denominator", "labels")


@dataclass(frozen=True, slots=True)
class _Library:
    """How a library is imported, and the name that its functions are called by."""

    imports: tuple[str, ...]
    alias: str


_LIBRARIES = {
    "numpy": _Library(("import numpy as np",), "np"),
    "strict": _Library(("import array_api_strict as xp",), "xp"),
    "torch": _Library(("import torch",), "torch"),
    "jax": _Library(("import jax", "import jax.numpy as jnp"), "jnp"),
    "cupy": _Library(("import cupy as cp",), "cp"),
    "dask": _Library(("import dask.array as da", "import numpy as np"), "np"),
}
# What a peer cell's backend is called in print.
_PEERS = {"torch": "PyTorch", "optax": "optax", "keras": "Keras", "tensorflow": "TensorFlow"}


def snippet(case: Mapping[str, Any], cell: Mapping[str, Any], dtype: str) -> str:
    """Python that asks one question as a cell does.

    Parameters
    ----------
    case : mapping
        ``id``, ``why``, ``loss``, ``arrays``, ``parameters`` and ``reduction`` of the
        question; the values of an array are flat, in C order. If there is ``wrt``, it
        lists the arrays to differentiate by; else these are the floating ones that are
        neither labels nor weights.
    cell : mapping
        ``id``, ``backend``, ``device`` and ``mode`` of the cell. What else
        `Cell` knows is used if it is there: ``layout``, ``flags``, ``chunks``, ``x64``.
    dtype : str
        The dtype of the floating arrays.

    Returns
    -------
    str
        The text. Where it is run, it leaves ``value`` and, if the loss has a gradient,
        ``gradient``: one array, or one for each of several.
    """
    return _Writer(case, cell, dtype).text()


class _Writer:
    """The parts of one snippet, each a list of lines."""

    def __init__(self, case: Mapping[str, Any], cell: Mapping[str, Any], dtype: str) -> None:
        self.case, self.cell, self.dtype = case, cell, dtype
        self.backend, self.mode = str(cell["backend"]), str(cell["mode"])
        # A peer's own call is not known here; nor is how to import what is no module.
        library = None if self.mode == "peer" else _LIBRARIES.get(self.backend) or _other(self.backend)
        self.elsewhere = library is None
        if library is None:
            self.backend, self.mode, library = "numpy", "eager", _LIBRARIES["numpy"]
        self.library = library
        self.variadic = "array0" in case["arrays"]
        self.wrt = _wrt(case)

    def text(self) -> str:
        body = [*self._setup(), *self._arrays(), "", *self._loss(), *self._call(), *self._prints()]
        return "\n".join([*self._comment(), *self._imports(body), "", *body]) + "\n"

    def _comment(self) -> list[str]:
        # On one line first: a line break in a text must not end the comment.
        said = " ".join(f"{self.case['id']}: {self.case['why']}".split())
        if self.elsewhere:
            name = _PEERS.get(self.cell["backend"], " ".join(str(self.cell["backend"]).split()))
            own = "answers it with a loss of its own" if self.cell["mode"] == "peer" else "is no module"
            said += f" {name} {own}; this asks arrayloss on NumPy."
        return textwrap.wrap(said, _WIDTH, initial_indent="# ", subsequent_indent="# ")

    def _imports(self, body: Iterable[str]) -> list[str]:
        words = set(re.findall(r"\w+", "\n".join(body)))
        numbers = sorted(words & {"inf", "nan"})
        standard = ["from functools import partial"] if "partial" in words else []
        standard += [f"from math import {', '.join(numbers)}"] if numbers else []
        libraries = [line for line in self.library.imports if line != "import jax" or "jax" in words]
        gap = [""] if standard else []
        return [*standard, *gap, *sorted(["import arrayloss as al", *libraries])]

    def _setup(self) -> list[str]:
        if self.backend == "jax" and self._wide():
            return ['jax.config.update("jax_enable_x64", True)', ""]
        if self.backend == "strict" and self.cell.get("flags"):
            flags = ", ".join(f"{name}={value!r}" for name, value in self.cell["flags"].items())
            return [f"xp.set_array_api_strict_flags({flags})", ""]
        return []

    def _wide(self) -> bool:
        """Whether JAX needs its 64-bit mode; without it int64 becomes int32."""
        dtypes = {self.dtype, *(_dtype(array, self.dtype) for array in self.case["arrays"].values())}
        return bool(self.cell.get("x64") or dtypes & {"float64", "int64", "uint64"})

    def _arrays(self) -> list[str]:
        return [line for name, array in self.case["arrays"].items() for line in self._array(name, array)]

    def _array(self, name: str, array: Mapping[str, Any]) -> list[str]:
        alias, shape, dtype = self.library.alias, list(array["shape"]), _dtype(array, self.dtype)
        how = [*([f"dtype={alias}.{dtype}"] if dtype else []), *self._device()]
        if math.prod(shape) == 0 and len(shape) > 1:
            flat = f"{alias}.asarray({', '.join(['[]', *how])})"
            made = _called(f"{name} = {alias}.reshape", [flat, repr(tuple(shape))])
        else:
            values = pformat(_nested(list(array["values"]), shape), width=_WIDTH - 4, compact=True)
            made = _called(f"{name} = {alias}.asarray", [values, *how])
        return [*made, *self._laid_out(name, shape)]

    def _device(self) -> list[str]:
        """The argument that says the device, where it is not the usual one."""
        device = str(self.cell["device"])
        if self.backend == "torch" and device != "cpu":
            return [f"device={_written(device)}"]
        if self.backend == "jax" and device != "cpu":
            return [f"device=jax.devices({_written(device)})[0]"]
        if self.backend == "strict" and device != "CPU_DEVICE":
            return [f"device=xp.Device({_written(device)})"]
        return []

    def _laid_out(self, name: str, shape: list[int]) -> list[str]:
        """The same numbers as the cell wants them to lie in memory."""
        layout, alias = self.cell.get("layout", "plain"), self.library.alias
        if self.backend == "dask":
            return [f"{name} = da.from_array({name}, chunks={self.cell.get('chunks') or -1})"]
        if self.backend == "numpy" and layout == "readonly":
            return [f"{name}.setflags(write=False)"]
        if layout == "strided" and shape:
            return [f"{name} = {alias}.stack([{name}, {alias}.ones_like({name})], -1)[..., 0]"]
        return []

    def _loss(self) -> list[str]:
        words = {name: value for name, value in self.case["parameters"].items() if value is not None}
        if not self.variadic and self.case["reduction"] != "mean" and "." not in self.case["loss"]:
            words["reduction"] = self.case["reduction"]
        loss = f"al.{self.case['loss']}"
        given = [
            f"{name}={_written(tuple(value) if isinstance(value, list) else value)}"
            for name, value in words.items()
        ]
        lines = _called("loss = partial", [loss, *given]) if given else [f"loss = {loss}"]
        if self.mode == "compile":
            lines += ['loss = torch.compile(loss, fullgraph=True, backend="aot_eager", dynamic=False)']
        return lines

    def _call(self) -> list[str]:
        if self.mode == "vmap":
            return self._in_a_batch()
        if self.wrt and (self.backend, self.mode) in (("torch", "autodiff"), ("torch", "compile")):
            return self._backward()
        if self.wrt and (self.backend, self.mode) == ("jax", "autodiff"):
            return self._traced()
        function = f"jax.jit({self._both()})" if self.mode == "jit" else self._both()
        return _called(f"{self._left()} = {function}", self._given())

    def _backward(self) -> list[str]:
        leaves = [f"{name}.requires_grad_()" for name in self.wrt]
        first = "[0]" if self._single() else ""
        by = _called("gradient = torch.autograd.grad", ["value.sum()", _tuple(self.wrt)], first)
        return [*leaves, *_called("value = loss", self._given()), *by]

    def _traced(self) -> list[str]:
        names = ", ".join(self.wrt)
        total = _called("return loss", self._given(), ".sum()")
        argnums = 0 if self._single() else tuple(range(len(self.wrt)))
        return [
            *_called("value = loss", self._given()),
            "",
            f"def total({names}):",
            *(f"    {line}" for line in total),
            "",
            f"gradient = jax.grad(total, argnums={argnums})({names})",
        ]

    def _in_a_batch(self) -> list[str]:
        alias, vmap = ("torch", "torch.func.vmap") if self.backend == "torch" else ("jnp", "jax.vmap")
        stars = "*arrays.values()" if self.variadic else "**arrays"
        return [
            *_called("arrays = dict", [f"{name}={name}" for name in self.case["arrays"]]),
            f"arrays = {{name: {alias}.stack([array, array]) for name, array in arrays.items()}}",
            *_called(f"{self._left()} = {vmap}", [f"lambda arrays: {self._both()}({stars})"], "(arrays)"),
        ]

    def _single(self) -> bool:
        """Whether the gradient is one array by itself."""
        return len(self.wrt) == 1 and not self.variadic

    def _left(self) -> str:
        return "value, gradient" if self.wrt else "value"

    def _both(self) -> str:
        if not self.wrt:
            return "loss"
        if self.variadic:
            return "al.value_and_grad(loss)"
        wrt = f'"{self.wrt[0]}"' if self._single() else _tuple([f'"{name}"' for name in self.wrt])
        return f"al.value_and_grad(loss, wrt={wrt})"

    def _given(self) -> list[str]:
        names = list(self.case["arrays"])
        return names if self.variadic else [f"{name}={name}" for name in names]

    def _prints(self) -> list[str]:
        computed = ".compute()" if self.backend == "dask" else ""
        lines = [f"print(value{computed})"]
        if self.wrt and computed and not self._single():
            return [*lines, "print([array.compute() for array in gradient])"]
        return [*lines, f"print(gradient{computed})"] if self.wrt else lines


def _other(backend: str) -> _Library | None:
    """A library that no file here names: its backend is its namespace, ``module`` or ``module:attribute``."""
    module, _, attribute = backend.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute or "xp")):
        return None
    line = f"from {module} import {attribute} as xp" if attribute else f"import {module} as xp"
    return _Library((line,), "xp")


def _wrt(case: Mapping[str, Any]) -> list[str]:
    """The arrays to differentiate by."""
    if "wrt" in case:
        return list(case["wrt"])
    if case["loss"] in ("special.softmax", "special.log_softmax", "special.smooth_labels"):
        return []
    arrays = case["arrays"].items()
    return [name for name, array in arrays if array["kind"] == "float" and name not in _FIXED]


def _dtype(array: Mapping[str, Any], dtype: str) -> str:
    """The dtype to say; none where the library takes the right one by itself."""
    if array["kind"] == "float":
        return dtype
    # Nothing tells the kind of an empty list; and not every device has 64-bit integers.
    usual = {"int": "int32", "bool": "bool"}[array["kind"]] if math.prod(array["shape"]) == 0 else ""
    return str(array.get("dtype") or usual)


def _nested(values: list[Any], shape: list[int]) -> Any:
    """Flat values in C order as nested lists; no length is 0 but that of a flat one."""
    if not shape:
        return values[0]
    if len(shape) == 1:
        return values
    step = len(values) // shape[0]
    return [_nested(values[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _written(value: Any) -> str:
    """A value as Python, strings in the quotes of the rest."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _called(head: str, arguments: list[str], tail: str = "") -> list[str]:
    """One call, its arguments on lines of their own if not all fits on one."""
    line = f"{head}({', '.join(arguments)}){tail}"
    if len(line) <= _WIDTH and "\n" not in line:
        return [line]
    inner = textwrap.indent(",\n".join(arguments) + ",", "    ").splitlines()
    return [f"{head}(", *inner, f"){tail}"]
