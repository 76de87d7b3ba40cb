"""NumPy's namespace for formulas: the standard's functions, without what they cost around the loop.

A ufunc's own `reduce` starts in a third of the time of `numpy.sum`. To choose between
two arrays bit by bit takes a sixth of the time of `numpy.where`, whose loop branches on
every entry: nobody can foresee the signs of a model's errors. BLAS adds up short rows
twice as fast as `numpy.add`, and multiplies on the way.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

_KEPT = 31 << 20  # bytes; glibc learns from nothing above 32 MiB

# From here on the loop decides, below it the number of calls.
_MANY = 1 << 12

# So many numbers may be added up one after the other; from there on, pairwise.
_RUN = 1024
_ONES = {np.dtype(kind): np.ones(_RUN, dtype=kind, device="cpu") for kind in (np.float32, np.float64)}

_BITS = {2: np.dtype(np.int16), 4: np.dtype(np.int32), 8: np.dtype(np.int64)}


@cache
def host(xp: ModuleType) -> ModuleType:
    """The namespace with cheaper functions of the same meaning.

    It says that values can be read (`eager`) and what indexes arrays (`index_dtype`).
    """
    cheaper = ModuleType(xp.__name__)
    vars(cheaper).update(vars(xp) | _FUNCTIONS | {"eager": True, "index_dtype": np.dtype(np.intp)})
    return cheaper


@cache
def keep_memory() -> None:
    """Have the C library keep what is freed, up to twice this, for the next block.

    Otherwise each temporary array is new memory, which the system has to clear, at ten
    times the cost of the arithmetic. glibc learns it from a large array that is freed.
    """
    np.empty(_KEPT, dtype=np.uint8, device="cpu")


def _where(condition: Any, chosen: Any, other: Any, /) -> Any:
    """`numpy.where`; one of the two itself where nothing is to be chosen."""
    like = chosen if isinstance(chosen, np.ndarray) else other
    if max(condition.size, getattr(other, "size", 0)) < _MANY:
        return np.where(condition, chosen, other)
    if not (_fits(condition, chosen, like) and _fits(condition, other, like)):
        return _of_rows(condition, chosen, other)
    if _whole(condition, chosen) and condition.all():
        return chosen
    if _whole(condition, other) and not condition.any():
        return other
    bits = _BITS[like.dtype.itemsize]
    mask = condition.astype(bits)
    np.negative(mask, out=mask)
    chosen, other = (np.asarray(x, dtype=like.dtype, device="cpu").view(bits) for x in (chosen, other))
    mask &= chosen ^ other
    mask ^= other
    return mask.view(like.dtype)


def _fits(condition: Any, x: Any, like: Any) -> bool:
    """Whether an argument of `where` is a number or an array like the result, or one per row of it."""
    if isinstance(x, np.ndarray):
        row = (*condition.shape[:-1], 1)
        return x.shape in (condition.shape, row) and x.dtype == like.dtype and x.dtype.kind == "f"
    return isinstance(x, float) and isinstance(like, np.ndarray)


def _whole(condition: Any, x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.shape == condition.shape


def _of_rows(condition: Any, chosen: Any, other: Any) -> Any:
    """`numpy.where`, but for whole rows of which none is chosen: what is rare costs a look."""
    rows = isinstance(other, np.ndarray) and condition.shape == (*other.shape[:-1], 1)
    like = rows and getattr(chosen, "shape", None) == other.shape and chosen.dtype == other.dtype
    return other if like and not condition.any() else np.where(condition, chosen, other)


def _clip(x: Any, /, min: Any = None, max: Any = None) -> Any:  # noqa: A002 -- the standard's names
    return np.clip(x, min, max)


def _astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    return x.astype(dtype, copy=copy)


def _arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Any:
    return np.arange(start, stop, step, dtype=dtype, device=device)


def _reduction(ufunc: Any) -> Any:
    def reduced(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
        return ufunc.reduce(x, axis, dtype, None, keepdims)

    return reduced


_add = _reduction(np.add)


def _extreme(ufunc: Any, find: Any) -> Any:
    """A reduction to the largest or smallest entry; finding where a row's is takes half the time."""
    plain = _reduction(ufunc)

    def reduced(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
        if axis != -1 or x.size < _MANY or x.dtype not in _ONES or x.strides[-1] != x.itemsize:
            return plain(x, axis=axis, keepdims=keepdims)
        found = np.take_along_axis(x, find(x, axis=-1, keepdims=True), axis=-1)
        return found if keepdims else found[..., 0]

    return reduced


def _sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    if x.size >= _MANY and x.dtype in _ONES and dtype in (None, x.dtype):
        if axis is None and x.flags.c_contiguous and not keepdims:
            return _in_runs(x.reshape(-1))
        if axis == -1 and x.strides[-1] == x.itemsize:
            return _in_runs(x)[..., None] if keepdims else _in_runs(x)
    return _add(x, axis=axis, dtype=dtype, keepdims=keepdims)


def _vecdot(x: Any, y: Any, /) -> Any:
    """The sum of the products of each row of two arrays of one shape and dtype."""
    if x.size < _MANY or x.dtype not in _ONES or not x.strides[-1] == y.strides[-1] == x.itemsize:
        return _sum(x * y, axis=-1)
    return _in_runs(x, y)


def _dot(x: Any, y: Any) -> Any:
    """The sum of all products of two arrays of one shape and dtype."""
    if x.size < _MANY or not (x.flags.c_contiguous and y.flags.c_contiguous):
        return _sum(x * y)
    return _in_runs(x.reshape(-1), y.reshape(-1))


def _in_runs(x: Any, y: Any = None) -> Any:
    """The sums along the last axis, of each run by BLAS, of all runs pairwise; or those of products."""
    whole = x.shape[-1] // _RUN * _RUN
    ones = _ONES[x.dtype]
    rest = np.vecdot(x[..., whole:], ones[: x.shape[-1] - whole] if y is None else y[..., whole:])
    if not whole:
        return rest
    runs = (*x.shape[:-1], -1, _RUN)
    sums = np.vecdot(x[..., :whole].reshape(runs), ones if y is None else y[..., :whole].reshape(runs))
    return _add(sums, axis=-1) + rest


_FUNCTIONS: dict[str, Any] = {
    "arange": _arange,
    "astype": _astype,
    "empty_like": np.empty_like,
    "where": _where,
    "clip": _clip,
    "sum": _sum,
    "dot": _dot,
    "vecdot": _vecdot,
    "max": _extreme(np.maximum, np.argmax),
    "min": _extreme(np.minimum, np.argmin),
    "all": _reduction(np.logical_and),
    "any": _reduction(np.logical_or),
}
