"""keras.losses, its functions and its classes, on any array library.

The names, the order of arguments (the truth first), the defaults, the reductions and their
divisors are those of Keras 3: functions give one value per sample, classes reduce, a mean
divides by the number of samples unless it is told to divide by their weights. Keras's epsilon of
1e-7 is here where its documentation has it. Where Keras has a bug rather than a behaviour, the
docstring of the function says what is right here.

The result has the dtype of the prediction, and so ``dtype`` stays None; ``name`` is kept and means
nothing; what a layer masked (``_keras_mask``) does not count. Shapes that would be broadcast are
refused, but that a last axis of length 1 may be too many or too few.

>>> import numpy as np
>>> from arrayloss.dialects import keras
>>> criterion = keras.MeanSquaredError(reduction="sum")
>>> criterion
MeanSquaredError(reduction='sum')
>>> float(criterion(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 1.0], [1.0, 0.0]])))
1.0
"""

from ._classes import (
    CTC,
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    CategoricalHinge,
    Circle,
    CosineSimilarity,
    Dice,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    Tversky,
)
from ._embedding import circle, cosine_similarity
from ._focal import binary_focal_crossentropy, categorical_focal_crossentropy
from ._margin import categorical_hinge, hinge, squared_hinge
from ._probabilities import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from ._regression import (
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from ._sequence import ctc
from ._sets import dice, tversky

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "dice",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
