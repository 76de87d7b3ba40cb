"""Stable primitives on the level of formulas: the namespace comes in first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._namespace import eager, shape_is_known
from ._series import lag
from ._typing import Namespace

# Where the largest entry of a row is between these, no exponential needs a shift: none
# overflows, and one that underflows is lost beside the largest too.
_LEAST, _MOST = -1.0, 48.0

# Between these a sum of squares has overflowed nowhere, and lost nothing that vanished.
_FEW, _LARGE = 1e-20, 1e30

# Shifts are multiples of this, which leaves few digits of a difference to be rounded.
_GRID = 8.0


def times(xp: Namespace, factor: Any, quantity: Any) -> Any:
    """Factor · quantity with 0 · inf = 0: a zero factor leaves its term out."""
    if isinstance(factor, float):
        if factor == 1.0:
            return quantity
        return factor * quantity if factor else xp.zeros_like(quantity)
    product = factor * quantity
    if eager(xp) and product.size and not xp.isnan(xp.min(product)):
        return product
    return xp.where(factor == 0, 0.0, product)


def inner(xp: Namespace, factors: Any, quantities: Callable[[Any], Any]) -> Any:
    """Σ factor · quantity over each row with 0 · inf = 0: the plain sum where that is finite.

    The quantities are a function of the factors, so that neither way has to keep them for the
    other; where the plain sum will not do, it is given 1 for each factor that is 0.
    """

    def plain() -> tuple[Any, Any]:
        sums = dots(xp, factors, quantities(factors))
        return sums, xp.isfinite(sums)

    return either(xp, plain, lambda: xp.sum(times(xp, factors, quantities(present(xp, factors))), axis=-1))


def present(xp: Namespace, factors: Any) -> Any:
    """The factors with 1 for each that is 0."""
    if eager(xp):  # nobody can foresee which are
        return factors + xp.astype(factors == 0, factors.dtype)
    return xp.where(factors == 0, 1.0, factors)


def either(
    xp: Namespace,
    fast: Callable[[], tuple[Any, Any]],
    careful: Callable[..., Any],
    rows: tuple[Any, ...] = (),
) -> Any:
    """What `fast` gives where that is sure, and what `careful` gives elsewhere.

    The careful way is only gone where it is needed, if that can be seen without
    waiting; if it cannot, it is the only one. No item decides about another.

    Parameters
    ----------
    xp : module
        The namespace of the arrays; one that compiles may branch by itself.
    fast : callable
        Gives a number per item, and a boolean per item that says whether it is sure.
    careful : callable
        Gives the number of every item. Neither may keep large arrays for the other.
    rows : tuple of arrays, optional
        What `careful` takes, by item: where values can be read, of those items alone that need it.
    """
    compiles = hasattr(xp, "branch")
    if not compiles and not eager(xp):
        return careful(*rows)
    found, sure = fast()

    def both() -> Any:
        return xp.where(sure, found, careful(*rows))

    if compiles:
        return xp.branch(xp.all(sure), lambda: found, both, lambda: careful(*rows))
    if xp.all(sure):
        return found
    if not (rows and found.ndim):
        return both()
    found[~sure] = careful(*(each[~sure] for each in rows))
    return found


def mostly_finite(xp: Namespace, fast: Callable[[], Any], careful: Callable[[], Any]) -> Any:
    """What `fast` gives where that is finite, and what `careful` gives elsewhere.

    Only where values can be read; a compiler, which fuses no branch, gets the careful way.
    """
    if not eager(xp):
        return careful()

    def sure() -> tuple[Any, Any]:
        found = fast()
        return found, xp.isfinite(found)

    return either(xp, sure, careful)


def sign(xp: Namespace, x: Any) -> Any:
    """−1, 0 or 1, and NaN of NaN; array-api-compat's has no rule under torch.vmap."""
    if eager(xp):
        return xp.sign(x)
    return xp.where(x > 0, 1.0, xp.where(x < 0, -1.0, 0.0 * x))


def constant(xp: Namespace, number: float, like: Any) -> Any:
    """One number in the shape of an array, and NaN where that is NaN."""
    return xp.where(xp.isnan(like), like, number)


def indicator(xp: Namespace, inside: Any, like: Any) -> Any:
    """1 where a comparison of an array holds and 0 elsewhere, and NaN where the array is NaN."""
    return xp.where(inside, 1.0, constant(xp, 0.0, like))


def logistic_variance(xp: Namespace, size: Any) -> Any:
    """σ(x) σ(−x), the second derivative of softplus, from the size of x."""
    tail = xp.exp(-size)
    return tail / (1.0 + tail) / (1.0 + tail)


def largest(xp: Namespace, rows: Any) -> Any:
    """The largest entry of each row, with the axis kept; also of no rows (Dask's `max` is not)."""
    if 0 in rows.shape:
        return xp.sum(rows, axis=-1, keepdims=True)
    return xp.max(rows, axis=-1, keepdims=True)


def least(xp: Namespace, rows: Any) -> Any:
    """The smallest entry of each row; also of no rows."""
    return xp.sum(rows, axis=-1) if 0 in rows.shape else xp.min(rows, axis=-1)


def clip(xp: Namespace, x: Any, low: float | None = None, high: float | None = None) -> Any:
    """`xp.clip`, also of a Dask array with unknown lengths, which array-api-compat refuses."""
    if eager(xp) or shape_is_known(x):
        return xp.clip(x, min=low, max=high)
    x = x if low is None else xp.maximum(x, low)
    return x if high is None else xp.minimum(x, high)


def excess(xp: Namespace, change: Any, log: Any) -> Any:
    """Change − log(1 + change), of which both are given: never negative, exact near 0 as well."""
    part, cut, near = lag(xp, 1.0, change, log)
    return xp.where(near, part * (change - cut), change - log)


