"""Questions of all kinds to the oracle, and how to ask one."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from conformance.model import Array, Case
from conformance.oracle.solve import solve

LARGEST, SMALLEST = 3.4028234663852886e38, 1.401298464324817e-45
INF, NAN = math.inf, math.nan


def array(values: Any, kind: str = "float") -> Array:
    """An array of a question, from nested lists."""
    made = np.asarray(values, dtype=float if kind == "float" else None)
    flat = made.ravel().tolist()
    return Array(kind, made.shape, tuple(flat))


def question(loss: str, reduction: str = "none", printed: tuple[str, ...] = (), **arguments: Any) -> Case:
    """A question; lists are floating arrays, everything that is no array is a parameter."""
    arrays = {k: array(v) if isinstance(v, list) else v for k, v in arguments.items()}
    return Case(
        id="question",
        loss=loss,
        why="",
        source="",
        arrays={k: v for k, v in arrays.items() if isinstance(v, Array)},
        parameters={k: v for k, v in arrays.items() if not isinstance(v, Array)},
        reduction=reduction,
        printed=printed,
    )


def integers(values: Any) -> Array:
    return array(values, "int")


def mask(values: Any) -> Array:
    return array(values, "bool")


def values_of(case: Case) -> list[float]:
    return [float(number) for number in solve(case).values]


def slopes_of(case: Case, operand: str) -> list[float]:
    return [float(number) for number in solve(case).gradient[operand]]


def close(expected: list[float]) -> Any:
    """Equal to the last digit of float64, NaN for NaN."""
    return pytest.approx(expected, rel=1e-15, abs=0, nan_ok=True)


def _reals(rng: random.Random, *shape: int, low: float = -3.0, high: float = 3.0) -> Array:
    return array(np.reshape([rng.uniform(low, high) for _ in range(math.prod(shape))], shape).tolist())


def _ordinary(rng: random.Random) -> list[Case]:
    """Questions on no kink, for every definition and every parameter that changes one."""
    pair = {"predictions": _reals(rng, 2, 3), "targets": _reals(rng, 2, 3)}
    weights = {"weights": _reals(rng, 3, low=0.25, high=2), "where": mask([[True], [True]])}
    unit = _reals(rng, 6, low=0.0625, high=0.9375)
    rows, shares = _reals(rng, 3, 2, 3), _reals(rng, 3, 2, 3, low=0.0625)
    classes, signs = integers([[0, 2], [1, 1], [2, 0]]), integers([1, -1, 1, -1, 1, -1])
    several = integers([[0, 1, 0], [1, 0, 1]])
    class_weights = array([0.5, 2.0, 1.25])
    smooth = {"class_weights": class_weights, "label_smoothing": 0.25}
    chances, logs = _reals(rng, 2, 3, low=0.0625, high=0.9375), _reals(rng, 2, 3, high=-0.125)
    vectors = {name: _reals(rng, 4, 3) for name in ("anchors", "positives", "negatives")}
    pairs = {"embeddings1": _reals(rng, 4, 3), "embeddings2": _reals(rng, 4, 3)}
    layer = {"features": _reals(rng, 2, 3), "kernel": _reals(rng, 3, 4), "bias": _reals(rng, 4)}
    drawn = {"labels": integers([[0, 3], [2, 2]]), "samples": integers([1, 3, 0])}
    counts = {"label_log_counts": _reals(rng, 2, 2), "sample_log_counts": _reals(rng, 3)}
    return [
        question(
            "linear_softmax_cross_entropy", "mean", labels=integers([3, 1]), label_smoothing=0.25, **layer
        ),
        *(
            question(n, "mean", remove_accidental_hits=remove, **layer, **drawn, **counts)
            for n in ("sampled_softmax", "noise_contrastive_estimation")
            for remove in (True, False)
        ),
        *(question(n, "mean", **pair, **weights) for n in ("squared_error", "absolute_error", "log_cosh")),
        question("huber", delta=1.5, **pair),
        question("smooth_l1", "sum", beta=0.5, **pair),
        question("smooth_l1", beta=0.0, **pair),
        question("sigmoid_cross_entropy", logits=_reals(rng, 6), labels=unit),
        question(
            "sigmoid_cross_entropy",
            "mean",
            logits=_reals(rng, 2, 3),
            labels=array(np.reshape(unit.values, (2, 3)).tolist()),
            pos_weight=array([[0.5], [3.0]]),
            label_smoothing=0.25,
        ),
        question("binary_cross_entropy", probabilities=unit, labels=_reals(rng, 6, low=0, high=1)),
        question(
            "binary_cross_entropy",
            probabilities=unit,
            labels=integers([0, 1, 1, 0, 1, 0]),
            label_smoothing=0.5,
        ),
        question(
            "softmax_cross_entropy", logits=rows, labels=shares, axis=1, class_weights=array([2.0, 3.0])
        ),
        question("softmax_cross_entropy", "mean", logits=rows, labels=shares, **smooth),
        question("softmax_cross_entropy", "mean", logits=rows, labels=shares, denominator="count", **smooth),
        question(
            "softmax_cross_entropy", "mean", logits=rows, labels=shares, weights=array([[0.5], [2], [3]])
        ),
        question(
            "sparse_softmax_cross_entropy", "mean", logits=rows, labels=classes, ignore_index=1, **smooth
        ),
        question("nll", "mean", log_probabilities=rows, labels=classes, class_weights=class_weights),
        question("cross_entropy", "mean", probabilities=chances, targets=_reals(rng, 2, 3, low=0.125)),
        question("kl_divergence", log_probabilities=logs, targets=_reals(rng, 2, 3, low=0.125), axis=0),
        question("kl_divergence", log_probabilities=logs, targets=_reals(rng, 2, 3), log_targets=True),
        question("hinge_embedding", distances=_reals(rng, 6, low=0.0), labels=signs, margin=1.5),
        question("margin_ranking", scores1=_reals(rng, 6), scores2=_reals(rng, 6), labels=signs, margin=0.5),
        question("soft_margin", scores=_reals(rng, 6), labels=signs),
        question("multi_margin", "mean", scores=rows, labels=classes, class_weights=class_weights, p=2),
        question("multi_margin", scores=rows, labels=classes, margin=2.5, ignore_index=1),
        question(
            "ctc",
            "mean",
            logits=_reals(rng, 3, 2, 3),
            labels=integers([[2, 2, 1], [2, 1, 9]]),
            logit_lengths=integers([3, 3]),
            label_lengths=integers([1, 2]),
            time_axis=0,
        ),
        question("multilabel_margin", "mean", scores=_reals(rng, 2, 3), labels=several, margin=4.0),
        question("multilabel_margin", scores=_reals(rng, 2, 3), labels=several, axis=0),
        question(
            "multilabel_sigmoid_cross_entropy", "mean", logits=_reals(rng, 2, 3), labels=chances, **smooth
        ),
        question("cosine_embedding", labels=integers([1, -1, 1, -1]), margin=-0.25, **pairs),
        *(question("triplet_margin", p=p, margin=2.0, **vectors) for p in (1.0, 2.0, 3.5, INF)),
        *(question("triplet_margin", "mean", p=p, swap=True, **vectors) for p in (2.0, INF)),
        question("l1_penalty", array0=_reals(rng, 2, 2), array1=_reals(rng, 3)),
        question("l2_penalty", array0=_reals(rng, 2, 2), array1=_reals(rng, 3)),
        *(question(f"special.{n}", x=_reals(rng, 6)) for n in ("sigmoid", "log_sigmoid", "softplus")),
        question("special.xlogy", x=_reals(rng, 6), y=_reals(rng, 6, low=0.125)),
        question("special.logsumexp", x=_reals(rng, 2, 3), axis=0),
        question("special.softmax", x=_reals(rng, 2, 3), axis=0),
        question("special.log_softmax", x=_reals(rng, 2, 3)),
        *_likelihoods(rng),
        *_decisions(rng),
        question(
            "binary_cross_entropy", probabilities=unit, labels=_reals(rng, 6, low=0, high=1), clamp=True
        ),
        question("triplet_margin", "mean", eps=0.25, swap=True, margin=2.0, **vectors),
        *_of_errors(rng),
        *_sets(rng),
    ]


def _likelihoods(rng: random.Random) -> list[Case]:
    counts, rates = array([0.0, 0.5, 1.5, 2.0, 3.0, 7.0]), _reals(rng, 6, low=0.5, high=4.0)
    normal = {"predictions": _reals(rng, 6), "variances": rates, "targets": _reals(rng, 6)}
    return [
        question("log_poisson_nll", log_rates=_reals(rng, 6), targets=counts),
        question("log_poisson_nll", log_rates=_reals(rng, 6), targets=counts, stirling=True),
        question("poisson_nll", rates=rates, targets=counts, eps=0.125),
        question("poisson_nll", "mean", rates=rates, targets=integers([0, 1, 2, 3, 4, 5]), stirling=True),
        question("gaussian_nll", "mean", full=True, **normal),
        question("gaussian_nll", min_variance=0.25, **normal),
        *_heavy_tails(rng, counts, rates),
    ]


def _heavy_tails(rng: random.Random, counts: Array, rates: Array) -> list[Case]:
    scaled = {"predictions": _reals(rng, 6), "scales": rates, "targets": _reals(rng, 6)}
    positive = _reals(rng, 6, low=0.25, high=4.0)
    return [
        question("laplace_nll", **scaled),
        question("student_t_nll", "mean", **scaled),
        question("student_t_nll", df=0.5, **scaled),
        *(
            question("negative_binomial_nll", rates=rates, targets=positive, dispersion=dispersion)
            for dispersion in (1.0, 0.0, 0.125, 3.0)
        ),
        question("negative_binomial_nll", "mean", rates=rates, targets=integers([0, 1, 2, 3, 4, 5])),
        question("poisson_deviance", rates=rates, targets=positive),
        question("gamma_deviance", predictions=rates, targets=positive),
        *(
            question("tweedie_deviance", predictions=rates, targets=positive, power=power)
            for power in (1.5, 0.0, 1.0, 1.0625, 2.0, 3.0)
        ),
    ]


def _decisions(rng: random.Random) -> list[Case]:
    signs, shares = integers([1, -1, 1, -1, -1, 1]), _reals(rng, 6, low=0.0625, high=0.9375)
    return [
        *(
            question(loss, scores=_reals(rng, 6), labels=signs)
            for loss in ("hinge", "squared_hinge", "modified_huber", "perceptron", "exponential")
        ),
        *(
            question("sigmoid_focal", logits=_reals(rng, 6), labels=shares, **parameters)
            for parameters in ({}, {"alpha": 0.25}, {"gamma": 0.0}, {"alpha": 0.75, "gamma": 0.5})
        ),
    ]


def _of_errors(rng: random.Random) -> list[Case]:
    pair = {"predictions": _reals(rng, 6), "targets": _reals(rng, 6)}
    quantities = {name: _reals(rng, 6, low=-0.75) for name in pair}
    return [
        question("pseudo_huber", "mean", delta=1.5, **pair),
        question("quantile", "mean", quantile=0.25, **pair),
        question("expectile", "sum", expectile=0.25, **pair),
        question("epsilon_insensitive", epsilon=0.5, **pair),
        question("squared_log_error", "mean", **quantities),
        *(question("absolute_percentage_error", min_target=least, **pair) for least in (0.0, 1.5)),
        *(question(n, scale=1.5, **pair) for n in ("charbonnier", "cauchy", "geman_mcclure", "welsch")),
        *(question("general_robust", alpha=a, scale=1.5, **pair) for a in (2.0, 1.5, 0.0, -3.5, -INF)),
    ]


def _of_classes(rng: random.Random) -> list[Case]:
    """The same for what weighs classes anew, cosines, and two distributions."""
    rows, shares = _reals(rng, 3, 2, 3), _reals(rng, 3, 2, 3, low=0.0625)
    classes, cosines = integers([[0, 2], [1, 1], [2, 0]]), _reals(rng, 3, 2, 3, low=-0.8, high=0.8)
    words = {"class_weights": array([0.5, 2.0, 1.25])}
    z_loss = {"z_loss": 0.25, "label_smoothing": 0.25}
    chances, others = _reals(rng, 2, 3, low=0.0625, high=0.9375), _reals(rng, 2, 3, low=0.125)
    return [
        question("softmax_cross_entropy", "mean", logits=rows, labels=shares, **words, **z_loss),
        question("sparse_softmax_cross_entropy", logits=rows, labels=classes, **words, **z_loss),
        *(
            question("softmax_focal", "mean", logits=rows, labels=shares, gamma=g, **words)
            for g in (0.5, 2.0)
        ),
        question("sparse_softmax_focal", "mean", logits=rows, labels=classes, ignore_index=1, **words),
        *(
            question("poly_cross_entropy", logits=rows, labels=shares, epsilon=e, **words)
            for e in (-1.0, 2.0)
        ),
        question("sparse_poly_cross_entropy", logits=rows, labels=classes, epsilon=-0.5, **words),
        *(question("generalized_cross_entropy", logits=rows, labels=classes, q=q) for q in (0.0, 0.25, 1.0)),
        question("cosface", "mean", cosines=cosines, labels=classes, margin=0.25, scale=8.0),
        *(question("arcface", cosines=cosines, labels=classes, margin=m, scale=8.0) for m in (0.5, 1.5)),
        question("generalized_kl", "mean", rates=_reals(rng, 2, 3, low=0.25), targets=others),
        question("js_divergence", probabilities=chances, targets=others, axis=0),
        question("distillation", "mean", logits=rows, teacher_logits=_reals(rng, 3, 2, 3), temperature=2.0),
        question("special.smooth_labels", labels=rows, alpha=0.25),
    ]


def _of_margins(rng: random.Random) -> list[Case]:
    rows, shares, classes = _reals(rng, 3, 4), _reals(rng, 3, 4, low=0.0625, high=0.9375), integers([0, 3, 1])
    boxes, targets = ([[*_reals(rng, 2).values, *_reals(rng, 2, low=4.0, high=8.0).values]] for _ in range(2))
    return [
        question("multiclass_hinge", "mean", scores=rows, labels=classes, margin=0.5, ignore_index=3),
        question("multiclass_perceptron", scores=rows, labels=classes),
        question("categorical_hinge", scores=rows, labels=shares),
        question("sparsemax", logits=rows, labels=classes),
        question("binary_sparsemax", logits=rows, labels=shares),
        question("fenchel_young", scores=rows, targets=shares),
        *(
            question(f"{kind}_iou", boxes=boxes, targets=targets)
            for kind in ("generalized", "distance", "complete")
        ),
    ]


def _of_embeddings(rng: random.Random) -> list[Case]:
    pair = _reals(rng, 4, 3), _reals(rng, 4, 3)
    groups, signs = integers([0, 1, 0, 1]), integers([1, -1, -1, 1])
    near, far = _reals(rng, 4, low=0.25, high=1.5), _reals(rng, 4, low=0.5, high=1.75)
    return [
        question("cosine_distance", "mean", predictions=pair[0], targets=pair[1]),
        question("contrastive", distances=near, labels=signs, margin=1.25),
        question("triplet_margin_with_distance", positive_distances=near, negative_distances=far),
        question("info_nce", "mean", queries=pair[0], keys=pair[1], temperature=0.5),
        question("nt_xent", embeddings1=pair[0], embeddings2=pair[1], temperature=0.5),
        question("supervised_contrastive", "mean", embeddings=pair[0], labels=groups, temperature=0.5),
        question("circle", "mean", embeddings=pair[0], labels=groups, gamma=2.0),
    ]


def _sets(rng: random.Random) -> list[Case]:
    """Lists and masks, of which some entries are not there."""
    lists = {"scores": _reals(rng, 2, 3, 2), "where": mask([[True, True], [True, False], [True, True]])}
    order = integers([[[0, 3], [1, 2], [4, 5]], [[2, 0], [5, 1], [3, 4]]])
    chances = {"probabilities": _reals(rng, 2, 3, 2, low=0.0625, high=0.9375), "where": lists["where"]}
    shares, sides = _reals(rng, 2, 3, 2, low=0.0625, high=1), integers([[[0, 1], [1, 0], [1, 1]]] * 2)
    weights = array([0.5, 2.0])
    costs = {"alpha": 0.25, "beta": 0.75, "smooth": 0.5}
    return [
        question("pairwise_logistic", "mean", labels=order, axis=(1, 2), weights=weights, **lists),
        question("pairwise_hinge", "mean", labels=order, axis=(2, 1), margin=2.5, **lists),
        question("ranking_softmax", "mean", labels=shares, axis=1, **lists),
        question("list_mle", "mean", labels=order, axis=(1, 2), weights=weights, **lists),
        *(question(n, labels=shares, axis=(0, 2), smooth=0.5, **chances) for n in ("dice", "jaccard")),
        question("tversky", "mean", labels=shares, axis=(1, 2), weights=weights, **costs, **chances),
        question("focal_tversky", labels=shares, axis=(2, 1), gamma=1.5, **costs, **chances),
        question("generalized_dice", "mean", labels=shares, axis=1, over=(2,), weights=weights, **chances),
        question("lovasz_hinge", labels=sides, logits=lists["scores"], axis=(1, 2), where=lists["where"]),
        question("lovasz_softmax", "mean", labels=sides, axis=(1, 2), weights=weights, **chances),
    ]


ORDINARY = [
    *_of_embeddings(random.Random(3)),
    *_ordinary(random.Random(0)),
    *_of_classes(random.Random(1)),
    *_of_margins(random.Random(2)),
]


# Numbers that anybody can look up or work out: a question, and the first of its values.
LOG_2 = math.log(2)
_CROSS = [[1.0, 0.0], [0.0, 1.0]]
KNOWN = [
    (question("multiclass_hinge", scores=[[2.0, 1.5, 0.0]], labels=integers([0])), [0.5]),
    (question("multiclass_perceptron", scores=[[2.0, 2.5, 0.0]], labels=integers([0])), [0.5]),
    (question("categorical_hinge", scores=[[0.5, 0.25, -1.0]], labels=[[1.0, 0.0, 0.0]]), [0.75]),
    (question("sparsemax", logits=[[0.5, 0.0, -3.0]], labels=integers([0])), [0.0625]),
    (question("binary_sparsemax", logits=[0.0, 2.0], labels=[1.0, 0.0]), [0.25, 2.0]),
    (question("fenchel_young", scores=[[0.0, 0.0]], targets=[[1.0, 0.0]]), [math.log(2)]),
    (question("generalized_iou", boxes=[[0.0, 0.0, 2.0, 2.0]], targets=[[1.0, 0.0, 3.0, 2.0]]), [2 / 3]),
    (
        question("distance_iou", boxes=[[0.0, 0.0, 2.0, 2.0]], targets=[[1.0, 0.0, 3.0, 2.0]]),
        [2 / 3 + 1 / 13],
    ),
    (
        question("complete_iou", boxes=[[0.0, 0.0, 2.0, 2.0]], targets=[[1.0, 0.0, 3.0, 2.0]]),
        [2 / 3 + 1 / 13],
    ),
    (question("cosine_distance", predictions=[[3.0, 4.0]], targets=[[4.0, 3.0]]), [0.04]),
    (question("contrastive", distances=[2.0, 0.25], labels=integers([1, -1])), [4.0, 0.5625]),
    (question("triplet_margin_with_distance", positive_distances=[1.0], negative_distances=[1.5]), [0.5]),
    (question("info_nce", queries=_CROSS, keys=_CROSS, temperature=1.0), 2 * [math.log1p(math.exp(-1))]),
    (
        question("nt_xent", embeddings1=_CROSS, embeddings2=_CROSS, temperature=1.0),
        2 * [math.log1p(2 * math.exp(-1))],
    ),
    (
        question(
            "supervised_contrastive",
            embeddings=_CROSS + _CROSS,
            labels=integers([0, 1, 0, 1]),
            temperature=1.0,
        ),
        4 * [math.log1p(2 * math.exp(-1))],
    ),
    (
        question("circle", embeddings=[*_CROSS, _CROSS[0]], labels=integers([0, 1, 0]), gamma=1.0),
        [math.log1p(math.exp(-0.32)), 0.0, math.log1p(math.exp(-0.32))],
    ),
    (question("squared_error", predictions=[3.0], targets=[1.0]), [4.0]),
    (question("absolute_error", predictions=[3.0], targets=[1.0]), [2.0]),
    (question("huber", predictions=[0.5, 3.0], targets=[0.0, 0.0]), [0.125, 2.5]),
    (question("smooth_l1", predictions=[0.25, 2.0], targets=[0.0, 0.0], beta=0.5), [0.0625, 1.75]),
    (question("log_cosh", predictions=[1.0], targets=[0.0]), [0.43378083048302711]),
    (question("pseudo_huber", predictions=[0.75, 6.0], targets=[0.0, 0.0]), [0.25, 37**0.5 - 1]),
    (question("quantile", predictions=[0.0, 3.0], targets=[1.0, 1.0], quantile=0.75), [0.75, 0.5]),
    (question("expectile", predictions=[0.0, 3.0], targets=[1.0, 1.0], expectile=0.75), [0.75, 1.0]),
    (question("epsilon_insensitive", predictions=[0.5, 3.0], targets=[0.0, 0.0], epsilon=1.0), [0.0, 2.0]),
    (question("squared_log_error", predictions=[1.0], targets=[3.0]), [LOG_2**2]),
    (question("absolute_percentage_error", predictions=[3.0], targets=[-4.0]), [1.75]),
    (question("charbonnier", predictions=[1.5], targets=[0.0], scale=2.0), [0.25]),
    (question("cauchy", predictions=[2.0], targets=[0.0], scale=2.0), [0.40546510810816438]),
    (question("geman_mcclure", predictions=[4.0], targets=[0.0], scale=2.0), [1.0]),
    (question("welsch", predictions=[2.0], targets=[0.0], scale=2.0), [0.39346934028736658]),
    (question("general_robust", predictions=[3.0], targets=[0.0], alpha=-1.0), [1.5]),
    (question("sigmoid_cross_entropy", logits=[0.0, 1.0], labels=[1.0, 1.0]), [LOG_2, 0.31326168751822283]),
    (question("binary_cross_entropy", probabilities=[0.5], labels=[0.0]), [LOG_2]),
    (
        question(
            "ctc", logits=np.log([[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]]).tolist(), labels=integers([[1]])
        ),
        [-math.log(0.4375)],
    ),
    (
        question("sparse_softmax_cross_entropy", logits=[[1.0, 2.0], [1.0, 3.0]], labels=integers([0, 1])),
        [1.3132616875182228, 0.12692801104297249],
    ),
    (
        question("linear_softmax_cross_entropy", features=[[1.0]], kernel=[[1.0, 2.0]], labels=integers([0])),
        [1.3132616875182228],
    ),
    *(
        (
            question(
                n, features=[[1.0]], kernel=[[1.0, 2.0, 5.0]], labels=integers([0]), samples=integers([1])
            ),
            known,
        )
        for n, known in (
            ("sampled_softmax", [1.3132616875182228]),
            ("noise_contrastive_estimation", [2.4401896985611957]),
        )
    ),
    (question("softmax_cross_entropy", logits=[[2.0, 0.0]], labels=[[0.5, 0.5]]), [1.1269280110429725]),
    (question("nll", log_probabilities=[[-1.0, -2.0]], labels=integers([1])), [2.0]),
    (question("cross_entropy", probabilities=[[0.5, 0.25, 0.25]], targets=[[0.0, 1.0, 0.0]]), [2 * LOG_2]),
    (question("kl_divergence", log_probabilities=[[-1.0, -1.0]], targets=[[1.0, 0.0]]), [1.0]),
    (question("log_poisson_nll", log_rates=[0.0, 1.0], targets=integers([3, 1])), [1.0, math.e - 1]),
    (
        question("poisson_nll", rates=[1.0, 2.0], targets=integers([3, 2]), stirling=True),
        [3 * math.log(3) - 2 + math.log(6 * math.pi) / 2, math.log(4 * math.pi) / 2],
    ),
    (question("gaussian_nll", predictions=[3.0], variances=[4.0], targets=[1.0]), [LOG_2 + 0.5]),
    (question("laplace_nll", predictions=[3.0], scales=[2.0], targets=[1.0]), [2 * LOG_2 + 1]),
    (
        question("student_t_nll", predictions=[1.0], scales=[1.0], targets=[0.0], df=1.0),
        [math.log(2 * math.pi)],
    ),
    (question("negative_binomial_nll", rates=[1.0, 1.0], targets=integers([0, 1])), [LOG_2, 2 * LOG_2]),
    (question("negative_binomial_nll", rates=[1.0], targets=integers([2]), dispersion=0.0), [1 + LOG_2]),
    (question("poisson_deviance", rates=[1.0, 3.0], targets=integers([2, 0])), [4 * LOG_2 - 2, 6.0]),
    (question("gamma_deviance", predictions=[1.0], targets=[2.0]), [2 - 2 * LOG_2]),
    (question("tweedie_deviance", predictions=[1.0], targets=[4.0]), [4.0]),
    (question("tweedie_deviance", predictions=[1.0], targets=[2.0], power=3.0), [0.5]),
    (question("hinge", scores=[0.25, 2.0], labels=integers([1, -1])), [0.75, 3.0]),
    (question("squared_hinge", scores=[0.25, 2.0], labels=integers([1, -1])), [0.5625, 9.0]),
    (question("modified_huber", scores=[0.5, 3.0], labels=integers([1, -1])), [0.25, 12.0]),
    (question("perceptron", scores=[0.5, 3.0], labels=integers([1, -1])), [0.0, 3.0]),
    (question("exponential", scores=[0.0, 1.0], labels=integers([1, -1])), [1.0, math.e]),
    (question("sigmoid_focal", logits=[0.0], labels=[1.0]), [LOG_2 / 4]),
    (question("hinge_embedding", distances=[0.25, 0.25], labels=integers([1, -1])), [0.25, 0.75]),
    (question("margin_ranking", scores1=[2.0, 1.0], scores2=[1.0, 3.0], labels=integers([1, 1])), [0.0, 2.0]),
    (question("pairwise_logistic", scores=[[0.0, 0.0, 0.0]], labels=integers([[2, 1, 0]])), [3 * LOG_2]),
    (question("pairwise_hinge", scores=[[2.0, 0.0, 0.5]], labels=integers([[1, 0, 1]])), [0.5]),
    (question("ranking_softmax", scores=[[0.0, 0.0]], labels=[[1.0, 2.0]]), [3 * LOG_2]),
    (question("list_mle", scores=[[0.0, 0.0, 0.0]], labels=integers([[2, 1, 0]])), [math.log(6)]),
    (question("dice", probabilities=[[1.0, 0.5, 0.0]], labels=[[1.0, 0.0, 0.0]]), [0.2]),
    (question("jaccard", probabilities=[[1.0, 1.0, 0.0]], labels=[[1.0, 0.0, 0.0]]), [0.5]),
    (
        question("tversky", probabilities=[[1.0, 1.0, 0.0]], labels=[[1.0, 0.0, 0.0]], alpha=0.25, beta=0.75),
        [0.2],
    ),
    (
        question("focal_tversky", probabilities=[[1.0, 1.0]], labels=[[1.0, 0.0]], alpha=1.0, gamma=0.5),
        [0.25],
    ),
    (
        question(
            "generalized_dice",
            probabilities=[[1.0, 0.5], [0.0, 0.5]],
            labels=[[1.0, 0.0], [0.0, 1.0]],
            over=0,
        ),
        [1 - 2 * 1.5 / 4.0],
    ),
    (
        question(
            "lovasz_hinge", logits=[[2.0, -0.5, 0.5], [0.0, 0.0, 0.0]], labels=integers([[1, 0, 1], [0] * 3])
        ),
        [1 / 3, 1.0],
    ),
    (
        question("lovasz_softmax", probabilities=[[0.75, 0.5, 0.25]], labels=integers([[1, 0, 0]])),
        [0.375],
    ),
    (question("soft_margin", scores=[0.0, -1.0], labels=integers([1, -1])), [LOG_2, 0.31326168751822283]),
    (question("multi_margin", scores=[[2.0, 1.5, 3.0, 0.0]], labels=integers([0])), [0.625]),
    (question("multi_margin", scores=[[2.0, 1.5, 3.0, 0.0]], labels=integers([0]), p=2), [1.0625]),
    (question("multilabel_margin", scores=[[0.5, 2.0, 0.0, 1.25]], labels=[[0.0, 1.0, 0.0, 1.0]]), [0.0625]),
    (question("multilabel_margin", scores=[[0.5, 2.0, 0.0, 1.25]], labels=[[0.0, 1.0, 0.0, 2.0]]), [0.125]),
    (
        question("multilabel_sigmoid_cross_entropy", logits=[[0.0, 1.0]], labels=[[1.0, 1.0]]),
        [(LOG_2 + 0.31326168751822283) / 2],
    ),
    (
        question(
            "cosine_embedding", embeddings1=[[3.0, 0.0]], embeddings2=[[4.0, 3.0]], labels=integers([1])
        ),
        [0.2],
    ),
    (question("triplet_margin", anchors=[[0.0, 0.0]], positives=[[3.0, 4.0]], negatives=[[0.0, 2.0]]), [4.0]),
    (question("l1_penalty", array0=[[1.0, -2.0]], array1=[3.0]), [6.0]),
    (question("l2_penalty", array0=[[1.0, 2.0]], array1=[3.0]), [7.0]),
    (question("special.sigmoid", x=[0.0, 1.0]), [0.5, 0.7310585786300049]),
    (question("special.log_sigmoid", x=[0.0]), [-LOG_2]),
    (question("special.softplus", x=[0.0]), [LOG_2]),
    (question("special.xlogy", x=[2.0, 0.0], y=[2.0, 0.0]), [2 * LOG_2, 0.0]),
    (question("special.logsumexp", x=[[0.0, 0.0, 0.0]]), [math.log(3)]),
    (
        question("special.softmax", x=[[0.0, 0.0], [1.0, 2.0]], axis=0),
        [0.2689414213699951, 0.11920292202211756],
    ),
    (question("special.log_softmax", x=[[0.0, 50.0]]), [-50.0, -1.9287498479639178e-22]),
    (
        question("softmax_cross_entropy", logits=[[0.0, 0.0]], labels=[[1.0, 0.0]], z_loss=1.0),
        [LOG_2 + LOG_2**2],
    ),
    (question("softmax_focal", logits=[[0.0, 0.0]], labels=[[1.0, 0.0]]), [LOG_2 / 4]),
    (question("sparse_softmax_focal", logits=[[0.0, 0.0]], labels=integers([1]), gamma=1.0), [LOG_2 / 2]),
    (question("poly_cross_entropy", logits=[[0.0, 0.0]], labels=[[1.0, 0.0]]), [LOG_2 + 1]),
    (
        question("sparse_poly_cross_entropy", logits=[[0.0, 0.0]], labels=integers([1]), epsilon=-1.0),
        [LOG_2 - 0.5],
    ),
    (question("generalized_cross_entropy", logits=[[0.0, 0.0]], labels=integers([1]), q=0.5), [2 - 2**0.5]),
    (question("cosface", cosines=[[1.0, 0.5]], labels=integers([0]), margin=0.5), [LOG_2]),
    (
        question("arcface", cosines=[[0.0, 0.0]], labels=integers([0]), margin=0.5, scale=1.0),
        [math.log1p(math.exp(math.sin(0.5)))],
    ),
    (question("generalized_kl", rates=[[2.0, 1.0]], targets=[[1.0, 0.0]]), [2 - LOG_2]),
    (question("js_divergence", probabilities=[[1.0, 0.0]], targets=[[0.0, 1.0]]), [LOG_2]),
    (
        question("distillation", logits=[[0.0, 0.0]], teacher_logits=[[0.0, -INF]], temperature=2.0),
        [4 * LOG_2],
    ),
    (question("special.smooth_labels", labels=[[0.0, 1.0, 0.0, 0.0]], alpha=0.25), [0.0625, 0.8125]),
]

# Special values and kinks, as the README and the docstrings have them: values, an operand, its slopes.
SPECIAL = [
    (question("sigmoid_cross_entropy", logits=[INF, -INF], labels=[1.0, 0.0]), [0, 0], "logits", [0, 0]),
    (question("sigmoid_cross_entropy", logits=[INF, -INF], labels=[0.0, 1.0]), [INF, INF], "logits", [1, -1]),
    (
        question("softmax_cross_entropy", logits=[[-INF, 0.0]], labels=[[0.0, 1.0]]),
        [0],
        "logits",
        [0, 0],
    ),
    (
        question("softmax_cross_entropy", logits=[[-INF, 0.0]], labels=[[0.25, 0.75]]),
        [INF],
        "logits",
        [-0.25, 0.25],
    ),
    (question("generalized_kl", rates=[[0.0, 1.0]], targets=[[1.0, 0.0]]), [INF], "rates", [-INF, 1]),
    (question("generalized_kl", rates=[[0.0, 1.0]], targets=[[1.0, 0.0]]), [INF], "targets", [INF, 0]),
    (question("js_divergence", probabilities=[[0.0]], targets=[[0.0]]), [0], "targets", [0]),
    (
        question("js_divergence", probabilities=[[0.0]], targets=[[1.0]]),
        [LOG_2 / 2],
        "probabilities",
        [-INF],
    ),
    (
        question("arcface", cosines=[[1.0, 1.0]], labels=integers([0]), margin=0.0),
        [LOG_2],
        "cosines",
        [-32, 32],
    ),
    (
        question("generalized_cross_entropy", logits=[[-INF, 0.0]], labels=integers([0]), q=0.5),
        [2],
        "logits",
        [0, 0],
    ),
    (
        question("softmax_cross_entropy", logits=[[INF, 0.0]], labels=[[1.0, 0.0]]),
        [NAN],
        "logits",
        [NAN, NAN],
    ),
    (
        question("sparse_softmax_cross_entropy", logits=[[-INF, -INF]], labels=integers([0])),
        [NAN],
        "logits",
        [NAN, NAN],
    ),
    (question("ctc", logits=[[[0.0, 0.0]]], labels=integers([[1, 1]])), [INF], "logits", [0, 0]),
    (question("ctc", logits=[[[NAN, 0.0]]], labels=integers([[1]])), [NAN], "logits", [NAN, NAN]),
    (
        question("cross_entropy", probabilities=[[0.0, 1.0]], targets=[[0.0, 1.0]]),
        [0],
        "probabilities",
        [0, -1],
    ),
    (question("cross_entropy", probabilities=[[0.0, 1.0]], targets=[[0.0, 1.0]]), [0], "targets", [0, 0]),
    (
        question("cross_entropy", probabilities=[[0.0, 1.0]], targets=[[1.0, 0.0]]),
        [INF],
        "probabilities",
        [-INF, 0],
    ),
    (
        question("cross_entropy", probabilities=[[NAN, 1.0]], targets=[[0.0, 1.0]]),
        [0],
        "probabilities",
        [0, -1],
    ),
    (
        question("softmax_cross_entropy", logits=[[NAN, 0.0]], labels=[[0.0, 1.0]], class_weights=[0.0, 1.0]),
        [NAN],
        "labels",
        [NAN, NAN],
    ),
    (
        question(
            "sparse_softmax_cross_entropy", logits=[[-INF, 0.0]], labels=integers([0]), label_smoothing=0.5
        ),
        [INF],
        "logits",
        [-0.75, 0.75],
    ),
    (
        question("triplet_margin", anchors=[[1.0]], positives=[[1.0]], negatives=[[INF]]),
        [0],
        "negatives",
        [0],
    ),
    (
        question("binary_cross_entropy", probabilities=[0.0, 1.0], labels=[0.0, 1.0]),
        [0, 0],
        "probabilities",
        [1, -1],
    ),
    (
        question("binary_cross_entropy", probabilities=[0.0, 1.0], labels=[1.0, 0.0]),
        [INF, INF],
        "probabilities",
        [-INF, INF],
    ),
    (
        question("binary_cross_entropy", probabilities=[0.0, 1.0, 0.0], labels=[1.0, 0.0, 0.0], clamp=True),
        [100, 100, 0],
        "probabilities",
        [-1e12, 1e12, 0],
    ),
    (
        question("log_poisson_nll", log_rates=[-INF, -INF, INF], targets=[0.0, 2.0, 2.0]),
        [0, INF, INF],
        "log_rates",
        [0, -2, INF],
    ),
    (
        question("poisson_nll", rates=[0.0, 0.0, INF], targets=[0.0, 2.0, 2.0]),
        [0, INF, INF],
        "rates",
        [1, -INF, 1],
    ),
    (
        question("gaussian_nll", predictions=[1.0, 2.0], variances=[0.0, 0.0], targets=[1.0, 1.0]),
        [-INF, INF],
        "predictions",
        [0, INF],
    ),
    (
        question("gaussian_nll", predictions=[1.0], variances=[0.0], targets=[0.0], min_variance=1.0),
        [0.5],
        "variances",
        [0],
    ),
    (
        question("kl_divergence", log_probabilities=[[-INF, 0.0]], targets=[[0.0, 1.0]]),
        [0],
        "targets",
        [0, 1],
    ),
    (
        question("kl_divergence", log_probabilities=[[-INF, 0.0]], targets=[[-INF, 0.0]], log_targets=True),
        [0],
        "targets",
        [0, 1],
    ),
    (question("absolute_error", predictions=[1.0, NAN], targets=[1.0, 1.0]), [0, NAN], "targets", [0, NAN]),
    (
        question("huber", predictions=[1.0, INF, -INF], targets=[0.0, 0.0, 0.0]),
        [0.5, INF, INF],
        "predictions",
        [1, 1, -1],
    ),
    (
        question("smooth_l1", predictions=[0.0, 2.0], targets=[0.0, 0.0], beta=0.0),
        [0, 2],
        "predictions",
        [0, 1],
    ),
    (question("log_cosh", predictions=[-INF, 0.0], targets=[0.0, 0.0]), [INF, 0], "predictions", [-1, 0]),
    (question("quantile", predictions=[1.0, NAN], targets=[1.0, 0.0]), [0, NAN], "predictions", [0, NAN]),
    (
        question("absolute_percentage_error", predictions=[0.0, 2.0, 2.0], targets=[0.0, 0.0, INF]),
        [0, INF, 1],
        "targets",
        [0, -INF, 0],
    ),
    *(
        (
            question("general_robust", predictions=[INF, -INF], targets=[0.0, 0.0], alpha=alpha),
            [most, most],
            "predictions",
            [slope, -slope],
        )
        for alpha, most, slope in ((1.5, INF, INF), (1.0, INF, 1), (0.5, INF, 0), (-1.0, 3, 0), (-INF, 1, 0))
    ),
    (
        question("hinge_embedding", distances=[1.0, NAN], labels=integers([-1, -1])),
        [0, NAN],
        "distances",
        [0, NAN],
    ),
    (question("soft_margin", scores=[INF, -INF], labels=integers([1, 1])), [0, INF], "scores", [0, -1]),
    (
        question("laplace_nll", predictions=[1.0, 2.0], scales=[0.0, 0.0], targets=[1.0, 1.0]),
        [-INF, INF],
        "scales",
        [INF, -INF],
    ),
    (
        question("student_t_nll", predictions=[1.0, 2.0], scales=[0.0, 0.0], targets=[1.0, 1.0]),
        [-INF, INF],
        "predictions",
        [0, 5],
    ),
    (
        question("negative_binomial_nll", rates=[0.0, 0.0, INF], targets=[0.0, 2.0, 2.0]),
        [0, INF, INF],
        "rates",
        [1, -INF, 0],
    ),
    (
        question("poisson_deviance", rates=[0.0, 0.0, INF], targets=[0.0, 2.0, 2.0]),
        [0, INF, INF],
        "targets",
        [0, INF, -INF],
    ),
    (
        question("gamma_deviance", predictions=[0.0, 2.0], targets=[2.0, 0.0]),
        [INF, INF],
        "predictions",
        [-INF, 1],
    ),
    (
        question("tweedie_deviance", predictions=[0.0, 4.0], targets=[0.0, 0.0]),
        [0, 8],
        "targets",
        [0, -INF],
    ),
    (question("hinge", scores=[1.0, NAN], labels=integers([1, 1])), [0, NAN], "scores", [0, NAN]),
    (question("modified_huber", scores=[-1.0, -INF], labels=integers([1, 1])), [4, INF], "scores", [-4, -4]),
    (question("perceptron", scores=[0.0, -INF], labels=integers([1, 1])), [0, INF], "scores", [-1, -1]),
    (question("sigmoid_focal", logits=[INF, -INF], labels=[1.0, 1.0]), [0, INF], "logits", [0, -1]),
    (question("multi_margin", scores=[[1.0, 0.0]], labels=integers([0])), [0], "scores", [0, 0]),
    (question("multi_margin", scores=[[0.0, INF]], labels=integers([0])), [INF], "scores", [-0.5, 0.5]),
    (question("multilabel_margin", scores=[[1.0, 0.0]], labels=integers([[1, 0]])), [0], "scores", [0, 0]),
    (question("multilabel_margin", scores=[[NAN, INF]], labels=integers([[1, 1]])), [0], "scores", [0, 0]),
    (
        question("multilabel_sigmoid_cross_entropy", logits=[[INF, -INF]], labels=[[1.0, 1.0]]),
        [INF],
        "logits",
        [0, -0.5],
    ),
    (question("margin_ranking", scores1=[2.0], scores2=[2.0], labels=integers([1])), [0], "scores1", [0]),
    (
        question(
            "cosine_embedding", embeddings1=[[0.0, 0.0]], embeddings2=[[1.0, 2.0]], labels=integers([1])
        ),
        [1],
        "embeddings2",
        [0, 0],
    ),
    (
        question(
            "cosine_embedding",
            embeddings1=[[1.0, 1.0, 0.0]],
            embeddings2=[[1.0, 0.0, 1.0]],
            labels=integers([-1]),
            margin=0.5,
        ),
        [0],
        "embeddings1",
        [0, 0, 0],
    ),
    (
        question("triplet_margin", anchors=[[1.0, 2.0]], positives=[[1.0, 2.0]], negatives=[[1.0, 2.0]]),
        [1],
        "anchors",
        [0, 0],
    ),
    (
        question("triplet_margin", anchors=[[0.0]], positives=[[3.0]], negatives=[[4.0]], p=3.0),
        [0],
        "anchors",
        [0],
    ),
    (question("pairwise_hinge", scores=[[1.0, 0.0]], labels=integers([[1, 0]])), [0], "scores", [0, 0]),
    (question("list_mle", scores=[[0.0, -INF]], labels=integers([[1, 0]])), [0], "scores", [0, 0]),
    (question("dice", probabilities=[[0.0]], labels=[[0.0]]), [0], "probabilities", [0]),
    (question("focal_tversky", probabilities=[[1.0]], labels=[[1.0]]), [0], "probabilities", [0]),
    (
        question("lovasz_softmax", probabilities=[[0.5, 0.5]], labels=integers([[0, 0]])),
        [0],
        "probabilities",
        [0, 0],
    ),
    (question("l1_penalty", array0=[0.0, -2.0]), [2], "array0", [0, -1]),
    (question("special.xlogy", x=[0.0, 1.0, 0.0], y=[0.0, 0.0, NAN]), [0, -INF, NAN], "y", [0, INF, NAN]),
    (question("special.xlogy", x=[0.0, 1.0], y=[-1.0, -1.0]), [0, NAN], "x", [0, NAN]),
    (question("special.logsumexp", x=[[-INF, 0.0], [-INF, -INF]]), [0, -INF], "x", [0, 1, NAN, NAN]),
    (question("special.softplus", x=[INF, -INF]), [INF, 0], "x", [1, 0]),
]
