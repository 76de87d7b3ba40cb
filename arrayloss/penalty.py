"""Penalties on the size of arrays, to add to an objective."""

from __future__ import annotations

from typing import Any

from ._engine import elementwise, evaluate_sum
from ._roles import OUTPUT
from ._stable import constant, sign
from ._typing import Array, Namespace, Terms


def l1_penalty(*arrays: Array) -> Array:
    r"""Sum of the absolute values of the entries of all arrays.

    .. math:: \ell = \sum_i |x_i|

    Parameters
    ----------
    *arrays : array, real floating
        Any number of arrays of any shapes, of one library, device and dtype.

    Returns
    -------
    array
        A 0-d array.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    l2_penalty : Half the sum of squares.

    Notes
    -----
    The derivative at 0 is 0. A penalty has no items, so it takes none of the four
    words of the losses.

    References
    ----------
    R. Tibshirani, Regression shrinkage and selection via the lasso, Journal of the
    Royal Statistical Society B 58 (1996).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> float(al.l1_penalty(np.array([[1.0, -2.0]]), np.array([3.0])))
    6.0
    """
    return evaluate_sum(_l1_penalty, arrays)


@elementwise(arrays=OUTPUT)
def _l1_penalty(xp: Namespace, arrays: Any) -> Terms:
    return xp.abs(arrays), lambda: sign(xp, arrays), lambda: constant(xp, 0.0, arrays)


def l2_penalty(*arrays: Array) -> Array:
    r"""Half the sum of the squares of the entries of all arrays.

    .. math:: \ell = \tfrac12 \sum_i x_i^2

    Parameters
    ----------
    *arrays : array, real floating
        Any number of arrays of any shapes, of one library, device and dtype.

    Returns
    -------
    array
        A 0-d array.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    l1_penalty : The sum of absolute values.

    Notes
    -----
    The factor of one half makes the derivative the array itself. A penalty has no
    items, so it takes none of the four words of the losses.

    References
    ----------
    A. E. Hoerl and R. W. Kennard, Ridge regression, Technometrics 12 (1970).

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> kernel, bias = np.array([[1.0, 2.0]]), np.array([3.0])
    >>> value, (by_kernel, by_bias) = al.value_and_grad(al.l2_penalty)(kernel, bias)
    >>> float(value), by_bias
    (7.0, array([3.]))
    """
    return evaluate_sum(_l2_penalty, arrays)


@elementwise(arrays=OUTPUT)
def _l2_penalty(xp: Namespace, arrays: Any) -> Terms:
    return 0.5 * arrays * arrays, lambda: arrays, lambda: constant(xp, 1.0, arrays)
