"""The losses of sequences as a textbook writes them, on arrays."""

from __future__ import annotations

from typing import Any

from ._pieces import one_hot


def ctc(xp: Any, logits: Any, labels: Any, logit_lengths: Any, label_lengths: Any, blank: int = 0) -> Any:
    exponentials = xp.exp(logits)
    p = exponentials / xp.sum(exponentials, axis=-1, keepdims=True)
    places = [one_hot(xp, p[..., 0, :], labels[..., i]) for i in range(labels.shape[-1])]
    nothing = 0.0 * p[..., 0, 0]
    # The chances that the frames so far spell so many labels, and end in a blank or a label.
    blanks = [1.0 + nothing, *[nothing for _ in places]]
    named = [nothing for _ in blanks]
    for t in range(logits.shape[-2]):
        either = [b + n for b, n in zip(blanks, named, strict=True)]
        new = [nothing]
        for i, place in enumerate(places, start=1):
            before = either[i - 1]
            if i > 1:
                before = xp.where(labels[..., i - 1] == labels[..., i - 2], blanks[i - 1], before)
            new.append(xp.sum(place * p[..., t, :], axis=-1) * (named[i] + before))
        there = t < logit_lengths
        old = (blanks, named)
        found = ([p[..., t, blank] * each for each in either], new)
        blanks, named = (
            [xp.where(there, a, b) for a, b in zip(ours, theirs, strict=True)]
            for ours, theirs in zip(found, old, strict=True)
        )
    ends = [b + n for b, n in zip(blanks, named, strict=True)]
    return -xp.log(sum(xp.where(label_lengths == i, end, 0.0) for i, end in enumerate(ends)))
