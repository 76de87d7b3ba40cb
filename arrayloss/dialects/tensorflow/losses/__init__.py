"""The losses of tf.compat.v1.losses, on any array library.

Truth first, as in TensorFlow; `Reduction` says what a mean divides by. Nothing is cast to
float32: the result has the dtype of the prediction. There is no graph, so nothing is collected.

>>> import numpy as np
>>> from arrayloss.dialects.tensorflow import losses
>>> labels, predictions = np.array([0.0, 1.0]), np.array([1.0, 3.0])
>>> float(losses.mean_squared_error(labels, predictions, reduction=losses.Reduction.SUM))
5.0
"""

from ._classification import (
    hinge_loss,
    log_loss,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    sparse_softmax_cross_entropy,
)
from ._options import Reduction
from ._regression import (
    absolute_difference,
    compute_weighted_loss,
    cosine_distance,
    huber_loss,
    mean_pairwise_squared_error,
    mean_squared_error,
)

__all__ = [
    "Reduction",
    "absolute_difference",
    "compute_weighted_loss",
    "cosine_distance",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]
