"""Functions of keras.losses for real targets, and of counts."""

from __future__ import annotations

from typing import Any

from ..._maps import clipped, times
from ..._typing import Array
from ...likelihood import poisson_nll
from ...regression import absolute_error, squared_error
from ...regression import huber as core_huber
from ...regression import log_cosh as core_log_cosh
from ...relative import absolute_percentage_error, squared_log_error
from .._speech import spoken
from ._options import EACH, EPSILON, How, fitting, of_entries

_NAMES = {"y_pred": "predictions", "y_true": "targets", "sample_weight": "weights"}


def mean_squared_error(y_true: Array, y_pred: Array) -> Array:
    """Mean squared error of each sample, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_error : The loss of each entry, in the core.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.mean_squared_error(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))
    array([2.5])
    """
    return _mean_squared_error(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _mean_squared_error(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("mean_squared_error", squared_error, y_true, y_pred, how)


def mean_absolute_error(y_true: Array, y_pred: Array) -> Array:
    """Mean absolute error of each sample, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.absolute_error : The loss of each entry, in the core.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.mean_absolute_error(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))
    array([1.5])
    """
    return _mean_absolute_error(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _mean_absolute_error(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("mean_absolute_error", absolute_error, y_true, y_pred, how)


def huber(y_true: Array, y_pred: Array, delta: float = 1.0) -> Array:
    """Mean of Huber's loss of each sample, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).
    delta : float
        Where the loss becomes linear, a number > 0.

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.huber : The loss of each entry, in the core.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.huber(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))
    array([1.])
    """
    return _huber(EACH, y_true, y_pred, delta)


@spoken(names=_NAMES)
def _huber(how: How, y_true: Any, y_pred: Any, delta: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("huber", core_huber, y_true, y_pred, how, delta=delta)


def log_cosh(y_true: Array, y_pred: Array) -> Array:
    """Mean logarithm of the hyperbolic cosine of each sample's errors, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.log_cosh : The loss of each entry, in the core.

    Notes
    -----
    Right where Keras is not: a small error keeps its digits, all of which Keras loses.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.log_cosh(np.array([[0.0]]), np.array([[1e-9]]))
    array([5.e-19])
    """
    return _log_cosh(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _log_cosh(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("log_cosh", core_log_cosh, y_true, y_pred, how)


def poisson(y_true: Array, y_pred: Array) -> Array:
    """Mean negative log-likelihood of each sample's counts, as Keras has it.

    Parameters
    ----------
    y_true : array
        Counts, not negative, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The expected counts, not negative, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative count or rate raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.poisson_nll : The loss of each entry, in the core.

    Notes
    -----
    As in Keras, 1e-7 is added to a rate inside the logarithm.

    References
    ----------
    https://keras.io/api/losses/probabilistic_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.poisson(np.array([[1.0, 0.0]]), np.array([[1.0, 3.0]]))
    array([1.99999995])
    """
    return _poisson(EACH, y_true, y_pred)


@spoken(names={"y_pred": "rates", "y_true": "targets", "sample_weight": "weights"})
def _poisson(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    return of_entries("poisson", poisson_nll, y_true, y_pred, how, eps=EPSILON)


def mean_absolute_percentage_error(y_true: Array, y_pred: Array) -> Array:
    """Mean absolute error of each sample in per cent of the truth, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.absolute_percentage_error : The loss of each entry, in the core.

    Notes
    -----
    As in Keras, a truth of a size below 1e-7 counts as that in the divisor.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.mean_absolute_percentage_error(np.array([[2.0, 4.0]]), np.array([[1.0, 5.0]]))
    array([37.5])
    """
    return _mean_absolute_percentage_error(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _mean_absolute_percentage_error(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    share = of_entries(
        "mean_absolute_percentage_error",
        absolute_percentage_error,
        y_true,
        y_pred,
        how,
        min_target=EPSILON,
    )
    return times(share, 100.0)


def mean_squared_logarithmic_error(y_true: Array, y_pred: Array) -> Array:
    """Mean squared error of the logarithms of 1 plus each sample's quantities, as Keras has it.

    Parameters
    ----------
    y_true : array
        The truth, of the shape of `y_pred`; cast to its dtype.
    y_pred : array, real floating
        The predictions, of shape (N, d0, ..., dK).

    Returns
    -------
    array
        The mean over the last axis, of shape (N, d0, ..., dK-1).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_log_error : The loss of each entry, in the core.

    Notes
    -----
    As in Keras, a truth or a prediction below 1e-7 counts as that.

    References
    ----------
    https://keras.io/api/losses/regression_losses/

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import keras
    >>> keras.mean_squared_logarithmic_error(np.array([[0.0, 1.0]]), np.array([[0.0, 3.0]]))
    array([0.24022651])
    """
    return _mean_squared_logarithmic_error(EACH, y_true, y_pred)


@spoken(names=_NAMES)
def _mean_squared_logarithmic_error(how: How, y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = fitting(y_true, y_pred)
    y_true, y_pred = clipped(y_true, EPSILON), clipped(y_pred, EPSILON)
    return of_entries("mean_squared_logarithmic_error", squared_log_error, y_true, y_pred, how)
