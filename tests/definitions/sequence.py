"""The losses of sequences as a textbook writes them, in mpmath."""

from __future__ import annotations

from mpmath import mp

from ._pieces import Number, Row


def ctc(
    logits: list[Row],
    labels: list[int],
    logit_lengths: int | None = None,
    label_lengths: int | None = None,
    blank: int = 0,
) -> Number:
    """By prefixes: the chance that the frames so far spell so many labels, and end in a blank or not."""
    spelt = labels[:label_lengths]
    ending_blank, ending_label = [mp.one] + [mp.zero] * len(spelt), [mp.zero] * (len(spelt) + 1)
    for row in logits[:logit_lengths]:
        total = mp.fsum(map(mp.exp, row))
        chance = [mp.exp(x) / total for x in row]
        either = [b + n for b, n in zip(ending_blank, ending_label, strict=True)]
        new = [mp.zero]
        for i, label in enumerate(spelt, start=1):
            repeats = i > 1 and spelt[i - 2] == label
            new.append(chance[label] * (ending_label[i] + (ending_blank if repeats else either)[i - 1]))
        ending_blank, ending_label = [chance[blank] * each for each in either], new
    return -mp.log(ending_blank[-1] + ending_label[-1])