def softplus(xp: Namespace, x: Any) -> Any:
    """log(1 + exp(x)) as a sum of two terms that are not negative.

    Written with `where` and not `abs`, so that it can be differentiated at 0 too; where
    nobody does that, with what is cheaper and gives the same bits.
    """
    if eager(xp):
        return xp.clip(x, min=0.0) + xp.log1p(xp.exp(-xp.abs(x)))
    above = x > 0
    return xp.where(above, x, 0.0) + xp.log1p(xp.exp(xp.where(above, -x, x)))


def sigmoid(xp: Namespace, x: Any) -> Any:
    """1 / (1 + exp(-x)), exact in both tails and smooth throughout."""
    if eager(xp):  # compilers drop the other half by themselves
        small = xp.exp(-xp.abs(x))
        return xp.where(x > 0, 1.0, small) / (1.0 + small)
    return sigmoids(xp, x)[0]


def sigmoids(xp: Namespace, x: Any) -> tuple[Any, Any]:
    """The sigmoid of x and of -x, each exact where it is small."""
    small, above = xp.exp(-xp.abs(x)), x > 0
    up = xp.where(above, 1.0, small) / (1.0 + small)
    down = xp.where(above, small, 1.0) / (1.0 + small)
    if eager(xp):
        return up, down
    near, half = xp.abs(x) < 1.0, 0.5 * xp.tanh(0.5 * x)  # smooth at 0, for the next derivative
    return xp.where(near, 0.5 + half, up), xp.where(near, 0.5 - half, down)


def running_total(xp: Namespace, rows: Any) -> Any:
    """The cumulative sum of each row; by the library's older name, since dynamo warns of the wrapper."""
    return xp.cumsum(rows, -1) if hasattr(xp, "cumsum") else xp.cumulative_sum(rows, axis=-1)


def exponentials(xp: Namespace, rows: Any, top: Any = None) -> tuple[Any, Any]:
    """exp(rows - shift), and the shift of each row, with the axis kept; the largest entries may be given.

    The shift is 0 for moderate rows, so their differences are not rounded at all. Where
    that can be seen, nothing is subtracted of them; and what a subtraction rounds off is put back.
    """
    top = largest(xp, rows) if top is None else top
    moderate = (top >= _LEAST) & (top <= _MOST)
    if not eager(xp):
        shift = xp.where(moderate, 0.0, _shifts(xp, top))
        return xp.exp(rows - shift), shift
    terms, shift = xp.exp(rows), xp.zeros_like(top)
    if xp.all(moderate):
        return terms, shift
    far = ~moderate[..., 0]
    shift[far] = _shifts(xp, top[far])
    terms[far] = _shifted(xp, rows[far], shift[far])
    return terms, shift


def _shifts(xp: Namespace, top: Any) -> Any:
    return _GRID * (xp.floor(top / _GRID) - 3.0)


def _shifted(xp: Namespace, rows: Any, shift: Any) -> Any:
    """The exponentials over that of a shift on the grid, with what the difference rounds off."""
    difference = rows - shift
    lost = rows - (difference + shift)  # exact, as the shift is on the grid
    terms = xp.exp(difference)
    return terms + terms * xp.where(xp.abs(lost) < 1.0, lost, 0.0)


def dots(xp: Namespace, rows: Any, others: Any) -> Any:
    """The dot product of each row with another."""
    return xp.vecdot(rows, others) if eager(xp) else xp.sum(rows * others, axis=-1)


def scaled(xp: Namespace, vectors: Any) -> tuple[Any, Any]:
    """Vectors scaled into the unit box, and their largest entry in size.

    A zero vector stays zero, with size 1. Of a vector with infinite entries the
    others vanish beside them.
    """
    sizes = xp.abs(vectors)
    return _over(xp, vectors, sizes, largest(xp, sizes))


def _over(xp: Namespace, vectors: Any, sizes: Any, size: Any) -> tuple[Any, Any]:
    if eager(xp) and xp.all(xp.isfinite(size)):
        size = xp.where(size == 0, 1.0, size)
        return vectors / size, size
    infinite = sign(xp, vectors) * xp.astype(sizes == size, vectors.dtype)
    size = xp.where(size == 0, 1.0, size)
    return xp.where(xp.isinf(size), infinite, vectors / size), size


def lengths(xp: Namespace, vectors: Any, *, quick: bool) -> tuple[Any, Any, Any]:
    """Vectors over a size, their sizes, and the lengths of what is left: 0 of a zero vector.

    The length is ``size * norm``, kept apart because it may overflow. Quickly, and where
    values can be read, only a vector whose squares may not be numbers has a size other than 1.
    """
    if not (quick and eager(xp)):
        inside, size = scaled(xp, vectors)
        return inside, size, xp.sqrt(xp.sum(inside * inside, axis=-1, keepdims=True))
    squares = dots(xp, vectors, vectors)[..., None]
    plain = (squares > _FEW) & (squares < _LARGE)
    if xp.all(plain):
        return vectors, xp.ones_like(squares), xp.sqrt(squares)
    sizes = xp.abs(vectors)
    inside, size = _over(xp, vectors, sizes, xp.where(plain, 1.0, largest(xp, sizes)))
    return inside, size, xp.sqrt(dots(xp, inside, inside)[..., None])


def unit(xp: Namespace, vectors: Any, *, quick: bool) -> tuple[Any, Any, Any]:
    """Unit vectors with the two factors of their lengths; a zero vector stays zero, with a norm of 0."""
    inside, size, norm = lengths(xp, vectors, quick=quick)
    return inside / xp.where(norm == 0, 1.0, norm), size, norm
