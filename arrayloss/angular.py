"""Softmax losses of cosines to class centres, with a margin for the label's angle."""

from __future__ import annotations

import math
from typing import Any

from ._check import NON_NEGATIVE, POSITIVE, Rule
from ._engine import along_axis, evaluate
from ._roles import CLASS, COSINE
from ._softmax import labelled
from ._stable import clip
from ._typing import Array, Denominator, Namespace, Reduction, Terms

# Beyond, what is said of angles above π − m would cost less than some of those below.
_ANGLE = Rule("an angle from 0 to pi / 2", lambda x: 0 <= x <= math.pi / 2)


def cosface(
    cosines: Array,
    labels: Array | int,
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of scaled cosines, less a margin for the label's own (additive-margin softmax).

    .. math::

        \ell = -\log \frac{e^{s (c_y - m)}}{e^{s (c_y - m)} + \sum_{j \ne y} e^{s c_j}}

    Parameters
    ----------
    cosines : array, real floating
        The cosines c of each embedding with the centre of each class, any shape with the
        classes along `axis`: from −1 to 1, and up to 1/64 beyond for what rounding does.
    labels : array of integers
        The shape of `cosines` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    margin : float
        How much m is taken off the label's cosine, not negative.
    scale : float
        Factor s that makes logits of cosines, more than 0.
    axis : int
        The axis of the classes.
    ignore_index : int, optional
        The label of rows to leave out, as `where` does.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither in
        [0, C) nor `ignore_index`, or a cosine out of range, raises where values can be
        read; elsewhere the loss of its row and the row of the gradient are NaN.

    See Also
    --------
    arcface : With a margin on the angle itself.
    sparse_softmax_cross_entropy : Without a margin, of logits of any size.

    References
    ----------
    H. Wang, Y. Wang, Z. Zhou, X. Ji, D. Gong, J. Zhou, Z. Li and W. Liu, CosFace: large
    margin cosine loss for deep face recognition, CVPR 2018.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> cosines = np.array([[0.75, 0.25, -0.5], [0.5, 0.25, 0.0]])
    >>> al.cosface(cosines, np.array([0, 1]), scale=8.0, reduction="none")
    array([0.26385607, 4.82619917])
    """
    return evaluate(
        _cosface,
        cosines,
        labels,
        margin=margin,
        scale=scale,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(cosines=COSINE, labels=CLASS, margin=NON_NEGATIVE, scale=POSITIVE)
def _cosface(xp: Namespace, cosines: Any, labels: Any, *, margin: float, scale: float) -> Terms:
    own = scale * (labels.pick(cosines) - margin)
    own, rest, others, value = labelled(xp, labels.put(scale * cosines, own), labels)
    return value, lambda: (labels.put(others, -rest), scale / (own + rest))


def arcface(
    cosines: Array,
    labels: Array | int,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    axis: int = -1,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of scaled cosines, with a margin added to the label's own angle.

    .. math::

        \ell = -\log \frac{e^{s a}}{e^{s a} + \sum_{j \ne y} e^{s c_j}}, \qquad
        a = \begin{cases}
            \cos(\theta_y + m) & \theta_y = \arccos c_y \le \pi - m \\
            c_y - m \sin m & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    cosines : array, real floating
        The cosines c of each embedding with the centre of each class, any shape with the
        classes along `axis`: from −1 to 1, and up to 1/64 beyond for what rounding does.
    labels : array of integers
        The shape of `cosines` without `axis`: the class y of each row, in [0, C), in any
        integer dtype.
    margin : float
        The angle m that is added, in radians, from 0 to π / 2.
    scale : float
        Factor s that makes logits of cosines, more than 0.
    axis : int
        The axis of the classes.
    ignore_index : int, optional
        The label of rows to leave out, as `where` does.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither in
        [0, C) nor `ignore_index`, or a cosine out of range, raises where values can be
        read; elsewhere the loss of its row and the row of the gradient are NaN.

    See Also
    --------
    cosface : With a margin on the cosine.

    Notes
    -----
    cos(θ + m) is ``c cos m − sin m sqrt((1 − c)(1 + c))``, without an arc cosine. It
    would rise again beyond θ = π − m; the second case keeps on falling, a step lower.

    The derivative of the angle by its cosine is infinite at a cosine of ±1. There, as
    beyond, its part is left out, which leaves cos m: as a function of the embedding the
    loss has a kink there, of whose sides it takes the mean.

    References
    ----------
    J. Deng, J. Guo, N. Xue and S. Zafeiriou, ArcFace: additive angular margin loss for
    deep face recognition, CVPR 2019.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> cosines = np.array([[0.75, 0.25, -0.5], [0.5, 0.25, 0.0]])
    >>> al.arcface(cosines, np.array([0, 1]), scale=8.0, reduction="none")
    array([0.39458859, 5.97913329])
    """
    return evaluate(
        _arcface,
        cosines,
        labels,
        margin=margin,
        scale=scale,
        axis=axis,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@along_axis(cosines=COSINE, labels=CLASS, margin=_ANGLE, scale=POSITIVE)
def _arcface(xp: Namespace, cosines: Any, labels: Any, *, margin: float, scale: float) -> Terms:
    cos, sin = math.cos(margin), math.sin(margin)
    cosine = 1.0 * labels.pick(cosines)
    sine = xp.sqrt(clip(xp, (1.0 - cosine) * (1.0 + cosine), 0.0))
    falls = cosine >= -cos  # θ ≤ π − m
    angle = xp.where(falls, cosine * cos - sine * sin, cosine - margin * sin)
    own, rest, others, value = labelled(xp, labels.put(scale * cosines, scale * angle), labels)

    def by_cosines() -> Any:
        turn = cosine / xp.where(sine == 0, 1.0, sine)
        slope = xp.where(falls, cos + sin * xp.where(sine == 0, 0.0, turn), 1.0)
        factor = scale / (own + rest)
        return labels.put(others * factor[..., None], -rest * slope * factor)

    return value, by_cosines
