"""How each library opens a device and hands its numbers to NumPy.

The only module here that knows libraries by name. A backend that is not named is
any namespace of the array API standard: its device is asked for by name, its arrays
are read through DLPack.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import array_api_compat
import numpy as np

from .model import Array, Cell


class NotRunError(Exception):
    """The cell cannot be run here: no such library, or no such device."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A cell that is open: its namespace and its device."""

    cell: Cell
    xp: ModuleType
    device: Any

    def array(self, array: Array, dtype: str) -> Any:
        """An array of a question, with floats in the given dtype."""
        name = {"float": dtype, "int": self.cell.int_dtype, "bool": "bool"}[array.kind]
        # By way of nested lists, so that no other library has a hand in it.
        flat = self.xp.asarray(list(array.values), dtype=getattr(self.xp, name), device=self.device)
        shaped = self.xp.reshape(flat, array.shape)
        return shaped.rechunk(self.cell.chunks) if self.cell.chunks else shaped

    def numpy(self, array: Any) -> np.ndarray:
        """The numbers of an array of this backend, for NumPy to read."""
        return np.asarray(_READERS.get(self.cell.backend, _read_dlpack)(array))


def open_backend(cell: Cell) -> Backend:
    """Import a cell's library, set its modes and find its device.

    Parameters
    ----------
    cell : Cell
        Its modes hold for the whole process from here on.

    Returns
    -------
    Backend
        The namespace and the device.

    Raises
    ------
    NotRunError
        If the library is not installed or the device is not there.
    """
    try:
        xp = importlib.import_module(cell.namespace)
    except ModuleNotFoundError as error:
        raise NotRunError(f"{error.name} is not installed") from error
    device = _DEVICES.get(cell.backend, _device_by_name)(xp, cell)
    return Backend(cell, xp, device)


@contextlib.contextmanager
def staying_lazy(cell: Cell) -> Iterator[None]:
    """Make computing an error inside, where the cell is lazy."""
    if not cell.lazy:
        yield
        return
    dask = importlib.import_module("dask")

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the loss computed a lazy array")

    with dask.config.set(scheduler=refuse):
        yield


def device_of(array: Any) -> Any:
    """The device of an array."""
    return array_api_compat.device(array)


def versions(backend: Backend) -> tuple[str, ...]:
    """The versions that a result depends on, as ``"name version"``."""
    library = backend.cell.namespace.removeprefix("array_api_compat.").split(".")[0]
    module = importlib.import_module(library)
    compat = f"array-api-compat {importlib.metadata.version('array-api-compat')}"
    return f"{library} {getattr(module, '__version__', 'unknown')}", compat


def _strict_device(xp: ModuleType, cell: Cell) -> Any:
    if cell.flags:
        xp.set_array_api_strict_flags(**cell.flags)
    return xp.Device(cell.device)


def _torch_device(xp: ModuleType, cell: Cell) -> Any:
    torch = importlib.import_module("torch")
    if cell.device == "cuda" and not torch.cuda.is_available():
        raise NotRunError("torch sees no CUDA device")
    return torch.empty(0, device=cell.device).device


def _jax_device(xp: ModuleType, cell: Cell) -> Any:
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", cell.x64)
    try:
        return jax.devices(cell.device)[0]
    except RuntimeError as error:
        raise NotRunError(f"jax sees no {cell.device.upper()} device") from error


def _cupy_device(xp: ModuleType, cell: Cell) -> Any:
    cupy = importlib.import_module("cupy")
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise NotRunError("cupy sees no CUDA device") from error
    if count == 0:
        raise NotRunError("cupy sees no CUDA device")
    return cupy.cuda.Device(0)


def _device_by_name(xp: ModuleType, cell: Cell) -> Any:
    return cell.device


def _read_strict(array: Any) -> Any:
    # Only the device that stands for the host may be read by NumPy.
    return np.asarray(array.to_device(type(array.device)("CPU_DEVICE")))


def _read_dlpack(array: Any) -> Any:
    return np.from_dlpack(array)


_DEVICES: dict[str, Callable[[ModuleType, Cell], Any]] = {
    "strict": _strict_device,
    "torch": _torch_device,
    "jax": _jax_device,
    "cupy": _cupy_device,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "numpy": np.asarray,
    "strict": _read_strict,
    "torch": lambda array: array.detach().cpu().numpy(),
    "jax": np.asarray,
    "cupy": lambda array: array.get(),
    "dask": lambda array: array.compute(),
}
