"""What TensorFlow answers to a grid of questions, in tests/data/tensorflow.json.

``nox -s tensorflow`` writes the file anew, ``python -m tests.tensorflow_vectors``
does where TensorFlow is installed. The default tests read the file and need no TensorFlow.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from .vectors import DATA, Question, encoded, labels, numbers, rows, write

FILE = DATA / "tensorflow.json"
SHAPES = ((), (4,), (3, 4), (2, 3, 4), (2, 1, 3, 2), (0,), (0, 3))
DTYPES = ("float32", "float64")
SIZES = (8, 1000)
SIGMOID = "sigmoid_cross_entropy_with_logits"
WEIGHTED = "weighted_cross_entropy_with_logits"
SOFTMAX = "softmax_cross_entropy_with_logits"
SPARSE = "sparse_softmax_cross_entropy_with_logits"
POISSON = "log_poisson_loss"
L2 = "l2_loss"
CTC = "ctc_loss"
LOGITS = ("logits",)
BOTH = ("labels", "logits")


def elementwise() -> Iterator[Question]:
    """The losses of single entries over shapes, dtypes and sizes."""
    rng = np.random.default_rng(1)
    for shape, dtype, size in product(SHAPES, DTYPES, SIZES):
        name = f"{'x'.join(map(str, shape)) or 'scalar'}-{dtype}-{size}"
        x, soft = numbers(rng, shape, size).astype(dtype), labels(rng, shape, "soft").astype(dtype)
        for kind, z in (("hard", labels(rng, shape, "hard").astype(dtype)), ("soft", soft)):
            yield Question(f"sigmoid-{name}-{kind}", SIGMOID, {"labels": z, "logits": x}, BOTH)
        q = labels(rng, shape, "soft").astype(dtype) * 4
        factors = {"small": 0.25, "large": 3.0, "array": q, "part": q[..., :1] if shape else q}
        for kind, factor in factors.items():
            given = {"labels": soft, "logits": x, "pos_weight": factor}
            yield Question(f"weighted-{name}-{kind}", WEIGHTED, given, BOTH)
        yield Question(f"l2-{name}", L2, {"t": x}, ("t",))


def counts() -> Iterator[Question]:
    """The loss of counts: logarithms of rates that overflow, too, and counts up to 1000."""
    rng = np.random.default_rng(2)
    for shape, dtype, size, full in product(SHAPES, DTYPES, (4, 80, 1000), (False, True)):
        targets = rng.integers(1, 64 * min(size, 16), shape) / 16
        given = {"targets": targets.astype(dtype), "log_input": numbers(rng, shape, size).astype(dtype)}
        name = f"poisson-{'x'.join(map(str, shape)) or 'scalar'}-{dtype}-{size}{'-full' * full}"
        yield Question(name, POISSON, given | {"compute_full_loss": full}, ("targets", "log_input"))


def classes() -> Iterator[Question]:
    """The losses of rows over shapes, axes, dtypes and sizes."""
    rng = np.random.default_rng(3)
    for shape, dtype, size in product(SHAPES[1:5], DTYPES, SIZES):
        name = f"{'x'.join(map(str, shape))}-{dtype}-{size}"
        x = numbers(rng, shape, size).astype(dtype)
        for axis, kind in product(range(-1, len(shape) - 1), ("hard", "soft")):
            given = {"labels": rows(rng, shape, axis, kind).astype(dtype), "logits": x}
            words = {} if axis == -1 else {"axis": axis}
            yield Question(f"softmax-{name}-{axis}-{kind}", SOFTMAX, given | words, BOTH)
        for integer in ("int32", "int64"):
            y = rng.integers(0, shape[-1], shape[:-1]).astype(integer)
            yield Question(f"sparse-{name}-{integer}", SPARSE, {"labels": y, "logits": x}, LOGITS)
    for dtype in DTYPES:
        x = np.zeros((0, 3), dtype)
        yield Question(f"softmax-empty-{dtype}", SOFTMAX, {"labels": x, "logits": x}, BOTH)
        y = np.zeros(0, "int32")
        yield Question(f"sparse-empty-{dtype}", SPARSE, {"labels": y, "logits": x}, LOGITS)


def sequences() -> Iterator[Question]:
    """The loss of sequences, which TensorFlow has in float32 only."""
    rng = np.random.default_rng(5)
    for size, first, blank, labels_ in product((1, 4), (True, False), (None, 2, -1), ("all", "some", "none")):
        shape = (6, 3, 4) if first else (3, 6, 4)
        count = {"all": [2, 2, 2], "some": [2, 0, 1], "none": [0, 0, 0]}[labels_]
        choices = {None: [1, 2, 3], 2: [0, 1, 3], -1: [0, 1, 2]}[blank]
        given = {
            "labels": rng.choice(choices, (3, 2)).astype("int32"),
            "logits": numbers(rng, shape, size).astype("float32"),
            "label_length": np.asarray(count, "int32"),
            "logit_length": np.asarray([6, 4, 3], "int32"),
            "logits_time_major": first,
        }
        words = {} if blank is None else {"blank_index": blank}
        name = f"ctc-{size}-{'time' if first else 'batch'}-{blank or 'default'}-{labels_}"
        yield Question(name, CTC, given | words, LOGITS)


def fitted() -> Iterator[Question]:
    """Labels that TensorFlow broadcasts or casts."""
    rng = np.random.default_rng(4)
    for dtype in DTYPES:
        x = numbers(rng, (2, 3), 8).astype(dtype)
        for shape, axis in (((3,), -1), ((1, 3), -1), ((2, 1), -1), ((1, 1), -1), ((2, 1), 0)):
            z = np.full(shape, 1.0) if shape[axis] == 1 else rows(rng, shape, axis, "soft")
            name = f"softmax-broadcast-{'x'.join(map(str, shape))}-{axis}-{dtype}"
            # Of rows that do not add up to 1, TensorFlow's gradient is another function's.
            wanted = LOGITS if shape[axis] != 1 else ()
            given = {"labels": z.astype(dtype), "logits": x, "axis": axis}
            yield Question(name, SOFTMAX, given, wanted)
        for other in ("float32", "float64", "float16", "int8", "uint8", "int32", "int64", "bool"):
            z = rows(rng, (2, 3), -1, "hard").astype(other)
            name, given = f"softmax-cast-{other}-{dtype}", {"labels": z, "logits": x}
            yield Question(name, SOFTMAX, given, BOTH if other.startswith("float") else LOGITS)


X, XS = np.asarray([1.0, 2.0]), np.asarray([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
ONE = np.asarray([1.0, 0.0])
INF = np.asarray([-math.inf, math.inf, -math.inf, math.inf])
SIDES = np.asarray([0.0, 1.0, 1.0, 0.0])
MASKED = np.asarray([[-math.inf, 1.0, 2.0]])
FIRST = np.asarray([[1.0, 0.0, 0.0]])
WIDE = np.ones((2, 4, 3))
YS = np.asarray([0, 2])

# Where TensorFlow's numbers are wrong or its domain is another; what each means is in the tests.
SPECIAL = (
    Question("sigmoid-infinite", SIGMOID, {"labels": SIDES, "logits": INF}, BOTH),
    Question("sigmoid-outside", SIGMOID, {"labels": np.asarray([2.0, -1.0]), "logits": X}),
    Question("sigmoid-list", SIGMOID, {"labels": [1.0, 0.0], "logits": X.astype("float32")}),
    Question("weighted-infinite", WEIGHTED, {"labels": SIDES, "logits": INF, "pos_weight": 2.0}, LOGITS),
    Question("weighted-at-0", WEIGHTED, {"labels": ONE, "logits": 0 * X, "pos_weight": 3.0}, LOGITS),
    Question("weighted-negative", WEIGHTED, {"labels": ONE, "logits": X, "pos_weight": -1.0}, LOGITS),
    Question("weighted-larger", WEIGHTED, {"labels": ONE, "logits": X, "pos_weight": np.ones((2, 2))}),
    Question("softmax-masked", SOFTMAX, {"labels": FIRST[:, ::-1], "logits": MASKED}, BOTH),
    Question("softmax-masked-label", SOFTMAX, {"labels": FIRST, "logits": MASKED}, LOGITS),
    Question("softmax-sum-2", SOFTMAX, {"labels": 2 * FIRST, "logits": XS[:1]}, BOTH),
    Question("softmax-sum-0", SOFTMAX, {"labels": 0 * FIRST, "logits": XS[:1]}, BOTH),
    Question("softmax-negative", SOFTMAX, {"labels": np.asarray([[-1.0, 2.0, 0.0]]), "logits": XS[:1]}),
    Question("softmax-more-axes", SOFTMAX, {"labels": FIRST, "logits": XS[0]}),
    Question("softmax-flat", SOFTMAX, {"labels": FIRST.repeat(8, 0), "logits": WIDE}),
    Question("softmax-no-class", SOFTMAX, {"labels": np.ones((2, 0)), "logits": np.ones((2, 0))}),
    Question("sparse-masked", SPARSE, {"labels": YS[1:], "logits": MASKED}, LOGITS),
    Question("sparse-masked-label", SPARSE, {"labels": YS[:1], "logits": MASKED}, LOGITS),
    Question("poisson-truth", POISSON, {"targets": ONE, "log_input": X, "compute_full_loss": 1}),
    Question(
        "poisson-full-at-0",
        POISSON,
        {"targets": np.asarray([0.0, 1.0]), "log_input": X, "compute_full_loss": True},
        ("targets", "log_input"),
    ),
    Question(
        "poisson-negative",
        POISSON,
        {"targets": np.asarray([-1.0]), "log_input": X[:1], "compute_full_loss": True},
    ),
    Question("poisson-negative-bare", POISSON, {"targets": np.asarray([-1.0]), "log_input": X[:1]}),
    Question("l2-list", L2, {"t": [1.0, 2.0]}),
)

# What TensorFlow refuses.
REFUSED = (
    Question("sigmoid-integers", SIGMOID, {"labels": np.asarray([1, 0]), "logits": X}),
    Question("sigmoid-dtypes", SIGMOID, {"labels": ONE, "logits": X.astype("float32")}),
    Question("sigmoid-axes", SIGMOID, {"labels": ONE, "logits": X[None]}),
    Question("sigmoid-length", SIGMOID, {"labels": ONE[:1], "logits": X}),
    Question("sigmoid-number", SIGMOID, {"labels": 1.0, "logits": X}),
    Question("sigmoid-none", SIGMOID, {"labels": None, "logits": X}),
    Question("sigmoid-integer-logits", SIGMOID, {"labels": ONE, "logits": YS}),
    Question("sigmoid-sentinel", SIGMOID, {"_sentinel": None, "labels": ONE, "logits": X}),
    Question("sigmoid-targets", SIGMOID, {"targets": ONE, "logits": X}),
    Question("weighted-none", WEIGHTED, {"labels": ONE, "logits": X, "pos_weight": None}),
    Question("weighted-missing", WEIGHTED, {"labels": ONE, "logits": X}),
    Question("weighted-length", WEIGHTED, {"labels": ONE, "logits": X, "pos_weight": np.ones(3)}),
    Question("weighted-integers", WEIGHTED, {"labels": ONE, "logits": X, "pos_weight": YS}),
    Question("weighted-targets", WEIGHTED, {"targets": ONE, "logits": X, "pos_weight": 2.0}),
    Question("softmax-rows", SOFTMAX, {"labels": XS, "logits": XS[:1]}),
    Question("softmax-length", SOFTMAX, {"labels": XS[:, :2], "logits": XS}),
    Question("softmax-number", SOFTMAX, {"labels": np.asarray(1.0), "logits": XS}),
    Question("softmax-batch", SOFTMAX, {"labels": WIDE[:1], "logits": WIDE}),
    Question("softmax-fewer-axes", SOFTMAX, {"labels": WIDE[0], "logits": WIDE}),
    Question("softmax-scalar", SOFTMAX, {"labels": np.asarray(1.0), "logits": np.asarray(1.0)}),
    Question("softmax-axis", SOFTMAX, {"labels": XS, "logits": XS, "axis": 2}),
    Question("softmax-axis-below", SOFTMAX, {"labels": XS, "logits": XS, "axis": -3}),
    Question("softmax-integer-logits", SOFTMAX, {"labels": FIRST, "logits": YS}),
    Question("softmax-dim", SOFTMAX, {"labels": FIRST, "logits": XS, "dim": 1}),
    Question("softmax-sentinel", SOFTMAX, {"_sentinel": None, "labels": FIRST, "logits": XS}),
    Question("softmax-by-broadcast-labels", SOFTMAX, {"labels": FIRST, "logits": XS}, ("labels",)),
    Question("sparse-above", SPARSE, {"labels": YS + 1, "logits": XS}),
    Question("sparse-below", SPARSE, {"labels": YS - 1, "logits": XS}),
    Question("sparse-int8", SPARSE, {"labels": YS.astype("int8"), "logits": XS}),
    Question("sparse-uint16", SPARSE, {"labels": YS.astype("uint16"), "logits": XS}),
    Question("sparse-bool", SPARSE, {"labels": YS > 0, "logits": XS}),
    Question("sparse-floats", SPARSE, {"labels": ONE, "logits": XS}),
    Question("sparse-length", SPARSE, {"labels": np.asarray([0, 1, 2]), "logits": XS}),
    Question("sparse-axes", SPARSE, {"labels": YS[None], "logits": XS}),
    Question("sparse-scalar", SPARSE, {"labels": np.asarray(1), "logits": np.asarray(1.0)}),
    Question("sparse-integer-logits", SPARSE, {"labels": YS, "logits": np.asarray([[1, 2, 3], [3, 2, 1]])}),
    Question("sparse-sentinel", SPARSE, {"_sentinel": None, "labels": YS, "logits": XS}),
    Question("poisson-axes", POISSON, {"targets": ONE, "log_input": X[None]}),
    Question("poisson-number", POISSON, {"targets": 2.0, "log_input": X}),
    Question("poisson-integers", POISSON, {"targets": np.asarray([1, 2]), "log_input": X}),
    Question("poisson-dtypes", POISSON, {"targets": ONE, "log_input": X.astype("float32")}),
    Question("l2-integers", L2, {"t": YS}),
)


def questions() -> Iterator[Question]:
    """Every question in order."""
    yield from elementwise()
    yield from counts()
    yield from classes()
    yield from sequences()
    yield from fitted()
    yield from (*SPECIAL, *REFUSED)


def ask(question: Question) -> dict[str, Any]:
    """The value and the gradients of TensorFlow, or the class of its error."""
    import tensorflow as tf  # noqa: PLC0415

    given = {k: tf.constant(v) if hasattr(v, "dtype") else v for k, v in question.arguments.items()}
    leaves = [given[name] for name in question.wanted]
    try:
        with tf.GradientTape() as tape:
            tape.watch(leaves)
            value = getattr(tf.nn, question.function)(**given)
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

    names = [name for name in dir(tf.nn) if "loss" in name or "entropy" in name]
    write(file, questions(), ask, ("tensorflow",), {name: getattr(tf.nn, name) for name in names})


if __name__ == "__main__":
    renew()
