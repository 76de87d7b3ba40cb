"""What the losses of TensorFlow 1 answer to a grid of questions, in tests/data/tensorflow_losses.json.

``nox -s tensorflow`` writes the file anew, ``python -m tests.tensorflow_losses_vectors``
does where TensorFlow is installed. The default tests read the file and need no TensorFlow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from .vectors import DATA, Question, encoded, labels, numbers, rows, write

FILE = DATA / "tensorflow_losses.json"
AVERAGE = "compute_average_loss"
REDUCTIONS = (
    "none",
    "weighted_sum",
    "weighted_sum_over_batch_size",
    "weighted_mean",
    "weighted_sum_by_nonzero_weights",
)
SHAPES = ((4,), (2, 3), (0,))
# Each function of entries: what the model gave, and the options to combine.
ENTRIES: dict[str, tuple[str, dict[str, tuple[Any, ...]]]] = {
    "absolute_difference": ("predictions", {}),
    "mean_squared_error": ("predictions", {}),
    "huber_loss": ("predictions", {"delta": (1.0, 0.25)}),
    "log_loss": ("predictions", {"epsilon": (1e-7, 0.125)}),
    "hinge_loss": ("logits", {}),
    "sigmoid_cross_entropy": ("logits", {"label_smoothing": (0, 0.25)}),
}
TRUTHS = {"sigmoid_cross_entropy": "multi_class_labels", "softmax_cross_entropy": "onehot_labels"}


def weights_of(rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    """None, a number, an array of the shape, and one with lengths of 1: some of them 0."""
    yield "none", None
    yield "number", 0.5
    yield "zero", 0.0
    yield "full", (rng.integers(0, 4, shape) / 2).astype("float32")
    yield "part", (rng.integers(0, 4, (*shape[:-1], 1)) / 2).astype("float32")


def pair(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> tuple[Any, Any]:
    if name in ("hinge_loss", "sigmoid_cross_entropy"):
        return labels(rng, shape, "hard"), numbers(rng, shape, 4)
    if name == "log_loss":
        return labels(rng, shape, "soft"), rng.integers(0, 64, shape, endpoint=True) / 64
    return numbers(rng, shape, 4), numbers(rng, shape, 4)


def of_entries() -> Iterator[Question]:
    rng = np.random.default_rng(1)
    for name, (output, choices) in ENTRIES.items():
        word = next(iter(choices), None)
        for shape, reduction in product(SHAPES, REDUCTIONS):
            for kind, weights in weights_of(rng, shape):
                truth, given = (each.astype("float32") for each in pair(rng, name, shape))
                arguments = {TRUTHS.get(name, "labels"): truth, output: given, "reduction": reduction}
                if word is not None:
                    arguments[word] = choices[word][len(shape) % 2]
                if weights is not None:
                    arguments["weights"] = weights
                yield Question(f"{name}-{shape}-{reduction}-{kind}", name, arguments, (output,))


def of_rows() -> Iterator[Question]:
    rng = np.random.default_rng(2)
    for name in ("softmax_cross_entropy", "sparse_softmax_cross_entropy", "cosine_distance"):
        for shape, reduction in product(((4, 3), (2, 2, 3), (0, 3)), REDUCTIONS):
            items = (*shape[:-1], 1) if name == "cosine_distance" else shape[:-1]
            for kind, weights in weights_of(rng, items):
                arguments = {**given_rows(rng, name, shape), "reduction": reduction}
                if weights is not None:
                    arguments["weights"] = weights
                output = "predictions" if name == "cosine_distance" else "logits"
                yield Question(f"{name}-{shape}-{reduction}-{kind}", name, arguments, (output,))
    for axis, word in ((0, "axis"), (1, "dim")):
        arguments = {**given_rows(rng, "cosine_distance", (2, 2, 3)), "axis": None, word: axis}
        yield Question(f"cosine_distance-{word}", "cosine_distance", arguments, ("predictions",))
    given = given_rows(rng, "sparse_softmax_cross_entropy", (4, 3))
    column = {**given, "labels": given["labels"][:, None], "weights": np.ones((4, 1), "float32")}
    yield Question("sparse-column", "sparse_softmax_cross_entropy", column, ("logits",))
    smooth = {**given_rows(rng, "softmax_cross_entropy", (4, 3)), "label_smoothing": 0.25}
    yield Question("softmax-smooth", "softmax_cross_entropy", smooth, ("logits",))


def given_rows(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    logits = numbers(rng, shape, 4).astype("float32")
    if name == "softmax_cross_entropy":
        return {"onehot_labels": rows(rng, shape, -1, "soft").astype("float32"), "logits": logits}
    if name == "sparse_softmax_cross_entropy":
        return {"labels": rng.integers(0, shape[-1], shape[:-1]), "logits": logits}
    return {"labels": logits[..., ::-1].copy(), "predictions": logits, "axis": len(shape) - 1}


def of_items() -> Iterator[Question]:
    """Pairs of entries of an item: of more than one item only with weights of their own."""
    rng = np.random.default_rng(3)
    for shape in ((2, 3), (3, 2, 2), (2, 1), (0, 3), (1, 4)):
        weights = (rng.integers(1, 4, (shape[0], *([1] * (len(shape) - 1)))) / 2).astype("float32")
        arguments = {"labels": numbers(rng, shape, 4), "predictions": numbers(rng, shape, 4)}
        arguments = {key: value.astype("float32") for key, value in arguments.items()}
        name = "mean_pairwise_squared_error"
        yield Question(f"{name}-{shape}", name, {**arguments, "weights": weights}, ("predictions",))
        if shape[0] == 1:
            yield Question(f"{name}-{shape}-none", name, arguments, ("predictions",))


def of_losses() -> Iterator[Question]:
    """Losses that are there."""
    rng, name = np.random.default_rng(4), "compute_weighted_loss"
    for shape, reduction in product(SHAPES, REDUCTIONS):
        for kind, weights in weights_of(rng, shape):
            arguments = {"losses": numbers(rng, shape, 4).astype("float32"), "reduction": reduction}
            arguments |= {} if weights is None else {"weights": weights}
            yield Question(f"{name}-{shape}-{reduction}-{kind}", name, arguments, ("losses",))
    for shape, size in product(((4,), (2, 3), (0,)), (None, 8, 0)):
        for weigh in dict.fromkeys((None, shape, shape[:1])):
            arguments = {"per_example_loss": numbers(rng, shape, 4).astype("float32")}
            arguments |= {} if size is None else {"global_batch_size": size}
            if weigh is not None:
                arguments["sample_weight"] = (rng.integers(0, 4, weigh) / 2).astype("float32")
            yield Question(f"{AVERAGE}-{shape}-{size}-{weigh}", AVERAGE, arguments, ("per_example_loss",))


PAIR = {"labels": np.zeros((2, 3), "float32"), "predictions": np.ones((2, 3), "float32")}
ROWS = {"labels": np.asarray([0, 2]), "logits": np.ones((2, 3), "float32")}
# What TensorFlow refuses.
REFUSED = (
    Question("rank", "mean_squared_error", {**PAIR, "weights": np.ones(3, "float32")}),
    Question("length", "mean_squared_error", {**PAIR, "weights": np.ones((1, 2), "float32")}),
    Question("shape", "mean_squared_error", {**PAIR, "labels": np.ones((3, 2), "float32")}),
    Question("reduction", "mean_squared_error", {**PAIR, "reduction": "mean"}),
    Question("labels", "mean_squared_error", {**PAIR, "labels": None}),
    Question("axis", "cosine_distance", dict(PAIR)),
    Question("both", "cosine_distance", {**PAIR, "axis": 1, "dim": 1}),
    Question("above", "sparse_softmax_cross_entropy", {**ROWS, "labels": np.asarray([0, 3])}),
    Question(
        "weightless", "sparse_softmax_cross_entropy", {**ROWS, "labels": np.asarray([0, 3]), "weights": 0.0}
    ),
    Question("scalar", AVERAGE, {"per_example_loss": np.asarray(1.0, "float32")}),
    Question("size", AVERAGE, {"per_example_loss": np.ones(2, "float32"), "global_batch_size": -1}),
)
# Where TensorFlow's numbers are wrong or its domain is another; what each means is in the tests.
SPECIAL = (
    Question(
        "pairs-of-all", "mean_pairwise_squared_error", {**PAIR, "predictions": np.eye(2, 3, dtype="float32")}
    ),
    Question(
        "hinge-soft", "hinge_loss", {"labels": np.full(2, 0.5, "float32"), "logits": np.ones(2, "float32")}
    ),
    Question("entry-weights", "mean_pairwise_squared_error", {**PAIR, "weights": np.ones((2, 3), "float32")}),
)


def questions() -> Iterator[Question]:
    """Every question in order."""
    yield from of_entries()
    yield from of_rows()
    yield from of_items()
    yield from of_losses()
    yield from (*SPECIAL, *REFUSED)


def ask(question: Question) -> dict[str, Any]:
    """The value and the gradients of TensorFlow, or the class of its error."""
    import tensorflow as tf  # noqa: PLC0415

    function = tf.nn.compute_average_loss if question.function == AVERAGE else None
    function = function or getattr(tf.compat.v1.losses, question.function)
    given = {k: tf.constant(v) if hasattr(v, "dtype") else v for k, v in question.arguments.items()}
    leaves = [given[name] for name in question.wanted]
    try:
        with tf.GradientTape() as tape:
            tape.watch(leaves)
            value = function(**given)
        gradients = tape.gradient(value, leaves)
    except (TypeError, ValueError, tf.errors.OpError) as error:
        return {"error": type(error).__name__}
    slopes = {
        name: encoded(np.asarray(slope)) for name, slope in zip(question.wanted, gradients, strict=True)
    }
    return {"value": encoded(np.asarray(value)), "gradients": slopes}


def renew(file: Path = FILE) -> None:
    """Ask TensorFlow, and write the file."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf  # noqa: PLC0415

    module = tf.compat.v1.losses
    public = {name: getattr(module, name) for name in dir(module) if not name.startswith("_")}
    write(file, questions(), ask, ("tensorflow",), {**public, AVERAGE: tf.nn.compute_average_loss})


if __name__ == "__main__":
    renew()
