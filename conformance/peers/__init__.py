"""The frameworks' own losses, asked the same questions: one module for each peer.

Every module has the same names, so that whoever asks needs to know no library:

``LOSSES``
    Our public name of a loss to a function of (arrays by our argument names, our
    parameters, reduction) that calls the peer's own.
``ABSENT``
    The public losses of which the peer has a relative that is another loss, each with what
    is different; it has nothing like what is in neither table.
``answer(case, arrays, wanted)``
    The value, and the gradient by each array named, by the peer's own differentiation.
``asarray(values, shape, dtype)``, ``numpy(array)``, ``versions()``
    An array of the peer on the CPU, its numbers, and what the numbers depend on.

A library is imported with its module here and not before. What the peer cannot be
asked raises `Unsupported`; what it raises itself, on valid input, is its answer.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterable
from typing import Any

Arrays = dict[str, Any]
Parameters = dict[str, Any]
Loss = Callable[[Arrays, Parameters, str], Any]

NAMES = ("keras", "optax", "tensorflow", "torch")

# What is always an array in a peer: a number for it is an option of ours.
_ARRAYS = ("weights", "where", "class_weights")


class Unsupported(Exception):  # noqa: N818 - nothing went wrong
    """The peer has no such loss, or no such option of it."""


def mapped(function: str, *, means: Collection[str] = ("count",)) -> Callable[[Callable[..., Any]], Loss]:
    """Make an entry of a table out of a call of the peer's own function.

    The call takes the reduction and, by our names, the operands and exactly those
    options that the peer has, with our defaults: what is given and not taken is
    unsupported.

    Parameters
    ----------
    function : str
        The peer's name of its function, for the reasons.
    means : collection of str
        The words for `denominator` that the peer's own mean stands for where there are
        weights; without any, all words are one. The call may take the word.

    Returns
    -------
    callable
        Of (arrays, parameters, reduction).
    """

    def entry(call: Callable[..., Any]) -> Loss:
        takes = dict(inspect.signature(call).parameters)
        del takes["reduction"]
        operands = {name for name, parameter in takes.items() if parameter.default is parameter.empty}

        @functools.wraps(call)
        def loss(arrays: Arrays, parameters: Parameters, reduction: str) -> Any:
            given = {**arrays, **parameters}
            _refuse(function, "takes no", given.keys() - takes.keys() - {"denominator"})
            _refuse(function, "takes no number for", parameters.keys() & (operands | set(_ARRAYS)))
            if reduction == "mean":
                _refuse(function, "has no mean by", _other_divisors(given, means))
            return call(reduction, **{name: value for name, value in given.items() if name in takes})

        return loss

    return entry


def special(function: Callable[..., Any]) -> Loss:
    """Make an entry out of a special function of x, or of x and y."""

    def loss(arrays: Arrays, parameters: Parameters, _: str) -> Any:
        return function(*(arrays[name] for name in sorted(arrays)), **parameters)

    return loss


def chosen(name: str, losses: dict[str, Loss], absent: dict[str, str]) -> Loss:
    """The entry of a loss, or the reason why there is none."""
    if name not in losses:
        raise Unsupported(absent.get(name, "it has no such loss"))
    return losses[name]


def same_dtype(function: str, like: Any, *others: Any) -> None:
    """Refuse arrays whose dtype is another, where the peer takes one dtype only."""
    for other in others:
        if other is not None and other.dtype != like.dtype:
            raise Unsupported(f"{function} takes no {_name(other)} with {_name(like)}")


def all_found(names: Iterable[str], gradients: Iterable[Any]) -> dict[str, Any]:
    """The gradients by name, unless the peer has none for one of them."""
    found = dict(zip(names, gradients, strict=True))
    _refuse("the peer", "has no derivative by", {name for name, slope in found.items() if slope is None})
    return found


def _name(array: Any) -> str:
    """The name of a dtype, however a library prints it."""
    return getattr(array.dtype, "name", str(array.dtype).removeprefix("torch."))


def _other_divisors(given: dict[str, Any], means: Collection[str]) -> set[str]:
    """What makes our mean another than the peer's."""
    denominator = given.get("denominator", "weights")
    if not isinstance(denominator, str):
        return {"a given number"}
    if "where" in given:
        return {"the count of unmasked items"}
    if denominator not in means and given.keys() & {"weights", "class_weights"}:
        return {f"denominator={denominator!r}"}
    return set()


def _refuse(function: str, verb: str, names: Iterable[str]) -> None:
    if named := ", ".join(sorted(names)):
        raise Unsupported(f"{function} {verb} {named}")
