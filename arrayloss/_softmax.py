"""The softmax of labelled rows, with no digit lost to a difference of sums."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._classes import Classes
from ._namespace import device_of
from ._stable import largest
from ._typing import Namespace

# Between these, exponentials need no shift: their sum over 2^20 classes and its
# reciprocal are normal numbers of float32, and each keeps all its digits.
_LOWEST, _HIGHEST = -80.0, 48.0

# Beside a sum that is 1/_NOTHING times as large, a term is lost in every dtype.
_NOTHING = 1e-30


class Labelled(NamedTuple):
    """The exponentials of rows of logits, over a common factor per row.

    Attributes
    ----------
    own, rest : array, shape (...)
        The label's, and the sum of all others.
    others : array, shape (..., C)
        All others, 0 at the label; may be written on where the labels may write.
    value : array, shape (...)
        ``-log(own / (own + rest))``, the cross-entropy of the row.
    """

    own: Any
    rest: Any
    others: Any
    value: Any


def labelled(xp: Namespace, logits: Any, labels: Classes) -> Labelled:
    """Split the softmax of each row into its label's part and the rest.

    The factor per row cancels in every ratio, so each library chooses the one that
    costs it least: none where the numbers can be read and are moderate, which also
    spares the rounding of ``logits - max``; its own softmax where it has a fused one.
    """
    eager = labels.write and _on_host(logits)
    shift: Any = None
    if labels.write and hasattr(xp, "softmax"):
        terms = xp.softmax(logits, axis=-1)
    else:
        shift = _shift(xp, logits, eager=eager)
        terms = xp.exp(logits if shift is None else logits - shift)
    # What is picked is not kept as a view of what is written next; where nothing is written,
    # picking from what was just computed would keep compilers from fusing that.
    own = 1.0 * labels.pick(terms) if labels.write else xp.exp(labels.pick(logits) - shift[..., 0])
    others = labels.drop(terms)
    rest = xp.sum(others, axis=-1)
    far = own < _NOTHING * rest
    if eager and not xp.any(far):
        return Labelled(own, rest, others, xp.log1p(rest / own))
    if shift is None:  # the largest logit is another's, and tells the common factor
        shift = largest(xp, logits) - xp.log(largest(xp, others))
    beyond = xp.log(xp.where(far, rest, 1.0)) + shift[..., 0] - labels.pick(logits)
    value = xp.where(far, beyond, xp.log1p(rest / xp.where(far, 1.0, own)))
    return Labelled(own, rest, others, value)


def _shift(xp: Namespace, logits: Any, *, eager: bool) -> Any:
    """What to subtract from each row, None for nothing; of a row it depends on no other row."""
    if eager and 0 not in logits.shape and xp.max(logits) <= _HIGHEST and xp.min(logits) >= _LOWEST:
        return None
    top = largest(xp, logits)
    if not eager:
        return top
    moderate = (top <= _HIGHEST) & (xp.min(logits, axis=-1, keepdims=True) >= _LOWEST)
    return xp.where(moderate, 0.0, top)


def _on_host(array: Any) -> bool:
    """Whether the values of an eager array can be read without waiting for a device."""
    return str(device_of(array)) == "cpu"
