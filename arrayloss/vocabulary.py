"""Losses of so many classes that the logits of a batch are too many to be there at once."""

from __future__ import annotations

from typing import Any

from ._check import FRACTION, NON_NEGATIVE, POSITIVE
from ._classes import class_mass
from ._engine import along_axis
from ._engine.linear import Layer, evaluate_linear, evaluate_sampled, linear, sampling
from ._leaders import split
from ._namespace import device_of
from ._roles import CLASS, CLASS_WEIGHTS, DRAW, LOG_COUNT, OUTPUT
from ._softmax import labelled_cross_entropy
from ._stable import sigmoid, sigmoids, softplus, times
from ._typing import Array, Denominator, Namespace, Reduction, Terms


def linear_softmax_cross_entropy(
    features: Array,
    kernel: Array,
    labels: Array | int,
    *,
    bias: Array | None = None,
    class_weights: Array | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    ignore_index: int | None = None,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of class indices with the softmax of a linear layer, whose logits are never kept.

    .. math::

        \ell = -\sum_c w_c t_c \log p_c + z \log^2 \sum_c e^{x_c},
        \qquad x = h K + b, \qquad p = \operatorname{softmax}(x), \qquad t_c = (1 - s) [c = y] + s / C

    Parameters
    ----------
    features : array, real floating
        The features h of each row, any shape with the d features along the last axis.
    kernel : array of shape (d, C)
        The kernel K of the layer, a column per class, of the dtype of `features`.
    labels : array of integers
        The shape of `features` without its last axis: the class y of each row, in [0, C),
        in any integer dtype.
    bias : array of shape (C,), optional
        The bias b of the layer, of the dtype of `features`; −inf masks a class out.
    class_weights : array of shape (C,), optional
        Weight w of each class on the (smoothed) labels; the weight of the label's
        class counts in the denominator.
    label_smoothing : float
        Share s to spread over all classes, from 0 to 1.
    z_loss : float
        Factor z, not negative, of the squared logarithm of the sum of a row's exponentials.
    ignore_index : int, optional
        The label of rows to leave out, as `where` does.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `labels` with ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label that is neither in
        [0, C) nor `ignore_index` raises where values can be read; elsewhere the loss
        of its row is NaN, and so are the gradients that the row has a part in.

    See Also
    --------
    sparse_softmax_cross_entropy : Of the logits, where there is room for them.
    sampled_softmax : Of some classes instead of all.

    Notes
    -----
    The same number as `sparse_softmax_cross_entropy` of ``features @ kernel + bias``. Logits are
    made for some rows at a time, and their derivative goes on to features, kernel and bias
    before the next are made: one pass, three products of matrices, and no more memory than for
    some 2²³ logits. So it is for NumPy, CuPy, JAX and PyTorch, in ``backward`` and
    ``jax.grad``, too; second derivatives and ``torch.func`` keep all logits. Half precision is
    multiplied in float32, which takes a copy of the kernel.

    References
    ----------
    E. Wijmans, B. Huval, A. Hertzberg, V. Koltun and P. Krähenbühl, Cut your losses in
    large-vocabulary language models, ICLR 2025.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> features, kernel = np.array([[1.0], [2.0]]), np.array([[1.0, 2.0]])
    >>> al.linear_softmax_cross_entropy(features, kernel, np.array([0, 1]), reduction="none")
    array([1.31326169, 0.12692801])
    """
    return evaluate_linear(
        _linear_softmax_cross_entropy,
        features,
        kernel,
        bias,
        labels,
        class_weights,
        label_smoothing=label_smoothing,
        z_loss=z_loss,
        ignore_index=ignore_index,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


_linear_softmax_cross_entropy = linear(
    "linear_softmax_cross_entropy",
    along_axis(
        logits=OUTPUT,
        labels=CLASS,
        class_weights=CLASS_WEIGHTS,
        label_smoothing=FRACTION,
        z_loss=NON_NEGATIVE,
        mass=class_mass,
    )(labelled_cross_entropy),
)


def sampled_softmax(
    features: Array,
    kernel: Array,
    labels: Array | int,
    samples: Array,
    *,
    bias: Array | None = None,
    label_log_counts: Array | None = None,
    sample_log_counts: Array | None = None,
    remove_accidental_hits: bool = True,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy with the softmax of the labels' classes and some samples alone.

    .. math::

        \ell = -\frac{1}{T} \sum_{c \in \text{labels}} \log \frac{\exp z_c}
        {\sum_{k \in \text{labels} \cup \text{samples}} \exp z_k},
        \qquad z_c = h K_c + b_c - \log q_c

    Parameters
    ----------
    features : array, real floating
        The features h of each row, any shape with the d features along the last axis.
    kernel : array of shape (d, C)
        The kernel K of the layer, a column per class, of the dtype of `features`.
    labels : array of integers
        The shape of `features` without its last axis: the class of each row, in [0, C); or
        with one more axis, along which each row has T classes.
    samples : array of integers, shape (S,)
        The classes that were drawn, in [0, C), the same for every row.
    bias : array of shape (C,), optional
        The bias b of the layer, of the dtype of `features`.
    label_log_counts : array, optional
        The shape of `labels`: the logarithm log q of how often the class of a row is
        expected among the samples. Without it all classes
        are equally likely.
    sample_log_counts : array of shape (S,), optional
        The same of each sample.
    remove_accidental_hits : bool
        Whether a sample that is one of a row's own classes is left out there.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `features` without its last axis with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label or a sample that is not
        in [0, C) raises where values can be read; elsewhere the loss of the rows that
        look at it is NaN.

    See Also
    --------
    linear_softmax_cross_entropy : Of all classes, which is what a model is to be tested with.
    noise_contrastive_estimation : Of each class by itself.

    Notes
    -----
    For training alone: the gradient is that of the softmax of all classes only on average over
    samples, and with their counts. A class that was drawn twice counts twice. What is
    computed are the logits of the label and the sample classes, so nothing has the size of the
    vocabulary but the gradients of kernel and bias.

    References
    ----------
    S. Jean, K. Cho, R. Memisevic and Y. Bengio, On using very large target vocabulary for
    neural machine translation, ACL 2015.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> features, kernel = np.array([[1.0], [2.0]]), np.array([[1.0, 2.0, 5.0]])
    >>> al.sampled_softmax(features, kernel, np.array([0, 1]), np.array([1]), reduction="none")
    array([1.31326169, 0.        ])
    """
    return evaluate_sampled(
        _SAMPLED_SOFTMAX,
        Layer(features, kernel, bias),
        (labels, label_log_counts),
        (samples, sample_log_counts),
        remove_accidental_hits=remove_accidental_hits,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


def _sampled_softmax(xp: Namespace, logits: Any, *, own: float) -> Terms:
    parts = split(xp, logits)
    below = parts.top - logits[..., : int(own)]

    def by_logits() -> Any:
        # p - 1 / T at the T own classes, with p - 1 a sum of the others.
        at_own = ((own - 1.0) * parts.terms - parts.others) / own
        places = xp.arange(logits.shape[-1], dtype=logits.dtype, device=device_of(logits))
        return xp.where(places < own, at_own, parts.terms) / parts.total[..., None]

    return xp.sum(below, axis=-1) / own + parts.log_sum, by_logits


def noise_contrastive_estimation(
    features: Array,
    kernel: Array,
    labels: Array | int,
    samples: Array,
    *,
    bias: Array | None = None,
    label_log_counts: Array | None = None,
    sample_log_counts: Array | None = None,
    remove_accidental_hits: bool = False,
    weights: Array | float | None = None,
    where: Array | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator | Array = "weights",
) -> Array:
    r"""Cross-entropy of telling the labels' classes from samples of noise, each by itself.

    .. math::

        \ell = \sum_{c \in \text{labels}}
        \left( \tfrac{1}{T} \log(1 + e^{-z_c}) + (1 - \tfrac{1}{T}) \log(1 + e^{z_c}) \right)
        + \sum_{c \in \text{samples}} \log(1 + e^{z_c}),
        \qquad z_c = h K_c + b_c - \log q_c

    Parameters
    ----------
    features : array, real floating
        The features h of each row, any shape with the d features along the last axis.
    kernel : array of shape (d, C)
        The kernel K of the layer, a column per class, of the dtype of `features`.
    labels : array of integers
        The shape of `features` without its last axis: the class of each row, in [0, C); or
        with one more axis, along which each row has T classes.
    samples : array of integers, shape (S,)
        The classes that were drawn, in [0, C), the same for every row.
    bias : array of shape (C,), optional
        The bias b of the layer, of the dtype of `features`.
    label_log_counts : array, optional
        The shape of `labels`: the logarithm log q of how often the class of a row is
        expected among the samples. Without it this is
        negative sampling.
    sample_log_counts : array of shape (S,), optional
        The same of each sample.
    remove_accidental_hits : bool
        Whether a sample that is one of a row's own classes is left out there.
    weights, where, reduction, denominator
        As in every loss, per row: see `arrayloss`.

    Returns
    -------
    array
        A 0-d array, or one of the shape of `features` without its last axis with
        ``reduction="none"``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the message names it. A label or a sample that is not
        in [0, C) raises where values can be read; elsewhere the loss of the rows that
        look at it is NaN.

    See Also
    --------
    sampled_softmax : Of the classes against each other.
    sigmoid_cross_entropy : Of each logit, which this adds up.

    Notes
    -----
    With the counts that the noise has, the logits become those of the softmax, and their
    exponentials need no sum to be probabilities. Of several labels each is a label in part,
    1 / T. Samples that are a row's own class stay unless they are removed: noise, too, may draw
    it.

    References
    ----------
    M. Gutmann and A. Hyvärinen, Noise-contrastive estimation: a new estimation principle for
    unnormalized statistical models, AISTATS 2010.

    Examples
    --------
    >>> import numpy as np, arrayloss as al
    >>> features, kernel = np.array([[1.0], [2.0]]), np.array([[1.0, 2.0, 5.0]])
    >>> al.noise_contrastive_estimation(features, kernel, np.array([0, 1]), np.array([0]), reduction="none")
    array([1.62652338, 2.14507794])
    """
    return evaluate_sampled(
        _NOISE_CONTRASTIVE_ESTIMATION,
        Layer(features, kernel, bias),
        (labels, label_log_counts),
        (samples, sample_log_counts),
        remove_accidental_hits=remove_accidental_hits,
        weights=weights,
        where=where,
        reduction=reduction,
        denominator=denominator,
    )


def _noise_contrastive(xp: Namespace, logits: Any, *, own: float) -> Terms:
    data, noise, share = logits[..., : int(own)], logits[..., int(own) :], 1.0 / own
    near = times(xp, share, softplus(xp, -data)) + times(xp, 1.0 - share, softplus(xp, data))

    def by_logits() -> Any:
        up, down = sigmoids(xp, data)
        return xp.concat(((1.0 - share) * up - share * down, sigmoid(xp, noise)), axis=-1)

    return xp.sum(near, axis=-1) + xp.sum(softplus(xp, noise), axis=-1), by_logits


_SAMPLED_SOFTMAX, _NOISE_CONTRASTIVE_ESTIMATION = (
    sampling(
        name,
        along_axis(logits=OUTPUT, own=POSITIVE)(rows),
        own={"labels": CLASS, "label_log_counts": LOG_COUNT},
        shared={"samples": DRAW, "sample_log_counts": LOG_COUNT},
    )
    for name, rows in (
        ("sampled_softmax", _sampled_softmax),
        ("noise_contrastive_estimation", _noise_contrastive),
    )
)
