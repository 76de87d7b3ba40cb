"""What Keras answers on its TensorFlow backend to a grid of questions, in tests/data/keras.json.

``nox -s tensorflow`` writes the file anew, ``python -m tests.keras_vectors`` does where Keras
is installed. The default tests read the file and need no Keras.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from .vectors import DATA, Question, encoded, labels, numbers, rows, write

FILE = DATA / "keras.json"
CALLED = ("y_true", "y_pred", "sample_weight")
PREDICTION = ("y_pred",)
BOTH = ("y_true", "y_pred")
REDUCTIONS = ("sum_over_batch_size", "mean_with_sample_weight", "sum", "none")
SHAPES = ((3,), (4, 3), (2, 2, 3), (0, 3))
# Truth and prediction in the shapes that Keras makes fit: its classes all, its functions some.
UNLIKE = (((4, 1), (4,)), ((4,), (4, 1)), ((2, 3, 1), (2, 3)), ((2, 3), (2, 3, 1)))
FITTING = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "cosine_similarity")
# Weights for items of a shape: each is the shape of the weights.
WEIGHTS: dict[tuple[int, ...], tuple[tuple[int, ...], ...]] = {
    (): ((),),
    (4,): ((), (4,), (4, 1)),
    (2, 2): ((), (2, 2), (2, 1), (2,), (2, 2, 1)),
}

Pair = Callable[[np.random.Generator, tuple[int, ...], tuple[int, ...]], tuple[Any, Any]]


def near(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return numbers(rng, own, 3), numbers(rng, shape, 3)


def positive(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return np.abs(numbers(rng, own, 6)), np.abs(numbers(rng, shape, 6))


def counted(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return rng.integers(0, 8, own).astype("float64"), np.abs(numbers(rng, shape, 6))


def unsure(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return labels(rng, own, "soft"), rng.integers(1, 128, shape) / 128


def scored(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return labels(rng, own, "hard"), numbers(rng, shape, 6)


def sided(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return 2.0 * rng.integers(0, 2, own) - 1.0, numbers(rng, shape, 2)


def shares(rng: np.random.Generator, own: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Any, Any]:
    return rng.integers(1, 64, own) / 64, rng.integers(1, 64, shape) / 64


# Each loss of entries: its class, its arguments, and the options to combine.
OPTIONS: dict[str, tuple[str, Pair, dict[str, tuple[Any, ...]]]] = {
    "mean_squared_error": ("MeanSquaredError", near, {}),
    "mean_absolute_error": ("MeanAbsoluteError", near, {}),
    "mean_absolute_percentage_error": ("MeanAbsolutePercentageError", near, {}),
    "mean_squared_logarithmic_error": ("MeanSquaredLogarithmicError", positive, {}),
    "huber": ("Huber", near, {"delta": (1.0, 0.25)}),
    "log_cosh": ("LogCosh", near, {}),
    "poisson": ("Poisson", counted, {}),
    "hinge": ("Hinge", sided, {}),
    "squared_hinge": ("SquaredHinge", sided, {}),
    "binary_crossentropy": ("BinaryCrossentropy", unsure, {"label_smoothing": (0.0, 0.25)}),
    "binary_focal_crossentropy": (
        "BinaryFocalCrossentropy",
        unsure,
        {"apply_class_balancing": (False, True), "alpha": (0.5,), "gamma": (2.0, 0.5)},
    ),
    "kl_divergence": ("KLDivergence", shares, {}),
    "cosine_similarity": ("CosineSimilarity", near, {}),
    "dice": ("Dice", shares, {}),
    "tversky": ("Tversky", shares, {"alpha": (0.25, 0.5), "beta": (0.5,)}),
    "categorical_hinge": ("CategoricalHinge", scored, {}),
}
ENTRIES_WANTED = ("categorical_hinge", "dice", "tversky")
LOGITS = ("binary_crossentropy", "binary_focal_crossentropy")


def combined(choices: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


def said(**words: Any) -> str:
    return "".join(f"-{word}" for word in words.values())


def entries() -> Iterator[Question]:
    """The functions of pairs of one shape, over shapes and options."""
    rng = np.random.default_rng(1)
    for name, (_, pair, choices) in OPTIONS.items():
        for shape, words, dtype in product(SHAPES, combined(choices), ("float64", "float32")):
            if (dtype == "float32" and shape != (4, 3)) or (name in ENTRIES_WANTED and 0 in shape):
                continue
            y_true, y_pred = (each.astype(dtype) for each in pair(rng, shape, shape))
            given = {"y_true": y_true, "y_pred": y_pred, **words}
            yield Question(f"{name}-{shape}{said(**words)}-{dtype}", name, given, PREDICTION)
        for dtype in ("int64", "bool", "float32"):
            y_true, y_pred = pair(rng, (4, 3), (4, 3))
            given = {"y_true": np.abs(np.rint(y_true)).astype(dtype), "y_pred": y_pred}
            if pair is not sided or dtype != "bool":
                yield Question(f"{name}-cast-{dtype}", name, given, PREDICTION)
    for name, words in product(LOGITS, ({}, {"label_smoothing": 0.25})):
        for axis, dtype in product((-1, 0, 1), ("float64", "float32")):
            y_true, y_pred = (each.astype(dtype) for each in scored(rng, (2, 3, 4), (2, 3, 4)))
            given = {"y_true": y_true, "y_pred": y_pred, "from_logits": True, "axis": axis, **words}
            yield Question(f"{name}-logits-{axis}-{dtype}{said(**words)}", name, given, PREDICTION)
    for axis in (0, 1, -1):
        y_true, y_pred = near(rng, (2, 3, 4), (2, 3, 4))
        given = {"y_true": y_true, "y_pred": y_pred, "axis": axis}
        yield Question(f"cosine-axis-{axis}", "cosine_similarity", given, PREDICTION)
    for name, axis in product(("dice", "tversky"), ((1, 2), (0,), (0, 1, 2), 1)):
        y_true, y_pred = shares(rng, (2, 3, 4), (2, 3, 4))
        given = {"y_true": y_true, "y_pred": y_pred, "axis": axis}
        yield Question(f"{name}-axis-{axis}", name, given, PREDICTION)


def reduced() -> Iterator[Question]:
    """The classes of them, over reductions and weights."""
    rng = np.random.default_rng(2)
    for name, (kind, pair, choices) in OPTIONS.items():
        words = combined(choices)[-1]
        for own, shape in UNLIKE:
            y_true, y_pred = pair(rng, own, shape)
            given = {"y_true": y_true, "y_pred": y_pred, "reduction": "sum", **words}
            yield Question(f"{kind}-{own}-{shape}", kind, given, PREDICTION)
            if name in FITTING:
                given = {"y_true": y_true, "y_pred": y_pred, **words}
                yield Question(f"{name}-{own}-{shape}", name, given, PREDICTION)
        for (items, shapes), reduction in product(WEIGHTS.items(), REDUCTIONS):
            shape = (*items, 3)
            some = {"mean_squared_error": shapes, "dice": ((),), "tversky": ((),)}  # a set is one item
            for weigh in (None, *some.get(name, shapes[1:2])):
                y_true, y_pred = pair(rng, shape, shape)
                given = {"y_true": y_true, "y_pred": y_pred, "reduction": reduction, **words}
                if weigh is not None:
                    given["sample_weight"] = rng.integers(0, 8, weigh) / 4 + (0.0 if weigh else 0.25)
                yield Question(f"{kind}-{items}-{reduction}-{weigh}", kind, given, PREDICTION)


CLASSES = (
    ("categorical_crossentropy", "CategoricalCrossentropy", {"label_smoothing": (0.0, 0.25)}),
    (
        "categorical_focal_crossentropy",
        "CategoricalFocalCrossentropy",
        {"alpha": ((0.25, 0.5, 1.0), 0.25), "gamma": (2.0, 0.5)},
    ),
    ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", {"ignore_class": (None, 1, -1)}),
)


def of_other_axes() -> Iterator[Question]:
    """The classes with an axis, over reductions, weighted."""
    rng = np.random.default_rng(4)
    axes: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
        "BinaryCrossentropy": ({"axis": 1, "from_logits": True}, (2, 4)),
        "BinaryFocalCrossentropy": ({"axis": 0, "from_logits": True, "label_smoothing": 0.25}, (3, 4)),
        "CosineSimilarity": ({"axis": 1}, (2, 4)),
        "CategoricalCrossentropy": ({"axis": 1}, (2, 4)),
        "CategoricalFocalCrossentropy": ({"axis": 1, "label_smoothing": 0.0}, (2, 4)),
        "SparseCategoricalCrossentropy": ({"axis": -1}, (2, 3)),
        "Dice": ({"axis": (1, 2)}, (2,)),
        "Tversky": ({"axis": (1, 2), "alpha": 0.25, "beta": 0.25}, (2,)),
    }
    for (kind, (words, items)), reduction in product(axes.items(), REDUCTIONS):
        y_true, y_pred = shares(rng, (2, 3, 4), (2, 3, 4))
        y_true = rng.integers(0, 4, items) if kind.startswith("Sparse") else y_true
        weight = rng.integers(0, 8, items) / 4
        given = {"y_true": y_true, "y_pred": y_pred, "sample_weight": weight, "reduction": reduction, **words}
        yield Question(f"{kind}-axis-{reduction}", kind, given, PREDICTION)


def of_classes() -> Iterator[Question]:
    """The losses of classes, from probabilities and from logits."""
    rng = np.random.default_rng(3)
    for (name, kind, choices), logits in product(CLASSES, (False, True)):
        for shape, words, dtype in product(
            ((3,), (4, 3), (2, 2, 3)), combined(choices), ("float64", "float32")
        ):
            if dtype == "float32" and shape != (4, 3):
                continue
            given = {**truth(rng, name, shape, words, logits, dtype), "from_logits": logits, **words}
            yield Question(f"{name}-{shape}-{logits}{said(**words)}-{dtype}", name, given, PREDICTION)
        for (items, shapes), reduction in product(WEIGHTS.items(), REDUCTIONS):
            words = combined(choices)[1]
            for weigh in (None, *shapes[1:2]):
                given = {**truth(rng, name, (*items, 3), words, logits), "from_logits": logits, **words}
                given["reduction"] = reduction
                if weigh is not None:
                    given["sample_weight"] = rng.integers(0, 8, weigh) / 4 + (0.0 if weigh else 0.25)
                yield Question(f"{kind}-{items}-{logits}-{reduction}-{weigh}", kind, given, PREDICTION)
        if not name.startswith("sparse"):
            given = {**truth(rng, name, (2, 3, 4), {}, logits, axis=1), "from_logits": logits, "axis": 1}
            yield Question(f"{name}-axis-{logits}", name, given, PREDICTION)
    given = {**truth(rng, "sparse", (2, 2, 3), {}, logits=True), "axis": 2, "from_logits": True}
    yield Question("scce-last-axis", "sparse_categorical_crossentropy", given, PREDICTION)
    for shape, q in product(((3,), (4, 3), (2, 3, 4)), (0.5, 0.25, 0.75)):
        given = truth(rng, "sparse", shape, {}, logits=False)
        name = "categorical_generalized_cross_entropy"
        yield Question(f"gce-{shape}-{q}", name, {**given, "q": q}, PREDICTION)
    for reduction, q in product(REDUCTIONS, (0.25, 0.5)):
        given = {**truth(rng, "sparse", (4, 3), {}, logits=False), "reduction": reduction, "q": q}
        given["sample_weight"] = rng.integers(0, 8, (4,)) / 4
        yield Question(f"gce-{reduction}-{q}", "CategoricalGeneralizedCrossEntropy", given, PREDICTION)
    given = {**truth(rng, "soft", (4, 3), {}, logits=True), "from_logits": True, "label_smoothing": 0.25}
    yield Question("cfce-smoothed", "categorical_focal_crossentropy", given, PREDICTION)


def of_embeddings() -> Iterator[Question]:
    """Circle loss: labels that occur once, twice and more often, and an embedding that has no other."""
    rng = np.random.default_rng(5)
    for labels_of, gamma, margin in product(((0, 0, 1, 1), (0, 1, 0, 2, 0, 2)), (80.0, 2.0), (0.4, 0.25)):
        given = {**directions(rng, labels_of), "gamma": gamma, "margin": margin}
        yield Question(f"circle-{labels_of}-{gamma}-{margin}", "circle", given, PREDICTION)
    for reduction, weigh in product(REDUCTIONS, (False, True)):
        given = {**directions(rng, (0, 1, 0, 2, 0, 1)), "gamma": 8.0, "margin": 0.25, "reduction": reduction}
        if weigh:
            given["sample_weight"] = rng.integers(1, 8, 6) / 4
        yield Question(f"circle-{reduction}-{weigh}", "Circle", given, PREDICTION)
    given = {**directions(rng, (0, 0, 1, 1)), "y_true": np.asarray([[0], [0], [1], [1]])}
    yield Question("circle-column", "circle", given, PREDICTION)


def of_sequences() -> Iterator[Question]:
    """CTC: labels of several lengths, equal neighbours among them, in more frames than they need."""
    rng = np.random.default_rng(6)
    for shape, dtype in product(((1, 3, 2), (2, 5, 3), (4, 6, 4), (3, 7, 5)), ("float64", "float32")):
        given = sequences(rng, shape)
        yield Question(
            f"ctc-{shape}-{dtype}", "ctc", {**given, "y_pred": given["y_pred"].astype(dtype)}, PREDICTION
        )
    for reduction, weigh in product(REDUCTIONS, (False, True)):
        given = {**sequences(rng, (4, 6, 4)), "reduction": reduction}
        if weigh:
            given["sample_weight"] = rng.integers(1, 8, 4) / 4
        yield Question(f"ctc-{reduction}-{weigh}", "CTC", given, PREDICTION)


def sequences(rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, Any]:
    """Logits of frames, and at most half as many labels, filled up with 0."""
    count, frames, classes = shape
    y_true = rng.integers(1, classes, (count, (frames + 1) // 2))
    lengths = rng.integers(1, y_true.shape[1], count, endpoint=True)
    y_true = np.where(np.arange(y_true.shape[1]) < lengths[:, None], y_true, 0)
    return {"y_true": y_true, "y_pred": numbers(rng, shape, 3)}


def directions(rng: np.random.Generator, labels_of: tuple[int, ...]) -> dict[str, Any]:
    """Embeddings of length 1 and their labels."""
    vectors = rng.normal(size=(len(labels_of), 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    return {"y_true": np.asarray(labels_of), "y_pred": vectors}


def truth(
    rng: np.random.Generator,
    name: str,
    shape: tuple[int, ...],
    words: dict[str, Any],
    logits: bool,
    dtype: str = "float64",
    axis: int = -1,
) -> dict[str, Any]:
    """Truth and prediction of a loss of classes: distributions, or indices of which some are ignored."""
    y_pred = numbers(rng, shape, 6) if logits else rows(rng, shape, axis, "soft") * 0.75 + 0.25 / shape[axis]
    if not name.startswith("sparse"):
        return {"y_true": rows(rng, shape, axis, "soft").astype(dtype), "y_pred": y_pred.astype(dtype)}
    ignored = words.get("ignore_class")
    y_true = rng.integers(0, shape[-1], shape[:-1])
    if ignored is not None:
        y_true = np.where(rng.random(shape[:-1]) < 0.3, ignored, y_true)
    return {"y_true": y_true, "y_pred": y_pred.astype(dtype)}


ROW = np.asarray([[1.0, 2.0, 3.0]])
ONE_HOT = np.asarray([[0.0, 0.0, 1.0]])
NOTHING = np.zeros((2, 3))
INF = np.asarray([[-np.inf], [np.inf], [-np.inf], [np.inf]])
SIDES = np.asarray([[0.0], [1.0], [1.0], [0.0]])
GRAND = np.asarray([[0.5, -2.0, 4.0, 1.0]] * 6).reshape(2, 3, 4)
FIRST = np.eye(3)[[0, 1, 2, 0, 0, 1, 2, 2]].reshape(2, 4, 3).transpose(0, 2, 1)


def _ask(name: str, function: str, wanted: tuple[str, ...] = PREDICTION, /, **given: Any) -> Question:
    return Question(name, function, given, wanted)


# Where Keras's numbers are wrong or its domain is another; what each means is in the tests.
SPECIAL = (
    _ask("log-cosh-small", "log_cosh", (), y_true=NOTHING, y_pred=NOTHING + 1e-9),
    _ask("bce-infinite", "binary_crossentropy", y_true=SIDES, y_pred=INF, from_logits=True),
    _ask("bce-certain", "binary_crossentropy", y_true=SIDES, y_pred=1.0 * (INF > 0)),
    _ask("bce-outside", "binary_crossentropy", (), y_true=SIDES * 2, y_pred=SIDES * 0.5),
    _ask(
        "cce-masked",
        "categorical_crossentropy",
        y_true=ONE_HOT,
        y_pred=ROW - [[np.inf, 0, 0]],
        from_logits=True,
    ),
    _ask("cce-sum-2", "categorical_crossentropy", y_true=2 * ONE_HOT, y_pred=ROW, from_logits=True),
    _ask(
        "cce-smooth-axis",
        "categorical_crossentropy",
        (),
        y_true=FIRST,
        y_pred=GRAND,
        from_logits=True,
        label_smoothing=0.25,
        axis=1,
    ),
    _ask("cce-negative", "categorical_crossentropy", (), y_true=-ONE_HOT, y_pred=ROW, from_logits=True),
    _ask("scce-shares", "sparse_categorical_crossentropy", (), y_true=np.asarray([0]), y_pred=ROW + ONE_HOT),
    _ask("scce-floats", "sparse_categorical_crossentropy", (), y_true=np.asarray([2.0]), y_pred=ROW / 6),
    _ask("scce-above", "sparse_categorical_crossentropy", (), y_true=np.asarray([3]), y_pred=ROW / 6),
    _ask(
        "scce-below",
        "sparse_categorical_crossentropy",
        (),
        y_true=np.asarray([-1]),
        y_pred=ROW,
        from_logits=True,
    ),
    _ask(
        "scce-axis", "sparse_categorical_crossentropy", (), y_true=np.zeros((2, 4), int), y_pred=GRAND, axis=1
    ),
    _ask(
        "gce-above",
        "categorical_generalized_cross_entropy",
        (),
        y_true=np.asarray([3]),
        y_pred=ROW / 6,
        q=0.5,
    ),
    _ask("poisson-negative", "poisson", (), y_true=-ROW, y_pred=ROW),
    _ask("poisson-rate", "poisson", (), y_true=ROW, y_pred=-ROW),
    _ask("kl-zero", "kl_divergence", y_true=ONE_HOT, y_pred=np.roll(ONE_HOT, 1)),
    _ask(
        "hinge-mixed", "hinge", (), y_true=np.asarray([[0.0, 1.0], [-1.0, 1.0]]), y_pred=np.full((2, 2), 0.5)
    ),
    _ask("hinge-binary", "hinge", y_true=np.asarray([[0.0, 1.0], [1.0, 1.0]]), y_pred=np.full((2, 2), 0.5)),
    _ask("hinge-other", "hinge", (), y_true=2 * ROW, y_pred=ROW),
    _ask("squared-hinge-binary", "squared_hinge", y_true=ONE_HOT, y_pred=ROW / 4),
    _ask("categorical-hinge-below", "categorical_hinge", (), y_true=ONE_HOT, y_pred=-ROW),
    _ask("dice-empty", "dice", (), y_true=NOTHING, y_pred=NOTHING),
    _ask("tversky-empty", "tversky", (), y_true=NOTHING, y_pred=NOTHING),
    _ask("cosine-nothing", "cosine_similarity", y_true=ROW, y_pred=0 * ROW),
    _ask("circle-others", "circle", (), y_true=np.asarray([0]), y_pred=ROW, ref_labels=np.asarray([0])),
    _ask("circle-itself", "circle", (), y_true=np.asarray([0, 1]), y_pred=np.eye(2), remove_diagonal=False),
    _ask("ctc-no-room", "ctc", y_true=np.asarray([[1, 1]]), y_pred=GRAND[:1, :2]),
    _ask("ctc-nothing", "ctc", y_true=np.asarray([[0, 0]]), y_pred=GRAND[:1]),
    _ask("ctc-gap", "ctc", (), y_true=np.asarray([[1, 0, 2]]), y_pred=GRAND[:1]),
    _ask("ctc-above", "ctc", (), y_true=np.asarray([[4]]), y_pred=GRAND[:1]),
    _ask("mape-of-0", "mean_absolute_percentage_error", (), y_true=0 * ROW, y_pred=ROW),
    _ask("msle-below", "mean_squared_logarithmic_error", y_true=ROW, y_pred=-ROW),
    _ask("mse-nothing", "MeanSquaredError", (), y_true=NOTHING[:0], y_pred=NOTHING[:0], reduction="mean"),
    _ask("mse-lists", "mean_squared_error", (), y_true=[[1.0]], y_pred=ROW[:, :1]),
    _ask("mse-broadcast", "mean_squared_error", (), y_true=ROW, y_pred=NOTHING),
    _ask("mse-wide", "MeanSquaredError", (), y_true=ROW, y_pred=ROW, sample_weight=ROW, reduction="sum"),
)


def questions() -> Iterator[Question]:
    """Every question in order."""
    yield from entries()
    yield from reduced()
    yield from of_other_axes()
    yield from of_classes()
    yield from of_embeddings()
    yield from of_sequences()
    yield from SPECIAL


def split(question: Question, signature: inspect.Signature) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of a class, and what an instance of it is called with; of a function all at once."""
    given = question.arguments
    if question.function.islower():
        return {}, dict(given)
    options = {key: value for key, value in given.items() if key not in CALLED}
    assert options.keys() <= signature.parameters.keys(), question.name
    return options, {key: value for key, value in given.items() if key in CALLED}


