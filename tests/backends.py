"""The array libraries of this process, as the tests see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat.dask.array
import array_api_compat.numpy
import array_api_compat.torch
import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np

from . import plain_xla

plain_xla.start()
jax.config.update("jax_enable_x64", True)


@dataclass(frozen=True)
class Backend:
    """A namespace on a device, with the way in and the way out.

    `readable` says whether a bad label must raise (True) or give NaN (False);
    `widest` is the widest floating dtype; `integers` the integer dtype for labels.
    """

    name: str
    xp: Any
    device: Any
    readable: bool
    widest: str = "float64"
    integers: str = "int64"

    def array(self, values: Any, dtype: str | None = None) -> Any:
        """An array of the values: floating ones in `dtype`, or the widest there is."""
        values = np.asarray(values)
        if values.dtype.kind == "f":
            dtype = dtype or self.widest
        elif values.dtype.kind in "iu":
            dtype = dtype or self.integers
        else:
            dtype = "bool"
        array = self.xp.asarray(values.tolist(), dtype=getattr(self.xp, dtype), device=self.device)
        return self.xp.reshape(array, values.shape)

    def arrays(self, operands: dict[str, Any], dtype: str | None = None) -> dict[str, Any]:
        """The operands as arrays, what is not an array left as it is."""
        return {
            k: self.array(v, _kind(v, dtype)) if isinstance(v, np.ndarray) else v for k, v in operands.items()
        }


def _kind(values: np.ndarray, dtype: str | None) -> str | None:
    return dtype if values.dtype.kind == "f" else None


def numpy_of(array: Any) -> np.ndarray:
    """The values of any backend's array, float32 where NumPy has no such dtype."""
    if hasattr(array, "detach"):
        array = array.detach()
        array = array.float() if array.dtype == _torch.bfloat16 else array
        return np.asarray(array)
    if hasattr(array, "compute"):
        return np.asarray(array.compute())
    if isinstance(array, array_api_strict._array_object.Array):
        return np.asarray(array._array)
    values = np.asarray(array)
    return values.astype(np.float32) if values.dtype.name == "bfloat16" else values


import torch as _torch  # noqa: E402

_strict = array_api_strict.Device

BACKENDS = {
    b.name: b
    for b in (
        Backend("numpy", array_api_compat.numpy, "cpu", readable=True),
        Backend("torch", array_api_compat.torch, _torch.device("cpu"), readable=True),
        Backend("jax", jnp, jax.devices("cpu")[0], readable=False),
        Backend("dask", array_api_compat.dask.array, None, readable=False),
        Backend("strict", array_api_strict, _strict("CPU_DEVICE"), readable=True),
        Backend("strict-device1", array_api_strict, _strict("device1"), readable=True),
        Backend(
            "strict-no_float64", array_api_strict, _strict("no_float64"), readable=True, widest="float32"
        ),
        Backend(
            "strict-no_x64",
            array_api_strict,
            _strict("no_x64"),
            readable=True,
            widest="float32",
            integers="int32",
        ),
    )
}

Test = Callable[..., None]
