"""From an array to the library that made it: namespace, device, dtypes, strategy.

The only module that imports array-api-compat and the only one that knows
libraries by name. No array library is imported here: a library is recognised
by the class of an array that is already there.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

import array_api_compat
import numpy as np

from ._host import host

Kind = Literal["bool", "integer", "real floating", "other"]

# How each library likes to run a formula, by the name of a module in `_engine`.
# A library that is not named here runs the formula as it stands ("plain").
_STRATEGIES = {"numpy": "blocks", "cupy": "blocks", "torch": "torch", "jax": "jax"}

# Entries of a block where blocks pay. Measured: below 2^17 the calls per block show,
# above 2^18 the block and its temporaries leave the cache. On a GPU a block is everything.
_BLOCK = 1 << 18
_BLOCKS = {"numpy": _BLOCK, "torch": _BLOCK}

# Libraries whose values can be read at any time without a trace, a lazy graph or a
# device synchronisation: there, a bad label raises instead of giving NaN.
_READABLE = frozenset({"numpy", "array_api_strict"})


# Neither class is frozen: torch.compile must be able to rebuild one that it saw made.
@dataclass(eq=False)
class DType:
    """What a loss may ask about a dtype.

    Attributes
    ----------
    kind : str
        ``"bool"``, ``"integer"``, ``"real floating"`` or ``"other"``.
    compute : dtype
        Where a loss of this dtype is computed and accumulated: float32 for the
        half-precision dtypes, the dtype itself otherwise.
    eps, largest : float
        Spacing of the numbers at 1 and the largest finite number; they order the
        floating dtypes by what each can hold.
    """

    kind: Kind
    compute: Any = None
    eps: float = 0.0
    largest: float = 0.0

    def holds(self, other: DType) -> bool:
        """Whether every number of the other floating dtype is one of this."""
        return self.eps <= other.eps and self.largest >= other.largest


@dataclass(eq=False)
class Library:
    """An array library, as its arrays showed it.

    Attributes
    ----------
    name : str
        The name that its users know: ``"numpy"``, ``"torch"``, ...
    xp : module
        Its namespace, compatible with the array API standard.
    strategy : str
        The module of `_engine` that runs formulas on its arrays.
    readable : bool
        Whether array values can be read at any time at no cost.
    block : int or None
        How many entries to compute at a time, None for all.
    threads : bool
        Whether blocks may run on several threads: the library itself uses one.
    """

    name: str
    xp: ModuleType
    strategy: str
    readable: bool
    block: int | None = None
    threads: bool = False
    _dtypes: dict[Any, DType] = field(default_factory=dict, repr=False)

    def facts(self, dtype: Any) -> DType:
        """What a loss may ask about one of the library's dtypes."""
        facts = self._dtypes.get(dtype)
        if facts is None:
            facts = self._dtypes[dtype] = _facts(self.xp, dtype)
        return facts

    def quiet(self) -> AbstractContextManager[Any]:
        """Without NumPy's warnings; torch.compile cannot follow what turns them off."""
        return nullcontext() if self.strategy == "torch" else np.errstate(all="ignore")

    def device(self, array: Any) -> Any:
        """The array's device, or None where it has not one device to compare.

        That is so for JAX tracers, for arrays sharded over devices, and for Dask.
        """
        device = None if self.name in ("numpy", "dask") else getattr(array, "device", None)
        return None if hasattr(device, "device_set") else device


def library_of(array: Any) -> Library | None:
    """The library of an array, or None if the object is not an array."""
    library = _BY_CLASS.get(type(array))
    if library is None:
        try:
            xp = _torch_namespace(array) or array_api_compat.array_namespace(array)
        except TypeError:
            return None
        library = _BY_CLASS[type(array)] = _library(xp)
    return library


def _torch_namespace(array: Any) -> ModuleType | None:
    """PyTorch's namespace, found without the caches that torch.compile warns about."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(array, torch.Tensor):
        return None
    import array_api_compat.torch as xp  # noqa: PLC0415

    return xp


def compiling() -> bool:
    """Whether torch.compile is looking on, which cannot follow a cache."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.compiler.is_compiling())


def namespace_name(xp: ModuleType) -> str:
    """What users import the namespace as."""
    return getattr(xp, "__name__", type(xp).__name__).removeprefix("array_api_compat.")


def eager(xp: Any) -> bool:
    """Whether values can be read on the way, so that what is rare is done only where it is needed."""
    return getattr(xp, "eager", None) is True


def index_dtype(xp: ModuleType, array: Any) -> Any:
    """The dtype that indexes arrays on the array's device."""
    if eager(xp):  # NumPy's, of one device
        return xp.index_dtype
    info = xp.__array_namespace_info__()
    return info.default_dtypes(device=device_of(array))["indexing"]


def sorts(xp: Any, array: Any) -> bool:
    """Whether rows of an array can be sorted, and gathered in an order.

    Dask gathers nothing along an axis; array-api-strict sorts with int64, also on a device that has none.
    """
    if not hasattr(xp, "take_along_axis"):
        return False
    return namespace_name(xp) != "array_api_strict" or index_dtype(xp, array) == xp.int64


def in_dtype(xp: ModuleType, array: Any, dtype: Any) -> Any:
    """The array in a dtype; itself where it has it, which asking the library costs microseconds."""
    return array if array.dtype == dtype else xp.astype(array, dtype)


def device_of(array: Any) -> Any:
    """The device for a new array beside this one (None inside a JAX trace)."""
    return getattr(array, "device", None)


def shape_is_known(array: Any) -> bool:
    """Whether every length is a number."""
    return not any(map(is_unknown, array.shape))


def is_unknown(length: Any) -> bool:
    """Whether a length is not known before the array is computed (Dask says NaN)."""
    return length is None or length != length  # noqa: PLR0124


_BY_CLASS: dict[type, Library] = {}


def _library(xp: ModuleType) -> Library:
    name = namespace_name(xp).split(".")[0]
    if name == "numpy":
        xp = host(xp)
    return Library(
        name, xp, _STRATEGIES.get(name, "plain"), name in _READABLE, _BLOCKS.get(name), name == "numpy"
    )


def _facts(xp: ModuleType, dtype: Any) -> DType:
    if xp.isdtype(dtype, "real floating"):
        info = xp.finfo(dtype)
        compute = xp.float32 if info.bits < 32 else dtype
        return DType("real floating", compute, float(info.eps), float(info.max))
    if xp.isdtype(dtype, "integral"):
        return DType("integer")
    return DType("bool" if xp.isdtype(dtype, "bool") else "other")
