"""The same loss of the same numbers, ours and what a user would call instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch

import arrayloss as al

Call = Callable[[], Any]

SIZES = ((1024, 1000), (8192, 1000), (2048, 32000))


@dataclass(frozen=True, slots=True)
class Contest:
    """Two calls that return the same: a value, or a value and a gradient."""

    name: str
    peer_name: str
    ours: Call
    peer: Call

    def check(self) -> None:
        """Raise `AssertionError` if the two do not give the same numbers."""
        for ours, peer in zip(_numbers(self.ours()), _numbers(self.peer()), strict=True):
            np.testing.assert_allclose(ours, peer, rtol=1e-3, atol=1e-7, err_msg=self.name)


def contests(rows: int, classes: int) -> Iterator[Contest]:
    """All contests of one size, in float32; the arrays of each live while it runs."""
    rng = np.random.default_rng(0)
    logits = rng.standard_normal((rows, classes), dtype=np.float32) * 3
    labels = rng.integers(0, classes, rows)
    peer = "torch.nn.functional.cross_entropy"
    by_torch = _torch_call(torch.nn.functional.cross_entropy, logits, labels)
    both = al.value_and_grad(al.sparse_softmax_cross_entropy)
    yield Contest("NumPy, value and gradient", peer, lambda: both(logits, labels), by_torch)
    by_us = _torch_call(al.sparse_softmax_cross_entropy, logits, labels)
    yield Contest("PyTorch, forward and backward", peer, by_us, by_torch)
    on_jax = jnp.asarray(logits), jnp.asarray(labels)
    for name, transform in (
        ("JAX jit, value", lambda loss: loss),
        ("JAX jit, value and gradient", jax.value_and_grad),
    ):
        calls = (_jax_call(transform(loss), on_jax) for loss in (al.sparse_softmax_cross_entropy, _optax))
        yield Contest(name, "optax", *calls)


def _torch_call(loss: Callable[..., Any], logits: Any, labels: Any) -> Call:
    leaf, truth = torch.from_numpy(logits).clone().requires_grad_(), torch.from_numpy(labels)

    def call() -> Any:
        value = loss(leaf, truth)
        value.backward()
        gradient, leaf.grad = leaf.grad, None  # kept by nobody, like NumPy's
        return value.detach(), gradient

    return call


def _jax_call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Call:
    compiled: Callable[..., Any] = jax.jit(function)
    return lambda: jax.block_until_ready(compiled(*arguments))  # type: ignore[no-untyped-call]


def _optax(logits: Any, labels: Any) -> Any:
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


def _numbers(result: Any) -> list[Any]:
    return [np.asarray(array) for array in (result if isinstance(result, tuple) else (result,))]
