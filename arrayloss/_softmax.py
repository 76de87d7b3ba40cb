"""The softmax of labelled rows, with no digit lost to a difference of sums."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._classes import Classes
from ._namespace import device_of
from ._stable import either, exponentials, largest
from ._typing import Namespace

# A softmax smaller than this has lost more digits than its own rounding to the shift.
_FAR = 1e-24

# Beside a sum that is 1/_NOTHING times as large, a term is lost in every dtype.
_NOTHING = 1e-30

# Sums of bare exponentials between these have lost nothing to underflow, and their ratio is finite.
_SMALL, _LARGE = 1e-18, 1e18


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
    """Split the softmax of each row into its label's part and the rest."""
    parts = _parts(xp, logits, labels)
    if labels.write or labels.keep:
        return parts
    value = either(
        xp, lambda: _bare(xp, logits, labels), lambda: _parts(xp, logits, labels).value
    )  # of which compilers drop what is not looked at
    return parts._replace(value=value)


def _bare(xp: Namespace, logits: Any, labels: Classes) -> tuple[Any, Any]:
    """The cross-entropy of rows without a look for their largest entry, and where it is exact."""
    own = xp.exp(labels.pick(logits))
    rest = xp.sum(labels.drop(xp.exp(logits)), axis=-1)
    low, high = xp.minimum(own, rest), xp.maximum(own, rest)
    return xp.log1p(rest / own), (low > _SMALL) & (high < _LARGE)


def _parts(xp: Namespace, logits: Any, labels: Classes) -> Labelled:
    """The split of rows of any size."""
    eager = labels.write and _on_host(logits)
    if labels.write and hasattr(xp, "softmax"):
        terms, shift = _fused(xp, logits, eager=eager)
    else:
        terms, shift = exponentials(xp, logits, eager=eager)
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


def _fused(xp: Namespace, logits: Any, *, eager: bool) -> tuple[Any, Any]:
    """The library's own softmax, of which only ratios count, in rows where it keeps its digits."""
    terms = xp.softmax(logits, axis=-1)
    if not eager or 0 in logits.shape or xp.min(terms) > _FAR:
        return terms, None
    near = xp.min(terms, axis=-1, keepdims=True) > _FAR
    exact, shift = exponentials(xp, logits, eager=True)
    return xp.where(near, terms, exact), xp.where(
        near, largest(xp, logits) - xp.log(largest(xp, terms)), shift
    )


def _on_host(array: Any) -> bool:
    """Whether the values of an eager array can be read without waiting for a device."""
    return str(device_of(array)) == "cpu"
