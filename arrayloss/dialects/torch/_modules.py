"""The classes of torch.nn: each a function of this dialect with its options chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from ..._typing import Array
from . import _classification, _embedding, _margin, _regression, _sequence
from ._options import refuse_legacy


@dataclass(frozen=True, eq=False, repr=False)
class _Options:
    """The options of a loss, by the names of its function."""

    _function: ClassVar[Callable[..., Any]]

    def __post_init__(self) -> None:
        chosen = vars(self)
        refuse_legacy(type(self).__name__, chosen.get("size_average"), chosen.get("reduce"))

    def __repr__(self) -> str:
        chosen = ((field.name, getattr(self, field.name), field.default) for field in fields(self))
        said = (f"{name}={_short(option)}" for name, option, usual in chosen if option is not usual)
        return f"{type(self).__name__}({', '.join(said)})"


def _short(option: Any) -> str:
    """An option in few words: of an array, what it is."""
    if hasattr(option, "shape"):
        return f"<{type(option).__name__} of shape {tuple(option.shape)}>"
    return repr(option)


class _OfTarget(_Options):
    """A loss of one input and a target."""

    def __call__(self, input: Array, target: Array) -> Any:
        """The loss; see the function."""
        return self._function(input, target, **vars(self))


class _OfPair(_Options):
    """A loss of two inputs and a target."""

    def __call__(self, input1: Array, input2: Array, target: Array) -> Any:
        """The loss; see the function."""
        return self._function(input1, input2, target, **vars(self))


class _OfTriplet(_Options):
    """A loss of triplets."""

    def __call__(self, anchor: Array, positive: Array, negative: Array) -> Any:
        """The loss; see the function."""
        return self._function(anchor, positive, negative, **vars(self))


@dataclass(frozen=True, eq=False, repr=False)
class _Plain(_OfTarget):
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False)
class _Weighted(_OfTarget):
    weight: Any = None
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False)
class CrossEntropyLoss(_OfTarget):
    """`cross_entropy` with its options chosen."""

    _function = staticmethod(_classification.cross_entropy)

    weight: Any = None
    size_average: None = None
    ignore_index: int = -100
    reduce: None = None
    reduction: str = "mean"
    label_smoothing: float = 0.0


@dataclass(frozen=True, eq=False, repr=False)
class NLLLoss(_OfTarget):
    """`nll_loss` with its options chosen."""

    _function = staticmethod(_classification.nll_loss)

    weight: Any = None
    size_average: None = None
    ignore_index: int = -100
    reduce: None = None
    reduction: str = "mean"


class BCELoss(_Weighted):
    """`binary_cross_entropy` with its options chosen."""

    _function = staticmethod(_classification.binary_cross_entropy)


@dataclass(frozen=True, eq=False, repr=False)
class BCEWithLogitsLoss(_Weighted):
    """`binary_cross_entropy_with_logits` with its options chosen."""

    _function = staticmethod(_classification.binary_cross_entropy_with_logits)

    pos_weight: Any = None


class MultiLabelSoftMarginLoss(_Weighted):
    """`multilabel_soft_margin_loss` with its options chosen."""

    _function = staticmethod(_classification.multilabel_soft_margin_loss)


@dataclass(frozen=True, eq=False, repr=False)
class KLDivLoss(_Plain):
    """`kl_div` with its options chosen."""

    _function = staticmethod(_classification.kl_div)

    log_target: bool = False


class L1Loss(_Plain):
    """`l1_loss` with its options chosen."""

    _function = staticmethod(_regression.l1_loss)


class MSELoss(_Plain):
    """`mse_loss` with its options chosen."""

    _function = staticmethod(_regression.mse_loss)


@dataclass(frozen=True, eq=False, repr=False)
class HuberLoss(_OfTarget):
    """`huber_loss` with its options chosen."""

    _function = staticmethod(_regression.huber_loss)

    reduction: str = "mean"
    delta: float = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class SmoothL1Loss(_Plain):
    """`smooth_l1_loss` with its options chosen."""

    _function = staticmethod(_regression.smooth_l1_loss)

    beta: float = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class PoissonNLLLoss(_OfTarget):
    """`poisson_nll_loss` with its options chosen."""

    _function = staticmethod(_regression.poisson_nll_loss)

    log_input: bool = True
    full: bool = False
    size_average: None = None
    eps: float = 1e-8
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GaussianNLLLoss(_Options):
    """`gaussian_nll_loss` with its options chosen."""

    _function = staticmethod(_regression.gaussian_nll_loss)

    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"

    def __call__(self, input: Array, target: Array, var: Array | float) -> Any:
        """The loss; see the function."""
        return self._function(input, target, var, **vars(self))


@dataclass(frozen=True, eq=False, repr=False)
class HingeEmbeddingLoss(_OfTarget):
    """`hinge_embedding_loss` with its options chosen."""

    _function = staticmethod(_embedding.hinge_embedding_loss)

    margin: float = 1.0
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False)
class MarginRankingLoss(_OfPair):
    """`margin_ranking_loss` with its options chosen."""

    _function = staticmethod(_margin.margin_ranking_loss)

    margin: float = 0.0
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False)
class CosineEmbeddingLoss(_OfPair):
    """`cosine_embedding_loss` with its options chosen."""

    _function = staticmethod(_embedding.cosine_embedding_loss)

    margin: float = 0.0
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False)
class TripletMarginLoss(_OfTriplet):
    """`triplet_margin_loss` with its options chosen."""

    _function = staticmethod(_embedding.triplet_margin_loss)

    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TripletMarginWithDistanceLoss(_OfTriplet):
    """`triplet_margin_with_distance_loss` with its options chosen."""

    _function = staticmethod(_embedding.triplet_margin_with_distance_loss)

    distance_function: Callable[[Any, Any], Any] | None = None
    margin: float = 1.0
    swap: bool = False
    reduction: str = "mean"


class SoftMarginLoss(_Plain):
    """`soft_margin_loss` with its options chosen."""

    _function = staticmethod(_margin.soft_margin_loss)


@dataclass(frozen=True, eq=False, repr=False)
class MultiMarginLoss(_OfTarget):
    """`multi_margin_loss` with its options chosen."""

    _function = staticmethod(_margin.multi_margin_loss)

    p: int = 1
    margin: float = 1.0
    weight: Any = None
    size_average: None = None
    reduce: None = None
    reduction: str = "mean"


class MultiLabelMarginLoss(_Plain):
    """`multilabel_margin_loss` with its options chosen."""

    _function = staticmethod(_margin.multilabel_margin_loss)


@dataclass(frozen=True, eq=False, repr=False)
class CTCLoss(_Options):
    """`ctc_loss` with its options chosen."""

    _function = staticmethod(_sequence.ctc_loss)

    blank: int = 0
    reduction: str = "mean"
    zero_infinity: bool = False

    def __call__(
        self,
        log_probs: Array,
        targets: Array,
        input_lengths: Array | tuple[int, ...],
        target_lengths: Array | tuple[int, ...],
    ) -> Any:
        """The loss; see the function."""
        return self._function(log_probs, targets, input_lengths, target_lengths, **vars(self))
