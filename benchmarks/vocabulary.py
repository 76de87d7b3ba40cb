"""Time and memory of a linear layer's cross-entropy: ``python -m benchmarks vocabulary``.

Value and gradients of features and kernel, ours beside the same of all logits and beside
PyTorch's own, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .measure import wall
from .memory import resident

# Rows, features and classes: the logits of the first would take 800 MB.
SIZE, QUICK = (4096, 512, 50_000), (256, 16, 2_000)
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
Call = Callable[[], Any]


def arrays(size: tuple[int, int, int]) -> Arrays:
    """Features, kernel and labels."""
    rows, features, classes = size
    rng = np.random.default_rng(0)
    layer = [
        rng.standard_normal(shape, dtype=np.float32) for shape in ((rows, features), (features, classes))
    ]
    return layer[0] / np.float32(features**0.5), layer[1], rng.integers(0, classes, rows)


def _numpy(features: Any, kernel: Any, labels: Any) -> Call:
    import arrayloss  # noqa: PLC0415

    return lambda: arrayloss.value_and_grad(arrayloss.linear_softmax_cross_entropy)(features, kernel, labels)


def _numpy_composed(features: Any, kernel: Any, labels: Any) -> Call:
    import arrayloss  # noqa: PLC0415

    def call() -> Any:
        both = arrayloss.value_and_grad(arrayloss.sparse_softmax_cross_entropy)
        value, slopes = both(features @ kernel, labels)
        return value, (slopes @ kernel.T, features.T @ slopes)

    return call


def _torch(loss: Callable[..., Any], features: Any, kernel: Any, labels: Any) -> Call:
    import torch  # noqa: PLC0415

    leaves = [torch.from_numpy(each).requires_grad_() for each in (features, kernel)]
    truth = torch.from_numpy(labels)

    def call() -> Any:
        value = loss(*leaves, truth)
        return value.detach(), torch.autograd.grad(value, leaves)

    return call


def _torch_ours(*given: Any) -> Call:
    import arrayloss  # noqa: PLC0415

    return _torch(arrayloss.linear_softmax_cross_entropy, *given)


def _torch_composed(*given: Any) -> Call:
    from torch.nn.functional import cross_entropy  # noqa: PLC0415

    return _torch(lambda features, kernel, labels: cross_entropy(features @ kernel, labels), *given)


def _torch_own(*given: Any, chunked: bool = False) -> Call:
    from torch.nn import LinearCrossEntropyOptions  # noqa: PLC0415
    from torch.nn.functional import linear_cross_entropy  # noqa: PLC0415

    options = LinearCrossEntropyOptions() if chunked else None
    return _torch(
        lambda features, kernel, labels: linear_cross_entropy(features, kernel.T, labels, options=options),
        *given,
    )


def _torch_chunked(*given: Any) -> Call:
    return _torch_own(*given, chunked=True)


def _jax(loss: Callable[..., Any], *given: Any) -> Call:
    import jax  # noqa: PLC0415

    features, kernel, labels = map(jax.numpy.asarray, given)
    both = jax.jit(jax.value_and_grad(loss, (0, 1)))
    return lambda: jax.block_until_ready(both(features, kernel, labels))  # type: ignore[no-untyped-call]


def _jax_ours(*given: Any) -> Call:
    import arrayloss  # noqa: PLC0415

    return _jax(arrayloss.linear_softmax_cross_entropy, *given)


def _jax_composed(*given: Any) -> Call:
    from optax import softmax_cross_entropy_with_integer_labels as loss  # noqa: PLC0415

    return _jax(lambda features, kernel, labels: loss(features @ kernel, labels).mean(), *given)


CONTESTANTS: dict[str, Callable[..., Call]] = {
    "NumPy: arrayloss": _numpy,
    "NumPy: arrayloss of all logits": _numpy_composed,
    "PyTorch: arrayloss": _torch_ours,
    "PyTorch: F.cross_entropy of all logits": _torch_composed,
    "PyTorch: F.linear_cross_entropy": _torch_own,
    "PyTorch: F.linear_cross_entropy with options": _torch_chunked,
    "JAX jit: arrayloss": _jax_ours,
    "JAX jit: optax of all logits": _jax_composed,
}


def measure(name: str, size: tuple[int, int, int]) -> dict[str, float]:
    """The value, the seconds of the faster of two calls, and the peak beyond inputs and gradients."""
    given = arrays(size)
    call = CONTESTANTS[name](*given)
    value = float(np.asarray(call()[0]))  # compiled, and the memory of a first call taken
    peak = resident(call)
    gradients = given[0].nbytes + given[1].nbytes
    seconds = min(wall(call) for _ in range(2))
    return {"value": value, "seconds": seconds, "beyond": -1 if peak is None else peak - gradients}


def main(arguments: Sequence[str]) -> None:
    """Measure everyone, each in a process of its own, and show the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks vocabulary", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small layer")
    parser.add_argument("--one", choices=tuple(CONTESTANTS), help="this contestant alone, as JSON")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else SIZE
    if options.one:
        print(json.dumps(measure(options.one, size)))
        return
    table = Table(title="{} rows of {} features, {} classes".format(*size))
    for heading in ("", "value", "seconds", "MB beyond inputs and gradients"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in CONTESTANTS:
        command = [sys.executable, "-m", "benchmarks", "vocabulary", "--one", name]
        done = subprocess.run(
            [*command, *(["--quick"] if options.quick else [])], capture_output=True, check=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        beyond = "?" if found["beyond"] == -1 else f"{found['beyond'] / 1e6:.0f}"
        table.add_row(name, f"{found['value']:.6f}", f"{found['seconds']:.2f}", beyond)
    Console().print(table)
