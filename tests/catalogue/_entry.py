"""A loss and how to call it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Operands = dict[str, np.ndarray]
Maker = Callable[[np.random.Generator, tuple[int, ...]], Operands]

FEATURES = 5
FRAMES = 4


def by_item(loss: Callable[..., Any]) -> Callable[..., Any]:
    """A loss of sets, whose `where` masks entries, with a mask of items as all others take it."""

    @functools.wraps(loss)
    def called(*args: Any, where: Any = None, **words: Any) -> Any:
        return loss(*args, where=None if where is None else where[..., None], **words)

    return called


@dataclass(frozen=True)
class Entry:
    """A loss and how to call it.

    `make(rng, items)` gives operands for items of that shape, the class or feature
    axis last where `along_axis`, the frames before it where `along_frames`; where `coupled`,
    items of the same last axis of those depend on each other; `outputs` are the names of
    what the model gave; `parameters` the settings of the loss's own parameters worth
    testing, the default first, arrays among them in NumPy; `features` how long a row is.
    """

    loss: Callable[..., Any]
    outputs: tuple[str, ...]
    make: Maker
    along_axis: bool = False
    along_frames: bool = False
    coupled: bool = False
    parameters: tuple[dict[str, Any], ...] = field(default=({},))
    features: int = FEATURES

    @property
    def name(self) -> str:
        return self.loss.__name__

    @property
    def axes(self) -> int:
        """How many axes of the model's output an item takes."""
        return self.along_axis + self.along_frames

    def operands(self, seed: int = 0, items: tuple[int, ...] = (7,)) -> Operands:
        """Seeded operands, floating ones exact in float32."""
        made = self.make(np.random.default_rng(seed), items)
        return {
            k: v.astype(np.float32).astype(np.float64) if v.dtype.kind == "f" else v for k, v in made.items()
        }

    def apart(self, arrays: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What may come by position, and what comes by keyword only."""
        parameters = inspect.signature(self.loss).parameters
        words = [name for name in arrays if parameters[name].kind is inspect.Parameter.KEYWORD_ONLY]
        return {k: v for k, v in arrays.items() if k not in words}, {k: arrays[k] for k in words}

    def differentiable(self) -> tuple[str, ...]:
        """The operands that the loss has a derivative for: all floating ones."""
        return self._floating

    @cached_property
    def _floating(self) -> tuple[str, ...]:
        made = self.operands()
        return tuple(name for name, array in made.items() if array.dtype.kind == "f")
