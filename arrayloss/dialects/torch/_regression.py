"""Functions of torch.nn.functional for real targets, and likelihoods."""

from __future__ import annotations

from ..._arguments import as_column, filled
from ..._typing import Array
from ...likelihood import gaussian_nll, log_poisson_nll, poisson_nll
from ...regression import absolute_error, huber, smooth_l1, squared_error
from .._speech import spoken
from ._options import refuse_other_shape, stretched, words

_ERRORS = {"input": "predictions", "target": "targets", "weight": "weights"}


@spoken(names=_ERRORS)
def l1_loss(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
    weight: Array | None = None,
) -> Array:
    """Absolute error, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Any shape.
    target : array
        The same shape.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` divides by the sum of `weight`, or by the number of entries, and is NaN
        over nothing; ``"sum"`` or ``"none"``.
    weight : array, optional
        A weight per entry, of the shape of `input`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Unequal shapes, which torch
        broadcasts with a warning, are refused.

    See Also
    --------
    arrayloss.absolute_error : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.l1_loss(np.array([1.0, 3.0]), np.array([0.0, 1.0])))
    1.5
    """
    refuse_other_shape("l1_loss", "weight", weight, "input", input)
    shared = words("l1_loss", "weights", reduction, size_average, reduce)
    return absolute_error(input, target, weights=weight, **shared)


@spoken(names=_ERRORS)
def mse_loss(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
    weight: Array | None = None,
) -> Array:
    """Squared error, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Any shape.
    target : array
        The same shape.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` divides by the sum of `weight`, or by the number of entries, and is NaN
        over nothing; ``"sum"`` or ``"none"``.
    weight : array, optional
        A weight per entry, of the shape of `input`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Unequal shapes, which torch
        broadcasts with a warning, are refused.

    See Also
    --------
    arrayloss.squared_error : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.mse_loss(np.array([1.0, 3.0]), np.array([0.0, 1.0])))
    2.5
    """
    refuse_other_shape("mse_loss", "weight", weight, "input", input)
    shared = words("mse_loss", "weights", reduction, size_average, reduce)
    return squared_error(input, target, weights=weight, **shared)


@spoken(names=_ERRORS)
def huber_loss(
    input: Array,
    target: Array,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Array | None = None,
) -> Array:
    """Huber's loss, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Any shape.
    target : array
        The same shape.
    reduction : str
        ``"mean"`` divides by the number of entries, weighted or not, and is NaN over
        nothing; ``"sum"`` or ``"none"``.
    delta : float
        Where the loss becomes linear, > 0.
    weight : array, optional
        A weight per entry, of the shape of `input`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Unequal shapes, which torch
        broadcasts with a warning, are refused.

    See Also
    --------
    arrayloss.huber : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.huber_loss(np.array([0.5, 3.0]), np.array([0.0, 0.0])))
    1.3125
    """
    refuse_other_shape("huber_loss", "weight", weight, "input", input)
    return huber(input, target, delta=delta, weights=weight, **words("huber_loss", "count", reduction))


@spoken(names=_ERRORS)
def smooth_l1_loss(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Array:
    """Huber's loss over its threshold, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Any shape.
    target : array
        The same shape.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all entries, NaN over nothing; ``"sum"`` or ``"none"``.
    beta : float
        Where the loss becomes linear, >= 0; with 0 it is the absolute error.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Unequal shapes, which torch
        broadcasts with a warning, are refused.

    See Also
    --------
    arrayloss.smooth_l1 : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.smooth_l1_loss(np.array([0.5, 3.0]), np.array([0.0, 0.0])))
    1.3125
    """
    shared = words("smooth_l1_loss", "count", reduction, size_average, reduce)
    return smooth_l1(input, target, beta=beta, **shared)


@spoken(names={"input": "log_rates or rates", "target": "targets", "full": "stirling"})
def poisson_nll_loss(
    input: Array,
    target: Array,
    log_input: bool = True,
    full: bool = False,
    size_average: None = None,
    eps: float = 1e-8,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Negative log-likelihood of Poisson counts, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Logarithms of the rates, or the rates, which are not negative; any shape.
    target : array
        Counts of the same shape, not negative.
    log_input : bool
        Whether `input` holds logarithms.
    full : bool
        Whether to add Stirling's approximation of log target!, for targets above 1.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    eps : float
        What is added to a rate inside the logarithm, >= 0; of no meaning for logarithms.
    reduction : str
        ``"mean"`` over all entries, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.log_poisson_nll, arrayloss.poisson_nll : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.poisson_nll_loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])))
    1.8591409142295225
    """
    shared = words("poisson_nll_loss", "count", reduction, size_average, reduce)
    if log_input:
        return log_poisson_nll(input, target, stirling=full, **shared)
    return poisson_nll(input, target, stirling=full, eps=eps, **shared)


@spoken(names={"input": "predictions", "target": "targets", "var": "variances", "eps": "min_variance"})
def gaussian_nll_loss(
    input: Array,
    target: Array,
    var: Array | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Array:
    """Negative log-likelihood under normal distributions, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        The means, any shape.
    target : array
        The same shape, or with one axis of length 1.
    var : array, real floating, or number
        The variances, not negative: of the shape of `input`, with one axis of length 1,
        without the last axis, or one number.
    full : bool
        Whether to add ½ log 2π.
    eps : float
        The least variance; smaller ones count as this. The derivative knows nothing of it.
    reduction : str
        ``"mean"`` over all entries, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A negative variance raises
        where values can be read and gives NaN elsewhere.

    See Also
    --------
    arrayloss.gaussian_nll : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.gaussian_nll_loss(np.array([0.0, 1.0]), np.array([1.0, 1.0]), np.array([1.0, 1.0])))
    0.25
    """
    function = "gaussian_nll_loss"
    if isinstance(var, float):
        variances = filled(var, input)
    else:
        variances = stretched(function, "var", as_column(var, input), "input", input)
    targets = stretched(function, "target", target, "input", input)
    shared = words(function, "count", reduction)
    return gaussian_nll(input, variances, targets, full=full, min_variance=eps, **shared)
