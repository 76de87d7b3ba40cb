"""Stable special functions of arrays, from any library.

Exact and free of overflow over the whole range of their dtype, with derivatives
that automatic differentiation sees in closed form. float16 and bfloat16 are computed
in float32 and returned in their own dtype.
"""

from __future__ import annotations

from typing import Any

from . import _stable
from ._engine import elementwise, evaluate
from ._roles import OUTPUT
from ._rows import log_softmax, logsumexp, smooth_labels, softmax
from ._typing import Array, Namespace, Terms

__all__ = [
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "sigmoid",
    "smooth_labels",
    "softmax",
    "softplus",
    "xlogy",
]


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
