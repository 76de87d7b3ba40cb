"""How many threads the libraries get, and where and with what the figures were measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "numpy",
    "torch",
    "jax",
    "cupy-cuda12x",
    "cupy-cuda13x",
    "optax",
    "scikit-learn",
    "scipy",
    "numexpr",
)


def limit_threads(threads: int) -> None:
    """Give every library this many threads; to be called before any of them is imported.

    OpenMP (torch, scikit-learn), ours and numexpr read variables; XLA (JAX) counts the
    cores of the process, which can be limited on Linux only.
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["NUMEXPR_NUM_THREADS"] = str(threads)
    os.environ["NUMEXPR_MAX_THREADS"] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def threads() -> int:
    """What the libraries were limited to."""
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


def facts(device: str) -> dict[str, Any]:
    """The machine, the versions and the day."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _gpu() if device == "cuda" else _processor(),
        "device": device,
        "cores": os.cpu_count(),
        "threads": threads(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {"arrayloss": _ours()} | {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _ours() -> str:
    import arrayloss  # noqa: PLC0415 -- only after the threads are limited

    return arrayloss.__version__


def _gpu() -> str:
    import torch  # noqa: PLC0415

    return torch.cuda.get_device_name()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
