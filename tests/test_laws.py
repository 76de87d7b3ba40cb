"""Laws that every loss keeps on every backend, whatever the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import dask
import jax
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import arrayloss as al
from arrayloss import _namespace
from arrayloss._engine import blocks

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, FEATURES, Entry

SEEDS = st.integers(0, 2**32 - 1)
KEPT = st.lists(st.integers(0, 5), min_size=3, max_size=3, unique=True).map(sorted)
ORDERS = st.permutations(range(6))
COUNTS = st.sampled_from(([1, 2, 3], [3, 1, 2], [0, 2, 4], [5, 1, 0], [0, 0, 6]))
DENOMINATORS = ("weights", "count", "nonzero")
THOROUGH = ("numpy", "torch", "strict")
SLOW = ("jax", "dask")
EXAMPLES = {"numpy": 5, "torch": 3, "strict": 2, "jax": 2}
SOFTMAX = ("softmax_cross_entropy", "sparse_softmax_cross_entropy")


def cells(keep: Callable[[Entry], bool] = lambda _: True, backends: tuple[str, ...] = tuple(BACKENDS)) -> Any:
    """Every backend with every call of the losses that a law speaks of.

    Where calls are slow or the backend is another's variant, settings that only the
    formula sees are left to the others.
    """
    found = {
        f"{name}-{call}": (name, entry, setting)
        for name in backends
        for (entry, setting), call in zip(CALLS, _unique(CALL_IDS), strict=True)
        if keep(entry) and (name in THOROUGH or _matters(entry.parameters[setting]))
    }
    assert len(found) >= len(backends)
    return pytest.mark.parametrize(
        ("backend", "entry", "setting"), found.values(), ids=found, indirect=["backend"]
    )


def _matters(parameters: dict[str, Any]) -> bool:
    """Whether the engine itself treats a setting otherwise than the default."""
    return set(parameters) in (set(), {"class_weights"}, {"ignore_index"}, {"log_targets"})


def _unique(names: tuple[str, ...]) -> list[str]:
    return [f"{name}{names[:i].count(name) or ''}" for i, name in enumerate(names)]


calls = cells()


class Outcome(NamedTuple):
    """A loss and its gradients by operand, in NumPy."""

    value: np.ndarray
    gradients: dict[str, np.ndarray]


def hold(law: Callable[..., None], backend: Backend, **strategies: Any) -> None:
    """Run a law on drawn examples, the same in every run; few where a call is slow."""
    few = settings(
        max_examples=EXAMPLES.get(backend.name, 1),
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate,),  # what is drawn is as small as it gets
        suppress_health_check=list(HealthCheck),
    )
    few(given(**strategies)(law))()


def read(arrays: list[Any]) -> list[np.ndarray]:
    """The values of arrays, Dask's all at once."""
    return [numpy_of(a) for a in dask.compute(*arrays, scheduler="synchronous")]


def single(entry: Entry, seed: int) -> dict[str, np.ndarray]:
    """The operands of one item, the items' shape ()."""
    return {name: np.asarray(array[0]) for name, array in entry.operands(seed, (1,)).items()}


def outcome(backend: Backend, entry: Entry, setting: int, operands: dict[str, Any], **words: Any) -> Outcome:
    """Value and gradients by every floating operand, each of the right shape and dtype."""
    arrays = backend.arrays(operands)
    return outcome_of(entry, arrays, backend.arrays(entry.parameters[setting] | words))


def outcome_of(entry: Entry, arrays: dict[str, Any], keywords: dict[str, Any]) -> Outcome:
    """The same of arrays that are there."""
    return read_outcome(entry, arrays, differentiated(entry, arrays, keywords))


def outcomes(
    backend: Backend, entry: Entry, setting: int, operands: dict[str, Any], words: list[dict[str, Any]]
) -> list[Outcome]:
    """The outcomes of several calls on the same operands, compiled as one on JAX."""
    arrays = backend.arrays(operands)
    keywords = [backend.arrays(entry.parameters[setting] | each) for each in words]
    if backend.name != "jax":
        return [outcome_of(entry, arrays, each) for each in keywords]
    traced = [{k: v for k, v in each.items() if isinstance(v, jax.Array)} for each in keywords]

    def everything(arrays: dict[str, Any], traced: list[dict[str, Any]]) -> list[Any]:
        return [differentiated(entry, arrays, k | t) for k, t in zip(keywords, traced, strict=True)]

    return [read_outcome(entry, arrays, result) for result in jax.jit(everything)(arrays, traced)]


def differentiated(entry: Entry, arrays: dict[str, Any], keywords: dict[str, Any]) -> tuple[Any, Any]:
    return al.value_and_grad(entry.loss, entry.differentiable())(**arrays, **keywords)


