"""Losses of sequences that are not aligned with the truth."""

from __future__ import annotations

from typing import Any

from ._alignment import align
from ._check import COUNT, describe, is_integer, type_error, value_error
from ._chunks import reshaped
from ._engine import along_axis, bare, derived, evaluate
from ._lists import leading
from ._namespace import library_of
from ._roles import FRAMES, OUTPUT, PLACES, SEQUENCE
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def ctc(
    logits: Array,
    labels: Array,
    *,
    logit_lengths: Array | None = None,
    label_lengths: Array | None = None,
    blank: int = 0,
    time_axis: int = -2,
    axis: int = -1,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Connectionist temporal classification: labels without the frames that they belong to.

    .. math::

        \ell = -\log \sum_{\pi : \mathcal{B}(\pi) = y} \; \prod_t p_{t, \pi_t},
        \qquad p_t = \operatorname{softmax}(x_t)

    The sum is over all alignments: sequences π of a class per frame that are y once
    repetitions are merged and then blanks removed.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the T frames along `time_axis` and the classes along `axis`; −inf
        masks a class out. Logarithms of probabilities are logits, too.
    labels : array of integers
        The shape of `logits` without both axes, and S places for labels last: the
        classes y of each item, none of them the blank. What `label_lengths` leaves over
        may be anything.
    logit_lengths, label_lengths : array of integers, optional
        How many frames, and how many labels, each item has, from 0 to T and to S; the
        shape of `logits` without both axes. By default all. What frames beyond hold does
        not matter, even if it is NaN.
    blank : int
        The class that stands for no label.
    time_axis, axis : int
        The axes of the frames and of the classes.
    weights, where, reduction, denominator
        As in every loss, per item: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `logits` without both axes with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is the blank or no
        class, and a length out of its range, raise where values can be read; elsewhere
        the loss of the item and its gradient are NaN.

    See Also
    --------
    sparse_softmax_cross_entropy : Of one label per frame.

    Notes
    -----
    The loss of an item without an alignment, whose frames are fewer than its labels and
    the blanks between equal ones, is infinite, and its gradient 0. All ways to a label are
    added up as mantissas and integer powers of e, which neither underflow nor round as
    logarithms do. Where most sequences are alignments, what is none is added up
    instead: a small loss and its gradient keep their digits.

    References
    ----------
    A. Graves, S. Fernández, F. Gomez and J. Schmidhuber, Connectionist temporal
    classification: labelling unsegmented sequence data with recurrent neural networks,
    ICML 2006.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> logits = np.log([[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]])
    >>> value = al.ctc(logits, np.array([[1]]))  # the alignments 1 1, 1 blank and blank 1
    >>> float(np.exp(-value))
    0.4375
    """
    classes, rows = _flat(logits, blank, time_axis, axis)
    return evaluate(
        _ctc,
        rows,
        labels,
        logit_lengths,
        label_lengths,
        classes=classes,
        blank=blank,
        axis=-1,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(
    serial=True,
    logits=OUTPUT,
    labels=SEQUENCE,
    logit_lengths=FRAMES,
    label_lengths=PLACES,
    classes=COUNT,
    blank=COUNT,
)
def _ctc(
    xp: Namespace,
    logits: Any,
    labels: Any,
    logit_lengths: Any,
    label_lengths: Any,
    *,
    classes: int,
    blank: int,
) -> Terms:
    frames = logits.shape[-1] // classes
    rows = xp.reshape(logits, (*logits.shape[:-1], frames, classes))
    active = leading(xp, logit_lengths, frames)
    if active is not None:
        rows = xp.where(active[..., None], rows, 0.0)
    named = labels.with_blank(label_lengths, classes, blank)
    value, by_rows = align(xp, rows, named, active, label_lengths)

    def by_logits() -> Any:
        # Where there is no alignment, none is any nearer.
        reached = xp.where(value == xp.inf, xp.zeros_like(value), xp.where(value < xp.inf, 1.0, value))
        slopes = by_rows() * reached[..., None, None]
        if active is not None:
            slopes = xp.where(active[..., None], slopes, 0.0)
        return xp.reshape(slopes, logits.shape)

    return value, by_logits


def _flat(logits: Any, blank: Any, time_axis: Any, axis: Any) -> tuple[int, Any]:
    """The number of classes, and the logits with all frames of an item in one row."""
    library, shape = library_of(bare(logits)), tuple(getattr(bare(logits), "shape", ()))
    if library is None:
        return 0, logits  # which the engine refuses
    last = _axis("time_axis", time_axis, shape), _axis("axis", axis, shape)
    if last[0] == last[1]:
        raise value_error("ctc", "time_axis", f"is {time_axis}", f"another axis than 'axis', which is {axis}")
    frames, classes = (shape[each] for each in last)
    if not frames or not classes:
        raise value_error("ctc", "logits", f"has shape {shape}", "at least one frame and one class")
    if is_integer(blank) and blank >= classes:
        raise value_error("ctc", "blank", f"is {blank}", f"a class from 0 to {classes - 1}")
    xp, order = library.xp, (*(i for i in range(len(shape)) if i not in last), *last)
    items, back = len(order) - 2, tuple(map(order.index, range(len(order))))
    return classes, derived(
        logits,
        lambda array: reshaped(xp, xp.permute_dims(array, order), items, (frames * classes,)),
        lambda slopes: xp.permute_dims(reshaped(xp, slopes, items, (frames, classes)), back),
    )


def _axis(name: str, given: Any, shape: tuple[Any, ...]) -> int:
    """One of the axes, counted from the front."""
    if not is_integer(given):
        raise type_error("ctc", name, f"is {describe(given)}", "an integer")
    if not -len(shape) <= given < len(shape):
        raise value_error("ctc", name, f"is {given}", f"an axis of 'logits', which has shape {shape}")
    return int(given) % len(shape)
