"""Softmax losses of cosines, and of students and teachers."""

from __future__ import annotations

from .arithmetic import Arithmetic, Number, Row
from .core import Item, Role, rows
from .softmax import by_logits, dot, one_hot, others, probability


def cosface(ar: Arithmetic, cosines: Row, labels: int, margin: float = 0.35, scale: float = 64.0) -> Item:
    """The cross-entropy of scaled cosines, of which the label's is less by the margin."""
    own = cosines[labels] - ar.number(margin), ar.number(1)
    return _scaled(ar, cosines, labels, scale, own)


def arcface(ar: Arithmetic, cosines: Row, labels: int, margin: float = 0.5, scale: float = 64.0) -> Item:
    """The cross-entropy of scaled cosines, of which the label's has the margin added to its angle."""
    return _scaled(ar, cosines, labels, scale, _turned(ar, cosines[labels], ar.number(margin)))


def _turned(ar: Arithmetic, cosine: Number, margin: Number) -> tuple[Number, Number]:
    """cos(theta + m) and its derivative by cos(theta); beyond pi, cos(theta) - m sin(m).

    The part of the angle in the derivative is left out where it is infinite, and where rounding
    has left a cosine beyond 1.
    """
    cos, sin = ar.cos(margin), ar.sin(margin)
    if ar.is_nan(cosine):
        return cosine, cosine
    if cosine < -cos:
        return cosine - margin * sin, ar.number(1)
    square = 1 - cosine**2
    if square <= 0:
        return cosine * cos, cos
    sine = ar.sqrt(square)
    return cosine * cos - sine * sin, cos + sin * cosine / sine


def _scaled(ar: Arithmetic, cosines: Row, labels: int, scale: float, own: tuple[Number, Number]) -> Item:
    """-log p_y with p = softmax(s a), a the cosines but for the label's, given with its derivative."""
    factor = ar.number(scale)
    odds = others(ar, [factor * (own[0] if c == labels else x) for c, x in enumerate(cosines)])
    slopes = by_logits(ar, one_hot(ar, labels, len(cosines)), odds)
    inner = [own[1] if c == labels else ar.number(1) for c in range(len(cosines))]
    by_cosines = [factor * x * y for x, y in zip(slopes, inner, strict=True)]
    return Item(ar.log1p(odds[labels]), {"cosines": by_cosines})


def distillation(ar: Arithmetic, logits: Row, teacher_logits: Row, temperature: float = 1.0) -> Item:
    """T^2 sum q log(q / p) with p = softmax(x / T) and q = softmax(y / T), of which a q of 0 is left out."""
    heat = ar.number(temperature)
    odds, teacher_odds = (others(ar, [x / heat for x in row]) for row in (logits, teacher_logits))
    p, q = ([probability(ar, against) for against in each] for each in (odds, teacher_odds))
    excess = [
        ar.number(0) if share == 0 else ar.log1p(one) - ar.log1p(other)
        for one, other, share in zip(odds, teacher_odds, q, strict=True)
    ]
    divergence = ar.nan if ar.is_nan(p[0]) else dot(ar, q, excess)
    by_teacher = [heat * ar.times(share, each - divergence) for share, each in zip(q, excess, strict=True)]
    by_student = [heat * (one - other) for one, other in zip(p, q, strict=True)]
    return Item(heat**2 * divergence, {"logits": by_student, "teacher_logits": by_teacher})


DEFINITIONS = {
    "cosface": rows(cosface, "cosines", labels=Role.CLASS),
    "arcface": rows(arcface, "cosines", labels=Role.CLASS),
    "distillation": rows(distillation, "logits", "teacher_logits"),
}
