"""The softmax of rows with their labels, with no digit lost to a difference of sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ._classes import Classes
from ._leaders import Split, split
from ._namespace import eager
from ._stable import clip, either, exponentials, inner, largest, times
from ._typing import Namespace, Terms

# Beside a sum that is 1/_NOTHING times as large, a term is lost in every dtype.
_NOTHING = 1e-30

# Sums of bare exponentials between this and its inverse have a finite ratio.
_LEAST = 1e-18

# No entry whose exponential is not 0 is so far below the logarithm of its row's sum.
_FARTHEST = 1e4

# A difference that is more than this part of its terms loses little to their rounding.
_APART = 0.25

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


def by_label(labels: Classes, parts: Labelled) -> Any:
    """The derivative of ``-log p`` by the logits, of which a factor may be far below 1."""
    total = parts.own + parts.rest
    return labels.put(parts.others / total[..., None], -parts.rest / total)


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
    parts = split(xp, logits)
    return parts.terms / parts.total[..., None] * unlikely(parts)


def bends(xp: Namespace, logits: Any, total: Any, factor: float) -> tuple[Any, Any]:
    """The second derivatives by the logits of a cross-entropy, the total of its shares, and factor · log²."""
    rows = variances(xp, logits)
    if not factor:
        return rows, total
    likely, log = probabilities(xp, logits), log_normaliser(xp, logits)
    total = total + 2.0 * factor * log
    return total[..., None] * rows + 2.0 * factor * likely * likely, 1.0


def unlikely(parts: Split) -> Any:
    """1 - p of each class."""
    return parts.others / parts.total[..., None]


def surprises(logits: Any, parts: Split) -> Any:
    """-log p of each class, also of one whose exponential is lost beside the others."""
    return parts.log_sum[..., None] + (parts.top - logits)


def cost_of(xp: Namespace, parts: Split, shares: Any, costs: Any) -> Any:
    """Σ share · cost of each row, NaN of a row that has no softmax, even if no share asks for it."""
    return xp.sum(times(xp, shares, costs), axis=-1) + 0.0 * parts.total


def drawn(xp: Namespace, parts: Split, pulls: Any) -> tuple[Any, Any]:
    """Σ pull_c d(-log p_c) by the logits: p_c Σ pull − pull_c, as a pair: the rows and their factor.

    Where p_c is no more than a half, the difference loses nothing that the pulls' own rounding
    does not; of the likeliest class it is one of sums with one term left out. Products and no
    quotient, whose reciprocal a compiler may take, cancel exactly for classes that are alike.
    """
    lead, mine = parts.lead, parts.lead.pick(pulls)
    others = xp.sum(lead.put(1.0 * pulls, 0.0), axis=-1)
    rows = parts.terms * (mine + others)[..., None] - pulls * parts.total[..., None]
    return lead.put(rows, parts.own * others - mine * parts.rest), 1.0 / parts.total


def shared(xp: Namespace, logits: Any, shares: Any, present: Any = None) -> Terms:
    """-Σ share · log softmax(logits), its derivative by logits, and what each share costs.

    Where `present` is False, the logit is −inf, the share 0 and the cost nobody's.
    """
    parts = split(xp, logits)

    def below() -> Any:
        rows = parts.top - logits
        return rows if present is None else xp.where(present, rows, 0.0)

    value = inner(xp, shares, lambda _: below()) + parts.log_sum * xp.sum(shares, axis=-1)
    return (
        value,
        lambda: drawn(xp, parts, shares),
        lambda: parts.log_sum[..., None] + below(),
    )


def surprise_by_odds(xp: Namespace, surprise: Any, own: Any, rest: Any) -> Any:
    """-log p over (1 − p) / p, the odds against it: 0 where they are 0 or infinite, and not NaN."""
    odds = rest / own
    return clip(xp, surprise, high=_FARTHEST) / xp.where(odds == 0, 1.0, odds)


def log_normaliser(xp: Namespace, logits: Any) -> Any:
    """The logarithm of the sum of each row's exponentials."""
    parts = split(xp, logits)
    return parts.top[..., 0] + parts.log_sum


def with_normaliser(
    xp: Namespace, logits: Any, factor: float, value: Any, by_logits: Callable[[], Any]
) -> tuple[Any, Callable[[], Any]]:
    """A value and its derivative, with factor · log² of each row's normaliser added."""
    if not factor:
        return value, by_logits
    log = log_normaliser(xp, logits)

    def slope() -> Any:
        found = by_logits()
        rows = found[0] * found[1][..., None] if isinstance(found, tuple) else found
        return rows + (2.0 * factor * log)[..., None] * probabilities(xp, logits)

    return value + factor * log * log, slope


def probabilities(xp: Namespace, logits: Any) -> Any:
    """The softmax of each row."""
    terms, _ = exponentials(xp, logits)
    return terms / xp.sum(terms, axis=-1, keepdims=True)


def labelled_cross_entropy(
    xp: Namespace, logits: Any, labels: Any, class_weights: Any, *, label_smoothing: float, z_loss: float
) -> Terms:
    """The formula of the cross-entropy of a class per row, of logits that are given or made on the way."""
    own, rest, others, value = labelled(xp, logits, labels)
    hard = 1.0 if class_weights is None else labels.of(class_weights)
    if not label_smoothing:
        cost = times(xp, hard, value)
        both = with_normaliser(
            xp, logits, z_loss, cost, lambda: (labels.put(others, -rest), hard / (rest + own))
        )
        return *both, lambda: bends(xp, logits, hard, z_loss)

    hard = (1.0 - label_smoothing) * hard
    each = label_smoothing / labels.count * (1.0 if class_weights is None else class_weights)
    everywhere = label_smoothing if class_weights is None else xp.sum(each)

    def by_logits() -> Any:
        # (Σ a) p_c − a_c with a = w t; at the label, hard (p_y − 1) + everywhere p_y − each.
        total = rest + own
        at_label = (everywhere * own - hard * rest) / total
        return labels.put(others * ((hard + everywhere) / total)[..., None], at_label) - each

    cost = times(xp, hard, value) + _of_all(xp, logits, labels, value, each)
    both = with_normaliser(xp, logits, z_loss, cost, by_logits)
    return *both, lambda: bends(xp, logits, hard + everywhere, z_loss)


def _of_all(xp: Namespace, logits: Any, labels: Classes, surprise: Any, each: Any) -> Any:
    """-Σ each · log softmax(logits), with that of the label given."""

    def careful(some: Any) -> Any:
        parts = split(xp, some)
        below = xp.sum(times(xp, each, parts.top - some), axis=-1)
        return below + parts.log_sum * (each * labels.count if isinstance(each, float) else xp.sum(each))

    if not isinstance(each, float):
        return careful(logits)

    def plain() -> tuple[Any, Any]:
        own = labels.pick(logits)
        whole = labels.count * (own + surprise)  # own + surprise is the normaliser
        found = whole - xp.sum(logits, axis=-1)
        terms = labels.count * (xp.abs(own) + surprise) + xp.abs(whole)
        return each * found, (found > _APART * terms) & xp.isfinite(found)

    return either(xp, plain, careful, (logits,))
