"""Everything that is not a formula, solved once for all losses.

`formula` declares, `evaluate` enters, `call` and `check` see to arguments, `items` runs a formula on
arrays; `plain`, `blocks`, `jax` and `torch` are the ways in which a library likes to
be used, `small` a short way through one block, `lend` from PyTorch to NumPy's blocks;
`domain` reads values, `transforms` asks for gradients.
"""

from .evaluate import evaluate, evaluate_sum
from .formula import Formula, Linear, along_axis, coupled, elementwise
from .transforms import Differentiated, Loss, bare, derived, grad, value_and_grad, value_grad_and_curvature

__all__ = [
    "Differentiated",
    "Formula",
    "Linear",
    "Loss",
    "along_axis",
    "bare",
    "coupled",
    "derived",
    "elementwise",
    "evaluate",
    "evaluate_sum",
    "grad",
    "value_and_grad",
    "value_grad_and_curvature",
]
