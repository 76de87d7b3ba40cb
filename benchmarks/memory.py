"""The memory of one call at its peak, beyond what was there before: three ways to know it.

NumPy reports each of its arrays to `tracemalloc`: the figure is exact. PyTorch and JAX on
the CPU do not, so the high-water mark of the process is set back before the call and read
after it: that counts pages that were written, whoever did so, with an uncertainty of some
hundred kilobytes. On a GPU the allocator of the library is asked.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import tracemalloc
from pathlib import Path

from .library import Call

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def traced(call: Call) -> int:
    """The bytes of a call at its peak, as `tracemalloc` counts them."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def resident(call: Call) -> int | None:
    """The bytes by which a call raises the process's high-water mark; None where that is not Linux."""
    if sys.platform != "linux":
        return None
    _release()
    _CLEAR.write_text("5", encoding="ascii")  # the mark is what is resident now
    before = _kilobytes("VmHWM")
    call()
    return max(_kilobytes("VmHWM") - before, 0) << 10


def _release() -> None:
    """Give freed memory back, else a call could use it again without being seen to."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
    if trim is not None:
        trim(0)


def _kilobytes(key: str) -> int:
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))
