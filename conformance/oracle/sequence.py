"""Losses of sequences that are not aligned with the truth."""

from __future__ import annotations

from .arithmetic import Arithmetic, Row
from .core import Definition, Item, Role
from .softmax import others, probability


def ctc(  # noqa: PLR0917 -- the operands of a definition come by name
    ar: Arithmetic,
    logits: Row,
    labels: list[int],
    logit_lengths: int | None,
    label_lengths: int | None,
    classes: int,
    blank: int = 0,
) -> Item:
    """-log of the sum over all alignments of the product of their probabilities.

    The derivative by a logit is its probability less the share of the alignments that have
    its class there; 0 of an item that has no alignment.
    """
    spelt = labels[:label_lengths]
    states = [blank, *(state for label in spelt for state in (label, blank))]
    rows = [logits[i : i + classes] for i in range(0, len(logits), classes)][:logit_lengths]
    beyond = [ar.number(0)] * (len(logits) - classes * len(rows))
    chances = [_softmax(ar, row) for row in rows]
    if any(ar.is_nan(p) for row in chances for p in row):
        return Item(ar.nan, {"logits": [ar.nan] * (classes * len(rows)) + beyond})
    ahead = _ways(ar, chances, states)
    back = [ways[::-1] for ways in _ways(ar, chances[::-1], states[::-1])[::-1]]
    total = ar.number(not spelt)
    if rows:
        own = [chances[-1][s] * a for s, a in zip(states, ahead[-1], strict=True)]
        total = sum(own[-2:], ar.number(0))
    slopes = []
    for row, before, after in zip(chances, ahead, back, strict=True):
        for c, p in enumerate(row):
            through = [a * b for s, a, b in zip(states, before, after, strict=True) if s == c]
            share = ar.over(p * sum(through, ar.number(0)), total) if total != 0 else p
            slopes.append(p - share)
    return Item(-ar.log(total), {"logits": slopes + beyond})


def _softmax(ar: Arithmetic, row: Row) -> Row:
    return [ar.number(0) if odds == ar.infinity else probability(ar, odds) for odds in others(ar, row)]


def _ways(ar: Arithmetic, chances: list[Row], states: list[int]) -> list[Row]:
    """For each frame and state the probability of all ways to it, without its own."""
    ways, reached = [], [ar.number(i < 2) for i in range(len(states))]
    for row in chances:
        ways.append(reached)
        own = [row[s] * w for s, w in zip(states, reached, strict=True)]
        reached = [sum((own[j] for j in _before(states, i)), ar.number(0)) for i in range(len(states))]
    return ways


def _before(states: list[int], i: int) -> list[int]:
    """Itself, the state before, and the one before that where a blank separates labels that differ."""
    skips = i >= 2 and states[i] != states[i - 2]
    return [j for j in (i, i - 1, i - 2 if skips else -1) if j >= 0]


DEFINITIONS = {
    "ctc": Definition(
        ctc,
        {
            "logits": Role.FRAMES,
            "labels": Role.LABELS,
            "logit_lengths": Role.LENGTH,
            "label_lengths": Role.LENGTH,
        },
    )
}
