"""How a loss is called and differentiated in each mode."""

from __future__ import annotations

import contextlib
import importlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import arrayloss

Arrays = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A loss with everything but its arrays, ready to be called on them.

    `wanted` are the arrays to differentiate by; a loss of any number of arrays takes
    them by position, so all of them.
    """

    loss: Callable[..., Any]
    words: dict[str, Any]
    wanted: tuple[str, ...]
    variadic: bool

    def value(self, arrays: Arrays) -> Any:
        """The loss."""
        return self._called(self.loss, arrays)

    def closed_form(self, arrays: Arrays) -> tuple[Any, tuple[Any, ...]]:
        """The loss and its gradients, as the package gives them; no gradients if none are wanted."""
        if not self.wanted:
            return self.value(arrays), ()
        both = arrayloss.value_and_grad(self.loss, None if self.variadic else self.wanted)
        value, gradients = self._called(both, arrays)
        return value, tuple(gradients)

    def _called(self, function: Callable[..., Any], arrays: Arrays) -> Any:
        if self.variadic:
            return function(*arrays.values(), **self.words)
        return function(**arrays, **self.words)


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the loss by itself, if it was asked for, and beside its gradients."""

    alone: Any
    value: Any
    gradients: tuple[Any, ...]


def eager(question: Question, arrays: Arrays) -> Returned:
    """As a user calls it."""
    return Returned(question.value(arrays), *question.closed_form(arrays))


def jax_eager(question: Question, arrays: Arrays) -> Returned:
    """As a user differentiates it; the value by itself would only be compiled once more."""
    return Returned(None, *question.closed_form(arrays))


def jax_jit(question: Question, arrays: Arrays) -> Returned:
    """Inside the caller's own `jax.jit`."""
    jax = importlib.import_module("jax")
    return Returned(None, *jax.jit(question.closed_form)(arrays))


def jax_vmap(question: Question, arrays: Arrays) -> Returned:
    """One of two equal members of a batch that the loss does not know of."""
    jax = importlib.import_module("jax")
    both = {name: jax.numpy.stack([array, array]) for name, array in arrays.items()}
    value, gradients = jax.vmap(question.closed_form)(both)
    return Returned(None, value[1], tuple(gradient[1] for gradient in gradients))


def jax_autodiff(question: Question, arrays: Arrays) -> Returned:
    """By `jax.value_and_grad` instead of the package's."""
    jax = importlib.import_module("jax")

    def total(wanted: Arrays) -> tuple[Any, Any]:
        value = question.value({**arrays, **wanted})
        return value.sum(), value

    given = {name: arrays[name] for name in question.wanted}
    gradients, value = jax.grad(total, has_aux=True)(given)
    return Returned(None, value, tuple(gradients[name] for name in question.wanted))


def torch_autodiff(question: Question, arrays: Arrays) -> Returned:
    """By `backward` through the loss."""
    return _backward(question, question.value, arrays)


def torch_compile(question: Question, arrays: Arrays) -> Returned:
    """Traced whole, forward and backward, and run as it was traced."""
    torch = importlib.import_module("torch")
    torch.compiler.reset()
    compiled = torch.compile(question.value, fullgraph=True, backend="aot_eager", dynamic=False)
    with warnings.catch_warnings():
        # Of dynamo itself, which makes an instance of what it traces.
        warnings.filterwarnings("ignore", ".*autograd.function.Function'> should not be", DeprecationWarning)
        return _backward(question, compiled, arrays)


def torch_vmap(question: Question, arrays: Arrays) -> Returned:
    """One of two equal members of a batch that the loss does not know of."""
    torch = importlib.import_module("torch")
    both = {name: torch.stack([array, array]) for name, array in arrays.items()}
    value, gradients = torch.func.vmap(question.closed_form)(both)
    return Returned(None, value[1], tuple(gradient[1] for gradient in gradients))


def dask_lazy(question: Question, arrays: Arrays) -> Returned:
    """As a user differentiates it, with computing anything an error."""
    with _no_computing():
        return Returned(None, *question.closed_form(arrays))


CALLS: dict[tuple[str, str], Callable[[Question, Arrays], Returned]] = {
    ("jax", "eager"): jax_eager,
    ("jax", "jit"): jax_jit,
    ("jax", "vmap"): jax_vmap,
    ("jax", "autodiff"): jax_autodiff,
    ("torch", "autodiff"): torch_autodiff,
    ("torch", "compile"): torch_compile,
    ("torch", "vmap"): torch_vmap,
    ("dask", "lazy"): dask_lazy,
}


def _backward(question: Question, loss: Callable[[Arrays], Any], arrays: Arrays) -> Returned:
    torch = importlib.import_module("torch")
    leaves = {name: arrays[name].detach().clone().requires_grad_() for name in question.wanted}
    value = loss({**arrays, **leaves})
    gradients = torch.autograd.grad(value.sum(), tuple(leaves.values())) if leaves else ()
    return Returned(None, value.detach(), gradients)


@contextlib.contextmanager
def _no_computing() -> Iterator[None]:
    dask = importlib.import_module("dask")

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the loss computed a lazy array")

    with dask.config.set(scheduler=refuse):
        yield
