"""The families of losses: one module for each in every package of the tests' tables."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType


def families(package: str, path: Iterable[str]) -> tuple[ModuleType, ...]:
    """The modules of a package that hold a family each: those that are not private."""
    names = sorted(module.name for module in pkgutil.iter_modules(path) if module.name[0] != "_")
    return tuple(importlib.import_module(f"{package}.{name}") for name in names)