def read_outcome(entry: Entry, arrays: dict[str, Any], result: tuple[Any, Any]) -> Outcome:
    """The outcome in NumPy, once shapes and dtypes are seen to be right."""
    value, gradients = result
    names = entry.differentiable()
    output = arrays[entry.outputs[0]]
    assert value.dtype == output.dtype, (value.dtype, output.dtype)
    for name, gradient in zip(names, gradients, strict=True):
        assert gradient.dtype == arrays[name].dtype, (name, gradient.dtype)
        assert tuple(gradient.shape) == tuple(arrays[name].shape), (name, gradient.shape)
    value, *gradients = read([value, *gradients])
    return Outcome(value, dict(zip(names, gradients, strict=True)))


def tolerance(backend: Backend) -> float:
    """A few dozen roundings of the backend's widest dtype."""
    return 64 * float(np.finfo(backend.widest).eps)


def close(actual: Any, expected: Any, backend: Backend) -> None:
    """Equal in shape and, to rounding relative to the largest entry, in value."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    assert np.isfinite(expected).all(), expected
    size = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=tolerance(backend), atol=tolerance(backend) * size)


def same(actual: Any, expected: Any) -> None:
    """Equal in shape, dtype and every bit that counts."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.dtype == expected.dtype, (actual.dtype, expected.dtype)
    np.testing.assert_array_equal(actual, expected, strict=True)


def outcomes_close(actual: Outcome, expected: Outcome, backend: Backend) -> None:
    """Equal value and gradients, to rounding."""
    assert actual.gradients.keys() == expected.gradients.keys() != set()
    close(actual.value, expected.value, backend)
    for name, gradient in expected.gradients.items():
        close(actual.gradients[name], gradient, backend)


def zeros(result: Outcome, items: tuple[int, ...] | None = None) -> None:
    """Value and gradients are exactly 0, the value 0-d or of the shape of the items."""
    assert result.value.shape == (items or ())
    assert not np.any(result.value), result.value
    assert result.gradients
    for name, gradient in result.gradients.items():
        assert (gradient == 0).all(), (name, gradient)


def taken(operands: dict[str, Any], rows: Any) -> dict[str, Any]:
    """The operands of some of the items."""
    return {name: array[rows] for name, array in operands.items()}


def weights_of(seed: int, items: tuple[int, ...] | int = 6) -> np.ndarray:
    """Positive weights, exact in float32."""
    return np.random.default_rng(seed).uniform(0.25, 4, items).astype(np.float32).astype(np.float64)


# Items: repetition, masks, order.


@calls
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


