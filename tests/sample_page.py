"""A small run with every state of the report page, and the questions that it was asked."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance import page
from conformance.results import from_plain

FOLDER = Path(__file__).parent / "page"


def results() -> list[dict[str, Any]]:
    """The results of two machines, as they stand in files."""
    return [json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("cpu.json", "cuda.json")]


def rendered(
    contents: Sequence[dict[str, Any]],
    cases: dict[str, dict[str, Any]],
    cells: dict[str, dict[str, Any]] | None = None,
) -> str:
    """The page of the contents of result files."""
    return page.render([from_plain(content) for content in contents], cases, cells)


def array(
    *values: Any, shape: list[int] | None = None, kind: str = "float", dtype: str = ""
) -> dict[str, Any]:
    """An array of a question, flat in C order."""
    shape = [len(values)] if shape is None else shape
    return {"kind": kind, "shape": shape, "values": list(values), "dtype": dtype}


def case(loss: str, family: str, why: str, arrays: dict[str, Any], **words: Any) -> dict[str, Any]:
    """A question."""
    question = {"loss": loss, "family": family, "why": why, "arrays": arrays}
    return {**question, "parameters": {}, "reduction": "mean", **words}


CASES = {
    "huber-branches": case(
        "huber",
        "regression",
        "Both sides of |e| = delta and exactly on it.",
        {"predictions": array(0.25, -1.5, 3.0, -math.inf), "targets": array(0.0, 0.0, 0.0, 0.0)},
        parameters={"delta": 1.5},
        reduction="none",
    ),
    "huber-weights": case(
        "huber",
        "regression",
        "What is masked out may hold NaN.",
        {
            "predictions": array(0.5, math.nan, 3.0, -1.0, shape=[2, 2]),
            "targets": array(1.0, 0.0, 0.0, 2.0, shape=[2, 2]),
            "where": array(True, False, True, True, shape=[2, 2], kind="bool"),
            "weights": array(0.5, 2.0, shape=[2, 1]),
            "denominator": array(3.5, shape=[]),
        },
    ),
    "huber-empty": case(
        "huber",
        "published",
        "The mean over nothing is 0.",
        {
            "predictions": array(shape=[0, 3]),
            "targets": array(shape=[0, 3], kind="int"),
            "where": array(shape=[0, 3], kind="bool"),
        },
    ),
    "sparse-softmax-confident": case(
        "sparse_softmax_cross_entropy",
        "multiclass",
        "A confident prediction loses no digits.",
        {
            "logits": array(20.0, -20.0, 0.5, 0.0, 1.0, -3.0, shape=[2, 3]),
            "labels": array(0, 2, kind="int", dtype="uint8"),
            "class_weights": array(1.0, 0.5, 3.0),
        },
        parameters={"label_smoothing": 0.25, "denominator": "count"},
    ),
    "l2-penalty-two": case(
        "l2_penalty",
        "penalty",
        "Two arrays of unequal shapes.",
        {"array0": array(1.0, -2.0), "array1": array(0.0, 4.0, shape=[2, 1])},
    ),
    "special-softmax-rows": case(
        "special.softmax",
        "special",
        "Along the first axis.",
        {"x": array(1.0, 2.0, -1.0, 0.0, shape=[2, 2])},
        parameters={"axis": 0},
    ),
    "special-sigmoid-tails": case(
        "special.sigmoid", "special", "Both tails.", {"x": array(-80.0, 0.0, 80.0, math.inf)}
    ),
    "hinge-embedding-float-labels": case(
        "hinge_embedding",
        "embedding",
        "Labels may be floats, which the loss has no derivative by.",
        {"distances": array(0.5, 2.0), "labels": array(1.0, -1.0)},
        wrt=["distances"],
    ),
}
