"""Functions of torch.nn.functional for labels: binary, of classes, and distributions."""

from __future__ import annotations

from typing import Any

from ..._arguments import as_column, shape_of
from ..._typing import Array
from ...binary import binary_cross_entropy as core_binary_cross_entropy
from ...binary import multilabel_sigmoid_cross_entropy, sigmoid_cross_entropy
from ...divergence import kl_divergence
from ...multiclass import nll, softmax_cross_entropy, sparse_softmax_cross_entropy
from .._speech import spoken
from ._options import batch_axis, refuse_integers, refuse_legacy, refuse_number, refuse_other_shape, words


@spoken(names={"input": "logits", "target": "labels", "weight": "class_weights"})
def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    size_average: None = None,
    ignore_index: int = -100,
    reduce: None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """Cross-entropy of classes with the softmax of the input, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Logits of shape (C,), (N, C) or (N, C, d1, ..., dK).
    target : array
        Classes as integers of the shape of `input` without C, of any integer dtype; or
        floating distributions of the shape of `input`.
    weight : array of shape (C,), optional
        A weight per class.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    ignore_index : int
        The class of items to leave out; of no meaning for distributions.
    reduction : str
        ``"mean"`` divides by the weights of the classes that occur, or by the number of
        items for distributions; a mean over nothing is NaN. ``"sum"`` or ``"none"``.
    label_smoothing : float
        The share to spread over all classes, from 0 to 1.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` without C with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.sparse_softmax_cross_entropy, arrayloss.softmax_cross_entropy : The same in the core.

    Notes
    -----
    Right where torch is not: confident rows keep their digits; a logit of −inf costs
    nothing where the target is 0; what is ignored may hold NaN; float16 means count in
    float32; a negative `label_smoothing` is refused, not taken for 0.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.cross_entropy(np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([1, -100])))
    0.3132616875182228
    """
    shared: dict[str, Any] = {
        "axis": batch_axis(input),
        "class_weights": weight,
        "label_smoothing": label_smoothing,
    }
    if shape_of(input) == shape_of(target):
        refuse_integers("cross_entropy", "target", target)
        reduced = words("cross_entropy", "count", reduction, size_average, reduce)
        return softmax_cross_entropy(input, target, **shared, **reduced)
    reduced = words("cross_entropy", "weights", reduction, size_average, reduce)
    return sparse_softmax_cross_entropy(input, target, ignore_index=ignore_index, **shared, **reduced)


@spoken(names={"input": "log_probabilities", "target": "labels", "weight": "class_weights"})
def nll_loss(
    input: Array,
    target: Array,
    weight: Array | None = None,
    size_average: None = None,
    ignore_index: int = -100,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Negative log-likelihood of classes, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Log-probabilities of shape (C,), (N, C) or (N, C, d1, ..., dK); nothing checks that
        they are normalised.
    target : array of integers
        Classes of the shape of `input` without C, of any integer dtype.
    weight : array of shape (C,), optional
        A weight per class.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    ignore_index : int
        The class of items to leave out.
    reduction : str
        ``"mean"`` divides by the weights of the classes that occur and is NaN over
        nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `target` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.nll : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.nll_loss(np.log([[0.25, 0.75]]), np.array([0])))
    1.3862943611198906
    """
    shared = words("nll_loss", "weights", reduction, size_average, reduce)
    return nll(
        input, target, axis=batch_axis(input), class_weights=weight, ignore_index=ignore_index, **shared
    )


@spoken(names={"input": "probabilities", "target": "labels", "weight": "weights"})
def binary_cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Cross-entropy of binary labels with probabilities, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Probabilities from 0 to 1, any shape.
    target : array, real floating
        Labels from 0 to 1, of the same shape.
    weight : array, optional
        A weight per entry, broadcast to `input`; it does not count in the mean's divisor.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
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
    arrayloss.binary_cross_entropy : The same in the core, which clamps only if asked to.

    Notes
    -----
    As torch documents it, no logarithm is below −100.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> F.binary_cross_entropy(np.array([0.5, 0.0]), np.array([1.0, 1.0]), reduction="none")
    array([  0.69314718, 100.        ])
    """
    refuse_integers("binary_cross_entropy", "target", target)
    refuse_number("binary_cross_entropy", "weight", weight)
    shared = words("binary_cross_entropy", "count", reduction, size_average, reduce)
    return core_binary_cross_entropy(input, target, clamp=True, weights=weight, **shared)


