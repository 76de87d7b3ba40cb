"""PyTorch, eager and compiled; and its losses as a user of NumPy would call them."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.nn import functional

from . import catalogue_torch
from .draws import Arrays
from .library import Call, Function, Functions, Library, Peer, Runner
from .measure import wall
from .memory import resident

FUNCTIONS: Functions = {
    "softmax cross-entropy": functional.cross_entropy,
    "sigmoid cross-entropy": functional.binary_cross_entropy_with_logits,
    "squared error": functional.mse_loss,
    "Huber": functional.huber_loss,
    "KL divergence": partial(functional.kl_div, reduction="batchmean"),
}


def runner(device: str, *, compiled: bool = False) -> Runner:
    """How PyTorch runs a loss on a device."""
    gpu = device == "cuda"
    return Runner(
        partial(_arrays, device),
        partial(_call, compiled=compiled),
        lambda tensor: tensor.float().cpu().numpy(),
        events if gpu else wall,
        _allocated if gpu else resident,
    )


def peers(way: Runner) -> tuple[Peer, ...]:
    """Its losses, and its distributions, which have likelihoods."""
    return (
        Peer("torch.nn.functional", FUNCTIONS | catalogue_torch.FUNCTIONS, way),
        Peer("torch.distributions", catalogue_torch.DISTRIBUTIONS, way),
    )


def libraries(device: str) -> tuple[Library, ...]:
    """PyTorch as it is, and compiled."""
    ways = (("PyTorch", runner(device), False), ("PyTorch compiled", runner(device, compiled=True), True))
    return tuple(
        Library(name, way, peers(way), half=True, slow=compiled, catalogue=not compiled)
        for name, way, compiled in ways
    )


def _arrays(device: str, arrays: Arrays, dtype: str) -> Arrays:
    tensors = (torch.from_numpy(array).to(device) for array in arrays)
    return tuple(each.to(getattr(torch, dtype)) if each.is_floating_point() else each for each in tensors)


def _call(function: Function, arrays: Arrays, outputs: int, *, compiled: bool = False) -> Call:
    if compiled:
        torch.compiler.reset()  # else the next size would be compiled for any size
        function = torch.compile(function, dynamic=False)
    if not outputs:
        return lambda: function(*arrays)
    leaves = [array.detach().requires_grad_() for array in arrays[:outputs]]
    given = (*leaves, *arrays[outputs:])

    def call() -> Any:
        value = function(*given)
        value.backward()
        found = tuple(leaf.grad for leaf in leaves)
        for leaf in leaves:
            leaf.grad = None  # kept by nobody, like NumPy's
        return value.detach(), found[0] if outputs == 1 else found

    return call


def events(call: Call) -> float:
    """The seconds of a call between two events on the GPU."""
    event: Any = torch.cuda.Event  # which has no types
    start, end = event(enable_timing=True), event(enable_timing=True)
    torch.cuda.synchronize()
    start.record()
    call()
    end.record()
    torch.cuda.synchronize()
    return float(start.elapsed_time(end)) / 1e3


def _allocated(call: Call) -> int:
    """The bytes of a call at its peak, as PyTorch's allocator on the GPU counts them."""
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    call()
    torch.cuda.synchronize()
    return int(torch.cuda.max_memory_allocated() - before)
