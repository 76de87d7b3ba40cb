"""The cosine of the angle between two vectors, and what it moves."""

from __future__ import annotations

from collections.abc import Iterable

from .arithmetic import Arithmetic, Number, Row

End = tuple[str, int]  # an operand, and one of its rows


def cosine(ar: Arithmetic, a: Row, b: Row) -> tuple[Number, Row]:
    """a.b / (|a| |b|), and its derivative by a; all 0 if a vector has no direction."""
    dot, square_a, square_b = _dot(ar, a, b), _dot(ar, a, a), _dot(ar, b, b)
    if square_a == 0 or square_b == 0:
        return ar.number(0), [ar.number(0)] * len(a)
    # One root, which is exact for parallel vectors; then so is the derivative's difference.
    lengths = ar.sqrt(square_a * square_b)
    slopes = [(b_i * square_a - dot * a_i) / (square_a * lengths) for a_i, b_i in zip(a, b, strict=True)]
    return dot / lengths, slopes


def _dot(ar: Arithmetic, a: Row, b: Row) -> Number:
    return sum((x * y for x, y in zip(a, b, strict=True)), ar.number(0))


def by_cosines(
    ar: Arithmetic, batch: dict[str, list[Row]], pairs: Iterable[tuple[End, End, Number]]
) -> dict[str, list[Row]]:
    """The derivatives by all rows, from those by the cosines of some pairs of them."""
    slopes = {name: [[ar.number(0)] * len(row) for row in rows] for name, rows in batch.items()}
    for one, other, slope in pairs:
        for (name, i), (partner, j) in ((one, other), (other, one)):
            _, by = cosine(ar, batch[name][i], batch[partner][j])
            slopes[name][i] = [s + slope * b for s, b in zip(slopes[name][i], by, strict=True)]
    return slopes
