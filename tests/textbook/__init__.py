"""The losses as a textbook writes them, on arrays: per item, for autodiff to differentiate.

Nothing here is careful; it is right in float64 on ordinary numbers, and it shares no
formula with the package.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..families import families


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that a module defines for others."""
    own = {k: v for k, v in vars(module).items() if getattr(v, "__module__", None) == module.__name__}
    return {name: function for name, function in own.items() if not name.startswith("_")}


TEXTBOOK = {
    name: function for module in families(__name__, __path__) for name, function in _public(module).items()
}
