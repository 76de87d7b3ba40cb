"""Functions of optax.losses for real targets."""

from __future__ import annotations

from typing import Any

from ..._arguments import broadcast, shape_of
from ..._typing import Array
from ...regression import huber
from ...regression import log_cosh as core_log_cosh
from ...regression import squared_error as core_squared_error
from .._speech import spoken


@spoken()
def squared_error(predictions: Array, targets: Array | None = None) -> Array:
    """Squared error of each entry, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array, optional
        The same shape; 0 by default.

    Returns
    -------
    array
        The shape of `predictions`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_error : The same in the core.
    l2_loss : Half of it.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.squared_error

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.squared_error(np.array([1.0, 3.0]), np.array([0.0, 1.0]))
    array([1., 4.])
    """
    return core_squared_error(predictions, 0.0 if targets is None else targets, reduction="none")


@spoken()
def l2_loss(predictions: Array, targets: Array | None = None) -> Array:
    """Half the squared error of each entry, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array, optional
        The same shape; 0 by default.

    Returns
    -------
    array
        The shape of `predictions`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.squared_error : The core's, with a weight of a half.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.l2_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.l2_loss(np.array([1.0, 3.0]), np.array([0.0, 1.0]))
    array([0.5, 2. ])
    """
    return core_squared_error(predictions, 0.0 if targets is None else targets, weights=0.5, reduction="none")


@spoken()
def huber_loss(predictions: Array, targets: Array | None = None, *, delta: float = 1.0) -> Array:
    """Huber's loss of each entry, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array, optional
        Broadcasts to `predictions`; 0 by default.
    delta : float
        Where the loss becomes linear, a number > 0.

    Returns
    -------
    array
        The shape of `predictions`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Predictions that would have to
        be broadcast to the targets, which optax does silently, are refused.

    See Also
    --------
    arrayloss.huber : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.huber_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.huber_loss(np.array([0.5, 3.0]))
    array([0.125, 2.5  ])
    """
    return huber(predictions, _stretched(targets, predictions), delta=delta, reduction="none")


@spoken()
def log_cosh(predictions: Array, targets: Array | None = None) -> Array:
    """Logarithm of the hyperbolic cosine of each error, as optax has it.

    Parameters
    ----------
    predictions : array, real floating
        Any shape.
    targets : array, optional
        Broadcasts to `predictions`; 0 by default.

    Returns
    -------
    array
        The shape of `predictions`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Predictions that would have to
        be broadcast to the targets, which optax does silently, are refused.

    See Also
    --------
    arrayloss.log_cosh : The same in the core.

    Notes
    -----
    Right where optax is not: a small error keeps its digits, all of which optax loses.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.log_cosh

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.log_cosh(np.array([1e-9, 1.0]))
    array([5.0000000e-19, 4.3378083e-01])
    """
    return core_log_cosh(predictions, _stretched(targets, predictions), reduction="none")


def _stretched(targets: Any, predictions: Any) -> Any:
    """The targets in the shape of the predictions, 0 where there are none."""
    return 0.0 if targets is None else broadcast(targets, shape_of(predictions))
