"""CuPy, on a GPU only, beside the textbook formulas."""

from __future__ import annotations

import cupy

from . import catalogue_numpy
from .draws import Arrays
from .library import Call, Library, Peer, Runner
from .on_numpy import closed_form, plain_call
from .peers import textbook


def libraries(device: str) -> tuple[Library, ...]:
    """CuPy, if the device is a GPU."""
    if device != "cuda":
        return ()
    ours = Runner(_arrays, closed_form, cupy.asnumpy, _events, _pooled)
    theirs = Runner(_arrays, plain_call, cupy.asnumpy, _events, _pooled)
    naive = Peer("naive CuPy", textbook(cupy) | catalogue_numpy.naive(cupy), theirs)
    return (Library("CuPy", ours, (naive,)),)


def _arrays(arrays: Arrays, dtype: str) -> Arrays:
    return tuple(map(cupy.asarray, arrays))


def _events(call: Call) -> float:
    """The seconds of a call between two events on the GPU."""
    start, end = cupy.cuda.Event(), cupy.cuda.Event()
    cupy.cuda.Device().synchronize()
    start.record()
    call()
    end.record()
    end.synchronize()
    return float(cupy.cuda.get_elapsed_time(start, end)) / 1e3


def _pooled(call: Call) -> int:
    """The bytes by which a call makes the empty pool grow, which never shrinks by itself."""
    pool = cupy.get_default_memory_pool()
    pool.free_all_blocks()
    before = pool.total_bytes()
    call()
    return int(pool.total_bytes() - before)
