"""TensorFlow's losses, on any array library: those of `tf.nn` here, those of TensorFlow 1 in `losses`.

Truth first, as in TensorFlow, one value per item, never reduced. What differs: labels
out of their domain raise where values can be read and give NaN elsewhere, lists are
refused, a number may stand for all labels of a loss of single entries, and labels may
have any integer dtype. Where TensorFlow rounds a small loss to 0, its digits are here.
"""

from . import losses
from ._nn import (
    compute_average_loss,
    l2_loss,
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from ._sampled import nce_loss, sampled_softmax_loss
from ._sequence import ctc_loss

__all__ = [
    "compute_average_loss",
    "ctc_loss",
    "l2_loss",
    "log_poisson_loss",
    "losses",
    "nce_loss",
    "sampled_softmax_loss",
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]
