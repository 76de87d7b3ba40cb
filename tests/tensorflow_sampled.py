"""What TensorFlow's sampled losses give, written by ``python tests/tensorflow_sampled.py`` where it is.

The numbers are float32's; `data/tensorflow_sampled.json` keeps them for a Python that has it not.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent / "data" / "tensorflow_sampled.json"
FUNCTIONS = ("nce_loss", "sampled_softmax_loss")
CLASSES, FEATURES, ROWS = 7, 4, 3


def questions() -> dict[str, dict[str, Any]]:
    """The arguments of each call: how many true classes, and whether hits are removed."""
    found = {}
    for name, true, remove in product(FUNCTIONS, (1, 2), (True, False)):
        rng = np.random.default_rng([true, len(name)])
        labels = np.stack([rng.permutation(CLASSES)[:true] for _ in range(ROWS)])
        found[f"{name}-{true}-{remove}"] = {
            "weights": rng.normal(size=(CLASSES, FEATURES)).astype(np.float32),
            "biases": rng.normal(size=CLASSES).astype(np.float32),
            "labels": labels,
            "inputs": rng.normal(size=(ROWS, FEATURES)).astype(np.float32),
            "num_sampled": 4,
            "num_classes": CLASSES,
            "num_true": true,
            "sampled_values": (
                np.asarray([labels[0, 0], *sorted({0, 1, 2, 3} - {labels[0, 0]})[:3]]),
                rng.uniform(0.125, 2, (ROWS, true)).astype(np.float32),
                rng.uniform(0.125, 2, 4).astype(np.float32),
            ),
            "remove_accidental_hits": remove,
        }
    return found


def main() -> None:
    """Write the file."""
    import tensorflow as tf  # noqa: PLC0415

    answers = {}
    for key, arguments in questions().items():
        layer = {name: tf.Variable(arguments[name]) for name in ("weights", "biases", "inputs")}
        with tf.GradientTape() as tape:
            values = getattr(tf.nn, key.partition("-")[0])(**{**arguments, **layer})
        slopes = tape.gradient(values, list(layer.values()))
        dense = [tf.convert_to_tensor(each).numpy().tolist() for each in slopes]
        answers[key] = {"values": values.numpy().tolist(), "gradients": dense}
    version = {"tensorflow": tf.__version__}
    FILE.write_text(json.dumps(version | answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
