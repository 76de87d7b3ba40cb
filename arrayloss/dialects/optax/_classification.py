"""Functions of optax.losses for labels: of classes, and binary."""

from __future__ import annotations

from ..._arguments import broadcast, fit, shape_of
from ..._maps import NEVER
from ..._typing import Array, Axes
from ...binary import sigmoid_cross_entropy
from ...focal import sigmoid_focal
from ...multiclass import softmax_cross_entropy as core_softmax_cross_entropy
from ...multiclass import sparse_softmax_cross_entropy
from ...polynomial import poly_cross_entropy
from .._speech import spoken
from ._options import along


@spoken()
def softmax_cross_entropy(logits: Array, labels: Array, axis: Axes = -1, where: Array | None = None) -> Array:
    """Cross-entropy of distributions over classes with the softmax of the logits, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf rules a class out.
    labels : array
        A distribution per row, not negative; broadcasts to `logits`.
    axis : int, tuple of int, or None
        The axis of the classes, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `logits`; or which rows do, without `axis`.

    Returns
    -------
    array
        The shape of `logits` without `axis`; 0 for a row of which nothing counts.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.softmax_cross_entropy : The same in the core.

    Notes
    -----
    Right where optax is not: a logit of −inf costs nothing where the label is 0, and
    confident rows keep their digits.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.softmax_cross_entropy

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.softmax_cross_entropy(np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 0.0, 1.0]]))
    array([0.40760596])
    """
    labels = broadcast(labels, shape_of(logits))
    one, rows, logits, labels = along(
        "softmax_cross_entropy", axis, where, logits, labels, fillers=(NEVER, 0.0)
    )
    return core_softmax_cross_entropy(logits, labels, axis=one, where=rows, reduction="none")


@spoken()
def safe_softmax_cross_entropy(logits: Array, labels: Array) -> Array:
    """Cross-entropy of distributions where logits may be −inf, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along the last axis; −inf rules a class out.
    labels : array
        A distribution per row, not negative; broadcasts to `logits`.

    Returns
    -------
    array
        The shape of `logits` without the last axis.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    softmax_cross_entropy : The same function here, where both are safe.
    arrayloss.softmax_cross_entropy : The same in the core.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.safe_softmax_cross_entropy

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.safe_softmax_cross_entropy(np.array([[1.0, -np.inf]]), np.array([[1.0, 0.0]]))
    array([0.])
    """
    return core_softmax_cross_entropy(logits, broadcast(labels, shape_of(logits)), reduction="none")


@spoken()
def softmax_cross_entropy_with_integer_labels(
    logits: Array, labels: Array, axis: int | tuple[int, ...] = -1, where: Array | None = None
) -> Array:
    """Cross-entropy of class indices with the softmax of the logits, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf rules a class out.
    labels : array of integers
        The shape of `logits` without `axis`: the class of each row, in [0, C).
    axis : int or tuple of int
        The axis of the classes, or several: then a label counts through all of them.
    where : array of booleans, optional
        Which elements count, of the shape of `logits`; or which rows do, without `axis`.

    Returns
    -------
    array
        The shape of `labels`; 0 for a row of which nothing counts.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is not in
        [0, C) raises where values can be read; elsewhere its row is NaN.

    See Also
    --------
    arrayloss.sparse_softmax_cross_entropy : The same in the core.

    Notes
    -----
    Right where optax is not: a label below 0 is no class, where optax counts it from the
    end; the gradient of a bad label is NaN as its value is; and a label that `where` leaves
    out costs infinity, where optax's loss is negative.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.softmax_cross_entropy_with_integer_labels

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.softmax_cross_entropy_with_integer_labels(np.array([[1.0, 2.0, 3.0]]), np.array([2]))
    array([0.40760596])
    """
    one, rows, logits = along(
        "softmax_cross_entropy_with_integer_labels", axis, where, logits, fillers=(NEVER,)
    )
    return sparse_softmax_cross_entropy(logits, labels, axis=one, where=rows, reduction="none")


@spoken()
def sigmoid_binary_cross_entropy(logits: Array, labels: Array) -> Array:
    """Cross-entropy of binary labels with the sigmoid of the logits, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape.
    labels : array
        From 0 to 1, floating, integer or boolean; broadcasts to `logits` and is cast to its
        dtype.

    Returns
    -------
    array
        The shape of `logits`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Logits that would have to be
        broadcast to the labels, which optax does silently, are refused.

    See Also
    --------
    arrayloss.sigmoid_cross_entropy : The same in the core.

    Notes
    -----
    Right where optax is not: infinite logits cost 0 or infinity, not NaN.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.sigmoid_binary_cross_entropy

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.sigmoid_binary_cross_entropy(np.array([0.0, np.inf]), np.array([1.0, 1.0]))
    array([0.69314718, 0.        ])
    """
    return sigmoid_cross_entropy(logits, fit(labels, logits), reduction="none")


@spoken()
def sigmoid_focal_loss(
    logits: Array, labels: Array, *, alpha: float | None = None, gamma: float = 2.0
) -> Array:
    """Cross-entropy of binary labels, the less the better a label is predicted, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape.
    labels : array
        From 0 to 1; broadcasts to `logits` and is cast to its dtype.
    alpha : float, optional
        The weight of a label 1, from 0 to 1; that of a label 0 is what it lacks of 1.
    gamma : float
        How much less an entry counts that is predicted well, >= 0.

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
    arrayloss.sigmoid_focal : The same in the core.

    Notes
    -----
    Right where optax is not: the gradient at an infinite logit is 0 or ±1, not NaN.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.sigmoid_focal_loss

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.sigmoid_focal_loss(np.array([0.0, 2.0]), np.array([1.0, 1.0]))
    array([0.1732868 , 0.00180356])
    """
    return sigmoid_focal(logits, fit(labels, logits), alpha=alpha, gamma=gamma, reduction="none")


@spoken()
def poly_loss_cross_entropy(
    logits: Array, labels: Array, *, epsilon: float = 2.0, axis: Axes = -1, where: Array | None = None
) -> Array:
    """Cross-entropy plus what its distribution misses of the labels, as optax has it.

    Parameters
    ----------
    logits : array, real floating
        Any shape with the classes along `axis`; −inf rules a class out.
    labels : array
        A distribution per row, not negative; broadcasts to `logits`.
    epsilon : float
        The factor of what is missed, >= −1.
    axis : int, tuple of int, or None
        The axis of the classes, or several that are taken for one; None for all.
    where : array of booleans, optional
        Which elements count, of the shape of `logits`.

    Returns
    -------
    array
        The shape of `logits` without `axis`; 0 for a row of which nothing counts.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.poly_cross_entropy : The same in the core.

    Notes
    -----
    Right where optax is not: a logit of −inf costs nothing where the label is 0.

    References
    ----------
    https://optax.readthedocs.io/en/latest/api/losses.html#optax.losses.poly_loss_cross_entropy

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import optax
    >>> optax.poly_loss_cross_entropy(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]))
    array([1.69314718])
    """
    labels = broadcast(labels, shape_of(logits))
    one, rows, logits, labels = along(
        "poly_loss_cross_entropy", axis, where, logits, labels, fillers=(NEVER, 0.0)
    )
    return poly_cross_entropy(logits, labels, epsilon=epsilon, axis=one, where=rows, reduction="none")
