"""The softmax of rows with their labels, with no digit lost to a difference of sums."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._classes import Classes
from ._namespace import eager
from ._stable import either, exponentials, largest, total_and_others
from ._typing import Namespace

# Beside a sum that is 1/_NOTHING times as large, a term is lost in every dtype.
_NOTHING = 1e-30

# Sums of bare exponentials between this and its inverse have a finite ratio.
_LEAST = 1e-18

# A sum larger than this loses nothing to exponentials that underflow in float32.
_SMALL = 0.3


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
    if eager(xp) and labels.write and logits.ndim > 1:
        return _unshifted(xp, logits, labels)
    parts = _shifted(xp, logits, labels)
    if labels.write or labels.keep:
        return parts
    value = either(
        xp, lambda: _value_unshifted(xp, logits, labels), lambda: _shifted(xp, logits, labels).value
    )  # of which compilers drop what is not looked at
    return parts._replace(value=value)


def _value_unshifted(xp: Namespace, logits: Any, labels: Classes) -> tuple[Any, Any]:
    """The cross-entropy of rows without a look for their largest entry, and where it is exact."""
    own = xp.exp(labels.pick(logits))
    rest = xp.sum(labels.drop(xp.exp(logits)), axis=-1)
    low, high = xp.minimum(own, rest), xp.maximum(own, rest)
    return xp.log1p(rest / own), (low > _LEAST) & (high < 1.0 / _LEAST)


def _unshifted(xp: Namespace, logits: Any, labels: Classes) -> Labelled:
    """The split by bare exponentials, but of rows whose sum shows that digits may be lost.

    What underflows beside a sum that is not small is small in the softmax as well.
    """
    terms = xp.exp(logits)
    own = labels.pick(terms)
    others = labels.drop(terms)
    rest = xp.sum(others, axis=-1)
    odds, total = rest / own, rest + own
    found = Labelled(own, rest, others, xp.log1p(odds))
    fine = (total > _SMALL) & (total + odds < 1.0 / _NOTHING)
    if not xp.all(fine):
        some = Classes(xp, labels.indices[~fine], labels.count, write=True)
        for whole, part in zip(found, _shifted(xp, logits[~fine], some), strict=True):
            whole[~fine] = part
    return found


def _shifted(xp: Namespace, logits: Any, labels: Classes) -> Labelled:
    """The split by exponentials over a factor of each row's own, which none of them outgrows."""
    shift: Any
    if labels.write and hasattr(xp, "softmax"):  # the library's own is the fastest, and only ratios count
        terms, shift = xp.softmax(logits, axis=-1), None
    else:
        terms, shift = exponentials(xp, logits)
    # What is picked is not kept as a view of what is written next; where nothing is written,
    # picking from what was just computed would keep compilers from fusing that.
    own = 1.0 * labels.pick(terms) if labels.write else xp.exp(labels.pick(logits) - shift[..., 0])
    others = labels.drop(terms)
    rest = xp.sum(others, axis=-1)
    far = own < _NOTHING * rest
    if shift is None:  # the largest logit is another's, and tells the common factor
        shift = largest(xp, logits) - xp.log(largest(xp, others))
    beyond = xp.log(xp.where(far, rest, 1.0)) + shift[..., 0] - labels.pick(logits)
    value = xp.where(far, beyond, xp.log1p(rest / xp.where(far, 1.0, own)))
    return Labelled(own, rest, others, value)


def variances(xp: Namespace, logits: Any) -> Any:
    """How much each entry of the softmax p of a row changes with its own logit: p (1 - p)."""
    terms, _ = exponentials(xp, logits)
    total, others = total_and_others(xp, terms)
    return terms / total[..., None] * (others / total[..., None])


def by_shared_logits(xp: Namespace, logits: Any, share: Any) -> tuple[Any, Any]:
    """The derivative of the cross-entropy with shares of each class by the logits, with a factor per row."""
    # p_c Σ t − t_c = (e_c Σ_{j≠c} t_j − t_c Σ_{j≠c} e_j) / Σ e, e = exp(x − shift).
    terms, _ = exponentials(xp, logits)
    total, other_terms = total_and_others(xp, terms)
    _, other_shares = total_and_others(xp, share)
    return terms * other_shares - share * other_terms, 1.0 / total
