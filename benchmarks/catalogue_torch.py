"""The losses of the catalogue in PyTorch: its functions, and the likelihoods of its distributions."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import torch
from torch import distributions
from torch.nn import functional

from .library import Functions


def _gaussian(predictions: Any, variances: Any, targets: Any) -> Any:
    return functional.gaussian_nll_loss(predictions, targets, variances)


def _distillation(logits: Any, teacher: Any) -> Any:
    """At temperature 2, as its tutorial writes it."""
    student, truth = (functional.log_softmax(each / 2, dim=-1) for each in (logits, teacher))
    return 4 * functional.kl_div(student, truth, reduction="batchmean", log_target=True)


def _cosine_distance(predictions: Any, targets: Any) -> Any:
    return (1 - functional.cosine_similarity(predictions, targets, dim=-1)).mean()


def _ctc(logits: Any, labels: Any) -> Any:
    """The mean over sequences, where its own mean would divide by the numbers of labels."""
    items, frames, _ = logits.shape
    lengths = [torch.full((items,), n, dtype=torch.int64) for n in (frames, labels.shape[1])]
    logs = functional.log_softmax(logits, dim=-1).transpose(0, 1)
    return functional.ctc_loss(logs, labels, lengths[0], lengths[1], reduction="sum") / items


@lru_cache(maxsize=1)
def _listed(labels: Any) -> Any:
    """The classes of each row, then -1, as PyTorch's loss takes them: once, for it is not the loss's work."""
    order = labels.argsort(dim=-1, descending=True, stable=True)
    return torch.where(labels.gather(-1, order) > 0, order, -1)


def _multilabel_margin(scores: Any, labels: Any) -> Any:
    return functional.multilabel_margin_loss(scores, _listed(labels))


FUNCTIONS: Functions = {
    "absolute error": functional.l1_loss,
    "smooth L1": partial(functional.smooth_l1_loss, beta=0.5),
    "Poisson of log rates": functional.poisson_nll_loss,
    "Poisson of rates": partial(functional.poisson_nll_loss, log_input=False, eps=0.0),
    "Gaussian": _gaussian,
    "binary cross-entropy": functional.binary_cross_entropy,
    "soft margin": functional.soft_margin_loss,
    "hinge embedding": functional.hinge_embedding_loss,
    "margin ranking": functional.margin_ranking_loss,
    "multilabel sigmoid cross-entropy": functional.multilabel_soft_margin_loss,
    "softmax cross-entropy of shares": functional.cross_entropy,
    "softmax cross-entropy, smoothed": partial(functional.cross_entropy, label_smoothing=0.1),
    "negative log-likelihood": functional.nll_loss,
    "distillation": _distillation,
    "cosine embedding": functional.cosine_embedding_loss,
    "cosine distance": _cosine_distance,
    "triplet margin": functional.triplet_margin_loss,
    "multi-class margin": functional.multi_margin_loss,
    "multi-label margin": _multilabel_margin,
    "CTC": _ctc,
}


def _laplace(predictions: Any, scales: Any, targets: Any) -> Any:
    found: Any = distributions.Laplace(predictions, scales, validate_args=False)
    return -found.log_prob(targets).mean()


def _student(predictions: Any, scales: Any, targets: Any) -> Any:
    found: Any = distributions.StudentT(4.0, predictions, scales, validate_args=False)
    return -found.log_prob(targets).mean()


def _negative_binomial(rates: Any, targets: Any) -> Any:
    """Of dispersion 0.5, so of 2 failures, with the odds that give the rate."""
    found: Any = distributions.NegativeBinomial(2.0, logits=(rates / 2).log(), validate_args=False)
    return -found.log_prob(targets).mean()


DISTRIBUTIONS: Functions = {
    "Laplace": _laplace,
    "Student's t": _student,
    "negative binomial": _negative_binomial,
}
