"""Condition numbers: how much a change of the inputs that no one sees moves an answer."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mpmath import mp

from .arithmetic import Digits, Number
from .core import Role
from .layout import Layout
from .solve import Working, compute, reduce

Entry = tuple[str, int]  # an array, and the position of one of its numbers

# The relative change of an input is 10**-STEP; so small that no curvature shows.
STEP = 100
# A number that changes by a larger share than 10**-SMALL is not conditioned but jumps:
# the inputs are exactly where a derivative does.
SMALL = 10


def conditions(working: Working) -> list[float | None]:
    """The condition number of each number of an answer.

    The sum over all floating inputs, weights included, of the relative change of the
    number by the relative change of the input, one input at a time. The side that moves it
    less is taken, which is the one that does not leave the branch the inputs are in.

    Parameters
    ----------
    working : Working
        The answer at mpmath's precision, which must leave some digits after the first `STEP`.

    Returns
    -------
    list of float or None
        In the order of `Solved.numbers`, to 3 digits; None where a number is 0, infinite or NaN.
    """
    exact = working.solved.numbers()
    sums = [mp.zero] * len(exact)
    for entry, items in _inputs(working.layout):
        sides = [_moved(working, entry, items, side) for side in (1, -1)]
        for i, (number, *moved) in enumerate(zip(exact, *sides, strict=True)):
            if _is_regular(number):
                sums[i] += _change(number, moved)
    return [
        float(f"{float(total):.3g}") if _is_regular(number) else None
        for total, number in zip(sums, exact, strict=True)
    ]


def _inputs(layout: Layout) -> Iterator[tuple[Entry, list[int]]]:
    """The entries of the floating arrays that can change a little, and the items they belong to."""
    users = _users(layout)
    for name, array in layout.case.arrays.items():
        if array.kind != "float" or layout.definition.operands.get(name) is Role.SIGN:
            continue
        for position, value in enumerate(array.values):
            items = users[name, position]
            masked_out = name in layout.wanted and not items
            if value != 0 and math.isfinite(value) and not masked_out:
                yield (name, position), items


def _moved(working: Working, entry: Entry, items: Sequence[int], side: int) -> list[Number]:
    """The answer with one entry changed; only the items that it belongs to are computed anew."""
    name, position = entry
    ar, layout, values = Digits(), working.layout, list(working.inputs[name])
    values[position] *= 1 + side * mp.mpf(10) ** -STEP
    inputs, moved = {**working.inputs, name: values}, list(working.items)
    for i in items:
        moved[i] = compute(ar, layout, inputs, layout.slots[i])
    return reduce(ar, layout, inputs, moved).numbers()


def _users(layout: Layout) -> defaultdict[Entry, list[int]]:
    """The counted items that an entry belongs to."""
    users: defaultdict[Entry, list[int]] = defaultdict(list)
    for i, slot in enumerate(layout.slots):
        if slot.counted:
            for place in slot.operands.values():
                for position in place.positions:
                    users[place.array, position].append(i)
    return users


def _change(number: Number, moved: Sequence[Number]) -> Number:
    """The smaller relative change by that of the input; 0 of a jump, and of what is not finite."""
    changes = [abs(other - number) / abs(number) for other in moved if mp.isfinite(other)]
    least = min(changes, default=mp.zero)
    return mp.zero if least > mp.mpf(10) ** -SMALL else least * mp.mpf(10) ** STEP


def _is_regular(number: Number) -> bool:
    return bool(mp.isfinite(number)) and number != 0
