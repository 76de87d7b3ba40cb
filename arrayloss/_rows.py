"""The special functions of rows: along an axis, and not entry by entry."""

from __future__ import annotations

from typing import Any

from . import _stable
from ._check import FRACTION, type_error
from ._engine import Differentiated, along_axis, evaluate
from ._engine.call import prepare
from ._engine.items import arrange, restore
from ._engine.transforms import Marked
from ._leaders import log_total
from ._namespace import Library, in_dtype, library_of
from ._roles import OUTPUT
from ._typing import Array, Namespace, Terms


def logsumexp(x: Array, *, axis: int = -1) -> Array:
    r"""Logarithm of a sum of exponentials.

    .. math:: \log \sum_j e^{x_j}

    Parameters
    ----------
    x : array, real floating
        Any shape of at least one axis.
    axis : int
        The axis to sum over.

    Returns
    -------
    array
        The shape of `x` without `axis`, its dtype and device.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    softmax : Its derivative.

    Notes
    -----
    The largest exponential is left out of the sum inside log1p, so that a sum of which
    one term is nearly everything keeps its digits.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately computing the log-sum-exp
    and softmax functions, IMA Journal of Numerical Analysis 41 (2021).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.special.logsumexp(np.array([0.0, -1000.0])))
    0.0
    >>> float(al.special.logsumexp(np.array([1000.0, 1000.0]))) > 1000.0
    True
    """
    return evaluate(_logsumexp, x, axis=axis, reduction="none")


@along_axis(x=OUTPUT)
def _logsumexp(xp: Namespace, x: Any) -> Terms:
    top = _stable.largest(xp, x)[..., 0]
    bounded = xp.isfinite(top)  # an infinite sum would be inf − inf
    log_sum = log_total(xp, xp.where(bounded[..., None], x, 0.0))
    value = xp.where(bounded, top + log_sum, top)

    def softmax() -> Any:
        terms, _ = _stable.exponentials(xp, x)
        return terms, 1.0 / xp.sum(terms, axis=-1)

    return value, softmax


def softmax(x: Array, *, axis: int = -1) -> Array:
    r"""Exponentials divided by their sum.

    .. math:: p_c = \frac{e^{x_c}}{\sum_j e^{x_j}}

    Parameters
    ----------
    x : array, real floating
        Any shape of at least one axis; −inf gives 0.
    axis : int
        The axis to normalise over.

    Returns
    -------
    array
        The shape, dtype and device of `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    log_softmax : Its logarithm.

    References
    ----------
    J. S. Bridle, Probabilistic interpretation of feedforward classification network
    outputs, in Neurocomputing, Springer 1990.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.softmax(np.array([0.0, 1000.0, 1000.0]))
    array([0. , 0.5, 0.5])
    """
    library, shifted = _shifted("softmax", x, axis)
    xp = library.xp
    exponentials = xp.exp(shifted)
    probabilities = exponentials / xp.sum(exponentials, axis=axis, keepdims=True)
    return xp.astype(probabilities, _dtype(x), copy=False)


def log_softmax(x: Array, *, axis: int = -1) -> Array:
    r"""Logarithm of the softmax.

    .. math:: \log p_c = x_c - \log \sum_j e^{x_j}

    Parameters
    ----------
    x : array, real floating
        Any shape of at least one axis; −inf gives −inf.
    axis : int
        The axis to normalise over.

    Returns
    -------
    array
        The shape, dtype and device of `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    softmax : The probabilities themselves.

    Notes
    -----
    The logarithm of a probability near 1 keeps its digits: it is log1p of the sum of
    the others.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately computing the log-sum-exp
    and softmax functions, IMA Journal of Numerical Analysis 41 (2021).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.log_softmax(np.array([0.0, 50.0]))
    array([-5.00000000e+01, -1.92874985e-22])
    """
    library, shifted = _shifted("log_softmax", x, axis)
    xp = library.xp
    log_sum = xp.expand_dims(logsumexp(shifted, axis=axis), axis=axis)
    with library.quiet():
        return xp.astype(shifted - log_sum, _dtype(x), copy=False)


def smooth_labels(labels: Array, *, alpha: float = 0.1, axis: int = -1) -> Array:
    r"""Labels of which every class gets a share.

    .. math:: (1 - \alpha) \, \text{labels} + \alpha / C

    Parameters
    ----------
    labels : array, real floating
        Any shape with the C classes along `axis`: a distribution per row.
    alpha : float
        The share that is spread over all classes, from 0 to 1.
    axis : int
        The axis of the classes.

    Returns
    -------
    array
        The shape, dtype and device of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.softmax_cross_entropy : Which smooths its labels itself.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, Rethinking the inception
    architecture for computer vision, CVPR 2016.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.smooth_labels(np.array([0.0, 1.0, 0.0, 0.0]), alpha=0.25)
    array([0.0625, 0.8125, 0.0625, 0.0625])
    """
    if isinstance(labels, Marked):
        raise _no_gradient("smooth_labels", "labels")
    call = prepare(_smooth_labels, (labels,), {"alpha": alpha}, reduction="none", axis=axis)
    problem = arrange(call)
    rows = in_dtype(problem.xp, problem.operands[0], problem.compute)
    (smooth,) = _smooth_labels.function(problem.xp, rows, **dict(problem.spec.parameters))
    return restore(call, in_dtype(problem.xp, smooth, _dtype(labels)))


@along_axis(labels=OUTPUT, alpha=FRACTION)
def _smooth_labels(xp: Namespace, labels: Any, *, alpha: float) -> Terms:
    return ((1.0 - alpha) * labels + alpha / labels.shape[-1],)


def _dtype(x: Any) -> Any:
    return x.dtype


def _shifted(name: str, x: Any, axis: int) -> tuple[Library, Any]:
    """The rows less their largest entry, in the dtype to compute in."""
    top = evaluate(_TOPS[name], x, axis=axis, reduction="none")
    if isinstance(top, Differentiated):
        raise _no_gradient(name, "x")
    library = library_of(x)
    assert library is not None
    xp, compute = library.xp, library.facts(x.dtype).compute
    top = xp.expand_dims(xp.astype(top, compute, copy=False), axis=axis)
    with library.quiet():
        return library, xp.astype(x, compute, copy=False) - top


def _top(xp: Namespace, x: Any) -> Terms:
    # A constant: no softmax depends on the shift.
    return _stable.largest(xp, x)[..., 0], lambda: xp.zeros_like(x)


_TOPS = {name: along_axis(name=name, x=OUTPUT)(_top) for name in ("softmax", "log_softmax")}


def _no_gradient(name: str, argument: str) -> TypeError:
    return type_error(name, argument, "is asked for in wrt", "a loss of it: a row has no gradient")
