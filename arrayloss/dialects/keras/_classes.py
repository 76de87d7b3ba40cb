"""The classes of keras.losses: each a function of this dialect that is reduced as it was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from ..._typing import Array, Axes
from ._embedding import _circle, _cosine_similarity
from ._focal import _binary_focal_crossentropy, _categorical_focal_crossentropy
from ._margin import _categorical_hinge, _hinge, _squared_hinge
from ._options import refuse_other_words, told
from ._probabilities import (
    _binary_crossentropy,
    _categorical_crossentropy,
    _categorical_generalized_cross_entropy,
    _kl_divergence,
    _sparse_categorical_crossentropy,
)
from ._regression import (
    _huber,
    _log_cosh,
    _mean_absolute_error,
    _mean_absolute_percentage_error,
    _mean_squared_error,
    _mean_squared_logarithmic_error,
    _poisson,
)
from ._sequence import _ctc
from ._sets import _dice, _tversky

_COMMON = ("reduction", "name", "dtype")


@dataclass(frozen=True, eq=False, repr=False)
class _Loss:
    """The options of a loss, by the names of its function, and how it is reduced."""

    _function: ClassVar[Callable[..., Any]]

    def __post_init__(self) -> None:
        chosen = vars(self)
        refuse_other_words(type(self).__name__, chosen["reduction"], chosen["dtype"])

    def __call__(self, y_true: Array, y_pred: Array, sample_weight: Array | float | None = None) -> Any:
        """The loss; see the function."""
        chosen = {key: option for key, option in vars(self).items() if key not in _COMMON}
        how = told(vars(self)["reduction"], sample_weight, y_pred)
        return self._function(how, y_true, y_pred, **chosen)

    def __repr__(self) -> str:
        chosen = ((field.name, getattr(self, field.name), field.default) for field in fields(self))
        said = (f"{name}={option!r}" for name, option, usual in chosen if option is not usual)
        return f"{type(self).__name__}({', '.join(said)})"


@dataclass(frozen=True, eq=False, repr=False)
class _Plain(_Loss):
    reduction: str | None = "sum_over_batch_size"
    name: str | None = None
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class MeanSquaredError(_Plain):
    """`mean_squared_error`, reduced."""

    _function = staticmethod(_mean_squared_error)

    name: str | None = "mean_squared_error"


@dataclass(frozen=True, eq=False, repr=False)
class MeanAbsoluteError(_Plain):
    """`mean_absolute_error`, reduced."""

    _function = staticmethod(_mean_absolute_error)

    name: str | None = "mean_absolute_error"


@dataclass(frozen=True, eq=False, repr=False)
class MeanAbsolutePercentageError(_Plain):
    """`mean_absolute_percentage_error`, reduced."""

    _function = staticmethod(_mean_absolute_percentage_error)

    name: str | None = "mean_absolute_percentage_error"


@dataclass(frozen=True, eq=False, repr=False)
class MeanSquaredLogarithmicError(_Plain):
    """`mean_squared_logarithmic_error`, reduced."""

    _function = staticmethod(_mean_squared_logarithmic_error)

    name: str | None = "mean_squared_logarithmic_error"


@dataclass(frozen=True, eq=False, repr=False)
class CosineSimilarity(_Loss):
    """`cosine_similarity`, reduced."""

    _function = staticmethod(_cosine_similarity)

    axis: int = -1
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "cosine_similarity"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class Huber(_Loss):
    """`huber`, reduced."""

    _function = staticmethod(_huber)

    delta: float = 1.0
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "huber_loss"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class LogCosh(_Plain):
    """`log_cosh`, reduced."""

    _function = staticmethod(_log_cosh)

    name: str | None = "log_cosh"


@dataclass(frozen=True, eq=False, repr=False)
class Hinge(_Plain):
    """`hinge`, reduced."""

    _function = staticmethod(_hinge)

    name: str | None = "hinge"


@dataclass(frozen=True, eq=False, repr=False)
class SquaredHinge(_Plain):
    """`squared_hinge`, reduced."""

    _function = staticmethod(_squared_hinge)

    name: str | None = "squared_hinge"


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalHinge(_Plain):
    """`categorical_hinge`, reduced."""

    _function = staticmethod(_categorical_hinge)

    name: str | None = "categorical_hinge"


@dataclass(frozen=True, eq=False, repr=False)
class KLDivergence(_Plain):
    """`kl_divergence`, reduced."""

    _function = staticmethod(_kl_divergence)

    name: str | None = "kl_divergence"


@dataclass(frozen=True, eq=False, repr=False)
class Poisson(_Plain):
    """`poisson`, reduced."""

    _function = staticmethod(_poisson)

    name: str | None = "poisson"


@dataclass(frozen=True, eq=False, repr=False)
class BinaryCrossentropy(_Loss):
    """`binary_crossentropy`, reduced."""

    _function = staticmethod(_binary_crossentropy)

    from_logits: bool = False
    label_smoothing: float = 0.0
    axis: int = -1
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "binary_crossentropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class BinaryFocalCrossentropy(_Loss):
    """`binary_focal_crossentropy`, reduced."""

    _function = staticmethod(_binary_focal_crossentropy)

    apply_class_balancing: bool = False
    alpha: float = 0.25
    gamma: float = 2.0
    from_logits: bool = False
    label_smoothing: float = 0.0
    axis: int = -1
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "binary_focal_crossentropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalCrossentropy(_Loss):
    """`categorical_crossentropy`, reduced."""

    _function = staticmethod(_categorical_crossentropy)

    from_logits: bool = False
    label_smoothing: float = 0.0
    axis: int = -1
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "categorical_crossentropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalFocalCrossentropy(_Loss):
    """`categorical_focal_crossentropy`, reduced."""

    _function = staticmethod(_categorical_focal_crossentropy)

    alpha: Any = 0.25
    gamma: float = 2.0
    from_logits: bool = False
    label_smoothing: float = 0.0
    axis: int = -1
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "categorical_focal_crossentropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class SparseCategoricalCrossentropy(_Loss):
    """`sparse_categorical_crossentropy`, reduced."""

    _function = staticmethod(_sparse_categorical_crossentropy)

    from_logits: bool = False
    ignore_class: int | None = None
    reduction: str | None = "sum_over_batch_size"
    axis: int = -1
    name: str | None = "sparse_categorical_crossentropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class CategoricalGeneralizedCrossEntropy(_Loss):
    """`categorical_generalized_cross_entropy`, reduced."""

    _function = staticmethod(_categorical_generalized_cross_entropy)

    q: float = 0.5
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "categorical_generalized_cross_entropy"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class Circle(_Loss):
    """`circle`, reduced."""

    _function = staticmethod(_circle)

    gamma: float = 80.0
    margin: float = 0.4
    remove_diagonal: bool = True
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "circle"
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class Dice(_Loss):
    """`dice`, reduced."""

    _function = staticmethod(_dice)

    reduction: str | None = "sum_over_batch_size"
    name: str | None = "dice"
    axis: Axes = None
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class Tversky(_Loss):
    """`tversky`, reduced."""

    _function = staticmethod(_tversky)

    alpha: float = 0.5
    beta: float = 0.5
    reduction: str | None = "sum_over_batch_size"
    name: str | None = "tversky"
    axis: Axes = None
    dtype: None = None


@dataclass(frozen=True, eq=False, repr=False)
class CTC(_Plain):
    """`ctc`, reduced."""

    _function = staticmethod(_ctc)

    name: str | None = "ctc"
