"""The table of wrong arguments: wrong values for every parameter of every public function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import arrayloss as al

from ..families import families
from ._kinds import (
    AXIS,
    INDICES,
    ITEMS,
    OUTPUT,
    SHARES,
    SIBLING,
    SIGNS,
    SMOOTHING,
    UNIT,
    WORDS,
    Scene,
    Table,
    Wrong,
    has_dtype,
)

LOSSES: Table = {
    name: table for module in families(__name__, __path__) for name, table in module.LOSSES.items()
}
FUNCTIONS: Table = {
    **{name: WORDS | table for name, table in LOSSES.items()},
    **{f"special.{name}": {"x": OUTPUT} for name in ("sigmoid", "log_sigmoid", "softplus")},
    **{f"special.{name}": {"x": OUTPUT, "axis": AXIS} for name in ("softmax", "log_softmax", "logsumexp")},
    "special.smooth_labels": {"labels": OUTPUT, "alpha": SMOOTHING, "axis": AXIS},
    "special.xlogy": {"x": OUTPUT, "y": SIBLING},
}
OPTIONAL_ARRAYS = {"class_weights": "f", "pos_weight": "f", "weights": "f", "where": "b", "denominator": "f"}


def _arrays(
    *arrays: Callable[[Scene], Any], what: str, error: type[Exception], came: str, expected: str
) -> Wrong:
    return Wrong(what, lambda s: [make(s) for make in arrays], error, came, expected)


def _good(scene: Scene) -> Any:
    return scene.array(scene.shape)


ARRAYS = (
    _arrays(what="none-given", error=TypeError, came="is empty", expected="at least one array"),
    *(
        _arrays(wrong.make, what=wrong.what, error=wrong.error, came=wrong.came, expected=wrong.expected)
        for wrong in OUTPUT
    ),
    *(
        _arrays(
            _good, wrong.make, what=f"second-{wrong.what}", error=wrong.error, came=wrong.came, expected=""
        )
        for wrong in (*OUTPUT, SIBLING[-2])
        if wrong.needs == "float32"
    ),
)
OTHERS = {"l1_penalty": {"arrays": ARRAYS}, "l2_penalty": {"arrays": ARRAYS}}
TRANSFORMS = ("grad", "value_and_grad", "value_grad_and_curvature")


def public_functions() -> dict[str, Callable[..., Any]]:
    """Every public function by its path below the package."""
    functions = {name: getattr(al, name) for name in al.__all__ if callable(getattr(al, name))}
    return functions | {f"special.{name}": getattr(al.special, name) for name in al.special.__all__}


PUBLIC = public_functions()
TABLE = FUNCTIONS | OTHERS

__all__ = [
    "FUNCTIONS",
    "INDICES",
    "ITEMS",
    "LOSSES",
    "OPTIONAL_ARRAYS",
    "PUBLIC",
    "SHARES",
    "SIGNS",
    "TABLE",
    "TRANSFORMS",
    "UNIT",
    "Scene",
    "Table",
    "Wrong",
    "has_dtype",
]
