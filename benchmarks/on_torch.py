"""PyTorch, eager and compiled; and its losses as a user of NumPy would call them."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.nn import functional

from .library import Call, Function, Library, Peer, Runner
from .losses import Arrays
from .measure import wall
from .memory import resident


def _ctc(logits: Any, labels: Any) -> Any:
    """The mean over sequences, where its own mean would divide by the numbers of labels."""
    items, frames, _ = logits.shape
    lengths = [torch.full((items,), n, dtype=torch.int64) for n in (frames, labels.shape[1])]
    logs = functional.log_softmax(logits, dim=-1).transpose(0, 1)
    return functional.ctc_loss(logs, labels, lengths[0], lengths[1], reduction="sum") / items


FUNCTIONS: dict[str, Function | str] = {
    "softmax cross-entropy": functional.cross_entropy,
    "sigmoid cross-entropy": functional.binary_cross_entropy_with_logits,
    "squared error": functional.mse_loss,
    "Huber": functional.huber_loss,
    "KL divergence": partial(functional.kl_div, reduction="batchmean"),
    "CTC": _ctc,
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


def libraries(device: str) -> tuple[Library, ...]:
    """PyTorch as it is, and compiled."""
    ways = (("PyTorch", runner(device)), ("PyTorch compiled", runner(device, compiled=True)))
    return tuple(
        Library(name, way, (Peer("torch.nn.functional", FUNCTIONS, way),), half=True, slow=name != "PyTorch")
        for name, way in ways
    )


def _arrays(device: str, arrays: Arrays, dtype: str) -> Arrays:
    tensors = (torch.from_numpy(array).to(device) for array in arrays)
    return tuple(each.to(getattr(torch, dtype)) if each.is_floating_point() else each for each in tensors)


def _call(function: Function, arrays: Arrays, gradient: bool, *, compiled: bool = False) -> Call:
    if compiled:
        torch.compiler.reset()  # else the next size would be compiled for any size
        function = torch.compile(function, dynamic=False)
    if not gradient:
        return lambda: function(*arrays)
    leaf = arrays[0].detach().requires_grad_()

    def call() -> Any:
        value = function(leaf, arrays[1])
        value.backward()
        by_leaf, leaf.grad = leaf.grad, None  # kept by nobody, like NumPy's
        return value.detach(), by_leaf

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
