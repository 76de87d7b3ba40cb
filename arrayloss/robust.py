"""Robust losses, entry by entry: large errors, which may be outliers, count for less.

All have the scale of Barron's general loss: an error far below it costs half its square in units of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import _robust
from ._check import POSITIVE, SHAPE
from ._engine import elementwise, evaluate
from ._roles import OUTPUT, TARGET
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def charbonnier(
    predictions: Array,
    targets: Array | float,
    *,
    scale: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Squared for small errors, absolute for large ones, smooth everywhere.

    .. math:: \ell = \sqrt{1 + (p - t)^2 / c^2} - 1

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    scale : float
        The error c from which on the loss grows more slowly, in the units of the
        predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    pseudo_huber : The same, multiplied by the square of `scale`.
    general_robust : With `alpha` 1.

    Notes
    -----
    As :math:`\sqrt{(p - t)^2 + \epsilon^2}`, another form of it, is
    :math:`\epsilon \, (\ell + 1)` with `scale` :math:`\epsilon`.

    The root less 1 is the square over the root plus 1: nothing cancels.

    References
    ----------
    P. Charbonnier, L. Blanc-Féraud, G. Aubert and M. Barlaud, Two deterministic
    half-quadratic regularization algorithms for computed imaging, ICIP 1994.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.charbonnier(np.array([0.75, 1e200]), np.array([0.0, 0.0]), reduction="none")
    array([2.5e-001, 1.0e+200])
    """
    return evaluate(
        _charbonnier,
        predictions,
        targets,
        scale=scale,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, scale=POSITIVE)
def _charbonnier(xp: Namespace, predictions: Any, targets: Any, *, scale: float) -> Terms:
    return _of_error(xp, predictions, targets, scale, _robust.charbonnier)


def cauchy(
    predictions: Array,
    targets: Array | float,
    *,
    scale: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Logarithm of the squared error: outliers pull less the further out they are.

    .. math:: \ell = \log \bigl( 1 + \tfrac12 (p - t)^2 / c^2 \bigr)

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    scale : float
        The error c from which on the loss grows more slowly, in the units of the
        predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    general_robust : With `alpha` 0.
    welsch, geman_mcclure : Bounded.

    Notes
    -----
    But for a constant, this is the negative log-likelihood of Cauchy's distribution with
    the scale :math:`\sqrt2 \, c`. It is finite where the square overflows, too.

    References
    ----------
    M. J. Black and P. Anandan, The robust estimation of multiple motions, Computer
    Vision and Image Understanding 63 (1996), where it is the Lorentzian.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.cauchy(np.array([1e-8, 1e200]), np.array([0.0, 0.0]), reduction="none")
    array([5.0000000e-17, 9.2034089e+02])
    """
    return evaluate(
        _cauchy,
        predictions,
        targets,
        scale=scale,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, scale=POSITIVE)
def _cauchy(xp: Namespace, predictions: Any, targets: Any, *, scale: float) -> Terms:
    return _of_error(xp, predictions, targets, scale, _robust.cauchy)


def geman_mcclure(
    predictions: Array,
    targets: Array | float,
    *,
    scale: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""A bounded loss: a far outlier costs 2 and pulls no more.

    .. math:: \ell = \frac{2 \, (p - t)^2 / c^2}{(p - t)^2 / c^2 + 4}

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    scale : float
        The error c from which on the loss grows more slowly, in the units of the
        predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    general_robust : With `alpha` -2.
    welsch : Bounded by 1, and flat sooner.

    References
    ----------
    S. Geman and D. E. McClure, Statistical methods for tomographic image
    reconstruction, Bulletin of the International Statistical Institute 52 (1987).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.geman_mcclure(np.array([2.0, np.inf]), np.array([0.0, 0.0]), reduction="none")
    array([1., 2.])
    """
    return evaluate(
        _geman_mcclure,
        predictions,
        targets,
        scale=scale,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, scale=POSITIVE)
def _geman_mcclure(xp: Namespace, predictions: Any, targets: Any, *, scale: float) -> Terms:
    return _of_error(xp, predictions, targets, scale, _robust.geman_mcclure)


def welsch(
    predictions: Array,
    targets: Array | float,
    *,
    scale: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""A bounded loss: an outlier of a few scales costs 1 and does not pull at all.

    .. math:: \ell = 1 - \exp \bigl( -\tfrac12 (p - t)^2 / c^2 \bigr)

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    scale : float
        The error c from which on the loss grows more slowly, in the units of the
        predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    general_robust : With `alpha` -inf.
    geman_mcclure : Bounded, but flat only far out.

    References
    ----------
    J. E. Dennis and R. E. Welsch, Techniques for nonlinear least squares and robust
    regression, Communications in Statistics B 7 (1978).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.welsch(np.array([1e-8, 40.0]), np.array([0.0, 0.0]), reduction="none")
    array([5.e-17, 1.e+00])
    """
    return evaluate(
        _welsch,
        predictions,
        targets,
        scale=scale,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, scale=POSITIVE)
def _welsch(xp: Namespace, predictions: Any, targets: Any, *, scale: float) -> Terms:
    return _of_error(xp, predictions, targets, scale, _robust.welsch)


def general_robust(
    predictions: Array,
    targets: Array | float,
    *,
    alpha: float = 1.0,
    scale: float = 1.0,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""One family of robust losses, from half the squared error to a bounded loss.

    .. math:: \ell = \frac{2 - \alpha}{\alpha} \Biggl( \biggl(
        \frac{(p - t)^2 / c^2}{2 - \alpha} + 1 \biggr)^{\alpha / 2} - 1 \Biggr)

    and its limits: half the squared error at :math:`\alpha` 2, `cauchy` at 0, `welsch` at
    :math:`-\infty`.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array or number
        The same shape, floating, integer or boolean; or one number for every entry.
    alpha : float
        How much outliers count: 2 as half the squared error, 1 as `charbonnier`, 0 as
        `cauchy`, -2 as `geman_mcclure`, ``-inf`` as `welsch`; <= 2.
    scale : float
        The error c from which on the loss grows more slowly, in the units of the
        predictions; > 0.
    weights, where, reduction, denominator
        As in every loss: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `predictions` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    charbonnier, cauchy, geman_mcclure, welsch : Some of the family.

    Notes
    -----
    Exact next to its limits, too. There is no derivative by `alpha`.

    References
    ----------
    J. T. Barron, A general and adaptive robust loss function, CVPR 2019.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> error, target = np.array([3.0]), np.array([0.0])
    >>> [float(al.general_robust(error, target, alpha=a)) for a in (2.0, 0.0, 1e-300)]
    [4.5, 1.7047480922384253, 1.7047480922384253]
    """
    return evaluate(
        _general_robust,
        predictions,
        targets,
        alpha=alpha,
        scale=scale,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


@elementwise(predictions=OUTPUT, targets=TARGET, alpha=SHAPE, scale=POSITIVE)
def _general_robust(xp: Namespace, predictions: Any, targets: Any, *, alpha: float, scale: float) -> Terms:
    return _of_error(xp, predictions, targets, scale, partial(_robust.general, alpha=alpha))


def _of_error(
    xp: Namespace, predictions: Any, targets: Any, scale: float, shape: Callable[..., _robust.Shape]
) -> Terms:
    """A function of the error in units of the scale."""
    error = predictions - targets
    value, slope, curvature = shape(xp, error if scale == 1.0 else error / scale)
    unit = 1.0 / scale
    return value, lambda: (slope(), unit), lambda: (slope(), -unit), lambda: (unit * curvature(), unit)
