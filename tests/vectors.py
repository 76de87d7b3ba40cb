"""Questions to another library and its answers, kept in files that the default tests read.

One question and its answer a line, numbers in the fewest digits that give them back. Inputs
are multiples of 1/128, exact in float32 and float64: only the losses round.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

DATA = Path(__file__).parent / "data"


class Question(NamedTuple):
    """A call by keyword, and the arguments that its value is differentiated by."""

    name: str
    function: str
    arguments: dict[str, Any]
    wanted: tuple[str, ...] = ()


def numbers(rng: np.random.Generator, shape: tuple[int, ...], size: int) -> np.ndarray:
    """Numbers from -size to size, never 0: there is a question for that."""
    return (2 * rng.integers(-64 * size, 64 * size, shape) + 1) / 128


def labels(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> np.ndarray:
    """Binary labels, or shares of yes."""
    return rng.integers(0, 1 if kind == "hard" else 64, shape, endpoint=True) / (1 if kind == "hard" else 64)


def rows(rng: np.random.Generator, shape: tuple[int, ...], axis: int, kind: str) -> np.ndarray:
    """Distributions along an axis that add up to 1 exactly, one-hot or not."""
    count, parts = shape[axis], 1 if kind == "hard" else 64
    items = tuple(n for i, n in enumerate(shape) if i != axis % len(shape))
    return np.moveaxis(rng.multinomial(parts, [1 / count] * count, items) / parts, -1, axis)


def encoded(value: Any) -> Any:
    """An array as JSON; anything else as it is."""
    if not hasattr(value, "dtype"):
        return value
    flat = [x.item() if value.dtype.kind in "iub" else _shortest(x) for x in np.ravel(value)]
    return {"dtype": value.dtype.name, "shape": value.shape, "values": flat}


def _shortest(x: Any) -> float | str:
    return float(str(x)) if np.isfinite(x) else str(x)


def decoded(value: Any) -> Any:
    """What was encoded."""
    if not isinstance(value, dict):
        return value
    return np.asarray(value["values"]).astype(value["dtype"]).reshape(value["shape"])


def write(
    file: Path,
    questions: Iterable[Question],
    ask: Callable[[Question], dict[str, Any]],
    libraries: Iterable[str],
    public: Mapping[str, Any],
) -> None:
    """Ask every question and write the file, with the versions and the signatures of what answered."""
    versions = {name: importlib.import_module(name).__version__ for name in (*libraries, "numpy")}
    signatures = {name: signature(each) for name, each in sorted(public.items())}
    lines = [json.dumps({"versions": versions, "signatures": signatures})]
    for question in questions:
        given = {name: encoded(value) for name, value in question.arguments.items()}
        lines.append(json.dumps({**question._asdict(), "arguments": given, "answer": ask(question)}))
    file.write_text("[" + ",\n".join(lines) + "]\n", encoding="utf-8")


def signature(function: Any) -> list[list[str]] | None:
    """The arguments of a function: name, kind and default of each; None of what is not called."""
    if not callable(function):
        return None
    parameters = inspect.signature(function).parameters.values()
    return [[p.name, p.kind.name, "" if p.default is p.empty else repr(p.default)] for p in parameters]


def signatures(file: Path) -> dict[str, Any]:
    """The signatures of a file, by the public names of the library."""
    head, *_ = json.loads(file.read_text(encoding="utf-8"))
    return head["signatures"]


def read(file: Path) -> list[tuple[Question, dict[str, Any]]]:
    """The questions of a file and their answers."""
    _, *found = json.loads(file.read_text(encoding="utf-8"))
    return [(_question(each), _answer(each["answer"])) for each in found]


def _question(each: dict[str, Any]) -> Question:
    given = {name: decoded(value) for name, value in each["arguments"].items()}
    return Question(each["name"], each["function"], given, tuple(each["wanted"]))


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        return answer
    slopes = {name: decoded(slope) for name, slope in answer["gradients"].items()}
    return {"value": decoded(answer["value"]), "gradients": slopes}
