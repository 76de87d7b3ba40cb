"""How each library opens a device and hands its numbers to NumPy.

The only module here that knows libraries by name. A backend that is not named is
any namespace of the array API standard: its device is asked for by name, its arrays
are read through DLPack.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import array_api_compat
import numpy as np

from .cells import Cell
from .model import Array
from .schema import SchemaError


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
        name = {"float": dtype, "int": array.dtype or self.cell.int_dtype, "bool": "bool"}[array.kind]
        # By way of nested lists, so that no other library has a hand in it.
        flat = self.xp.asarray(list(array.values), dtype=getattr(self.xp, name), device=self.device)
        return _LAYOUTS[self.cell.layout](self, self.xp.reshape(flat, array.shape))

    def _plain(self, array: Any) -> Any:
        return array.rechunk(self.cell.chunks) if self.cell.chunks else array

    def _readonly(self, array: Any) -> Any:
        array.setflags(write=False)
        return array

    def _strided(self, array: Any) -> Any:
        """The same numbers with gaps between them, which hold something else."""
        if array.ndim == 0:
            return array
        return self.xp.stack([array, self.xp.ones_like(array)], axis=-1)[..., 0]

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
    module, _, attribute = cell.namespace.partition(":")
    try:
        xp = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise NotRunError(f"{error.name} is not installed") from error
    if attribute:
        if not hasattr(xp, attribute):
            raise SchemaError(f"--backend: the module {module!r} has no {attribute!r}")
        xp = getattr(xp, attribute)
    device = _DEVICES.get(cell.backend, _device_by_name)(xp, cell)
    return Backend(cell, xp, device)


def device_of(array: Any) -> Any:
    """The device of an array."""
    return array_api_compat.device(array)


def versions(backend: Backend) -> dict[str, str]:
    """The versions that a result depends on, by library."""
    module = backend.cell.namespace.partition(":")[0]
    library = module.removeprefix("array_api_compat.").split(".")[0]
    version = getattr(importlib.import_module(library), "__version__", "unknown")
    return {library: version, "array-api-compat": importlib.metadata.version("array-api-compat")}


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
    return cell.device or None  # the library's own choice where no name is given


def _read_strict(array: Any) -> Any:
    # Only the device that stands for the host may be read by NumPy.
    return np.asarray(array.to_device(type(array.device)("CPU_DEVICE")))


def _read_torch(array: Any) -> Any:
    array = array.detach().cpu()
    if array.dtype is importlib.import_module("torch").bfloat16:  # which NumPy lacks
        return array.float().numpy().astype(importlib.import_module("ml_dtypes").bfloat16)
    return array.numpy()


def _read_dlpack(array: Any) -> Any:
    # NumPy's own scalars have no __dlpack__.
    return np.from_dlpack(array) if hasattr(array, "__dlpack__") else np.asarray(array)


_DEVICES: dict[str, Callable[[ModuleType, Cell], Any]] = {
    "strict": _strict_device,
    "torch": _torch_device,
    "jax": _jax_device,
    "cupy": _cupy_device,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "numpy": np.asarray,
    "strict": _read_strict,
    "torch": _read_torch,
    "jax": np.asarray,
    "cupy": lambda array: array.get(),
    "dask": lambda array: array.compute(),
}
_LAYOUTS: dict[str, Callable[[Backend, Any], Any]] = {
    "plain": Backend._plain,  # noqa: SLF001
    "readonly": Backend._readonly,  # noqa: SLF001
    "strided": Backend._strided,  # noqa: SLF001
}
