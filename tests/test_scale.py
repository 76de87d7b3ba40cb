"""Arrays on several devices, and compiled calls of several sizes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import warnings

import pytest
import torch

import arrayloss as al

# Sharded arrays stay sharded, over the batch and over the classes; arrays of two devices are refused.
SHARDED = """
    import jax
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    import arrayloss as al

    devices = jax.devices()
    logits = np.random.default_rng(0).normal(size=(8, 12)).astype("f4")
    labels = np.arange(8) % 12
    both = al.value_and_grad(al.sparse_softmax_cross_entropy)
    value, gradient = both(logits, labels)
    mesh = Mesh(np.asarray(devices).reshape(2, 2), ("batch", "class"))
    for spec in (PartitionSpec("batch"), PartitionSpec(None, "class"), PartitionSpec("batch", "class")):
        sharded = jax.device_put(logits, NamedSharding(mesh, spec))
        rows = jax.device_put(labels, NamedSharding(mesh, PartitionSpec(spec[0])))
        got, slope = both(sharded, rows)
        np.testing.assert_allclose(got, value, rtol=1e-6)
        np.testing.assert_allclose(slope, gradient, rtol=1e-5, atol=1e-8)
        assert slope.sharding.spec == spec, slope.sharding
        print("compared")
    try:
        both(jax.device_put(logits, devices[0]), jax.device_put(labels, devices[1]))
    except ValueError as error:
        print(error)
"""


def test_jax_arrays_stay_sharded_and_on_one_set_of_devices() -> None:
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    run = [sys.executable, "-W", "error", "-c", textwrap.dedent(SHARDED)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=100, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    *compared, refused = done.stdout.splitlines()
    assert compared == ["compared"] * 3
    assert "'labels' is on device" in refused
    assert "as 'logits' is" in refused


@pytest.mark.parametrize("dynamic", [None, True])
def test_a_compiled_loss_takes_batches_of_any_size(dynamic: bool | None) -> None:
    torch._dynamo.reset()

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return al.sparse_softmax_cross_entropy(logits, labels)

    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager", dynamic=dynamic)
    for size in (3, 5, 9):
        logits = torch.linspace(-2, 2, 4 * size).reshape(size, 4).requires_grad_()
        labels = torch.arange(size) % 4
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            value = compiled(logits, labels)
        (gradient,) = torch.autograd.grad(value, logits)
        (expected,) = torch.autograd.grad(loss(logits, labels), logits)
        torch.testing.assert_close(value, loss(logits, labels))
        torch.testing.assert_close(gradient, expected)
