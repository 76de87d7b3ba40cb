"""All that is no alignment: where nearly every sequence is one, what matters is what is not.

Whatever is none goes wrong at some frame, or ends before the last label. Both are summed
from positive terms, so that small losses and their gradients keep their digits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ._lattice import Lattice, Ways
from ._lists import ClassLists
from ._namespace import in_dtype
from ._scan import scan, where
from ._typing import Namespace

# No chance to fail is taken to be more than this: what fails more often is summed otherwise.
_MOST = 0.5


class Failure(NamedTuple):
    """Chances to fail.

    Attributes
    ----------
    total : array, shape (...)
        That of being no alignment, where it is less than a half.
    blanks, labels : array, shape (T, ..., S + 1) and (T, ..., S)
        That of failing after a frame at each state.
    barred : array, shape (..., S + 1, S + 1), (..., S, S + 1)
        1 where a class may not come next to a blank, or to a label; each class is there once.
    others : array, shape (T, ...)
        The chance of all classes that are not named.
    """

    total: Any
    blanks: Any
    labels: Any
    barred: tuple[Any, Any]
    others: Any


def failure(xp: Namespace, lattice: Lattice, named: ClassLists, others: Any) -> Failure:
    """Go back through the frames; the others are the classes that no label names, shape (T, ...)."""
    count, end = named.indices.shape[-1] - 1, lattice.end
    chance = xp.exp(lattice.logs)
    barred = _barred(xp, named, chance.dtype)
    wrong = tuple([others[..., None] + _times(xp, chance, xp.matrix_transpose(each)) for each in barred])
    skips = xp.concat([lattice.skips, xp.zeros_like(end[..., :1])], axis=-1)[..., 1:]
    nothing = xp.zeros_like(chance[0, ..., :1])

    def step(failing: Any, frame: Any) -> Any:
        (after_blank, after_label), chance, active = frame
        blanks, labels = chance[..., count:] * failing[0], chance[..., :count] * failing[1]
        following = xp.concat([labels, nothing], axis=-1)
        skipped = xp.where(skips, following[..., 1:], 0.0)
        found = after_blank + blanks + following, after_label + labels + blanks[..., 1:] + skipped
        return found if active is None else where(xp, active[..., None], found, failing), failing

    short = 1.0 - xp.astype(end, chance.dtype)
    frames = (wrong, chance, lattice.active)
    first, (blanks, labels) = scan(xp, step, (short, short[..., 1:]), frames, back=True)
    total = xp.clip(xp.sum(xp.where(lattice.start, first[0], 0.0), axis=-1), max=_MOST)
    return Failure(total, blanks, labels, barred, others)


def _barred(xp: Namespace, named: ClassLists, dtype: Any) -> tuple[Any, Any]:
    other = (1.0 - named.same(dtype)) * named.once(dtype)[..., None, :]
    count = other.shape[-1] - 1
    # Next to a blank may come the blank and the label after it; next to a label, itself,
    # the blank and the next one.
    blank = named.same(dtype)[..., count:, :]
    other = other * (1.0 - blank)
    return other, other[..., :count, :] * (1.0 - named.same(dtype)[..., 1:, :])


def _times(xp: Namespace, frames: Any, matrices: Any) -> Any:
    """The product of each frame of an item, which come first, with a matrix of the item."""
    last = frames.ndim - 1
    product = xp.matmul(xp.permute_dims(frames, (*range(1, last), 0, last)), matrices)
    return xp.permute_dims(product, (last - 1, *range(last - 1), last))


def excess(
    xp: Namespace, lattice: Lattice, named: ClassLists, ways: Ways, failed: Failure
) -> tuple[Any, Any]:
    """How much more often than on average an alignment fails that has a frame at a class.

    Over the chance that none fails: times the chance of the class, that is the derivative
    by its logit. Shape (T, ..., S + 1) for the labels and the blank, and (T, ...) for all
    other classes.
    """
    count = named.indices.shape[-1] - 1
    chance = xp.exp(lattice.logs)
    blanks, labels = (in_dtype(xp, m * xp.exp(power), chance.dtype) for m, power in ways[:2])
    first = xp.astype(lattice.start, chance.dtype)[None, ...]
    before = xp.concat([first, (blanks * chance[..., count:])[:-1, ...]], axis=0)
    behind = (labels * chance[..., :count])[:-1, ...]
    behind = xp.concat([xp.zeros_like(labels[:1, ...]), behind], axis=0)
    wrong = _times(xp, before, failed.barred[0]) + _times(xp, behind, failed.barred[1])
    real = xp.astype(named.indices[..., :count] != named.indices[..., count:], chance.dtype)
    later = [real * labels * failed.labels, xp.sum(blanks * failed.blanks, axis=-1, keepdims=True)]
    at = _times(xp, wrong + xp.concat(later, axis=-1), named.same(chance.dtype))
    other = xp.sum(before, axis=-1) + xp.sum(behind, axis=-1)
    mean = xp.sum(at * chance * named.once(chance.dtype), axis=-1) + other * failed.others
    success = 1.0 - failed.total
    return (at - mean[..., None]) / success[..., None], (other - mean) / success
