"""Stable special functions of arrays, from any library.

Exact and free of overflow over the whole range of their dtype, with derivatives
that automatic differentiation sees in closed form. float16 and bfloat16 are computed
in float32 and returned in their own dtype.
"""

from __future__ import annotations

from typing import Any

from . import _stable
from ._check import type_error
from ._engine import Differentiated, Formula, along_axis, elementwise, evaluate
from ._namespace import Library, library_of
from ._roles import OUTPUT
from ._typing import Array, Namespace, Terms

__all__ = ["log_sigmoid", "log_softmax", "logsumexp", "sigmoid", "softmax", "softplus", "xlogy"]


def sigmoid(x: Array) -> Array:
    r"""Logistic function.

    .. math:: \sigma(x) = \frac{1}{1 + e^{-x}}

    Parameters
    ----------
    x : array, real floating
        Any shape.

    Returns
    -------
    array
        The same shape, dtype and device.

    Raises
    ------
    TypeError
        If `x` is not an array of a floating dtype.

    See Also
    --------
    log_sigmoid : Its logarithm.

    References
    ----------
    P.-F. Verhulst, Recherches mathématiques sur la loi d'accroissement de la
    population, 1845.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return evaluate(_sigmoid, x, reduction="none")


@elementwise(x=OUTPUT)
def _sigmoid(xp: Namespace, x: Any) -> Terms:
    return _stable.sigmoid(xp, x), lambda: _stable.sigmoid(xp, x) * _stable.sigmoid(xp, -x)


def log_sigmoid(x: Array) -> Array:
    r"""Logarithm of the logistic function.

    .. math:: \log \sigma(x) = -\log(1 + e^{-x})

    Parameters
    ----------
    x : array, real floating
        Any shape.

    Returns
    -------
    array
        The same shape, dtype and device.

    Raises
    ------
    TypeError
        If `x` is not an array of a floating dtype.

    See Also
    --------
    softplus : Its negative at the negative.

    References
    ----------
    D. R. Cox, The regression analysis of binary sequences, Journal of the Royal
    Statistical Society B 20 (1958).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.log_sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.00000000e+03, -6.93147181e-01, -0.00000000e+00])
    """
    return evaluate(_log_sigmoid, x, reduction="none")


@elementwise(x=OUTPUT)
def _log_sigmoid(xp: Namespace, x: Any) -> Terms:
    return -_stable.softplus(xp, -x), lambda: _stable.sigmoid(xp, -x)


def softplus(x: Array) -> Array:
    r"""Smooth version of max(0, x).

    .. math:: \log(1 + e^{x})

    Parameters
    ----------
    x : array, real floating
        Any shape.

    Returns
    -------
    array
        The same shape, dtype and device.

    Raises
    ------
    TypeError
        If `x` is not an array of a floating dtype.

    See Also
    --------
    sigmoid : Its derivative.

    References
    ----------
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, Incorporating second-order
    functional knowledge for better option pricing, NIPS 2000.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.softplus(np.array([-1000.0, 0.0, 1000.0]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    return evaluate(_softplus, x, reduction="none")


@elementwise(x=OUTPUT)
def _softplus(xp: Namespace, x: Any) -> Terms:
    return _stable.softplus(xp, x), lambda: _stable.sigmoid(xp, x)


def xlogy(x: Array, y: Array) -> Array:
    r"""Product of a number and a logarithm, 0 where the number is 0.

    .. math:: x \log y, \qquad 0 \log 0 = 0

    Parameters
    ----------
    x, y : array, real floating
        Of one shape and dtype.

    Returns
    -------
    array
        The same shape, dtype and device; NaN where `y` is NaN or, with x not 0,
        negative.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.cross_entropy : A sum of such terms.

    Notes
    -----
    Where x is 0 the derivatives are 0 too, as those of a term that is left out.

    References
    ----------
    C. E. Shannon, A mathematical theory of communication, Bell System Technical
    Journal 27 (1948), where 0 log 0 is 0 by convention.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> al.special.xlogy(np.array([0.0, 2.0]), np.array([0.0, 1.0]))
    array([0., 0.])
    """
    return evaluate(_xlogy, x, y, reduction="none")


@elementwise(x=OUTPUT, y=OUTPUT)
def _xlogy(xp: Namespace, x: Any, y: Any) -> Terms:
    absent = (x == 0) & (y == y)  # noqa: PLR0124 - a NaN is not left out
    log = xp.log(xp.where(absent, 1.0, y))
    return x * log, lambda: log, lambda: xp.where(absent, 0.0, x / y)


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
    log_sum = _stable.log_total(xp, xp.where(bounded[..., None], x, 0.0))
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
    library, shifted = _shifted(_softmax_top, x, axis)
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
    library, shifted = _shifted(_log_softmax_top, x, axis)
    xp = library.xp
    log_sum = xp.expand_dims(logsumexp(shifted, axis=axis), axis=axis)
    with library.quiet():
        return xp.astype(shifted - log_sum, _dtype(x), copy=False)


def _dtype(x: Any) -> Any:
    return x.dtype


def _shifted(top_of: Formula, x: Any, axis: int) -> tuple[Library, Any]:
    """The rows less their largest entry, in the dtype to compute in."""
    top = evaluate(top_of, x, axis=axis, reduction="none")
    if isinstance(top, Differentiated):
        raise type_error(top_of.name, "x", "is asked for in wrt", "a loss of it: a row has no gradient")
    library = library_of(x)
    assert library is not None
    xp, compute = library.xp, library.facts(x.dtype).compute
    top = xp.expand_dims(xp.astype(top, compute, copy=False), axis=axis)
    with library.quiet():
        return library, xp.astype(x, compute, copy=False) - top


def _top(xp: Namespace, x: Any) -> Terms:
    # A constant: no softmax depends on the shift.
    return _stable.largest(xp, x)[..., 0], lambda: xp.zeros_like(x)


_softmax_top = along_axis(name="softmax", x=OUTPUT)(_top)
_log_softmax_top = along_axis(name="log_softmax", x=OUTPUT)(_top)
