"""Truths and outputs that hold only some values: out of range, an error or a NaN."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import arrayloss as al

from .backends import BACKENDS, numpy_of
from .catalogue import by_item
from .poison import by_readable, only_rows_are_nan, same

DECISIONS = (al.hinge, al.squared_hinge, al.modified_huber, al.perceptron, al.exponential)
SIGNED = (
    *(al.hinge_embedding, al.contrastive, al.margin_ranking, al.cosine_embedding, al.soft_margin),
    *DECISIONS,
)
# Means of what is not negative, against it.
MEANS: dict[Callable[..., Any], str] = {
    al.negative_binomial_nll: "rates",
    al.poisson_deviance: "rates",
    al.gamma_deviance: "predictions",
    al.tweedie_deviance: "predictions",
}


def _ones(shape: tuple[int, ...]) -> np.ndarray:
    return np.linspace(0.25, 0.75, int(np.prod(shape))).reshape(shape)


ROWS, ENTRIES = _ones((4, 3)), _ones((4,))
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
COUNTS = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.5, 1.0], [1.0, 0.0, 1.0]])
CLASSES = np.array([0, 2, 1, 1])
SIDES = 1.0 * (COUNTS > 0)
NO_DERIVATIVE = (SIGNS, COUNTS, CLASSES, SIDES)
Place = tuple[int, ...]
# The loss, its operands in range, the one to spoil, where, and with which values.
RANGES: dict[str, tuple[Callable[..., Any], dict[str, np.ndarray], str, Place, tuple[float, ...]]] = {
    "hinge_embedding": (
        al.hinge_embedding,
        {"distances": ENTRIES, "labels": SIGNS},
        "labels",
        (2,),
        (0, 2, np.nan),
    ),
    "contrastive": (
        al.contrastive,
        {"distances": ENTRIES, "labels": SIGNS},
        "labels",
        (2,),
        (0, 2, np.nan),
    ),
    "margin_ranking": (
        al.margin_ranking,
        {"scores1": ENTRIES, "scores2": ENTRIES[::-1], "labels": SIGNS},
        "labels",
        (2,),
        (0, 2, np.nan),
    ),
    "soft_margin": (
        al.soft_margin,
        {"scores": ENTRIES, "labels": SIGNS},
        "labels",
        (2,),
        (0, 2, np.nan),
    ),
    "multilabel_margin": (
        al.multilabel_margin,
        {"scores": ROWS, "labels": COUNTS},
        "labels",
        (2, 1),
        (-0.5, np.inf, np.nan),
    ),
    "multilabel_sigmoid_cross_entropy": (
        al.multilabel_sigmoid_cross_entropy,
        {"logits": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5, 1.5),
    ),
    "cosine_embedding": (
        al.cosine_embedding,
        {"embeddings1": ROWS, "embeddings2": ROWS[::-1], "labels": SIGNS},
        "labels",
        (2,),
        (0, 2, np.nan),
    ),
    "sigmoid_cross_entropy": (
        al.sigmoid_cross_entropy,
        {"logits": ENTRIES, "labels": ENTRIES},
        "labels",
        (2,),
        (-0.5, 1.5, np.inf),
    ),
    "binary_cross_entropy-labels": (
        al.binary_cross_entropy,
        {"probabilities": ENTRIES, "labels": ENTRIES},
        "labels",
        (2,),
        (-0.5, 1.5),
    ),
    "binary_cross_entropy-probabilities": (
        al.binary_cross_entropy,
        {"probabilities": ENTRIES, "labels": ENTRIES},
        "probabilities",
        (2,),
        (-0.5, 1.5),
    ),
    "log_poisson_nll": (
        al.log_poisson_nll,
        {"log_rates": ENTRIES, "targets": ENTRIES},
        "targets",
        (2,),
        (-0.5, -np.inf),
    ),
    "poisson_nll-targets": (
        al.poisson_nll,
        {"rates": ENTRIES, "targets": ENTRIES},
        "targets",
        (2,),
        (-0.5,),
    ),
    "poisson_nll-rates": (
        al.poisson_nll,
        {"rates": ENTRIES, "targets": ENTRIES},
        "rates",
        (2,),
        (-0.5, -np.inf),
    ),
    "squared_log_error-predictions": (
        al.squared_log_error,
        {"predictions": ENTRIES, "targets": ENTRIES[::-1]},
        "predictions",
        (2,),
        (-1.0, -1.5, -np.inf),
    ),
    "squared_log_error-targets": (
        al.squared_log_error,
        {"predictions": ENTRIES, "targets": ENTRIES[::-1]},
        "targets",
        (2,),
        (-1.0, -1.5),
    ),
    "gaussian_nll": (
        al.gaussian_nll,
        {"predictions": ENTRIES, "variances": ENTRIES, "targets": ENTRIES},
        "variances",
        (2,),
        (-0.5,),
    ),
    **{
        f"{loss.__name__}-targets": (loss, {output: ENTRIES, "targets": ENTRIES}, "targets", (2,), (-0.5,))
        for loss, output in MEANS.items()
    },
    **{
        f"{loss.__name__}-{output}": (loss, {output: ENTRIES, "targets": ENTRIES}, output, (2,), (-0.5,))
        for loss, output in MEANS.items()
    },
    **{
        loss.__name__: (
            loss,
            {"predictions": ENTRIES, "scales": ENTRIES, "targets": ENTRIES},
            "scales",
            (2,),
            (-0.5,),
        )
        for loss in (al.laplace_nll, al.student_t_nll)
    },
    **{
        loss.__name__: (loss, {"scores": ENTRIES, "labels": SIGNS}, "labels", (2,), (0, 2, np.nan))
        for loss in DECISIONS
    },
    "sigmoid_focal": (
        al.sigmoid_focal,
        {"logits": ENTRIES, "labels": ENTRIES},
        "labels",
        (2,),
        (-0.5, 1.5),
    ),
    "softmax_cross_entropy": (
        al.softmax_cross_entropy,
        {"logits": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5, -np.inf),
    ),
    "cross_entropy-targets": (
        al.cross_entropy,
        {"probabilities": ROWS, "targets": ROWS},
        "targets",
        (2, 1),
        (-0.5,),
    ),
    "cross_entropy-probabilities": (
        al.cross_entropy,
        {"probabilities": ROWS, "targets": ROWS},
        "probabilities",
        (2, 1),
        (-0.5, 1.5),
    ),
    "softmax_focal": (
        al.softmax_focal,
        {"logits": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5,),
    ),
    "poly_cross_entropy": (
        al.poly_cross_entropy,
        {"logits": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5,),
    ),
    "cosface": (
        al.cosface,
        {"cosines": ROWS, "labels": CLASSES},
        "cosines",
        (2, 1),
        (-1.5, 1.25),
    ),
    "arcface": (
        al.arcface,
        {"cosines": ROWS, "labels": CLASSES},
        "cosines",
        (2, 1),
        (-1.5, 1.25, np.inf),
    ),
    "generalized_kl-rates": (
        al.generalized_kl,
        {"rates": ROWS, "targets": ROWS[::-1]},
        "rates",
        (2, 1),
        (-0.5, -np.inf),
    ),
    "generalized_kl-targets": (
        al.generalized_kl,
        {"rates": ROWS, "targets": ROWS[::-1]},
        "targets",
        (2, 1),
        (-0.5,),
    ),
    "js_divergence-probabilities": (
        al.js_divergence,
        {"probabilities": ROWS, "targets": ROWS[::-1]},
        "probabilities",
        (2, 1),
        (-0.5, 1.5),
    ),
    "js_divergence-targets": (
        al.js_divergence,
        {"probabilities": ROWS, "targets": ROWS[::-1]},
        "targets",
        (2, 1),
        (-0.5,),
    ),
    "ranking_softmax": (
        by_item(al.ranking_softmax),
        {"scores": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5, -np.inf),
    ),
    "list_mle": (
        by_item(al.list_mle),
        {"scores": ROWS, "labels": COUNTS},
        "labels",
        (2, 1),
        (np.inf, np.nan),
    ),
    "pairwise_hinge": (
        by_item(al.pairwise_hinge),
        {"scores": ROWS, "labels": COUNTS},
        "labels",
        (2, 1),
        (-np.inf, np.nan),
    ),
    "dice-labels": (
        by_item(al.dice),
        {"probabilities": ROWS, "labels": ROWS},
        "labels",
        (2, 1),
        (-0.5, 1.5),
    ),
    "generalized_dice-probabilities": (
        by_item(al.generalized_dice),
        {"probabilities": ROWS, "labels": ROWS},
        "probabilities",
        (2, 1),
        (-0.5, 1.5),
    ),
    "lovasz_hinge": (
        by_item(al.lovasz_hinge),
        {"logits": ROWS, "labels": SIDES},
        "labels",
        (2, 1),
        (-1, 0.5, np.nan),
    ),
    "lovasz_softmax": (
        by_item(al.lovasz_softmax),
        {"probabilities": ROWS, "labels": SIDES},
        "probabilities",
        (2, 1),
        (-0.5, 1.5),
    ),
    "kl_divergence": (
        al.kl_divergence,
        {"log_probabilities": ROWS, "targets": ROWS},
        "targets",
        (2, 1),
        (-0.5,),
    ),
}
by_range = pytest.mark.parametrize("case", RANGES)


def spoil(operands: dict[str, np.ndarray], name: str, place: Place, value: float) -> dict[str, np.ndarray]:
    """The operands with one value out of range."""
    array = operands[name].copy()
    array[place] = value
    return operands | {name: array}


def differentiable(operands: dict[str, np.ndarray]) -> tuple[str, ...]:
    """What these losses have a derivative for."""
    return tuple(
        name
        for name in operands
        if name != "labels" or not any(operands[name] is truth for truth in NO_DERIVATIVE)
    )


@by_readable
@by_range
def test_a_value_out_of_range_raises(backend, case):
    loss, operands, name, place, values = RANGES[case]
    position = ", ".join(map(str, place)) + ("," if len(place) == 1 else "")
    for value in values:
        arrays = backend.arrays(spoil(operands, name, place, value))
        held = rf"'{name}' holds {value:g}(\.0)? at position \({position}\)"
        for function in (loss, al.grad(loss), partial(loss, reduction="none")):
            with pytest.raises(ValueError, match=rf"{loss.__name__}\(\): {held}; expected"):
                function(**arrays)


@pytest.mark.parametrize("backend", [BACKENDS["jax"], BACKENDS["dask"]], ids=["jax", "dask"])
@by_range
def test_a_value_out_of_range_poisons_its_item(backend, case):
    loss, operands, name, place, values = RANGES[case]
    function = partial(al.value_and_grad(loss, differentiable(operands)), reduction="none")
    good, expected = function(**backend.arrays(operands))
    right = [numpy_of(result) for result in (good, *expected)]
    for value in values:
        spoilt, gradients = function(**backend.arrays(spoil(operands, name, place, value)))
        for result, whole in zip((spoilt, *gradients), right, strict=True):
            only_rows_are_nan(numpy_of(result), whole, [place[0]])


@pytest.mark.parametrize("loss", SIGNED, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("label", [0, 2, -1.5])
def test_a_bad_integer_side_raises(loss, label, backend):
    operands = next(o for f, o, *_ in RANGES.values() if f is loss)
    arrays = backend.arrays({name: array for name, array in operands.items() if name != "labels"})
    with pytest.raises(ValueError, match=rf"'labels' is {label}; expected labels -1 or 1"):
        loss(**arrays, labels=label)
    if isinstance(label, int) and backend.readable:
        labels = backend.array(np.array([1, label, -1, 1]))
        with pytest.raises(ValueError, match=rf"'labels' holds {label} at position \(1,\)"):
            loss(**arrays, labels=labels)


# What is left out is not looked at.


@by_range
def test_a_masked_value_out_of_range_is_not_looked_at(backend, case):
    loss, operands, name, place, values = RANGES[case]
    mask = np.ones(4, bool)
    mask[place[0]] = False
    words = {"where": backend.array(mask), "reduction": "none"}
    function = partial(al.value_and_grad(loss, differentiable(operands)), **words)
    good, expected = function(**backend.arrays(operands))
    right = [numpy_of(result) for result in (good, *expected)]
    for value in values[:1] if backend.name == "dask" else values:
        spoilt, gradients = function(**backend.arrays(spoil(operands, name, place, value)))
        for result, whole in zip((spoilt, *gradients), right, strict=True):
            same(result, whole)
            assert (numpy_of(result)[place[0]] == 0).all()
