"""JAX, compiled by ``jax.jit`` and as it is, beside optax."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from . import catalogue_jax
from .draws import Arrays
from .library import Call, Function, Functions, Library, Peer, Runner
from .measure import wall
from .memory import resident

FUNCTIONS: Functions = {
    "softmax cross-entropy": catalogue_jax.mean(optax.softmax_cross_entropy_with_integer_labels),
    "sigmoid cross-entropy": catalogue_jax.mean(optax.sigmoid_binary_cross_entropy),
    "squared error": catalogue_jax.mean(optax.squared_error),
    "Huber": catalogue_jax.mean(optax.huber_loss),
    "KL divergence": catalogue_jax.mean(optax.kl_divergence),
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
    return Library(
        name, way, (Peer("optax", FUNCTIONS | catalogue_jax.FUNCTIONS, way),), half=True, catalogue=jit
    )


def _arrays(place: Any, arrays: Arrays, dtype: str) -> Arrays:
    there = (jnp.asarray(array, device=place) for array in arrays)
    return tuple(each.astype(dtype) if jnp.issubdtype(each.dtype, jnp.floating) else each for each in there)


def _call(function: Function, arrays: Arrays, outputs: int, *, jit: bool) -> Call:
    places = 0 if outputs == 1 else tuple(range(outputs))  # one alone has no tuple
    function = jax.value_and_grad(function, places) if outputs else function
    function = jax.jit(function) if jit else function
    return lambda: jax.block_until_ready(function(*arrays))  # type: ignore[no-untyped-call]


def _unknown(call: Call) -> None:
    """JAX takes the memory of a GPU beforehand, and cannot set its peak back."""
