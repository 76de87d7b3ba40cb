"""Laws that every loss keeps on every backend, whatever the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .backends import Backend
from .catalogue import CATALOGUE, FEATURES, Entry
from .choice import SLOW
from .laws import (
    SEEDS,
    Outcome,
    calls,
    cells,
    close,
    hold,
    outcome,
    outcomes,
    outcomes_close,
    read,
    same,
    single,
    taken,
    tolerance,
    weights_of,
    zeros,
)

# An item that is there twice is a key twice, and one alone has no batch.
uncoupled = cells(lambda entry: not entry.coupled)
KEPT = st.lists(st.integers(0, 5), min_size=3, max_size=3, unique=True).map(sorted)
ORDERS = st.permutations(range(6))
COUNTS = st.sampled_from(([1, 2, 3], [3, 1, 2], [0, 2, 4], [5, 1, 0], [0, 0, 6]))
DENOMINATORS = ("weights", "count", "nonzero")
SOFTMAX = ("softmax_cross_entropy", "sparse_softmax_cross_entropy")


# Items: repetition, masks, order.


@uncoupled
def test_weights_repeat_items(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, counts: list[int]) -> None:
        operands = entry.operands(seed, (3,))
        rows = np.repeat(np.arange(3), counts)
        weights, everything = np.asarray(counts, float), np.ones(3, bool)
        once = outcome(backend, entry, setting, operands, weights=weights, where=everything)
        repeated = taken(operands, rows)
        many = outcome(backend, entry, setting, repeated, weights=np.ones(6), where=np.ones(6, bool))
        gathered = {name: np.zeros_like(g) for name, g in once.gradients.items()}
        for name, gradient in many.gradients.items():
            np.add.at(gathered[name], rows, gradient)
        outcomes_close(once, Outcome(many.value, gathered), backend)

    hold(law, backend, seed=SEEDS, counts=COUNTS)


@calls
def test_where_leaves_items_out(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, kept: list[int]) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        where = np.isin(np.arange(6), kept)
        whole = outcome(backend, entry, setting, operands, weights=weights, where=where)
        rest = {"weights": weights[kept], "where": np.ones(3, bool)}
        part = outcome(backend, entry, setting, taken(operands, kept), **rest)
        kept_rows = {name: gradient[kept] for name, gradient in whole.gradients.items()}
        outcomes_close(Outcome(whole.value, kept_rows), part, backend)
        for name, gradient in whole.gradients.items():
            assert (gradient[~where] == 0).all(), (name, gradient)

    hold(law, backend, seed=SEEDS, kept=KEPT)


def _spoilt(array: np.ndarray, where: np.ndarray, poison: float) -> np.ndarray:
    """The array with poison in its masked items, an impossible label where it is of integers."""
    mask = np.reshape(where, where.shape + (1,) * (array.ndim - 1))
    return np.where(mask, array, 1_000_000 if array.dtype.kind == "i" else poison)


@calls
def test_masked_items_may_hold_anything(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, kept: list[int], poison: float) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        where = np.isin(np.arange(6), kept)
        clean = outcome(backend, entry, setting, operands, weights=weights, where=where)
        held = {**operands, "weights": weights}
        wrong = {name: _spoilt(array, where, poison) for name, array in held.items()}
        assert len(wrong) > 2
        singly = [{name: array} for name, array in wrong.items()] if backend.name not in SLOW else []
        for spoilt in (wrong, *singly):
            poisoned = outcome(backend, entry, setting, held | spoilt, where=where)
            same(poisoned.value, clean.value)
            for name, gradient in clean.gradients.items():
                same(poisoned.gradients[name], gradient)

    hold(law, backend, seed=SEEDS, kept=KEPT, poison=st.sampled_from([math.nan, math.inf, -math.inf]))


@cells(lambda entry: entry.along_axis)
def test_masked_rows_may_be_as_many_as_classes(backend: Backend, entry: Entry, setting: int) -> None:
    operands, where = entry.operands(1, (FEATURES,)), np.arange(FEATURES) != 1
    clean = outcome(backend, entry, setting, operands, where=where)
    for wrong in (-1.0, 2.0, math.nan):
        spoilt = {name: _spoilt(array, where, wrong) for name, array in operands.items()}
        found = outcome(backend, entry, setting, spoilt, where=where)
        outcomes_close(found, clean, backend)


@calls
def test_order_of_items_does_not_matter(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, kept: list[int], order: list[int]) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        where = np.isin(np.arange(6), kept)
        first = outcome(backend, entry, setting, operands, weights=weights, where=where)
        words = {"weights": weights[order], "where": where[order]}
        second = outcome(backend, entry, setting, taken(operands, order), **words)
        outcomes_close(second, Outcome(first.value, taken(first.gradients, order)), backend)

    hold(law, backend, seed=SEEDS, kept=KEPT, order=ORDERS)


# The mean and the sum.

# Class weights that are a part of each row: they do not count in the denominator.
WITHIN_A_ROW = ("multilabel_sigmoid_cross_entropy",)


def _pairs(operands: dict[str, Any], where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each item has another of its own label, and one of another label."""
    labels = operands["labels"]
    same = labels[:, None] == labels
    others = where & ~np.eye(len(labels), dtype=bool)
    return (same & others).any(-1), (~same & others).any(-1)