@spoken(names={"input": "logits", "target": "labels", "weight": "weights"})
def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: Array | None = None,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> Array:
    """Cross-entropy of binary labels with the sigmoid of the input, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Logits, any shape.
    target : array, real floating
        Labels from 0 to 1, of the same shape.
    weight : array, optional
        A weight per entry, broadcast to `input`; it does not count in the mean's divisor.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all entries, NaN over nothing; ``"sum"`` or ``"none"``.
    pos_weight : array, optional
        Factor on the term of the positive label, broadcast to `input`.

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
    arrayloss.sigmoid_cross_entropy : The same in the core.

    Notes
    -----
    Right where torch is not: infinite logits cost 0 or infinity, not NaN, and nothing
    cancels for labels near 0 and 1.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.binary_cross_entropy_with_logits(np.array([0.0, np.inf]), np.array([1.0, 1.0])))
    0.34657359027997264
    """
    function = "binary_cross_entropy_with_logits"
    refuse_integers(function, "target", target)
    refuse_number(function, "weight", weight)
    refuse_number(function, "pos_weight", pos_weight)
    shared = words(function, "count", reduction, size_average, reduce)
    return sigmoid_cross_entropy(input, target, pos_weight=pos_weight, weights=weight, **shared)


@spoken(names={"input": "logits", "target": "labels", "weight": "class_weights"})
def multilabel_soft_margin_loss(
    input: Array,
    target: Array,
    weight: Array | None = None,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Mean over the classes of sigmoid cross-entropy, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Logits of shape (..., C).
    target : array
        1 for each class that an item belongs to and 0 for the others, of the same shape.
    weight : array of shape (C,), optional
        A weight per class; the mean over the classes still divides by C.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over the items, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input` without C with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it.

    See Also
    --------
    arrayloss.multilabel_sigmoid_cross_entropy : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.multilabel_soft_margin_loss(np.zeros((1, 2)), np.array([[1.0, 0.0]])))
    0.6931471805599453
    """
    shared = words("multilabel_soft_margin_loss", "count", reduction, size_average, reduce)
    return multilabel_sigmoid_cross_entropy(input, target, class_weights=weight, **shared)


@spoken(names={"input": "log_probabilities", "target": "targets", "log_target": "log_targets"})
def kl_div(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Array:
    """Kullback–Leibler divergence entry by entry, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Log-probabilities of the model, any shape.
    target : array, real floating
        Probabilities of the same shape, or their logarithms.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all entries, NaN over nothing; ``"batchmean"`` divides by the length
        of the first axis, which makes it the mean divergence; ``"sum"`` or ``"none"``.
    log_target : bool
        Whether `target` holds logarithms.

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
    arrayloss.kl_divergence : The mean divergence of rows, in the core.

    Notes
    -----
    Right where torch is not: a target of 0 (or −inf, as a logarithm) costs nothing and
    has derivatives of 0, also at a probability of 0.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="batchmean"))
    0.6931471805599453
    """
    refuse_legacy("kl_div", size_average, reduce)
    refuse_integers("kl_div", "target", target)
    refuse_other_shape("kl_div", "target", target, "input", input)
    shared = _batch_mean(input) if reduction == "batchmean" else words("kl_div", "count", reduction)
    return kl_divergence(as_column(input), as_column(target), log_targets=log_target, **shared)


def _batch_mean(input: Any) -> dict[str, Any]:
    """The words for a mean whose divisor is the length of the batch, 1 where there is none."""
    batch = (*shape_of(input), 1)[0]
    return {"reduction": "mean", "denominator": batch or "count or nan"}
