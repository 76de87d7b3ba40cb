"""Functions of optax.losses for distributions."""

from __future__ import annotations

from ..._arguments import broadcast, shape_of
from ..._maps import NEVER, exponential
from ..._typing import Array, Axes
from ...divergence import generalized_kl
from ...divergence import kl_divergence as core_kl_divergence
from .._speech import spoken
from ._options import along


@spoken(names={"log_predictions": "log_probabilities"})
def kl_divergence(
    log_predictions: Array, targets: Array, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Kullback–Leibler divergence of rows, as optax has it.

    Parameters
    ----------
    log_predictions : array, real floating
        Log-probabilities of the model, any shape with the classes along `axis`.
    targets : array
        Probabilities, not negative; broadcasts to `log_predictions`.
    axis : int, tuple of int, or None
        The axis of the classes, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `log_predictions`.

    Returns
    -------
    array
        The shape of `log_predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.kl_divergence : The same in the core.

    Notes
    -----
    Right where optax is not: a target of 0 costs nothing also at a log-probability of −inf,
    and has derivatives of 0.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.kl_divergence

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> float(optax.kl_divergence(np.log([0.5, 0.5]), np.array([1.0, 0.0])))
    0.6931471805599453
    """
    targets = broadcast(targets, shape_of(log_predictions))
    one, rows, log_predictions, targets = along(
        "kl_divergence", axis, where, log_predictions, targets, fillers=(0.0, 0.0)
    )
    return core_kl_divergence(log_predictions, targets, axis=one, where=rows, reduction="none")


@spoken(names={"log_predictions": "log_probabilities", "log_targets": "targets"})
def kl_divergence_with_log_targets(
    log_predictions: Array, log_targets: Array, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Kullback–Leibler divergence of rows from logarithms of both, as optax has it.

    Parameters
    ----------
    log_predictions : array, real floating
        Log-probabilities of the model, any shape with the classes along `axis`.
    log_targets : array
        Logarithms of probabilities; broadcasts to `log_predictions`.
    axis : int, tuple of int, or None
        The axis of the classes, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `log_predictions`.

    Returns
    -------
    array
        The shape of `log_predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.kl_divergence : The same in the core.

    Notes
    -----
    Right where optax is not: a target of −inf costs nothing.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.kl_divergence_with_log_targets

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> float(optax.kl_divergence_with_log_targets(np.log([0.5, 0.5]), np.array([0.0, -np.inf])))
    0.6931471805599453
    """
    log_targets = broadcast(log_targets, shape_of(log_predictions))
    one, rows, log_predictions, log_targets = along(
        "kl_divergence_with_log_targets", axis, where, log_predictions, log_targets, fillers=(0.0, NEVER)
    )
    return core_kl_divergence(
        log_predictions, log_targets, axis=one, log_targets=True, where=rows, reduction="none"
    )


@spoken(names={"log_predictions": "rates"})
def generalized_kl_divergence(
    log_predictions: Array, targets: Array, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Kullback–Leibler divergence of rows that need not add up to 1, as optax has it.

    Parameters
    ----------
    log_predictions : array, real floating
        Logarithms of the model's rates, any shape with the entries of a row along `axis`.
    targets : array
        Not negative; broadcasts to `log_predictions`.
    axis : int, tuple of int, or None
        The axis of the entries, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `log_predictions`.

    Returns
    -------
    array
        The shape of `log_predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.generalized_kl : The same of rates, in the core.

    Notes
    -----
    Right where optax is not: a target of 0 has a derivative.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.generalized_kl_divergence

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> float(optax.generalized_kl_divergence(np.log([2.0, 1.0]), np.array([1.0, 1.0])))
    0.3068528194400546
    """
    rates, targets = exponential(log_predictions), broadcast(targets, shape_of(log_predictions))
    one, rows, rates, targets = along(
        "generalized_kl_divergence", axis, where, rates, targets, fillers=(0.0, 0.0)
    )
    return generalized_kl(rates, targets, axis=one, where=rows, reduction="none")


@spoken(names={"log_predictions": "rates"})
def convex_kl_divergence(
    log_predictions: Array, targets: Array, axis: Axes = -1, where: Array | None = None
) -> Array:
    """The old name of `generalized_kl_divergence`.

    Parameters
    ----------
    log_predictions : array, real floating
        Logarithms of the model's rates, any shape with the entries of a row along `axis`.
    targets : array
        Not negative; broadcasts to `log_predictions`.
    axis : int, tuple of int, or None
        The axis of the entries, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `log_predictions`.

    Returns
    -------
    array
        The shape of `log_predictions` without `axis`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    generalized_kl_divergence : The same.

    Notes
    -----
    Right where optax is not: a target of 0 has a derivative.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.convex_kl_divergence

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> float(optax.convex_kl_divergence(np.log([2.0, 1.0]), np.array([1.0, 1.0])))
    0.3068528194400546
    """
    return generalized_kl_divergence(log_predictions, targets, axis=axis, where=where)
