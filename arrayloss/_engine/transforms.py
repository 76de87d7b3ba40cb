"""Gradients without autograd: `value_and_grad` and `grad`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .._check import describe, type_error

Loss = Callable[..., Any]

# The words for the truth, and for what is said about it; every other argument that a
# loss must be given by position is the model's output.
_TRUTHS = frozenset({"labels", "targets", "target", "pos_weight"})


class Marked:
    """An argument on its way to the engine, marked for differentiation.

    `back` takes the gradient of what stands in `array` to that of the argument.
    """

    __slots__ = ("array", "back", "key")

    def __init__(self, array: Any, key: Any, back: Callable[[Any], Any] = lambda gradient: gradient) -> None:
        self.array = array
        self.key = key
        self.back = back

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise _no_loss("computes with its arguments itself")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __pow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __getitem__ = __array__ = _refuse


def bare(argument: Any) -> Any:
    """The argument itself, marked or not."""
    return argument.array if isinstance(argument, Marked) else argument


def derived(argument: Any, forward: Callable[[Any], Any], backward: Callable[[Any], Any]) -> Any:
    """A linear function of an argument that stays marked if it was.

    Parameters
    ----------
    argument : array or Marked
        What a caller gave.
    forward : callable
        What to make of it.
    backward : callable
        From the gradient of what was made to that of the argument.
    """
    if not isinstance(argument, Marked):
        return forward(argument)
    return Marked(forward(argument.array), argument.key, lambda gradient: argument.back(backward(gradient)))


class Differentiated:
    """What a loss of marked arguments returns: its value and the gradients by mark."""

    __slots__ = ("gradients", "value")

    def __init__(self, value: Any, gradients: dict[Any, Any]) -> None:
        self.value = value
        self.gradients = gradients


def value_and_grad(loss: Loss, wrt: str | tuple[str, ...] | None = None) -> Callable[..., tuple[Any, Any]]:
    """A function that returns a loss and its closed-form gradient.

    Works on every backend, with or without automatic differentiation: the gradient
    is the formula that each loss carries, weights, mask, reduction and denominator
    included. With ``reduction="none"`` it is the gradient of the sum.

    Parameters
    ----------
    loss : callable
        A loss of this package, or a `functools.partial` of one.
    wrt : str or tuple of str, optional
        The argument, or arguments, to differentiate with respect to. By default what
        the model gave: every argument by position that has no default and is not
        ``labels`` or ``targets``.

    Returns
    -------
    callable
        A function with the signature of `loss` that returns ``(value, gradient)``.
        The gradient is an array of the argument's shape, dtype and device; it is a
        tuple of them where `wrt` is a tuple or where the model gave several arrays.

    Raises
    ------
    TypeError
        If `loss` has no argument named in `wrt`, if the argument is not an array of
        a floating dtype, or if the loss has no derivative with respect to it.

    See Also
    --------
    grad : The gradient alone.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> predictions, targets = np.array([0.5, 3.0]), np.array([0.0, 0.0])
    >>> value, gradient = al.value_and_grad(al.huber)(predictions, targets)
    >>> float(value), gradient
    (1.3125, array([0.25, 0.5 ]))
    """
    if not callable(loss):
        raise _no_loss(f"is {describe(loss)}")
    bound = functools.partial(loss)  # flattens a partial of a partial
    names, outputs, variadic = _positional(bound.func)
    wanted = outputs if wrt is None else _wanted(bound.func, wrt)
    several = variadic or isinstance(wrt, tuple) or len(wanted) > 1

    @functools.wraps(bound.func)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        args, kwargs = (*bound.args, *args), bound.keywords | kwargs
        keys: tuple[Any, ...] = names if len(args) <= len(names) else (*names, *range(len(args) - len(names)))
        marked = [
            Marked(a, key) if key in wanted or isinstance(key, int) else a
            for key, a in zip(keys, args, strict=False)
        ]
        named = {key: Marked(a, key) if key in wanted else a for key, a in kwargs.items()}
        result = bound.func(*marked, **named)
        if not isinstance(result, Differentiated):
            passed = (*keys[: len(args)], *named)
            raise _not_differentiated(result, names, [key for key in wanted if key not in passed])
        gradients = tuple([result.gradients[key] for key in (*wanted, *keys[len(names) :])])
        return result.value, gradients if several else gradients[0]

    return differentiated


def grad(loss: Loss, wrt: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns the closed-form gradient of a loss.

    Parameters
    ----------
    loss : callable
        A loss of this package, or a `functools.partial` of one.
    wrt : str or tuple of str, optional
        The argument, or arguments, to differentiate with respect to; by default what
        the model gave.

    Returns
    -------
    callable
        A function with the signature of `loss` that returns the gradient, as
        `value_and_grad` does.

    Raises
    ------
    TypeError
        As `value_and_grad` does.

    See Also
    --------
    value_and_grad : The value too, at no extra cost.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.grad(al.absolute_error)(np.array([1.0, 4.0]), np.array([2.0, 2.0]))
    array([-0.5,  0.5])
    """
    both = value_and_grad(loss, wrt)

    @functools.wraps(both)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def _positional(loss: Loss) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The names of a loss's arguments by position, the model's outputs, and whether it takes any number."""
    try:
        parameters = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError):
        raise _no_loss(f"is {describe(loss)}") from None
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    outputs = tuple(p.name for p in positional if p.default is p.empty and p.name not in _TRUTHS)
    return tuple(p.name for p in positional), outputs, any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _wanted(loss: Loss, wrt: Any) -> tuple[str, ...]:
    """The names of the arguments that were asked for."""
    wanted = wrt if isinstance(wrt, tuple) else (wrt,)
    known = tuple(inspect.signature(loss).parameters)
    if not wanted or not all(isinstance(name, str) and name in known for name in wanted):
        expected = f"a name or a tuple of names from {', '.join(known)}"
        raise type_error("value_and_grad", "wrt", f"is {wrt!r}", expected)
    return wanted


def _not_differentiated(result: Any, names: tuple[str, ...], missing: list[str]) -> TypeError:
    """The error for a call that gave a value and no gradient."""
    if missing:
        expected = f"an argument that the call passes, such as {' or '.join(map(repr, names))}"
        return type_error("value_and_grad", "wrt", f"names {missing[0]!r}", expected)
    return _no_loss(f"returned {describe(result)}")


def _no_loss(came: str) -> TypeError:
    return type_error("value_and_grad", "loss", came, "a loss of arrayloss, or a functools.partial of one")
