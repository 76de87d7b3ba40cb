"""Losses of a student against a teacher."""

from __future__ import annotations

from typing import Any

from ._check import POSITIVE
from ._classes import Classes
from ._engine import along_axis, evaluate
from ._leaders import split
from ._namespace import eager
from ._roles import OUTPUT
from ._softmax import log_normaliser, probabilities
from ._stable import clip, dots, either, excess, inner, largest, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def distillation(
    logits: Array,
    teacher_logits: Array,
    *,
    temperature: float = 1.0,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Kullback–Leibler divergence of a student's softmax from a teacher's, both at a temperature.

    .. math::

        \ell = T^2 \sum_c q_c \log \frac{q_c}{p_c}, \qquad
        p = \operatorname{softmax}(x / T), \quad q = \operatorname{softmax}(y / T)

    Parameters
    ----------
    logits : array, real floating
        The student's x, any shape with the classes along `axis`; −inf masks a class out.
    teacher_logits : array, real floating
        The teacher's y, of the same shape and dtype; −inf masks a class out.
    temperature : float
        T, more than 0: higher ones look more at what is unlikely. The square of it keeps
        the size of the gradient.
    axis : int
        The axis of the classes.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` without `axis` with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    kl_divergence : Of log-probabilities.
    softmax_cross_entropy : Of logits and a distribution, with the entropy of that.

    Notes
    -----
    With v = (x − y) / T less its mean under q, the divergence is ``log1p(Σ q (expm1(v) − v))``,
    a sum of terms that are not negative: it keeps its digits where student and teacher
    nearly agree. There is a gradient by the teacher's logits, too: −T q v.

    References
    ----------
    G. Hinton, O. Vinyals and J. Dean, Distilling the knowledge in a neural network,
    arXiv:1503.02531, 2015.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> student, teacher = np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 0.0], [3.0, 3.0]])
    >>> al.distillation(student, teacher, temperature=2.0, reduction="none")
    array([0.11182015, 0.        ])
    """
    return evaluate(
        _distillation,
        logits,
        teacher_logits,
        temperature=temperature,
        axis=axis,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


# Beyond this exponentials are not taken of a change, but of what it leads to.
_FAR = 40.0

# Beyond this a sum may overflow whose logarithm does not.
_LARGE = 1e15


# The logarithm of what is more than this loses nothing to the sum that 1 is in.
_APART = 1.5


@along_axis(logits=OUTPUT, teacher_logits=OUTPUT, temperature=POSITIVE)
def _distillation(xp: Namespace, logits: Any, teacher_logits: Any, *, temperature: float) -> Terms:
    student, teacher = logits / temperature, teacher_logits / temperature
    parts = split(xp, teacher)
    share = parts.terms / parts.total[..., None]
    apart = _difference(xp, logits, teacher_logits) / temperature
    mean, change = _centred(xp, apart, share, parts.lead)

    def far() -> tuple[Any, Any]:
        spread = dots(xp, share, xp.exp(change))
        return xp.log(spread), (largest(xp, change)[..., 0] < _FAR) & (spread > _APART)

    near = (student, teacher, mean, share, change)
    divergence = either(xp, far, lambda *rows: _near(xp, rows), near)

    def by_teacher() -> Any:
        slope = -temperature * times(xp, share, change)
        return xp.where(xp.isnan(divergence)[..., None], xp.nan, slope)

    def by_logits() -> Any:
        return _drawn(xp, student, share, parts.lead, change - divergence[..., None]), temperature

    return temperature**2 * divergence, by_logits, by_teacher


def _difference(xp: Namespace, logits: Any, others: Any) -> Any:
    """The difference of the logits, which rounds nothing; two infinities that are equal do not differ."""
    apart = logits - others
    if eager(xp) and xp.isfinite(xp.sum(apart)):
        return apart
    return xp.where(logits == others, 0.0, apart)


def _near(xp: Namespace, rows: tuple[Any, ...]) -> Any:
    """The divergence as a sum of terms that are not negative, which is small where all changes are."""
    *_, share, change = rows
    cost = share * excess(xp, xp.expm1(change), change)

    def plain() -> tuple[Any, Any]:
        return xp.log1p(xp.sum(cost, axis=-1)), largest(xp, change)[..., 0] < _FAR

    return either(xp, plain, lambda *some: _carefully(xp, some), (*rows, cost))


def _carefully(xp: Namespace, rows: tuple[Any, ...]) -> Any:
    """The divergence where some change is large: by the logits themselves, or by their normalisers."""
    student, teacher, mean, share, change, cost = rows
    log_sum = log_normaliser(xp, teacher)
    beyond = xp.exp(student - (log_sum + mean)[..., None]) - share - times(xp, share, change)
    spread = xp.sum(xp.where(change < _FAR, cost, beyond), axis=-1)
    return xp.where(spread < _LARGE, xp.log1p(spread), log_normaliser(xp, student) - log_sum - mean)


def _drawn(xp: Namespace, student: Any, share: Any, lead: Classes, excessive: Any) -> Any:
    """The student's softmax less the teacher's, exact where they are close."""
    near = xp.abs(excessive) < 1.0
    exact = share * xp.expm1(clip(xp, excessive, -1.0, 1.0))
    others = lead.put(xp.where(near, exact, probabilities(xp, student) - share), 0.0)
    return lead.put(others, -xp.sum(others, axis=-1))


def _centred(xp: Namespace, apart: Any, share: Any, lead: Classes) -> tuple[Any, Any]:
    """The mean of each row, weighed by shares, and what is left of the row without it.

    Both by way of the entry at the largest share, which may be nearly all of the mean.
    """
    base = lead.pick(apart)
    base = xp.where(xp.isfinite(base), base, 0.0)
    rows = apart - base[..., None]
    offset = inner(xp, share, lambda _: rows)
    return base + offset, rows - offset[..., None]
