"""Functions of torch.nn.functional that ask for a margin between scores."""

from __future__ import annotations

from ..._arguments import class_counts
from ..._typing import Array
from ...margin import multi_margin, multilabel_margin, soft_margin
from ...ranking import margin_ranking
from .._speech import spoken
from ._options import refuse_number, refuse_ranks, words


@spoken(names={"input1": "scores1", "input2": "scores2", "target": "labels"})
def margin_ranking_loss(
    input1: Array,
    input2: Array,
    target: Array,
    margin: float = 0.0,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Lack of margin between two scores of which one should be higher, as in torch.nn.functional.

    Parameters
    ----------
    input1, input2 : array, real floating
        The two scores of each pair, of one shape.
    target : array
        1 if the first should be higher, −1 if the second should; the same shape.
    margin : float
        How much higher.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over all pairs, NaN over nothing; ``"sum"`` or ``"none"``.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `input1` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. Another label than 1 and −1,
        whose loss torch does not document, is refused.

    See Also
    --------
    arrayloss.margin_ranking : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.margin_ranking_loss(np.array([2.0, 1.0]), np.array([1.0, 3.0]), np.array([1, 1])))
    1.0
    """
    refuse_number("margin_ranking_loss", "target", target)
    shared = words("margin_ranking_loss", "count", reduction, size_average, reduce)
    return margin_ranking(input1, input2, target, margin=margin, **shared)


@spoken(names={"input": "scores", "target": "labels"})
def soft_margin_loss(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Logistic loss of signed labels, as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Scores, any shape.
    target : array
        1 or −1, of the same shape.
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
        If an argument does not fit; the message names it. Another label than 1 and −1,
        whose loss torch does not document, is refused.

    See Also
    --------
    arrayloss.soft_margin : The same in the core.

    Notes
    -----
    Right where torch overflows: the loss of a score of −200 is 200, its gradient −1.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> F.soft_margin_loss(np.array([0.0, -2000.0]), np.array([1, 1]), reduction="none")
    array([6.93147181e-01, 2.00000000e+03])
    """
    refuse_number("soft_margin_loss", "target", target)
    shared = words("soft_margin_loss", "count", reduction, size_average, reduce)
    return soft_margin(input, target, **shared)


@spoken(names={"input": "scores", "target": "labels", "weight": "class_weights"})
def multi_margin_loss(
    input: Array,
    target: Array,
    p: int = 1,
    margin: float = 1.0,
    weight: Array | None = None,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Lack of margin between the label's score and the others', as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Scores of shape (N, C) or (C,).
    target : array of integers
        Classes of shape (N,) or ().
    p : int
        The power of each lack, 1 or 2.
    margin : float
        How much higher the label's score should be.
    weight : array of shape (C,), optional
        A weight per class, by the label; it does not count in the mean's divisor.
    size_average, reduce : None
        What `reduction` replaced; anything else is refused.
    reduction : str
        ``"mean"`` over the items, NaN over nothing; ``"sum"`` or ``"none"``.

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
    arrayloss.multi_margin : The same in the core.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> float(F.multi_margin_loss(np.array([[0.5, 0.0, 2.0]]), np.array([0])))
    1.0
    """
    refuse_ranks("multi_margin_loss", "input", input, 1, 2)
    shared = words("multi_margin_loss", "count", reduction, size_average, reduce)
    return multi_margin(input, target, p=p, margin=margin, class_weights=weight, **shared)


@spoken(names={"input": "scores", "target": "labels"})
def multilabel_margin_loss(
    input: Array,
    target: Array,
    size_average: None = None,
    reduce: None = None,
    reduction: str = "mean",
) -> Array:
    """Lack of margin between the scores of the labels and the others', as torch.nn.functional has it.

    Parameters
    ----------
    input : array, real floating
        Scores of shape (N, C) or (C,).
    target : array of integers
        Classes, of the same shape: a list for each item that ends before the first −1.
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
    arrayloss.multilabel_margin : The same in the core, of a mark for each class.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html

    Examples
    --------
    >>> import numpy as np
    >>> from arrayloss.dialects import torch as F
    >>> scores, labels = np.array([[0.5, 0.0, 2.0, 1.0]]), np.array([[2, 3, -1, 0]])
    >>> float(F.multilabel_margin_loss(scores, labels))
    0.125
    """
    refuse_ranks("multilabel_margin_loss", "input", input, 1, 2)
    shared = words("multilabel_margin_loss", "count", reduction, size_average, reduce)
    counts = class_counts("dialects.torch.multilabel_margin_loss", "target", target, input)
    return multilabel_margin(input, counts, **shared)
