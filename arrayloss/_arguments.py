"""Arguments made to fit before a loss sees them, their gradients made to fit on the way back.

What cannot be made to fit stays as it is: the loss knows the argument's name and says
what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from ._engine import bare, derived
from ._namespace import is_unknown, library_of


def fit(argument: Any, other: Any) -> Any:
    """The argument in the dtype and the shape of another array of its library."""
    model, own, library = bare(other), library_of(bare(argument)), library_of(bare(other))
    if own is None or library is None or own.xp is not library.xp:
        return argument
    return broadcast(cast(argument, model.dtype), tuple(model.shape))


def broadcast(argument: Any, shape: tuple[Any, ...]) -> Any:
    """The argument with a shape; its gradient is the sum over what it was repeated along."""
    array = bare(argument)
    library = library_of(array)
    if library is None or tuple(array.shape) == shape or not _broadcasts(tuple(array.shape), shape):
        return argument
    xp, own = library.xp, tuple(array.shape)
    new = len(shape) - len(own)
    axes = tuple(i for i, length in enumerate(shape) if i < new or own[i - new] != length)

    def back(gradient: Any) -> Any:
        total = xp.sum(gradient, axis=axes, dtype=library.facts(gradient.dtype).compute)
        return xp.astype(xp.reshape(total, own), gradient.dtype, copy=False)

    return derived(argument, lambda given: xp.broadcast_to(given, shape), back)


def cast(argument: Any, dtype: Any) -> Any:
    """The argument in a dtype of its library; its gradient in its own."""
    array = bare(argument)
    library = library_of(array)
    if library is None or array.dtype == dtype:
        return argument
    xp, own = library.xp, array.dtype
    kinds = (library.facts(own).kind, library.facts(dtype).kind)
    # Nothing can be differentiated by integers: they stay, for the loss to refuse.
    if "other" in kinds or (argument is not array and kinds[0] != "real floating"):
        return argument
    return derived(
        argument,
        lambda given: xp.astype(given, dtype, copy=False),
        lambda gradient: xp.astype(gradient, own, copy=False),
    )


def _broadcasts(own: tuple[Any, ...], shape: tuple[Any, ...]) -> bool:
    """Whether a shape is known to broadcast to another."""
    if len(own) > len(shape) or any(map(is_unknown, (*own, *shape))):
        return False
    return all(a in (1, b) for a, b in zip(own[::-1], shape[::-1], strict=False))
