"""The dialect of TensorFlow against what TensorFlow itself answers, and in every library's own way."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest

import arrayloss as al
from arrayloss.dialects import tensorflow as nn

from .backends import BACKENDS, Backend, numpy_of
from .tensorflow_vectors import (
    CTC,
    FILE,
    L2,
    POISSON,
    SIGMOID,
    SOFTMAX,
    SPARSE,
    WEIGHTED,
    questions,
    renew,
)
from .vectors import Question, read, signature, signatures

FUNCTIONS = (SIGMOID, WEIGHTED, SOFTMAX, SPARSE, POISSON, L2, CTC)
VECTORS = {question.name: (question, answer) for question, answer in read(FILE)}
INF = math.inf


class Own(NamedTuple):
    """What is right, and why it is not what TensorFlow says."""

    reason: str
    value: Any
    gradients: dict[str, Any] | None = None

    def numbers(self) -> dict[str, Any]:
        """The value and the gradients by name."""
        return {"value": self.value, **(self.gradients or {})}


LN2 = math.log(2.0)
TOTAL = math.log(1 + math.e + math.exp(2))  # of logits 3, 2, 1 the logarithm of the sum, less 1
LOSSES = [TOTAL, TOTAL - 1, TOTAL - 2]
SHARES = [math.exp(-loss) for loss in LOSSES]
LIMIT = "a formula that subtracts infinities there: the limit is the value"
SUM = "the derivative of another function where the labels do not add up to 1"
INTEGER = "no dtype but that of the logits: whole numbers are exact in any"
NUMBER = "no number for an array: one may stand for all labels"
FLAT = "broadcasting after all items are in one row: the rules are those of arrays"
WIDTH = "no labels but int32 and int64: any integer dtype will do"
ANSWERED_OTHERWISE = {
    "sigmoid-infinite": Own(
        LIMIT, [0, 0, INF, INF], {"labels": [INF, -INF, INF, -INF], "logits": [0, 0, -1, 1]}
    ),
    "weighted-infinite": Own(LIMIT, [0, 0, INF, INF], {"logits": [0, 0, -2, 1]}),
    "weighted-at-0": Own(
        "the slopes of |x| and max(x, 0) at 0, which are not the loss's",
        [3 * LN2, LN2],
        {"logits": [-1.5, 0.5]},
    ),
    "softmax-masked": Own(
        "0 times infinity for a masked class: a label of 0 adds 0",
        [math.log1p(math.exp(-1))],
        {
            "labels": [[INF, 1.3132616875182228, 0.31326168751822286]],
            "logits": [[0, 0.2689414213699951, -0.2689414213699951]],
        },
    ),
    "softmax-sum-2": Own(
        SUM,
        [2 * TOTAL],
        {
            "labels": [LOSSES],
            "logits": [[2 * SHARES[0] - 2, 2 * SHARES[1], 2 * SHARES[2]]],
        },
    ),
    "softmax-sum-0": Own(
        SUM,
        [0.0],
        {"labels": [LOSSES], "logits": [[0, 0, 0]]},
    ),
    "poisson-full-at-0": Own(
        "0 times infinity in the branch that is not taken",
        [math.e, math.exp(2) - 2],
        {"targets": [-1, -2], "log_input": [math.e, math.exp(2) - 1]},
    ),
}
ANSWERED_HERE = {
    "sigmoid-integers": Own(INTEGER, [0.31326168751822286, 2.1269280110429727]),
    "sigmoid-number": Own(NUMBER, [0.31326168751822286, 0.1269280110429725]),
    "weighted-integers": Own(INTEGER, [0.0, 2.1269280110429727]),
    "softmax-number": Own(FLAT, [3 * TOTAL - 3, 3 * TOTAL - 3]),
    "softmax-batch": Own(FLAT, np.full((2, 4), 3 * math.log(3))),
    "softmax-fewer-axes": Own(FLAT, np.full((2, 4), 3 * math.log(3))),
    "softmax-by-broadcast-labels": Own(
        "no gradient with respect to labels that it broadcast: it is the sum",
        [TOTAL, TOTAL - 2],
        {"labels": [[2 * TOTAL - 2] * 3]},
    ),
    "sparse-int8": Own(WIDTH, [TOTAL, TOTAL]),
    "sparse-uint16": Own(WIDTH, [TOTAL, TOTAL]),
    "poisson-number": Own(NUMBER, [math.e - 2, math.exp(2) - 4]),
    "poisson-integers": Own(INTEGER, [math.e - 1, math.exp(2) - 4]),
}
NO_LABEL = "labels out of the domain that TensorFlow documents, too, are mistakes"
NO_COUNT = "a count is not negative"
LIST = "lists are refused everywhere, with the fix in the message"
REFUSED_HERE = {
    "sigmoid-outside": NO_LABEL,
    "sigmoid-list": LIST,
    "weighted-larger": "a loss has the shape of the logits",
    "softmax-negative": NO_LABEL,
    "softmax-more-axes": FLAT,
    "softmax-flat": FLAT,
    "softmax-no-class": "of no class there is no softmax",
    "poisson-truth": "a flag is True or False",
    "poisson-negative": NO_COUNT,
    "poisson-negative-bare": NO_COUNT,
    "l2-list": LIST,
}
# Where values cannot be read, bad ones give NaN.
BY_VALUE = {"sparse-above", "sparse-below"}
BY_VALUE |= {name for name, why in REFUSED_HERE.items() if why in (NO_LABEL, NO_COUNT)}

AGREED = {
    name: (question, answer)
    for name, (question, answer) in VECTORS.items()
    if "error" not in answer and name not in {*ANSWERED_OTHERWISE, *REFUSED_HERE}
}
REFUSED = {
    name: question
    for name, (question, answer) in VECTORS.items()
    if name in REFUSED_HERE or ("error" in answer and name not in ANSWERED_HERE)
}


def answered(question: Question, backend: Backend | None = None) -> dict[str, Any]:
    """Our value and gradients on a backend, NumPy by default."""
    function, given = getattr(nn, question.function), question.arguments
    if backend is not None:
        return {"value": function(**{name: placed(backend, value) for name, value in given.items()})}
    if not question.wanted:
        return {"value": function(**given)}
    value, gradients = al.value_and_grad(function, question.wanted)(**given)
    return {"value": value, **dict(zip(question.wanted, gradients, strict=True))}


def placed(backend: Backend, value: Any) -> Any:
    """An argument on a backend, in its dtype or in the integers that there are."""
    if not isinstance(value, np.ndarray):
        return value
    return backend.array(value, None if value.dtype == np.int64 else value.dtype.name)


def floats_of(question: Question) -> set[str]:
    """The floating dtypes of a question."""
    arrays = [value for value in question.arguments.values() if hasattr(value, "dtype")]
    return {array.dtype.name for array in arrays if array.dtype.kind == "f"}


def has_dtypes(backend: Backend, question: Question) -> bool:
    """Whether the backend has the floating dtypes of a question."""
    floats = floats_of(question)
    wide = "float64" not in floats or backend.widest == "float64"
    return wide and all(hasattr(backend.xp, name) for name in floats)


# How far TensorFlow's answers are off: where terms cancel, by the rounding of the largest.


def bounds(question: Question) -> dict[str, Any]:
    """The largest terms that are added up, for the value and for each gradient."""
    wide = {k: np.asarray(v, "float64") for k, v in question.arguments.items()}
    with np.errstate(all="ignore"):
        return BOUNDS[question.function](**wide)


def _sigmoid(labels: Any, logits: Any, pos_weight: Any = 1.0) -> dict[str, Any]:
    size, factor = 1 + np.abs(logits), 1 + np.abs(pos_weight)
    return {"value": size * factor, "labels": size * factor, "logits": factor}


def _softmax(labels: Any, logits: Any, axis: Any = -1) -> dict[str, Any]:
    axis, logits = int(axis), np.where(np.isfinite(logits), logits, 0.0)
    top = np.max(logits, axis=axis, keepdims=True, initial=-1e9)
    below = 1 + top - logits + math.log(logits.shape[axis])
    total = np.sum(np.broadcast_to(labels, logits.shape), axis=axis, keepdims=True)
    return {"value": np.sum(labels * below, axis=axis), "labels": below, "logits": 1 + total}


def _sparse(labels: Any, logits: Any) -> dict[str, Any]:
    logits = np.where(np.isfinite(logits), logits, 0.0)
    top, bottom = (np.max(sign * logits, axis=-1, initial=-1e9) for sign in (1, -1))
    return {"value": 1 + top + bottom + math.log(logits.shape[-1]), "logits": 1.0}


def _poisson(targets: Any, log_input: Any, compute_full_loss: Any = 0.0) -> dict[str, Any]:
    rates, logs = np.exp(log_input), compute_full_loss * np.abs(np.log(targets))
    value = rates + np.abs(targets * log_input) + targets * (1 + logs) + 2
    return {"value": value, "targets": 2 + np.abs(log_input) + logs, "log_input": rates + targets}


def _l2(t: Any) -> dict[str, Any]:
    return {"value": np.sum(t * t), "t": np.abs(t)}


def _ctc(logits: Any, **_: Any) -> dict[str, Any]:
    """Logarithms are added up frame by frame, and what is lost on the way shows in their exponentials."""
    frames = 6
    largest = frames * (1 + 2 * np.max(np.abs(logits)) + math.log(logits.shape[-1]))
    return {"value": largest, "logits": largest}


BOUNDS = {
    SIGMOID: _sigmoid,
    WEIGHTED: _sigmoid,
    SOFTMAX: _softmax,
    SPARSE: _sparse,
    POISSON: _poisson,
    L2: _l2,
    CTC: _ctc,
}
ULPS = 2  # of the largest term; measured: 1


def disagreement(question: Question, found: dict[str, Any], expected: dict[str, Any]) -> str:
    """Where an answer is not the expected one; empty if nowhere."""
    limits = bounds(question)
    for key, ours in found.items():
        with np.errstate(all="ignore"):  # Dask computes here, and the exponential of 1000 is infinite
            actual, wanted = numpy_of(ours), np.asarray(expected[key])
        if (actual.dtype, actual.shape) != (wanted.dtype, wanted.shape):
            return f"{question.name}: {key} is {actual.dtype} {actual.shape}"
        eps = max(float(np.finfo(dtype).eps) for dtype in (*floats_of(question), wanted.dtype))
        with np.errstate(all="ignore"):
            error = np.abs(actual.astype("float64") - wanted.astype("float64"))
            good = (actual == wanted) | (np.isfinite(wanted) & (error <= ULPS * eps * limits[key]))
        if not np.all(good):
            return f"{question.name}: {key} is {actual}, not {wanted}"
    return ""


def flat(answer: dict[str, Any]) -> dict[str, Any]:
    return {"value": answer["value"], **answer["gradients"]}


# The questions of the file.


def test_the_file_has_the_questions_of_the_script():
    assert list(VECTORS) == [question.name for question in questions()]
    for question in questions():
        (kept, _) = VECTORS[question.name]
        assert (kept.function, kept.wanted, kept.arguments.keys()) == (
            question.function,
            question.wanted,
            question.arguments.keys(),
        )
        for name, value in question.arguments.items():
            np.testing.assert_array_equal(kept.arguments[name], value)
            assert getattr(kept.arguments[name], "dtype", None) == getattr(value, "dtype", None)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_signature_is_tensorflows(function: str):
    ours, theirs = signature(getattr(nn, function)), signatures(FILE)[function]
    # TensorFlow gives the labels and logits of some losses a default that it refuses.
    required = [
        [name, kind, ""] if name in ("labels", "logits") else [name, kind, default]
        for name, kind, default in theirs
    ]
    assert ours == required


def test_every_question_is_accounted_for():
    wrong = {name for name in ANSWERED_HERE if "error" not in VECTORS[name][1]}
    wrong |= {name for name in {*ANSWERED_OTHERWISE, *REFUSED_HERE} if "error" in VECTORS[name][1]}
    assert wrong == set()
    assert len(AGREED) + len(REFUSED) + len(ANSWERED_HERE) + len(ANSWERED_OTHERWISE) == len(VECTORS)
    assert {question.function for question, _ in AGREED.values()} == set(FUNCTIONS)
    # What TensorFlow 1 has, what only reduces and what has a linear layer is asked elsewhere.
    elsewhere = {"compute_average_loss", "losses", "nce_loss", "sampled_softmax_loss"}
    assert set(FUNCTIONS) == {*nn.__all__} - elsewhere
    assert len(AGREED) > 450


@pytest.mark.parametrize("function", FUNCTIONS)
def test_values_agree(backend: Backend, function: str):
    asked = [
        pair for pair in AGREED.values() if pair[0].function == function and has_dtypes(backend, pair[0])
    ]
    assert len(asked) >= 14
    wrong = [disagreement(question, answered(question, backend), flat(answer)) for question, answer in asked]
    assert list(filter(None, wrong)) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_gradients_agree(function: str):
    asked = [pair for pair in AGREED.values() if pair[0].function == function and pair[0].wanted]
    assert len(asked) >= 28
    wrong = [disagreement(question, answered(question), flat(answer)) for question, answer in asked]
    assert list(filter(None, wrong)) == []


@pytest.mark.parametrize("name", ANSWERED_OTHERWISE)
def test_where_tensorflow_is_wrong_the_number_is_right(name: str):
    question, answer = VECTORS[name]
    own, found = ANSWERED_OTHERWISE[name], answered(question)
    for key, expected in own.numbers().items():
        np.testing.assert_allclose(found[key], expected, rtol=1e-14, atol=1e-15)
    assert found.keys() == own.numbers().keys()
    assert disagreement(question, found, flat(answer)), "TensorFlow is right by now"


@pytest.mark.parametrize("name", ANSWERED_HERE)
def test_what_tensorflow_refuses_may_have_an_answer(name: str):
    question, _ = VECTORS[name]
    own, found = ANSWERED_HERE[name], answered(question)
    for key, expected in own.numbers().items():
        np.testing.assert_allclose(found[key], expected, rtol=1e-14)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("library", [name for name, each in BACKENDS.items() if each.widest == "float64"])
def test_what_is_refused(library: str, name: str):
    backend, question = BACKENDS[library], REFUSED[name]
    if name in BY_VALUE and not backend.readable:
        assert np.isnan(numpy_of(answered(question, backend)["value"])).any()
        return
    with pytest.raises((TypeError, ValueError)) as caught:
        answered(question, backend)
    assert f"arrayloss.dialects.tensorflow.{question.function}()" in "\n".join(
        [str(caught.value), *getattr(caught.value, "__notes__", [])]
    )


@pytest.mark.parametrize("key", ["value", "logits", "labels"])
def test_a_wrong_answer_is_seen(key: str):
    question, answer = VECTORS["softmax-3x4-float64-8--1-soft"]
    found = answered(question)
    assert disagreement(question, found, flat(answer)) == ""
    found[key] = found[key] * (1 + 1e-12) + 1e-14
    assert key in disagreement(question, found, flat(answer))
    found[key] = found[key].astype("float32")
    assert "float32" in disagreement(question, found, flat(answer))


@pytest.mark.tensorflow
def test_tensorflow_still_says_the_same(tmp_path):
    renew(tmp_path / "again.json")
    again = {question.name: answer for question, answer in read(tmp_path / "again.json")}
    assert again.keys() == VECTORS.keys()
    for name, (question, answer) in VECTORS.items():
        assert again[name].keys() == answer.keys()
        if "error" in answer:
            assert again[name] == answer
        elif name in AGREED:
            assert disagreement(question, flat(again[name]), flat(answer)) == ""
        else:
            for key, value in flat(again[name]).items():
                np.testing.assert_allclose(value, flat(answer)[key], rtol=1e-14)
