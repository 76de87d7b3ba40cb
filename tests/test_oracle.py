"""The definitions of the oracle: right, complete, and each check shown to be able to fail."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import arrayloss as al
from conformance.model import HERE, Case
from conformance.oracle.core import DIFFERENTIABLE, Item
from conformance.oracle.definitions import DEFINITIONS
from conformance.oracle.layout import broadcast
from conformance.oracle.solve import Solved, solve
from conformance.schema import SchemaError

from .catalogue import CALL_IDS, CALLS, LAYERS, LOG_TARGETS, PENALTIES, Entry
from .definitions import per_item
from .questions import (
    INF,
    KNOWN,
    LOG_2,
    NAN,
    ORDINARY,
    SPECIAL,
    array,
    close,
    integers,
    mask,
    question,
    slopes_of,
    values_of,
)
from .wrong_arguments import TRANSFORMS

PUBLIC = {
    *(name for name in al.__all__ if name not in (*TRANSFORMS, "special")),
    *(f"special.{name}" for name in al.special.__all__),
}


# What the oracle is made of.


def loaded_beside(module: str) -> set[str]:
    """The array libraries, and arrayloss, that come along with a module."""
    libraries = {"arrayloss", "array_api_compat", "array_api_strict", "numpy", "jax", "torch", "dask", "cupy"}
    code = f"import sys, {module}; print(*sorted({libraries} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE.parent, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["conformance.oracle.generate", "conformance.oracle.balls"])
def test_the_oracle_imports_no_array_library(module: str) -> None:
    assert loaded_beside(module) == set()


def test_an_import_of_an_array_library_would_be_seen() -> None:
    assert {"arrayloss", "numpy"} <= loaded_beside("arrayloss")


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_function_has_a_definition(name: str) -> None:
    assert name in DEFINITIONS, f"{name} has no definition in conformance/oracle"


def test_every_definition_is_of_a_public_function() -> None:
    assert DEFINITIONS.keys() - PUBLIC == set()
    assert len(PUBLIC) > 20


# Derivatives, against difference quotients.


def check_gradient(case: Case) -> None:
    """Compare each derivative with a central difference quotient, whose error is the step squared."""
    with mp.workdps(100):
        step = mp.mpf(10) ** -30
        gradient = solve(case).gradient
        for name, slopes in gradient.items():
            given = case.arrays[name]
            for position, slope in enumerate(slopes):
                totals = []
                for side in (1, -1):
                    moved = list(map(mp.mpf, given.values))
                    moved[position] += side * step
                    changed = dataclasses.replace(given, values=tuple(moved))
                    solved = solve(dataclasses.replace(case, arrays={**case.arrays, name: changed}))
                    totals.append(mp.fsum(solved.values))
                quotient = (totals[0] - totals[1]) / (2 * step)
                assert abs(quotient - slope) <= mp.mpf(10) ** -50, (case.loss, name, position)


@pytest.mark.parametrize(
    "number", range(len(ORDINARY)), ids=[f"{c.loss}-{i}" for i, c in enumerate(ORDINARY)]
)
def test_derivatives_are_derivatives(number: int) -> None:
    case = ORDINARY[number]

    check_gradient(case)

    no_loss = case.loss in ("special.softmax", "special.log_softmax", "special.smooth_labels")
    assert bool(solve(case).gradient) is not no_loss


def test_every_definition_is_differentiated() -> None:
    assert {case.loss for case in ORDINARY} == DEFINITIONS.keys()
    for case in ORDINARY:
        operands = {n for n, r in DEFINITIONS[case.loss].operands.items() if r in DIFFERENTIABLE}
        floats = {name for name, given in case.arrays.items() if given.kind == "float"}
        if not DEFINITIONS[case.loss].each and not DEFINITIONS[case.loss].variadic:
            assert solve(case).gradient.keys() == operands & floats


@pytest.mark.parametrize("name", ["logits", "labels"])
def test_a_wrong_derivative_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = DEFINITIONS["sigmoid_cross_entropy"]

    def wrong(*operands: Any, **rest: Any) -> Item:
        item = right.formula(*operands, **rest)
        return Item(item.value, {**item.slopes, name: item.slopes[name] * (1 + mp.mpf(10) ** -45)})

    case = next(case for case in ORDINARY if case.loss == "sigmoid_cross_entropy")
    monkeypatch.setitem(DEFINITIONS, case.loss, dataclasses.replace(right, formula=wrong))
    with pytest.raises(AssertionError, match=name):
        check_gradient(case)


def test_a_derivative_that_forgets_the_denominator_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = DEFINITIONS["softmax_cross_entropy"]

    def wrong(*operands: Any, **rest: Any) -> Item:
        return dataclasses.replace(right.formula(*operands, **rest), mass_slopes={})

    case = next(c for c in ORDINARY if c.loss == "softmax_cross_entropy" and c.reduction == "mean")
    monkeypatch.setitem(DEFINITIONS, case.loss, dataclasses.replace(right, formula=wrong))
    with pytest.raises(AssertionError, match="labels"):
        check_gradient(case)


# A second look: definitions that somebody else wrote down for one item.


def _solved_entry(entry: Entry, choice: int) -> tuple[Solved, list[Any]]:
    """The oracle's answer to a call of the catalogue, and the other definition's items."""
    operands, parameters = entry.operands(seed=5, items=(3,)), entry.parameters[choice]
    given: dict[str, Any] = {
        name: array(v.tolist(), "float" if v.dtype.kind == "f" else "int") for name, v in operands.items()
    }
    given |= {n: array(v.tolist()) if isinstance(v, np.ndarray) else v for n, v in parameters.items()}
    with mp.workdps(80):
        return solve(question(entry.name, **given)), per_item(
            entry.name, operands, parameters, axes=entry.axes, coupled=entry.coupled
        )


@pytest.mark.parametrize(("entry", "choice"), CALLS, ids=CALL_IDS)
def test_values_and_derivatives_are_those_of_the_other_definition(entry: Entry, choice: int) -> None:
    solved, items = _solved_entry(entry, choice)

    with mp.workdps(80):
        for ours, (theirs, _) in zip(solved.values, items, strict=True):
            assert abs(ours - theirs) <= mp.mpf(10) ** -70 * max(1, abs(theirs))
        for name, slopes in solved.gradient.items():
            others = [slope for _, gradient in items for slope in gradient[name]]
            for ours, theirs in zip(slopes, others, strict=True):
                assert abs(ours - theirs) <= mp.mpf(10) ** -40 * max(1, abs(theirs)), name


def test_the_second_look_is_at_every_loss_of_the_catalogue() -> None:
    looked = {entry.name for entry, _ in CALLS}
    # The textbook form of a layer's losses is theirs in `test_vocabulary`.
    whole = {loss.__name__ for loss in (*PENALTIES, *LAYERS)}
    assert PUBLIC - looked == whole | {f"special.{name}" for name in al.special.__all__}
    assert LOG_TARGETS in [entry for entry, _ in CALLS]


def test_a_wrong_value_is_caught_by_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, choice = next(call for call in CALLS if call[0].name == "huber")
    right = DEFINITIONS["huber"]

    def wrong(ar: Any, predictions: Any, targets: Any, **rest: Any) -> Item:
        item = right.formula(ar, predictions, targets, **rest)
        return Item(item.value + mp.mpf(10) ** -60, item.slopes)

    monkeypatch.setitem(DEFINITIONS, "huber", dataclasses.replace(right, formula=wrong))
    with pytest.raises(AssertionError):
        test_values_and_derivatives_are_those_of_the_other_definition(entry, choice)


# Known and special values.


@pytest.mark.parametrize(("case", "expected"), KNOWN, ids=[case.loss for case, _ in KNOWN])
def test_known_values(case: Case, expected: list[float]) -> None:
    assert values_of(case)[: len(expected)] == close(expected)


def test_a_value_is_known_for_every_definition() -> None:
    assert {case.loss for case, _ in KNOWN} == DEFINITIONS.keys()


@pytest.mark.parametrize(
    ("case", "values", "operand", "slopes"),
    SPECIAL,
    ids=[f"{case.loss}-{i}" for i, (case, *_) in enumerate(SPECIAL)],
)
def test_special_values(case: Case, values: list[float], operand: str, slopes: list[float]) -> None:
    assert values_of(case) == close(values)
    assert slopes_of(case, operand) == close(slopes)


def test_softmax_of_what_has_none() -> None:
    assert values_of(question("special.softmax", x=[[-INF, 0.0]])) == close([0.0, 1.0])
    assert values_of(question("special.log_softmax", x=[[-INF, 0.0]])) == close([-INF, 0.0])
    assert values_of(question("special.softmax", x=[[INF, 0.0]])) == close([NAN, NAN])


# The four words.

ROWS = [[-1.0], [-2.0], [-4.0], [-8.0]]


@pytest.mark.parametrize(
    ("denominator", "divisor"),
    [("weights", 4), ("count", 3), ("nonzero", 2), (26, 26), (6.5, 6.5), (array(13.0), 13), (integers(5), 5)],
)
def test_weights_mask_and_denominators(denominator: Any, divisor: float) -> None:
    """By hand: nll picks 1, 2, 4, 8; the mask leaves out the last, the weights are 1, 0, 3."""
    words = {"weights": [1.0, 0.0, 3.0, 5.0], "where": mask([True, True, True, False])}
    labels = integers([0, 0, 0, 0])
    case = question("nll", "mean", log_probabilities=ROWS, labels=labels, denominator=denominator, **words)

    assert values_of(case) == close([13 / divisor])
    assert slopes_of(case, "log_probabilities") == close([-1 / divisor, 0, -3 / divisor, 0])


def test_sum_and_none() -> None:
    given = {"predictions": [1.0, 2.0, 3.0], "targets": 0.0, "weights": [1.0, 2.0, 0.5]}

    assert values_of(question("squared_error", "sum", **given)) == close([1 + 8 + 4.5])
    assert values_of(question("squared_error", "none", **given)) == close([1, 8, 4.5])
    assert slopes_of(question("squared_error", "none", **given), "predictions") == close([2, 8, 3])
    assert values_of(question("squared_error", "mean", **{**given, "weights": 2.0})) == close([14 / 3])


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 4), (2, 1, 4), (1, 1, 1), (2, 3, 4)])
def test_broadcasting_is_numpys(shape: tuple[int, ...]) -> None:
    positions = np.arange(math.prod(shape)).reshape(shape)

    assert broadcast(shape, (2, 3, 4)) == np.broadcast_to(positions, (2, 3, 4)).ravel().tolist()


def test_what_does_not_broadcast_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"shape \[3\] does not broadcast to \[2\]"):
        solve(question("squared_error", predictions=[1.0, 2.0], targets=0.0, weights=[1.0, 2.0, 3.0]))
    with pytest.raises(SchemaError, match="'targets' has shape"):
        solve(question("squared_error", predictions=[1.0, 2.0], targets=[1.0]))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_the_axis_may_be_anywhere(axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    expected = np.log(np.sum(np.exp(x), axis=axis))
    solved = solve(question("special.logsumexp", x=x.tolist(), axis=axis))

    assert solved.shape == expected.shape
    np.testing.assert_allclose([float(v) for v in solved.values], expected.ravel(), rtol=1e-14)
    softmax = np.exp(x - np.expand_dims(expected, axis))
    np.testing.assert_allclose([float(v) for v in solved.gradient["x"]], softmax.ravel(), rtol=1e-14)
    entries_of = solve(question("special.softmax", x=x.tolist(), axis=axis))
    np.testing.assert_allclose([float(v) for v in entries_of.values], softmax.ravel(), rtol=1e-14)


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_what_is_masked_out_or_ignored_adds_nothing(bad: float) -> None:
    seen = question(
        "squared_error", "mean", predictions=[1.0, bad], targets=[0.0, bad], where=mask([True, False])
    )
    assert values_of(seen) == close([1])
    assert slopes_of(seen, "targets") == close([-2, 0])

    given = {"log_probabilities": [[-2.0, bad], [bad, bad]], "weights": [1.0, NAN]}
    ignored = question("nll", "mean", labels=integers([0, 9]), ignore_index=9, **given)
    assert values_of(ignored) == close([2])
    assert slopes_of(ignored, "log_probabilities") == close([-1, 0, 0, 0])


def test_a_weight_is_no_mask() -> None:
    case = question("squared_error", "sum", predictions=[NAN, 1.0], targets=[0.0, 0.0], weights=[0.0, 1.0])

    assert values_of(case) == close([NAN])
    assert slopes_of(case, "predictions") == close([NAN, 2])


@pytest.mark.parametrize(
    "words",
    [
        {"predictions": [], "targets": []},
        {"predictions": [1.0], "targets": [0.0], "where": mask([False])},
        {"predictions": [1.0], "targets": [0.0], "weights": [0.0]},
    ],
    ids=["empty", "masked", "weightless"],
)
@pytest.mark.parametrize("denominator", ["weights", "nonzero", "count"])
def test_a_mean_over_nothing_is_0(words: dict[str, Any], denominator: str) -> None:
    case = question("squared_error", "mean", denominator=denominator, **words)

    assert values_of(case) == [0]
    assert slopes_of(case, "predictions") == [0] * len(words["predictions"])


def test_the_weight_of_a_class_counts_in_the_mean() -> None:
    given = {"logits": [[0.0, 0.0], [0.0, 0.0]], "class_weights": [1.0, 3.0]}
    sparse = question("sparse_softmax_cross_entropy", "mean", labels=integers([0, 1]), **given)
    dense = question("softmax_cross_entropy", "mean", labels=[[1.0, 0.0], [0.0, 1.0]], **given)

    assert values_of(sparse) == close([LOG_2])
    assert solve(sparse).values == solve(dense).values
    assert solve(sparse).gradient["logits"] == solve(dense).gradient["logits"]
    assert values_of(dataclasses.replace(sparse, parameters={"denominator": "count"})) == close([2 * LOG_2])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (question("quartic_error", x=[1.0]), "no definition of the loss 'quartic_error'"),
        (question("huber", predictions=[1.0], targets=[1.0], wheights=[1.0]), "no array 'wheights'"),
        (question("huber", targets=[1.0]), "array 'predictions' is missing"),
        (question("nll", log_probabilities=[[0.0]], labels=integers([1])), "holds 1, no class of 1"),
        (question("hinge_embedding", distances=[1.0], labels=integers([0])), "neither -1 nor 1"),
    ],
)
def test_a_question_without_an_answer_is_refused_by_name(case: Case, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        solve(case)