COUNTED: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "supervised_contrastive": lambda positive, _: positive,
    "circle": lambda positive, negative: positive & negative,
}


def masses(
    entry: Entry, setting: int, operands: dict[str, Any], where: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What each item counts for in the sum of weights, and whether it is kept."""
    if entry.name in COUNTED:
        return COUNTED[entry.name](*_pairs(operands, where)).astype(float), where
    parameters = entry.parameters[setting]
    truth = operands[next(name for name in reversed(operands))]
    items = operands[entry.outputs[0]].shape[: -entry.axes or None]
    mass, kept = np.ones(items), np.ones(items, bool)
    class_weights = parameters.get("class_weights")
    if class_weights is not None and entry.name not in WITHIN_A_ROW:
        mass = class_weights[truth] if truth.dtype.kind == "i" else truth @ class_weights
    if (ignored := parameters.get("ignore_index")) is not None:
        kept = truth != ignored
    return mass, kept & where


@calls
def test_mean_times_denominator_is_the_sum(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, kept: list[int]) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        weights[kept[0]] = 0.0
        where = np.isin(np.arange(6), kept)
        words = {"weights": weights, "where": where}
        mass, present = masses(entry, setting, operands, where)
        counted = [
            ("weights", np.sum(weights * mass, where=present)),
            ("nonzero", np.sum(weights * mass != 0, where=present)),
            (np.asarray(2.5), 2.5),
        ]
        if backend.name not in SLOW:
            counted += [("count", np.sum(present)), (3, 3.0), (0.75, 0.75)]
        every = [{"reduction": "sum"}, *({"denominator": given} for given, _ in counted)]
        total, *means = outcomes(backend, entry, setting, operands, [words | each for each in every])
        for mean, (_, count) in zip(means, counted, strict=True):
            size = count or 1.0
            close(mean.value * size, total.value if count else 0.0, backend)
            for name in entry.outputs:
                sums = total.gradients[name] if count else 0.0 * total.gradients[name]
                close(mean.gradients[name] * size, sums, backend)

    hold(law, backend, seed=SEEDS, kept=KEPT)


@calls
def test_nothing_costs_nothing(backend: Backend, entry: Entry, setting: int) -> None:
    for items in ((0,), (0, 3)):
        words = [{"reduction": "mean"}, {"reduction": "sum"}]
        for result in outcomes(backend, entry, setting, entry.operands(0, items), words):
            zeros(result)


@calls
def test_all_masked_costs_nothing(backend: Backend, entry: Entry, setting: int) -> None:
    if not entry.coupled:
        words = {"weights": np.asarray(2.0), "where": np.zeros((), bool)}
        zeros(outcome(backend, entry, setting, single(entry, 1), **words))
    words = {"weights": weights_of(1), "where": np.zeros(6, bool)}
    for reduction in ("mean", "sum") if backend.name not in SLOW else ("mean",):
        operands = entry.operands(1, (6,))
        zeros(outcome(backend, entry, setting, operands, **words, reduction=reduction))


@cells(lambda entry: any("ignore_index" in parameters for parameters in entry.parameters))
def test_all_ignored_costs_nothing(backend: Backend, entry: Entry, setting: int) -> None:
    operands = entry.operands(2, (6,))
    operands["labels"] = np.full(6, 4)
    words = [{"ignore_index": 4, "reduction": reduction} for reduction in ("mean", "sum", "none")]
    for result, shape in zip(outcomes(backend, entry, setting, operands, words), [(), (), (6,)], strict=True):
        zeros(result, shape)


@uncoupled
def test_one_item_without_an_axis(backend: Backend, entry: Entry, setting: int) -> None:
    words = {"weights": np.asarray(2.0), "where": np.asarray(True)}
    actual = outcome(backend, entry, setting, single(entry, 3), **words)
    many = {name: np.repeat(array[None], 6, 0) for name, array in single(entry, 3).items()}
    row = {"weights": np.full(6, 2.0), "where": np.arange(6) == 4}
    expected = outcome(backend, entry, setting, many, **row)
    fourth = {name: gradient[4] for name, gradient in expected.gradients.items()}
    outcomes_close(actual, Outcome(expected.value, fourth), backend)


# Softmax and sigmoid.


def _grid(logits: np.ndarray) -> np.ndarray:
    """Logits to which whole numbers can be added without rounding."""
    return np.round(logits * 64) / 64


@cells(lambda entry: entry.name in SOFTMAX)
def test_softmax_losses_do_not_change_with_a_shift(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, shifts: list[int]) -> None:
        operands = entry.operands(seed, (6,))
        operands["logits"] = _grid(operands["logits"])
        words = {"weights": weights_of(seed), "where": np.ones(6, bool)}
        still = outcome(backend, entry, setting, operands, **words)
        if "z_loss" in entry.parameters[setting]:  # which is there to notice
            return
        operands["logits"] = operands["logits"] + np.asarray(shifts)[:, None]
        outcomes_close(outcome(backend, entry, setting, operands, **words), still, backend)
        rows = np.sum(still.gradients["logits"], axis=-1)
        np.testing.assert_allclose(rows, np.zeros(6), rtol=0, atol=tolerance(backend))

    hold(law, backend, seed=SEEDS, shifts=st.lists(st.integers(-500, 500), min_size=6, max_size=6))


@cells(lambda entry: entry.name == "sparse_softmax_cross_entropy")
def test_an_index_is_its_one_hot_row(backend: Backend, entry: Entry, setting: int) -> None:
    dense = CATALOGUE["softmax_cross_entropy"]
    parameters = dict(entry.parameters[setting])
    ignored = parameters.pop("ignore_index", None)
    plain = dense.parameters.index(parameters) if not parameters else setting

    def law(seed: int, kept: list[int]) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        weights[kept[0]] = 0.0
        where = np.isin(np.arange(6), kept)
        words = [{"weights": weights, "where": where, "denominator": d} for d in (*DENOMINATORS, 2.5)]
        by_index = outcomes(backend, entry, setting, operands, words)
        rest = {"where": where & (operands["labels"] != ignored)}
        rows = {"logits": operands["logits"], "labels": _one_hot(operands["labels"])}
        by_row = outcomes(backend, dense, plain, rows, [each | rest for each in words])
        for sparse, full in zip(by_index, by_row, strict=True):
            gradients = {"logits": full.gradients["logits"]}
            outcomes_close(sparse, Outcome(full.value, gradients), backend)

    assert dense.parameters[plain].keys() == parameters.keys()
    hold(law, backend, seed=SEEDS, kept=KEPT)


BINARY = CATALOGUE["sigmoid_cross_entropy"]


def test_sigmoid_cross_entropy_is_symmetric(backend: Backend) -> None:
    def law(seed: int) -> None:
        operands = BINARY.operands(seed, (6,))
        labels = np.round(operands["labels"] * 64) / 64
        yes = outcome(backend, BINARY, 0, operands | {"labels": labels})
        no = outcome(backend, BINARY, 0, {"logits": -operands["logits"], "labels": 1 - labels})
        outcomes_close(no, Outcome(yes.value, {name: -g for name, g in yes.gradients.items()}), backend)

    hold(law, backend, seed=SEEDS)


def test_sigmoid_is_softmax_of_two_classes(backend: Backend) -> None:
    def law(seed: int) -> None:
        operands = BINARY.operands(seed, (6,))
        logits, labels = operands["logits"], operands["labels"]
        one = outcome(backend, BINARY, 0, operands)
        pairs = {"logits": np.stack([0 * logits, logits], -1), "labels": np.stack([1 - labels, labels], -1)}
        two = outcome(backend, CATALOGUE["softmax_cross_entropy"], 0, pairs)
        close(one.value, two.value, backend)
        close(one.gradients["logits"], two.gradients["logits"][:, 1], backend)
        by_labels = two.gradients["labels"]
        close(one.gradients["labels"], by_labels[:, 1] - by_labels[:, 0], backend)

    hold(law, backend, seed=SEEDS)


# Perfect predictions.


def _smoothed(parameters: dict[str, Any], shares: np.ndarray) -> np.ndarray:
    """Weighted, smoothed shares: softmax losses are least where the softmax is in proportion.

    Normalised, so that a normaliser costs nothing either.
    """
    smoothing = parameters.get("label_smoothing", 0.0)
    found = ((1 - smoothing) * shares + smoothing / FEATURES) * parameters.get("class_weights", 1.0)
    return found / found.sum(-1, keepdims=True)


def _odds(parameters: dict[str, Any], labels: np.ndarray) -> np.ndarray:
    smoothing = parameters.get("label_smoothing", 0.0)
    labels = (1 - smoothing) * labels + smoothing / 2
    return labels / (1 - labels) * parameters.get("pos_weight", 1.0)


def _log(shares: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(shares)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(FEATURES)[labels]


def _top(shares: np.ndarray) -> np.ndarray:
    return _one_hot(np.argmax(shares, -1))


def _sure(labels: np.ndarray) -> dict[str, Any]:
    return {"logits": 100.0 * _one_hot(labels)}


def _regression(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    return {"predictions": given["targets"]}


def _apart(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    first = given["embeddings1"]
    return {"embeddings2": 2.0 * first * given["labels"][..., None]}


def _boxes(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    return {"boxes": given["targets"]}


def _found(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    mask = np.round(given["labels"])
    return {"probabilities": mask, "labels": mask}


def _spelt(given: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Each label in one frame, and blanks in all others."""
    places = np.full(given["logits"].shape[:-1], parameters.get("blank", 0))
    for i in range(given["labels"].shape[-1]):
        places[:, 2 * i] = np.where(i < given["label_lengths"], given["labels"][:, i], places[:, 2 * i])
    return {"logits": _log(_one_hot(places))}


PERFECT: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "squared_error": _regression,
    "absolute_error": _regression,
    "huber": _regression,
    "smooth_l1": _regression,
    "log_cosh": _regression,
    "pseudo_huber": _regression,
    "quantile": _regression,
    "expectile": _regression,
    "epsilon_insensitive": _regression,
    "squared_log_error": _regression,
    "absolute_percentage_error": _regression,
    "charbonnier": _regression,
    "cauchy": _regression,
    "geman_mcclure": _regression,
    "welsch": _regression,
    "general_robust": _regression,
    "sigmoid_cross_entropy": lambda g, p: {"logits": np.log(_odds(p, g["labels"]))},
    "multilabel_sigmoid_cross_entropy": lambda g, p: {"logits": np.log(_odds(p, g["labels"]))},
    "binary_cross_entropy": lambda g, p: {"probabilities": 1 - 1 / (1 + _odds(p, g["labels"]))},
    "log_poisson_nll": lambda g, _: {"log_rates": np.log(g["targets"])},
    "poisson_nll": lambda g, p: {"rates": np.maximum(g["targets"] - p.get("eps", 0.0), 0.0)},
    "gaussian_nll": lambda g, p: {
        "predictions": g["targets"],
        "variances": np.full(6, p.get("min_variance", 1.0)),
    },
    "laplace_nll": lambda g, _: {"predictions": g["targets"]},
    "student_t_nll": lambda g, _: {"predictions": g["targets"]},
    "negative_binomial_nll": lambda g, _: {"rates": g["targets"]},
    "poisson_deviance": lambda g, _: {"rates": g["targets"]},
    "gamma_deviance": _regression,
    "tweedie_deviance": _regression,
    "hinge": lambda g, _: {"scores": 1.5 * g["labels"]},
    "squared_hinge": lambda g, _: {"scores": 1.5 * g["labels"]},
    "modified_huber": lambda g, _: {"scores": 1.5 * g["labels"]},
    "perceptron": lambda g, _: {"scores": 0.5 * g["labels"]},
    "exponential": lambda g, _: {"scores": 100.0 * g["labels"]},
    "sigmoid_focal": lambda g, _: {
        "labels": np.round(g["labels"]),
        "logits": 200.0 * np.round(g["labels"]) - 100.0,
    },
    "softmax_cross_entropy": lambda g, p: {"logits": _log(_smoothed(p, g["labels"]))},
    "sparse_softmax_cross_entropy": lambda g, p: {"logits": _log(_smoothed(p, _one_hot(g["labels"])))},
    # Of shares that are no single class, what costs least is not their distribution.
    "softmax_focal": lambda g, _: _sure(np.argmax(g["labels"], -1)) | {"labels": _top(g["labels"])},
    "sparse_softmax_focal": lambda g, _: _sure(g["labels"]),
    "poly_cross_entropy": lambda g, _: _sure(np.argmax(g["labels"], -1)) | {"labels": _top(g["labels"])},
    "sparse_poly_cross_entropy": lambda g, _: _sure(g["labels"]),
    "generalized_cross_entropy": lambda g, _: _sure(g["labels"]),
    "cosface": lambda g, _: {"cosines": 2 * _one_hot(g["labels"]) - 1},
    "arcface": lambda g, _: {"cosines": 2 * _one_hot(g["labels"]) - 1},
    "nll": lambda g, _: {"log_probabilities": _log(_one_hot(g["labels"]))},
    "cross_entropy": lambda g, _: {"probabilities": g["targets"]},
    "kl_divergence": lambda g, p: {
        "log_probabilities": g["targets"] if p.get("log_targets") else np.log(g["targets"])
    },
    "generalized_kl": lambda g, _: {"rates": g["targets"]},
    "js_divergence": lambda g, _: {"probabilities": g["targets"]},
    "distillation": lambda g, _: {"logits": g["teacher_logits"]},
    "hinge_embedding": lambda g, p: {
        "distances": np.where(g["labels"] > 0, 0.0, p.get("margin", 1.0)),
    },
    "margin_ranking": lambda g, p: {"scores1": g["scores2"] + g["labels"] * (p.get("margin", 0.0) + 0.5)},
    "soft_margin": lambda g, _: {"scores": 100.0 * g["labels"]},
    "multi_margin": lambda g, p: {"scores": (p.get("margin", 1.0) + 0.5) * _one_hot(g["labels"])},
    "multilabel_margin": lambda g, p: {"scores": (p.get("margin", 1.0) + 0.5) * g["labels"]},
    "multiclass_hinge": lambda g, p: {"scores": (p.get("margin", 1.0) + 0.5) * _one_hot(g["labels"])},
    "multiclass_perceptron": lambda g, _: {"scores": _one_hot(g["labels"])},
    # The shares of a row add up to 1, and those of all classes but one to less.
    "categorical_hinge": lambda g, _: {"scores": np.full_like(g["scores"], 1e6)},
    "sparsemax": lambda g, _: {"logits": 1.5 * _one_hot(g["labels"])},
    "binary_sparsemax": lambda g, _: {"logits": 2.0 * g["labels"] - 1.0},
    "fenchel_young": lambda g, _: {"scores": np.log(g["targets"])},
    "generalized_iou": _boxes,
    "distance_iou": _boxes,
    "complete_iou": _boxes,
    "cosine_embedding": _apart,
    "contrastive": lambda g, p: {
        "distances": np.where(g["labels"] > 0, 0.0, p.get("margin", 1.0)),
    },
    "cosine_distance": lambda g, _: {"predictions": 2.0 * g["targets"]},
    "triplet_margin_with_distance": lambda g, _: {
        "positive_distances": np.zeros(6),
        **{name: np.full(6, 100.0) for name in g if name != "positive_distances"},
    },
    "triplet_margin": lambda g, _: {"positives": g["anchors"], "negatives": g["anchors"] + 100},
    "pairwise_logistic": lambda g, _: {"scores": 100.0 * g["labels"]},
    "pairwise_hinge": lambda g, p: {"scores": (p.get("margin", 1.0) + 0.5) * g["labels"]},
    "ranking_softmax": lambda g, _: {"scores": np.log(g["labels"])},
    "list_mle": lambda g, _: {"scores": 100.0 * g["labels"]},
    **dict.fromkeys(("dice", "generalized_dice", "jaccard", "tversky", "focal_tversky"), _found),
    "lovasz_hinge": lambda g, _: {"logits": 4.0 * g["labels"] - 2.0},
    "lovasz_softmax": lambda g, _: {"probabilities": 1.0 * g["labels"]},
    "ctc": _spelt,
}
LEAST_IS_NOT_0 = (
    "cosface",
    "arcface",
    "binary_sparsemax",
    "fenchel_young",
    "sigmoid_cross_entropy",
    "multilabel_sigmoid_cross_entropy",
    "binary_cross_entropy",
    "softmax_cross_entropy",
    "ranking_softmax",
    "cross_entropy",
    "log_poisson_nll",
    "poisson_nll",
    "gaussian_nll",
    "laplace_nll",
    "student_t_nll",
    "negative_binomial_nll",
)


