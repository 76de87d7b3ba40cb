"""Functions of optax.losses for scores: of sides, and of classes."""

from __future__ import annotations

from ..._arguments import fit
from ..._typing import Array
from ...decision import hinge, perceptron
from ...fenchel_young import binary_sparsemax, sparsemax
from ...multiclass_margin import multiclass_hinge, multiclass_perceptron
from .._speech import spoken

_SIDES = {"predictor_outputs": "scores", "targets": "labels"}


@spoken(names=_SIDES)
def hinge_loss(predictor_outputs: Array, targets: Array) -> Array:
    """Lack of a margin of 1 on the side of the target, as optax has it.

    Parameters
    ----------
    predictor_outputs : array, real floating
        Scores, any shape.
    targets : array
        The side of each score, 1 or −1; broadcasts to the scores.

    Returns
    -------
    array
        The shape of `predictor_outputs`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1 nor −1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.hinge : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.hinge_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.hinge_loss(np.array([0.25, 2.0]), np.array([1.0, -1.0]))
    array([0.75, 3.  ])
    """
    return hinge(predictor_outputs, fit(targets, predictor_outputs), reduction="none")


@spoken(names=_SIDES)
def perceptron_loss(predictor_outputs: Array, targets: Array) -> Array:
    """How far a score is on the wrong side, as optax has it.

    Parameters
    ----------
    predictor_outputs : array, real floating
        Scores, any shape.
    targets : array
        The side of each score, 1 or −1.

    Returns
    -------
    array
        The shape of `predictor_outputs`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither 1 nor −1
        raises where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.perceptron : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.perceptron_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.perceptron_loss(np.array([0.25, 2.0]), np.array([1.0, -1.0]))
    array([0., 2.])
    """
    return perceptron(predictor_outputs, targets, reduction="none")


@spoken()
def sparsemax_loss(logits: Array, labels: Array) -> Array:
    """Binary sparsemax loss, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape.
    labels : array
        0 or 1; broadcasts to `logits`.

    Returns
    -------
    array
        The shape of `logits`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.binary_sparsemax : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.sparsemax_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.sparsemax_loss(np.array([0.0, 2.0]), np.array([1, 0]))
    array([0.25, 2.  ])
    """
    return binary_sparsemax(logits, fit(labels, logits), reduction="none")


@spoken()
def multiclass_hinge_loss(scores: Array, labels: Array) -> Array:
    """How far the best of the other classes comes within 1 of a row's own, as optax has it.

    Parameters
    ----------
    scores : array, real floating
        Any shape with the C classes along the last axis.
    labels : array of integers
        The class of each row, in [0, C).

    Returns
    -------
    array
        The shape of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not in [0, C)
        raises where values can be read; elsewhere its row is NaN.

    See Also
    --------
    arrayloss.multiclass_hinge : The same in the core.

    Notes
    -----
    Right where optax is not: a label that is no class is none, where optax's loss goes on without it.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.multiclass_hinge_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.multiclass_hinge_loss(np.array([[0.5, 0.25]]), np.array([0]))
    array([0.75])
    """
    return multiclass_hinge(scores, labels, reduction="none")


@spoken()
def multiclass_perceptron_loss(scores: Array, labels: Array) -> Array:
    """How far the best class is above a row's own, as optax has it.

    Parameters
    ----------
    scores : array, real floating
        Any shape with the C classes along the last axis.
    labels : array of integers
        The class of each row, in [0, C).

    Returns
    -------
    array
        The shape of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not in [0, C)
        raises where values can be read; elsewhere its row is NaN.

    See Also
    --------
    arrayloss.multiclass_perceptron : The same in the core.

    Notes
    -----
    Right where optax is not: a label that is no class is none, where optax's loss goes on without it.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.multiclass_perceptron_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.multiclass_perceptron_loss(np.array([[0.5, 0.25]]), np.array([1]))
    array([0.25])
    """
    return multiclass_perceptron(scores, labels, reduction="none")


@spoken(names={"scores": "logits"})
def multiclass_sparsemax_loss(scores: Array, labels: Array) -> Array:
    """Sparsemax loss of classes, as optax has it.

    Parameters
    ----------
    scores : array, real floating
        Any shape with the C classes along the last axis.
    labels : array of integers
        The class of each row, in [0, C).

    Returns
    -------
    array
        The shape of `labels`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not in [0, C)
        raises where values can be read; elsewhere its row is NaN.

    See Also
    --------
    arrayloss.sparsemax : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.multiclass_sparsemax_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.multiclass_sparsemax_loss(np.array([[0.5, 0.5]]), np.array([0]))
    array([0.25])
    """
    return sparsemax(scores, labels, reduction="none")
