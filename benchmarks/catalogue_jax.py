"""The losses of the catalogue in optax."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from optax import losses

from .library import Function, Functions


def mean(loss: Function) -> Function:
    """A loss of items, averaged."""
    return lambda *arrays: loss(*arrays).mean()


def _generalized_kl(rates: Any, targets: Any) -> Any:
    return losses.generalized_kl_divergence(jnp.log(rates), targets)


def _ctc(logits: Any, labels: Any) -> Any:
    frames, places = jnp.zeros(logits.shape[:2]), jnp.zeros(labels.shape)
    return losses.ctc_loss(logits, frames, labels, places)


FUNCTIONS: Functions = {
    name: mean(loss)
    for name, loss in {
        "log-cosh": losses.log_cosh,
        "sigmoid focal": losses.sigmoid_focal_loss,
        "hinge": losses.hinge_loss,
        "perceptron": losses.perceptron_loss,
        "binary sparsemax": losses.sparsemax_loss,
        "softmax cross-entropy of shares": losses.softmax_cross_entropy,
        "poly cross-entropy": losses.poly_loss_cross_entropy,
        "generalized KL": _generalized_kl,
        "cosine distance": losses.cosine_distance,
        "triplet margin": partial(losses.triplet_margin_loss, eps=0.0),
        "multi-class hinge": losses.multiclass_hinge_loss,
        "multi-class perceptron": losses.multiclass_perceptron_loss,
        "sparsemax": losses.multiclass_sparsemax_loss,
        "Fenchel-Young": losses.make_fenchel_young_loss(jax.nn.logsumexp),
        "ranking softmax": losses.ranking_softmax_loss,
        "Dice": losses.binary_dice_loss,
        "CTC": _ctc,
    }.items()
}