def _worse(rng: np.random.Generator, name: str, array: np.ndarray) -> np.ndarray:
    """The model's output moved a little, to what the loss may be given."""
    share = 10.0 ** rng.uniform(-3, -1)
    rows = rng.dirichlet(np.ones(array.shape[-1]), array.shape[:-1])
    if name == "boxes":  # towards another box
        low = np.minimum(array[:, :2], rows[:, :2])
        return (1 - share) * array + share * np.concatenate([low, low + rows[:, 2:]], axis=-1)
    if name == "probabilities":
        return (1 - share) * array + share * (rows if array.ndim > 1 else rng.uniform(size=array.shape))
    if name == "log_probabilities":
        return np.log((1 - share) * np.exp(array) + share * rows)
    if name in ("variances", "scales"):  # the least loss of all has none: the fit is exact and certain
        return array
    moved = array + share * rng.normal(size=array.shape)
    if name == "cosines":
        return np.clip(moved, -1, 1)
    return np.abs(moved) if name in ("distances", "rates") else moved


@uncoupled
def test_a_perfect_prediction_costs_least(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int) -> None:
        parameters = entry.parameters[setting]
        operands = entry.operands(seed, (6,))
        if entry.name in ("cross_entropy", "kl_divergence", "softmax_cross_entropy") and setting == 0:
            truth = tuple(operands)[-1]
            if not parameters.get("log_targets"):
                operands[truth] = operands[truth] / operands[truth].sum(-1, keepdims=True)
            else:
                operands[truth] = operands[truth] - _log(np.exp(operands[truth]).sum(-1, keepdims=True))
        operands |= PERFECT[entry.name](operands, parameters)
        least = per_item(backend, entry, setting, operands)
        smoothed = parameters.get("label_smoothing", 0.0) > 0
        if entry.name not in LEAST_IS_NOT_0 and not smoothed:
            np.testing.assert_allclose(least, np.zeros(6), rtol=0, atol=tolerance(backend))
        rng = np.random.default_rng(seed)
        for _ in range(3):
            moved = {name: _worse(rng, name, operands[name]) for name in entry.outputs}
            more = per_item(backend, entry, setting, operands | moved)
            slack = tolerance(backend) * np.maximum(1.0, np.abs(least))
            assert (more >= least - slack).all(), (more, least)

    hold(law, backend, seed=SEEDS)


def per_item(backend: Backend, entry: Entry, setting: int, operands: dict[str, Any]) -> np.ndarray:
    """The loss of each item."""
    keywords = backend.arrays(entry.parameters[setting])
    value = entry.loss(**backend.arrays(operands), **keywords, reduction="none")
    assert tuple(value.shape) == (6,)
    return read([value])[0]


def test_every_loss_has_a_perfect_prediction() -> None:
    assert set(PERFECT) == {name for name, entry in CATALOGUE.items() if not entry.coupled}
