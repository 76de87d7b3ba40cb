"""JAX, compiled by ``jax.jit`` and as it is, beside optax."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .library import Call, Function, Library, Peer, Runner
from .losses import Arrays
from .measure import wall
from .memory import resident


def _mean(name: str) -> Function:
    loss = getattr(optax, name)
    return lambda output, target: loss(output, target).mean()


def _ctc(logits: Any, labels: Any) -> Any:
    nothing = (jnp.zeros(logits.shape[:2]), jnp.zeros(labels.shape))
    return optax.ctc_loss(logits, nothing[0], labels, nothing[1]).mean()


FUNCTIONS: dict[str, Function | str] = {
    "softmax cross-entropy": _mean("softmax_cross_entropy_with_integer_labels"),
    "sigmoid cross-entropy": _mean("sigmoid_binary_cross_entropy"),
    "squared error": _mean("squared_error"),
    "Huber": _mean("huber_loss"),
    "KL divergence": _mean("kl_divergence"),
    "CTC": _ctc,
}


def libraries(device: str) -> tuple[Library, ...]:
    """JAX compiled, and call by call."""
    place = jax.devices(device)[0]
    return tuple(_library(name, place, jit=name == "JAX jit") for name in ("JAX jit", "JAX eager"))


def _library(name: str, place: Any, *, jit: bool) -> Library:
    way = Runner(
        partial(_arrays, place),
        partial(_call, jit=jit),
        lambda array: np.asarray(array, dtype=np.float32),
        wall,
        resident if place.platform == "cpu" else _unknown,
    )
    return Library(name, way, (Peer("optax", FUNCTIONS, way),), half=True)


def _arrays(place: Any, arrays: Arrays, dtype: str) -> Arrays:
    there = (jnp.asarray(array, device=place) for array in arrays)
    return tuple(each.astype(dtype) if jnp.issubdtype(each.dtype, jnp.floating) else each for each in there)


def _call(function: Function, arrays: Arrays, gradient: bool, *, jit: bool) -> Call:
    function = jax.value_and_grad(function) if gradient else function
    function = jax.jit(function) if jit else function
    return lambda: jax.block_until_ready(function(*arrays))  # type: ignore[no-untyped-call]


def _unknown(call: Call) -> None:
    """JAX takes the memory of a GPU beforehand, and cannot set its peak back."""
