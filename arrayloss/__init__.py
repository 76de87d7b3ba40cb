"""Loss functions for every array library, with their closed-form gradients.

Every loss takes the model's output first and the truth second, then by keyword its
own parameters, then the same four words:

``weights``
    A weight per item, an array that broadcasts to the per-item losses, or a number.
``where``
    A boolean array: an item that is masked out adds exactly 0 to the value and to the
    gradient, even if it holds NaN. Of losses whose items are sets (the documents of a
    list, the pixels of a mask) it masks the entries of each.
``reduction``
    ``"mean"`` (the default), ``"sum"`` or ``"none"`` for the values per item.
``denominator``
    What ``"mean"`` divides by: ``"weights"`` (the default), the sum of the weights of
    the unmasked items, which is their count without weights; ``"count"``, their
    count; ``"nonzero"``, the count of those with a weight that is not 0; or a number
    or 0-d array. A mean over nothing is 0; with ``" or nan"`` after a word it is NaN.

The result has the library, device and dtype of the model's output; float16 and
bfloat16 are computed and added up in float32.
"""

from . import special
from ._engine import grad, value_and_grad, value_grad_and_curvature
from .angular import arcface, cosface
from .binary import binary_cross_entropy, multilabel_sigmoid_cross_entropy, sigmoid_cross_entropy
from .box import complete_iou, distance_iou, generalized_iou
from .contrast import info_nce, nt_xent
from .decision import exponential, hinge, modified_huber, perceptron, squared_hinge
from .deviance import gamma_deviance, poisson_deviance, tweedie_deviance
from .deviation import epsilon_insensitive, expectile, pseudo_huber, quantile
from .distance import contrastive, cosine_distance, triplet_margin_with_distance
from .distillation import distillation
from .divergence import cross_entropy, generalized_kl, js_divergence, kl_divergence
from .embedding import cosine_embedding, hinge_embedding, triplet_margin
from .fenchel_young import binary_sparsemax, fenchel_young, sparsemax
from .focal import sigmoid_focal, softmax_focal, sparse_softmax_focal
from .heavy_tail import laplace_nll, negative_binomial_nll, student_t_nll
from .likelihood import gaussian_nll, log_poisson_nll, poisson_nll
from .listwise import list_mle, ranking_softmax
from .lovasz import lovasz_hinge, lovasz_softmax
from .margin import multi_margin, multilabel_margin, soft_margin
from .multiclass import nll, softmax_cross_entropy, sparse_softmax_cross_entropy
from .multiclass_margin import categorical_hinge, multiclass_hinge, multiclass_perceptron
from .penalty import l1_penalty, l2_penalty
from .polynomial import generalized_cross_entropy, poly_cross_entropy, sparse_poly_cross_entropy
from .ranking import margin_ranking, pairwise_hinge, pairwise_logistic
from .regression import absolute_error, huber, log_cosh, smooth_l1, squared_error
from .relative import absolute_percentage_error, squared_log_error
from .robust import cauchy, charbonnier, geman_mcclure, general_robust, welsch
from .segmentation import dice, generalized_dice, jaccard
from .sequence import ctc
from .similarity import circle, supervised_contrastive
from .tversky import focal_tversky, tversky
from .vocabulary import linear_softmax_cross_entropy, noise_contrastive_estimation, sampled_softmax

__version__ = "0.1.0.dev0"

__all__ = [
    "absolute_error",
    "absolute_percentage_error",
    "arcface",
    "binary_cross_entropy",
    "binary_sparsemax",
    "categorical_hinge",
    "cauchy",
    "charbonnier",
    "circle",
    "complete_iou",
    "contrastive",
    "cosface",
    "cosine_distance",
    "cosine_embedding",
    "cross_entropy",
    "ctc",
    "dice",
    "distance_iou",
    "distillation",
    "epsilon_insensitive",
    "expectile",
    "exponential",
    "fenchel_young",
    "focal_tversky",
    "gamma_deviance",
    "gaussian_nll",
    "geman_mcclure",
    "general_robust",
    "generalized_cross_entropy",
    "generalized_dice",
    "generalized_iou",
    "generalized_kl",
    "grad",
    "hinge",
    "hinge_embedding",
    "huber",
    "info_nce",
    "jaccard",
    "js_divergence",
    "kl_divergence",
    "l1_penalty",
    "l2_penalty",
    "laplace_nll",
    "linear_softmax_cross_entropy",
    "list_mle",
    "log_cosh",
    "log_poisson_nll",
    "lovasz_hinge",
    "lovasz_softmax",
    "margin_ranking",
    "modified_huber",
    "multi_margin",
    "multiclass_hinge",
    "multiclass_perceptron",
    "multilabel_margin",
    "multilabel_sigmoid_cross_entropy",
    "negative_binomial_nll",
    "nll",
    "noise_contrastive_estimation",
    "nt_xent",
    "pairwise_hinge",
    "pairwise_logistic",
    "perceptron",
    "poisson_deviance",
    "poisson_nll",
    "poly_cross_entropy",
    "pseudo_huber",
    "quantile",
    "ranking_softmax",
    "sampled_softmax",
    "sigmoid_cross_entropy",
    "sigmoid_focal",
    "smooth_l1",
    "soft_margin",
    "softmax_cross_entropy",
    "softmax_focal",
    "sparse_poly_cross_entropy",
    "sparse_softmax_cross_entropy",
    "sparse_softmax_focal",
    "sparsemax",
    "special",
    "squared_error",
    "squared_hinge",
    "squared_log_error",
    "student_t_nll",
    "supervised_contrastive",
    "triplet_margin",
    "triplet_margin_with_distance",
    "tversky",
    "tweedie_deviance",
    "value_and_grad",
    "value_grad_and_curvature",
    "welsch",
]
