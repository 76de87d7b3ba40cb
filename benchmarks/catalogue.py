"""The rest of the losses that others have, too, at one size each: ``python -m benchmarks catalogue``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import arrayloss as al

from . import draws
from .draws import Draw, Shape
from .losses import Loss


def _dice(logits: Any, labels: Any) -> Any:
    """Of logits, as optax takes them, which adds its number to half of numerator and denominator."""
    return al.dice(al.special.sigmoid(logits), labels, smooth=2.0)


_ENTRIES: tuple[Shape, ...] = ((1_000,), (1_000_000,))
_ROWS: tuple[Shape, ...] = ((16, 32), (8192, 128))
_FRAMES: tuple[Shape, ...] = ((4, 20, 10), (16, 100, 50))  # of sequences: items, frames, classes

Entry = tuple[str, Callable[..., Any], Draw] | tuple[str, Callable[..., Any], Draw, int]

_OF_ENTRIES: tuple[Entry, ...] = (
    ("absolute error", al.absolute_error, draws.real),
    ("smooth L1", partial(al.smooth_l1, beta=0.5), draws.real),
    ("log-cosh", al.log_cosh, draws.real),
    ("pseudo-Huber", al.pseudo_huber, draws.real),
    ("quantile", partial(al.quantile, quantile=0.8), draws.real),
    ("expectile", partial(al.expectile, expectile=0.8), draws.real),
    ("epsilon-insensitive", al.epsilon_insensitive, draws.real),
    ("squared log error", al.squared_log_error, draws.positive),
    ("absolute percentage error", al.absolute_percentage_error, draws.positive),
    ("Charbonnier", al.charbonnier, draws.real),
    ("Cauchy", al.cauchy, draws.real),
    ("Geman-McClure", al.geman_mcclure, draws.real),
    ("Welsch", al.welsch, draws.real),
    ("Poisson of log rates", al.log_poisson_nll, draws.log_counts),
    ("Poisson of rates", al.poisson_nll, draws.counts),
    ("Gaussian", al.gaussian_nll, draws.scaled, 2),
    ("Laplace", al.laplace_nll, draws.scaled, 2),
    ("Student's t", al.student_t_nll, draws.scaled, 2),
    ("negative binomial", partial(al.negative_binomial_nll, dispersion=0.5), draws.counts),
    ("Poisson deviance", al.poisson_deviance, draws.counts),
    ("gamma deviance", al.gamma_deviance, draws.positive),
    ("Tweedie deviance", al.tweedie_deviance, draws.positive),
    ("binary cross-entropy", al.binary_cross_entropy, draws.probable),
    ("sigmoid focal", al.sigmoid_focal, draws.binary),
    ("hinge", al.hinge, draws.sides),
    ("squared hinge", al.squared_hinge, draws.sides),
    ("modified Huber", al.modified_huber, draws.sides),
    ("perceptron", al.perceptron, draws.sides),
    ("exponential", al.exponential, draws.sides),
    ("soft margin", al.soft_margin, draws.sides),
    ("hinge embedding", al.hinge_embedding, draws.far),
    ("contrastive", al.contrastive, draws.far),
    ("margin ranking", al.margin_ranking, draws.ordered, 2),
    ("binary sparsemax", al.binary_sparsemax, draws.binary),
)

_OF_ROWS: tuple[Entry, ...] = (
    ("multilabel sigmoid cross-entropy", al.multilabel_sigmoid_cross_entropy, draws.binary),
    ("softmax cross-entropy of shares", al.softmax_cross_entropy, draws.shares),
    (
        "softmax cross-entropy, smoothed",
        partial(al.sparse_softmax_cross_entropy, label_smoothing=0.1),
        draws.classes,
    ),
    ("negative log-likelihood", al.nll, draws.log_classes),
    ("poly cross-entropy", al.poly_cross_entropy, draws.shares),
    ("generalized KL", al.generalized_kl, draws.positive),
    ("distillation", partial(al.distillation, temperature=2.0), draws.real),
    ("cosine embedding", al.cosine_embedding, draws.paired, 2),
    ("cosine distance", al.cosine_distance, draws.real),
    ("triplet margin", al.triplet_margin, draws.triplets, 3),
    ("multi-class margin", al.multi_margin, draws.classes),
    ("multi-label margin", al.multilabel_margin, draws.several),
    ("multi-class hinge", al.multiclass_hinge, draws.classes),
    ("multi-class perceptron", al.multiclass_perceptron, draws.classes),
    ("sparsemax", al.sparsemax, draws.classes),
    ("Fenchel-Young", al.fenchel_young, draws.shares),
    ("ranking softmax", al.ranking_softmax, draws.shares),
    ("Dice", _dice, draws.binary),
)

CATALOGUE = (
    *(Loss(name, function, _ENTRIES, draw, False, *more) for name, function, draw, *more in _OF_ENTRIES),
    *(Loss(name, function, _ROWS, draw, False, *more) for name, function, draw, *more in _OF_ROWS),
    Loss("CTC", al.ctc, _FRAMES, draws.sequences),
)
