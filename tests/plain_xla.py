"""XLA that compiles plainly: imported before anything that asks JAX for a device.

It compiles for speed by default, which takes two thirds of a test under JAX: these switches leave the
passes over a whole computation as they are, and generate its code the short way. Code as users have it is
run by the matrix, in processes of its own, and by ``nox -s exhaustive``, which sets ``XLA_FLAGS`` itself.
"""

from __future__ import annotations

import os

import jax

FLAGS = (
    "--xla_cpu_use_fusion_emitters=false",
    "--xla_backend_optimization_level=0",
    "--xla_llvm_disable_expensive_passes=true",
)
KNOWN_UNTIL = (0, 11)  # XLA ends a process that gives a flag which it does not know


def start() -> None:
    """Start JAX in this process with the switches, and leave them to no other."""
    if "XLA_FLAGS" in os.environ or jax.__version_info__ >= KNOWN_UNTIL:
        return
    os.environ["XLA_FLAGS"] = " ".join(FLAGS)
    jax.devices("cpu")
    del os.environ["XLA_FLAGS"]
