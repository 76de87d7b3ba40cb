"""The losses of optax, on any array library.

The names, the order of arguments and the defaults are optax's; as there, nothing is reduced
where the docstring does not say so. Where optax has a bug rather than a behaviour, the docstring
of the function says what is right here. Labels out of their domain raise where values can be
read and give NaN elsewhere; a parameter is a number, not an array.

>>> import numpy as np
>>> from arrayloss.dialects import optax
>>> optax.softmax_cross_entropy_with_integer_labels(np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([1, 0]))
array([0.31326169, 0.12692801])
"""

from ._classification import (
    poly_loss_cross_entropy,
    safe_softmax_cross_entropy,
    sigmoid_binary_cross_entropy,
    sigmoid_focal_loss,
    softmax_cross_entropy,
    softmax_cross_entropy_with_integer_labels,
)
from ._divergence import (
    convex_kl_divergence,
    generalized_kl_divergence,
    kl_divergence,
    kl_divergence_with_log_targets,
)
from ._embedding import cosine_distance, cosine_similarity, triplet_margin_loss
from ._fenchel_young import make_fenchel_young_loss
from ._margin import (
    hinge_loss,
    multiclass_hinge_loss,
    multiclass_perceptron_loss,
    multiclass_sparsemax_loss,
    perceptron_loss,
    sparsemax_loss,
)
from ._ranking import ranking_softmax_loss
from ._regression import huber_loss, l2_loss, log_cosh, squared_error
from ._segmentation import binary_dice_loss, dice_loss, multiclass_generalized_dice_loss
from ._sequence import ctc_loss
from ._smoothing import smooth_labels

__all__ = [
    "binary_dice_loss",
    "convex_kl_divergence",
    "cosine_distance",
    "cosine_similarity",
    "ctc_loss",
    "dice_loss",
    "generalized_kl_divergence",
    "hinge_loss",
    "huber_loss",
    "kl_divergence",
    "kl_divergence_with_log_targets",
    "l2_loss",
    "log_cosh",
    "make_fenchel_young_loss",
    "multiclass_generalized_dice_loss",
    "multiclass_hinge_loss",
    "multiclass_perceptron_loss",
    "multiclass_sparsemax_loss",
    "perceptron_loss",
    "poly_loss_cross_entropy",
    "ranking_softmax_loss",
    "safe_softmax_cross_entropy",
    "sigmoid_binary_cross_entropy",
    "sigmoid_focal_loss",
    "smooth_labels",
    "softmax_cross_entropy",
    "softmax_cross_entropy_with_integer_labels",
    "sparsemax_loss",
    "squared_error",
    "triplet_margin_loss",
]
