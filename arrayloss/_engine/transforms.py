"""Gradients without autograd: `value_and_grad`, `grad` and `value_grad_and_curvature`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .._check import describe, type_error

Loss = Callable[..., Any]

# The words for the truth, and for what is said about it; every other argument that a
# loss must be given by position is the model's output.
_TRUTHS = frozenset(
    {
        *("labels", "y_true", "onehot_labels", "multi_class_labels", "samples", "pos_weight", "q"),
        *("targets", "target", "log_targets", "logit_paddings", "label_paddings"),
        *("input_lengths", "target_lengths", "label_length", "logit_length"),
    }
)


class Marked:
    """An argument on its way to the engine, marked for differentiation.

    `back` takes the gradient of what stands in `array` to that of the argument; `curved` says
    whether the curvature is wanted, too.
    """

    __slots__ = ("array", "back", "curved", "key")

    def __init__(
        self,
        array: Any,
        key: Any,
        back: Callable[[Any], Any] = lambda gradient: gradient,
        *,
        curved: bool = False,
    ) -> None:
        self.array = array
        self.key = key
        self.back = back
        self.curved = curved

    def _refuse(self, *_: Any, **__: Any) -> Any:
        transform = "value_grad_and_curvature" if self.curved else "value_and_grad"
        raise _no_loss("computes with its arguments itself", transform)

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
    if argument.curved:
        raise _flat("computes with its arguments itself")
    return Marked(forward(argument.array), argument.key, lambda gradient: argument.back(backward(gradient)))


class Differentiated:
    """What a loss of marked arguments returns: its value, the gradients and the curvatures by mark."""

    __slots__ = ("curvatures", "gradients", "value")

    def __init__(self, value: Any, gradients: dict[Any, Any], curvatures: dict[Any, Any]) -> None:
        self.value = value
        self.gradients = gradients
        self.curvatures = curvatures


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
    return _differentiated(loss, wrt, curved=False)


def _differentiated(
    loss: Loss, wrt: str | tuple[str, ...] | None, *, curved: bool
) -> Callable[..., tuple[Any, ...]]:
    """A function that marks a loss's arguments and returns what comes of them."""
    transform = "value_grad_and_curvature" if curved else "value_and_grad"
    if not callable(loss):
        raise _no_loss(f"is {describe(loss)}", transform)
    bound = functools.partial(loss)  # flattens a partial of a partial
    names, outputs, variadic = _positional(bound.func, transform)
    wanted = outputs if wrt is None else _wanted(bound.func, wrt, transform)
    several = variadic or isinstance(wrt, tuple) or len(wanted) > 1

    @functools.wraps(bound.func)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
        args, kwargs = (*bound.args, *args), bound.keywords | kwargs
        keys: tuple[Any, ...] = names if len(args) <= len(names) else (*names, *range(len(args) - len(names)))

        def mark(key: Any, a: Any) -> Any:
            return Marked(a, key, curved=curved) if key in wanted or isinstance(key, int) else a

        result = bound.func(*map(mark, keys, args), **{key: mark(key, a) for key, a in kwargs.items()})
        if not isinstance(result, Differentiated):
            missing = [key for key in wanted if key not in (*keys[: len(args)], *kwargs)]
            raise _not_differentiated(result, names, missing, transform)
        parts = [result.gradients, result.curvatures] if curved else [result.gradients]
        found = [tuple([part[key] for key in (*wanted, *keys[len(names) :])]) for part in parts]
        return result.value, *(found if several else [each[0] for each in found])

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


def value_grad_and_curvature(
    loss: Loss, wrt: str | tuple[str, ...] | None = None
) -> Callable[..., tuple[Any, Any, Any]]:
    r"""A function that returns a loss, its gradient and its curvature, all in closed form.

    The curvature is the diagonal of the Hessian matrix of the reduced loss,

    .. math:: h_i = \frac{\partial^2 L}{\partial x_i^2},

    weights, mask, reduction and denominator included; with ``reduction="none"`` it is
    that of the sum. Gradient boosting and Newton's method take it beside the gradient.
    For losses of single entries the Hessian matrix has nothing but its diagonal; the
    rows of the softmax losses have more.

    Parameters
    ----------
    loss : callable
        A loss of this package with second derivatives, or a `functools.partial` of one:
        the losses of single entries, and those of logits.
    wrt : str or tuple of str, optional
        What the model gave, by name; by default all of it.

    Returns
    -------
    callable
        A function with the signature of `loss` that returns
        ``(value, gradient, curvature)``, the last two of the argument's shape, dtype and
        device; tuples of them where `wrt` is a tuple or where the model gave several
        arrays.

    Raises
    ------
    TypeError
        As `value_and_grad` does, and if the loss has no second derivative with respect
        to the argument.

    See Also
    --------
    value_and_grad : Without the curvature.

    Notes
    -----
    The second derivative at a kink of the gradient is that of the branch which the
    loss's formula names with ≤; a loss that is linear on both sides has curvature 0
    there, not an impulse.

    References
    ----------
    T. Chen and C. Guestrin, XGBoost: a scalable tree boosting system, KDD 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits, labels = np.array([0.0, 2.0]), np.array([0, 1])
    >>> newton = al.value_grad_and_curvature(al.sigmoid_cross_entropy)
    >>> value, gradient, curvature = newton(logits, labels, reduction="sum")
    >>> gradient.round(4), curvature.round(4)
    (array([ 0.5   , -0.1192]), array([0.25 , 0.105]))
    """
    return _differentiated(loss, wrt, curved=True)


def _positional(loss: Loss, transform: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The names of a loss's arguments by position, the model's outputs, and whether it takes any number."""
    try:
        parameters = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError):
        raise _no_loss(f"is {describe(loss)}", transform) from None
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    outputs = tuple(p.name for p in positional if p.default is p.empty and p.name not in _TRUTHS)
    return tuple(p.name for p in positional), outputs, any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _wanted(loss: Loss, wrt: Any, transform: str) -> tuple[str, ...]:
    """The names of the arguments that were asked for."""
    wanted = wrt if isinstance(wrt, tuple) else (wrt,)
    known = tuple(inspect.signature(loss).parameters)
    if not wanted or not all(isinstance(name, str) and name in known for name in wanted):
        expected = f"a name or a tuple of names from {', '.join(known)}"
        raise type_error(transform, "wrt", f"is {wrt!r}", expected)
    return wanted


def _not_differentiated(result: Any, names: tuple[str, ...], missing: list[str], transform: str) -> TypeError:
    """The error for a call that gave a value and no gradient."""
    if missing:
        expected = f"an argument that the call passes, such as {' or '.join(map(repr, names))}"
        return type_error(transform, "wrt", f"names {missing[0]!r}", expected)
    return _no_loss(f"returned {describe(result)}", transform)


def _flat(came: str) -> TypeError:
    expected = "a loss of entries or of logits, which has second derivatives, or a functools.partial of one"
    return type_error("value_grad_and_curvature", "loss", came, expected)


def _no_loss(came: str, transform: str) -> TypeError:
    return type_error(transform, "loss", came, "a loss of arrayloss, or a functools.partial of one")
