"""PyTorch's tensors on a CPU, lent to NumPy: the same memory, written by its blocks.

NumPy's operations start sooner than PyTorch's and its exponentials are faster. A tensor
in half precision is lent one block at a time, in float32.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from .._namespace import Library, library_of
from .blocks import evaluate
from .call import Spec
from .items import Problem

_ORDINARY = frozenset({torch.Tensor, torch.nn.Parameter})
_HALF = frozenset({torch.float16, torch.bfloat16})


class Half:
    """A tensor in half precision whose blocks are float32 in NumPy."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor, self.dtype = tensor, tensor.dtype
        self.shape = tuple(tensor.shape)

    def empty_like(self) -> Half:
        """Room for as many numbers."""
        return Half(torch.empty_like(self.tensor))

    def __getitem__(self, index: Any) -> Any:
        return self.tensor[index].float().numpy()

    def __setitem__(self, index: Any, numbers: Any) -> None:
        self.tensor[index] = torch.from_numpy(numbers)


def lent(problem: Problem) -> Problem | None:
    """The problem in NumPy's arrays; None where there is no memory to share.

    That is so on a GPU, under a transform, and of tensors that are more than that.
    """
    arrays = (*problem.operands, problem.weights, problem.mask, problem.denominator)
    for array in arrays:
        if array is not None and (type(array) not in _ORDINARY or array.device.type != "cpu"):
            return None
    # Only what has the output's shape is never looked at but in blocks.
    whole = problem.spec.counted or problem.spec.formula.coupled
    parts = 0 if whole else problem.library.block or 0
    limits = [parts if role.shape == "output" else 0 for role in problem.spec.formula.roles]
    try:
        *operands, weights, mask, denominator = map(_lent, arrays, (*limits, 0, 0, 0))
    except RuntimeError:  # a tensor of a transform has no memory
        return None
    library, spec = _numpy(problem.library), _in_numpy(problem.spec)
    return Problem(library, spec, tuple(operands), weights, mask, denominator)


def evaluate_lent(
    problem: Problem, host: Problem, wanted: tuple[int, ...]
) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """The reduced loss and the wanted gradients, axis last, computed by NumPy."""
    loss, found = evaluate(host, wanted, threads=torch.get_num_threads())
    dtype = problem.spec.compute if problem.spec.wide else problem.operands[0].dtype
    return tensor_of(loss, dtype), tuple(
        [tensor_of(g, problem.operands[p].dtype) for p, g in zip(wanted, found, strict=True)]
    )


def tensor_of(result: Any, dtype: torch.dtype) -> torch.Tensor:
    """What NumPy computed as a tensor of a dtype."""
    if isinstance(result, Half):
        return result.tensor
    tensor = torch.from_numpy(result[...])  # of NumPy's scalars, too, an array
    return tensor if tensor.dtype == dtype else tensor.to(dtype)


def _lent(tensor: torch.Tensor | None, limit: int) -> Any:
    """The tensor for NumPy; in half precision part by part if it has more entries than a limit but 0."""
    if tensor is None:
        return None
    if tensor.dtype not in _HALF:
        return tensor.numpy(force=True)
    tensor = tensor.detach()
    return Half(tensor) if 0 < limit < tensor.numel() else tensor.float().numpy()


@lru_cache
def _numpy(library: Library) -> Library:
    """NumPy, with blocks of PyTorch's size."""
    own = library_of(np.float32(0))
    assert own is not None
    return replace(own, block=library.block)


@lru_cache(maxsize=1024)
def _in_numpy(spec: Spec) -> Spec:
    """What is fixed about the call, computed in NumPy's dtype of the same name."""
    return replace(spec, compute=np.dtype(str(spec.compute).removeprefix("torch.")), wide=True)