def masses(entry: Entry, setting: int, operands: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """What each item counts for in the sum of weights, and whether it is kept."""
    parameters = entry.parameters[setting]
    truth = operands[next(name for name in reversed(operands))]
    items = operands[entry.outputs[0]].shape[: -1 if entry.along_axis else None]
    mass, kept = np.ones(items), np.ones(items, bool)
    if (class_weights := parameters.get("class_weights")) is not None:
        mass = class_weights[truth] if truth.dtype.kind == "i" else truth @ class_weights
    if (ignored := parameters.get("ignore_index")) is not None:
        kept = truth != ignored
    return mass, kept


@calls
def test_mean_times_denominator_is_the_sum(backend: Backend, entry: Entry, setting: int) -> None:
    def law(seed: int, kept: list[int]) -> None:
        operands, weights = entry.operands(seed, (6,)), weights_of(seed)
        weights[kept[0]] = 0.0
        where = np.isin(np.arange(6), kept)
        words = {"weights": weights, "where": where}
        mass, present = masses(entry, setting, operands)
        present = present & where
        counted = [
            ("weights", np.sum(weights * mass, where=present)),
            ("nonzero", np.sum(weights != 0, where=present)),
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
    alone, where = single(entry, 1), np.zeros((), bool)
    words = {"weights": np.asarray(2.0), "where": where}
    zeros(outcome(backend, entry, setting, alone, **words))
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


@calls
def test_one_item_without_an_axis(backend: Backend, entry: Entry, setting: int) -> None:
    words = {"weights": np.asarray(2.0), "where": np.asarray(True)}
    actual = outcome(backend, entry, setting, single(entry, 3), **words)
    many = {name: np.repeat(array[None], 6, 0) for name, array in single(entry, 3).items()}
    row = {"weights": np.full(6, 2.0), "where": np.arange(6) == 4}
    expected = outcome(backend, entry, setting, many, **row)
    fourth = {name: gradient[4] for name, gradient in expected.gradients.items()}
    outcomes_close(actual, Outcome(expected.value, fourth), backend)


# What the caller gave stays as it was, whatever its layout.


@calls
def test_inputs_are_not_modified(backend: Backend, entry: Entry, setting: int) -> None:
    given = {**entry.operands(4, (6,)), **entry.parameters[setting]}
    given |= {"weights": weights_of(4), "where": np.arange(6) != 2}
    arrays = backend.arrays(given)
    for reduction in ("mean", "none") if backend.name not in SLOW else ("mean",):
        entry.loss(**arrays, reduction=reduction)
        differentiated(entry, arrays, {"reduction": reduction})
    held = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    assert len(held) >= 4
    for name, value in held.items():
        np.testing.assert_array_equal(read([arrays[name]])[0], value, err_msg=name)


@cells(backends=("numpy",))
def test_read_only_arrays(backend: Backend, entry: Entry, setting: int) -> None:
    arrays = entry.operands(5, (6,))
    keywords = {**entry.parameters[setting], "weights": weights_of(5), "where": np.arange(6) != 2}
    free = outcome(backend, entry, setting, arrays, weights=keywords["weights"], where=keywords["where"])
    frozen = 0
    for array in (*arrays.values(), *keywords.values()):
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
            frozen += 1
    assert frozen >= 4
    locked = outcome_of(entry, arrays, keywords)
    same(locked.value, free.value)
    for name, gradient in free.gradients.items():
        same(locked.gradients[name], gradient)


def moved(entry: Entry, operands: dict[str, np.ndarray], axis: int) -> dict[str, np.ndarray]:
    """The operands with the last axis of those that have one at another place."""
    rank = operands[entry.outputs[0]].ndim
    return {name: np.moveaxis(a, -1, axis) if a.ndim == rank else a for name, a in operands.items()}


@cells(lambda entry: entry.along_axis)
def test_the_axis_may_be_anywhere(backend: Backend, entry: Entry, setting: int) -> None:
    places = [((2, 3, 2), 1), ((2, 3, 2), 0), ((2, 3, 2), 2), ((2, 3), 0), ((2, 3), 1)]
    for items, axis in places[:1] if backend.name in SLOW else places:
        operands, weights = entry.operands(6, items), weights_of(6, items)
        expected = outcome(backend, entry, setting, operands, weights=weights)
        actual = outcome(backend, entry, setting, moved(entry, operands, axis), weights=weights, axis=axis)
        outcomes_close(actual, Outcome(expected.value, moved(entry, expected.gradients, axis)), backend)


@cells(backends=("numpy", "torch", "strict"))
def test_any_memory_layout(backend: Backend, entry: Entry, setting: int) -> None:
    keywords = backend.arrays(entry.parameters[setting])
    for layout in LAYOUTS if backend.name != "strict" else ("transposed",):
        operands = entry.operands(7, (3, 4))
        if layout == "broadcast":
            operands = {name: np.broadcast_to(array[:1], array.shape) for name, array in operands.items()}
        expected = outcome(backend, entry, setting, operands)
        arrays = {name: LAYOUTS[layout](backend, array) for name, array in operands.items()}
        outcomes_close(outcome_of(entry, arrays, keywords), expected, backend)


def _transposed(backend: Backend, array: np.ndarray) -> Any:
    order = tuple(reversed(range(array.ndim)))
    return backend.xp.permute_dims(backend.array(np.transpose(array)), order)


def _strided(backend: Backend, array: np.ndarray) -> Any:
    return backend.array(np.repeat(array, 2, axis=1))[:, ::2]


def _reversed(backend: Backend, array: np.ndarray) -> Any:
    if backend.name != "numpy":  # torch has no negative strides
        return _strided(backend, array)
    return array[::-1].copy()[::-1]


def _broadcast(backend: Backend, array: np.ndarray) -> Any:
    return backend.xp.broadcast_to(backend.array(array[:1]), array.shape)


LAYOUTS = {"transposed": _transposed, "strided": _strided, "reversed": _reversed, "broadcast": _broadcast}


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
    """Weighted, smoothed shares: softmax losses are least where the softmax is in proportion."""
    smoothing = parameters.get("label_smoothing", 0.0)
    return ((1 - smoothing) * shares + smoothing / FEATURES) * parameters.get("class_weights", 1.0)


def _odds(parameters: dict[str, Any], labels: np.ndarray) -> np.ndarray:
    smoothing = parameters.get("label_smoothing", 0.0)
    labels = (1 - smoothing) * labels + smoothing / 2
    return labels / (1 - labels) * parameters.get("pos_weight", 1.0)


def _log(shares: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(shares)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(FEATURES)[labels]


def _regression(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    return {"predictions": given["targets"]}


def _apart(given: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    first = given["embeddings1"]
    return {"embeddings2": 2.0 * first * given["labels"][..., None]}


PERFECT: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "squared_error": _regression,
    "absolute_error": _regression,
    "huber": _regression,
    "smooth_l1": _regression,
    "log_cosh": _regression,
    "sigmoid_cross_entropy": lambda g, p: {"logits": np.log(_odds(p, g["labels"]))},
    "binary_cross_entropy": lambda g, p: {"probabilities": 1 - 1 / (1 + _odds(p, g["labels"]))},
    "softmax_cross_entropy": lambda g, p: {"logits": _log(_smoothed(p, g["labels"]))},
    "sparse_softmax_cross_entropy": lambda g, p: {"logits": _log(_smoothed(p, _one_hot(g["labels"])))},
    "nll": lambda g, _: {"log_probabilities": _log(_one_hot(g["labels"]))},
    "cross_entropy": lambda g, _: {"probabilities": g["targets"]},
    "kl_divergence": lambda g, p: {
        "log_probabilities": g["targets"] if p.get("log_targets") else np.log(g["targets"])
    },
    "hinge_embedding": lambda g, p: {
        "distances": np.where(g["labels"] > 0, 0.0, p.get("margin", 1.0)),
    },
    "margin_ranking": lambda g, p: {"scores1": g["scores2"] + g["labels"] * (p.get("margin", 0.0) + 0.5)},
    "cosine_embedding": _apart,
    "triplet_margin": lambda g, _: {"positives": g["anchors"], "negatives": g["anchors"] + 100},
}
LEAST_IS_NOT_0 = ("sigmoid_cross_entropy", "binary_cross_entropy", "softmax_cross_entropy", "cross_entropy")


def _worse(rng: np.random.Generator, name: str, array: np.ndarray) -> np.ndarray:
    """The model's output moved a little, to what the loss may be given."""
    share = 10.0 ** rng.uniform(-3, -1)
    rows = rng.dirichlet(np.ones(FEATURES), array.shape[:-1])
    if name == "probabilities":
        return (1 - share) * array + share * (rows if array.ndim > 1 else rng.uniform(size=array.shape))
    if name == "log_probabilities":
        return np.log((1 - share) * np.exp(array) + share * rows)
    moved = array + share * rng.normal(size=array.shape)
    return np.abs(moved) if name == "distances" else moved


@calls
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


# Blocks.


def _boxes(shape: tuple[int, ...], limit: int | None) -> np.ndarray:
    """How often each entry is in a block, none larger than the limit."""
    seen = np.zeros(shape, int)
    for index in blocks.blocks(shape, limit):
        seen[index] += 1
        assert limit is None or seen[index].size <= max(limit, 1), (index, limit)
    return seen


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(shape=st.lists(st.integers(0, 6), max_size=4).map(tuple), limit=st.none() | st.integers(0, 40))
def test_blocks_tile_the_array(shape: tuple[int, ...], limit: int | None) -> None:
    np.testing.assert_array_equal(_boxes(shape, limit), np.ones(shape, int))


def in_blocks(patch: pytest.MonkeyPatch, array: Any, size: int | None) -> list[int]:
    """Make the array's library compute in blocks of a size; a count of the blocks made."""
    library = _namespace.library_of(array)
    made: list[int] = []

    def counted(shape: tuple[int, ...], limit: int | None) -> list[Any]:
        indices = list(blocks_of(shape, limit))
        made.append(len(indices))
        return indices

    blocks_of = blocks.blocks
    patch.setattr(blocks, "blocks", counted)
    patch.setitem(_namespace._BY_CLASS, type(array), replace(library, block=size))
    return made


SIZES = {(3, 5, 7): (1, 4, 16), (1, 11): (2, 8), (13,): (3, 5)}


@pytest.mark.parametrize("items", SIZES, ids=str)
@cells(backends=("numpy", "torch"))
def test_blocks_do_not_show(
    backend: Backend, entry: Entry, setting: int, items: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    operands = entry.operands(8, items)
    weighted = {"weights": weights_of(8, items), "where": np.random.default_rng(8).uniform(size=items) < 0.75}
    for words in ({}, weighted, weighted | {"reduction": "sum"}, weighted | {"reduction": "none"}):
        whole = outcome(backend, entry, setting, operands, **words)
        for size in SIZES[items]:
            with monkeypatch.context() as patch:
                made = in_blocks(patch, backend.array(np.zeros(1)), size)
                parts = outcome(backend, entry, setting, operands, **words)
            assert not blocked(backend, entry, setting, words) or (made and min(made) > 1), (size, made)
            outcomes_close(parts, whole, backend)
            for operand, gradient in whole.gradients.items() if backend.name == "numpy" else ():
                same(parts.gradients[operand], gradient)


def blocked(backend: Backend, entry: Entry, setting: int, words: dict[str, Any]) -> bool:
    """Whether a call runs in blocks: not where the denominator depends on an operand."""
    couples = entry.name == "softmax_cross_entropy" and "class_weights" in entry.parameters[setting]
    return not couples and not (backend.name == "torch" and words.get("reduction") == "none")


def test_every_loss_has_a_perfect_prediction() -> None:
    assert set(PERFECT) == set(CATALOGUE)
