"""All ways to align a sequence of labels with frames, summed by forward and backward recursion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._failure import Failure, excess, failure
from ._lattice import Lattice, Ways, lattice_of, time_first, time_last
from ._lists import ClassLists
from ._namespace import eager
from ._powers import LOWEST, Powers
from ._scan import scan, where
from ._stable import either, largest
from ._sweep import backward, chances_of, forward, shares
from ._typing import Namespace

# Below this, seven in ten sequences are alignments, and what fails is summed instead. With more that
# fails, XLA's log1p is 100 ulps off.
_SMALL = 0.35


def align(
    xp: Namespace, rows: Any, named: ClassLists, active: Any, lengths: Any
) -> tuple[Any, Callable[[], Any]]:
    """The negative logarithm of the chance of all alignments, and its derivative.

    Parameters
    ----------
    xp : module
        The namespace of the arrays.
    rows : array, shape (..., T, C)
        The logits.
    named : ClassLists
        The labels, and the blank after them.
    active : array, shape (..., T), or None
        Which frames there are, None for all.
    lengths : array, shape (...), or None
        How many labels there are, None for all.

    Returns
    -------
    value : array, shape (...)
        Infinite where there is no alignment.
    by_rows : callable
        Gives the derivative by the logits; finite where there is no alignment.
    """
    rows = rows - largest(xp, rows)
    terms = xp.exp(rows)
    total = xp.sum(terms, axis=-1, keepdims=True)
    logs = named.pick(rows) - xp.log(total)[..., None, :, 0]
    lattice = lattice_of(xp, logs, named, active, lengths)
    ways, value, shares = _fast(xp, lattice) if eager(xp) else _careful(xp, lattice)
    large = ~(value < _SMALL)

    def failed() -> Failure:
        return failure(xp, lattice, named, time_first(xp, named.others(terms) / total[..., 0]))

    def small() -> Any:
        return xp.where(large, value, -xp.log1p(-failed().total))

    def by_rows() -> Any:
        plain, sure = named.less(terms / total, time_last(xp, shares())), large[..., None, None]

        def small() -> Any:
            at, other = excess(xp, lattice, named, ways, failed())
            each = terms / total * time_last(xp, other)[..., None]
            return xp.where(sure, plain, named.put(each, time_last(xp, xp.exp(lattice.logs) * at)))

        return _balanced(xp, either(xp, lambda: (plain, sure), small), terms, total)

    return either(xp, lambda: (value, large), small), by_rows


def _balanced(xp: Namespace, slopes: Any, terms: Any, total: Any) -> Any:
    """Rows that sum to 0, so that what belongs to a probability near 1 is less the sum of the others."""
    low = xp.astype(terms <= 0.5 * total, terms.dtype)
    others = low * slopes
    return others - (1.0 - low) * xp.sum(others, axis=-1, keepdims=True)


def _careful(xp: Namespace, lattice: Lattice) -> tuple[Ways, Any, Callable[[], Any]]:
    """The ways, the value, and what gives the shares, of all items in every range."""
    ways = _sum(xp, lattice)
    return ways, -ways.log, lambda: _shares(xp, lattice, ways)


def _sum(xp: Namespace, lattice: Lattice, *, back: bool = False) -> Ways:
    """Go through the frames; or back from the last, where what follows a state comes before it."""
    numbers = Powers(xp)
    logs, skips, start, end, active = lattice
    count = skips.shape[-1]
    if back:
        one = min(count, 1)
        skips = xp.concat([skips[..., one:], xp.zeros_like(skips[..., :one])], axis=-1)
        start, end = end, start
    beside = slice(1, None) if back else slice(0, count)

    def step(ways: Any, frame: Any) -> Any:
        chance, active = frame
        blanks = numbers.times(ways[0], numbers.cut(chance, slice(count, None)))
        labels = numbers.times(ways[1], numbers.cut(chance, slice(0, count)))
        before = numbers.padded(labels, blanks, back=back)
        skipped = numbers.only(numbers.cut(before, beside), skips)
        between = numbers.plus(numbers.cut(blanks, beside), skipped)
        found = numbers.plus(blanks, before), numbers.plus(labels, between)
        return found if active is None else where(xp, active[..., None], found, ways), ways

    first = numbers.start(start, logs.dtype)
    frames = numbers.split(logs), active
    last, kept = scan(xp, step, (first, numbers.cut(first, beside)), frames, back=back)
    return Ways(kept[0], kept[1], numbers.log_at(last[0], end))


def _shares(xp: Namespace, lattice: Lattice, ways: Ways) -> Any:
    """The share of alignments that have a frame at each label, and at any blank."""
    numbers, back = Powers(xp), _sum(xp, lattice, back=True)
    count = lattice.skips.shape[-1]
    chances = numbers.split(lattice.logs)
    parts = [
        numbers.times(numbers.times(there, here), numbers.cut(chances, part))
        for there, here, part in zip(ways[:2], back[:2], (slice(count, None), slice(0, count)), strict=True)
    ]
    tops = [largest(xp, power) for _, power in parts if power.shape[-1]]
    top = xp.clip(xp.maximum(tops[0], tops[-1]), min=LOWEST)
    blanks, labels = [mantissa * xp.exp(power - top) for mantissa, power in parts]
    each = xp.concat([labels, xp.sum(blanks, axis=-1, keepdims=True)], axis=-1)
    total = xp.sum(each, axis=-1, keepdims=True)
    return each / xp.where(total == 0, 1.0, total)


def _fast(xp: Namespace, lattice: Lattice) -> tuple[Ways, Any, Callable[[], Any]]:
    """The same with one power for all states of a frame, but of items that need more.

    The value needs no way back where the way there shows that no chance was too small for a number.
    """
    chances = chances_of(xp, lattice)
    there = forward(xp, lattice, chances)
    ways, dtype = there.ways(xp, lattice.end), lattice.logs.dtype
    value = xp.astype((-ways.log)[...], dtype)

    def both() -> tuple[Any, Any]:
        found, sure = shares(xp, there, backward(xp, lattice, chances), chances)
        return xp.astype(found, dtype), sure

    if xp.all(there.sure(xp, ways.log)):
        return ways, value, lambda: both()[0]
    found, sure = both()
    missed = xp.any(~sure if lattice.active is None else ~sure & lattice.active, axis=0)
    if xp.any(missed):
        skips, start, end = (each[missed] for each in lattice[1:4])
        active = None if lattice.active is None else lattice.active[:, missed]
        some = Lattice(lattice.logs[:, missed], skips, start, end, active)
        _, value[missed], each = _careful(xp, some)
        found[:, missed] = each()
    return ways, value, lambda: found