def ask(question: Question) -> dict[str, Any]:
    """The value and the gradients of Keras, or the class of its error."""
    import keras  # noqa: PLC0415
    import tensorflow as tf  # noqa: PLC0415

    loss = getattr(keras.losses, question.function)
    options, called = split(question, inspect.signature(loss))
    called = {k: tf.constant(v) if hasattr(v, "dtype") else v for k, v in called.items()}
    if options:
        loss = loss(**options, dtype=called["y_pred"].dtype.name)
    leaves = [called[name] for name in question.wanted]
    try:
        with tf.GradientTape() as tape:
            tape.watch(leaves)
            value = loss(**called)
        gradients = tape.gradient(value, leaves)
    except (TypeError, ValueError, tf.errors.OpError) as error:
        return {"error": type(error).__name__}
    slopes = {
        name: encoded(np.asarray(slope)) for name, slope in zip(question.wanted, gradients, strict=True)
    }
    return {"value": encoded(np.asarray(value)), "gradients": slopes}


def renew(file: Path = FILE) -> None:
    """Ask Keras, and write the file."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras  # noqa: PLC0415

    names = [name for name in dir(keras.losses) if not name.startswith("_")]
    public = {name: getattr(keras.losses, name) for name in names}
    write(file, questions(), ask, ("keras", "tensorflow"), public)


if __name__ == "__main__":
    renew()
