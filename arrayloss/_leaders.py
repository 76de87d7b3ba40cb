"""The largest entry of each row, and sums that leave it out."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._classes import Classes
from ._namespace import device_of, eager, index_dtype
from ._stable import exponentials, largest, least
from ._typing import Namespace

# Times any difference of two entries of a row, more than the number of classes.
_HUGE = 1e30


def leader(xp: Namespace, rows: Any, top: Any = None) -> Classes:
    """Where the largest entry of each row is, the first of several; those entries may be given."""
    count = rows.shape[-1]
    if eager(xp) and rows.size:
        return Classes(xp, xp.argmax(rows, axis=-1), count, write=True)
    top = largest(xp, rows) if top is None else top
    order = xp.arange(count, dtype=rows.dtype, device=device_of(rows))
    first = least(xp, order + _HUGE * (top - rows))
    first = xp.where(first < count, first, 0.0)  # any of a row with NaN, which is no integer
    return Classes(xp, xp.astype(first, index_dtype(xp, rows)), count, write=False, keep=False)


def sum_without(xp: Namespace, rows: Any, lead: Classes, own: Any) -> Any:
    """The sum of each row but for one entry, which is given; NaN where that is."""
    rest = xp.sum(lead.drop(rows), axis=-1)
    if lead.write:  # which left the entry out of the array itself
        lead.put(rows, own)
    return xp.where(xp.isnan(own), own, rest)


class Split(NamedTuple):
    """The softmax of rows, with the likeliest class apart from the others.

    Attributes
    ----------
    lead : Classes
        The likeliest class of each row, the first of several.
    top : array, shape (..., 1)
        Its logit.
    terms : array, shape (..., C)
        The exponentials over a common factor.
    own, rest : array, shape (...)
        The largest of them, and the sum of the others.
    log_sum : array, shape (...)
        The logarithm of their sum over the largest, with every digit of a small one.
    """

    lead: Classes
    top: Any
    terms: Any
    own: Any
    rest: Any
    log_sum: Any

    @property
    def total(self) -> Any:
        """The sum of all terms."""
        return self.own + self.rest

    @property
    def others(self) -> Any:
        """For each term the sum of the others: what is left of the total by half of it loses nothing."""
        return self.lead.put(self.total[..., None] - self.terms, self.rest)


def split(xp: Namespace, logits: Any) -> Split:
    """Split the softmax of each row into the likeliest class and the others."""
    known = None if eager(xp) and logits.size else largest(xp, logits)
    lead = leader(xp, logits, known)
    top = lead.pick(logits)[..., None]  # of equal ones, that of the class whose derivative it has
    terms, shift = exponentials(xp, logits, top if known is None else known)
    own = xp.exp(top - shift)[..., 0]
    rest = sum_without(xp, terms, lead, own)
    return Split(lead, top, terms, own, rest, xp.log1p(rest / own))


def log_total(xp: Namespace, rows: Any) -> Any:
    """Log Σ exp(x - max) over each row, with every digit of a small one."""
    return split(xp, rows).log_sum
