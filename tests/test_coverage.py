"""The table of what other libraries' losses are here: none is missing, and every name in it exists."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import operator
from pathlib import Path
from typing import Any

import optax
import pytest
import sklearn._loss.loss
import torch

import arrayloss as al

from .keras_vectors import FILE as KERAS
from .tensorflow_losses_vectors import AVERAGE
from .tensorflow_losses_vectors import FILE as TENSORFLOW_1
from .tensorflow_vectors import FILE as TENSORFLOW
from .vectors import signatures

DOCS = Path(__file__).parents[1] / "docs"


def script() -> Any:
    """docs/coverage.py, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("coverage_page", DOCS / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = script()
LIBRARIES = {library["name"]: library for library in PAGE.libraries()}
ROWS = [(name, loss, entry) for name, each in LIBRARIES.items() for loss, entry in each["losses"].items()]


def of_torch(module: Any, word: str) -> set[str]:
    names = {name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))}
    return {name for name in names if word in name.lower() or "entropy" in name or name == "kl_div"}


def of_sklearn() -> set[str]:
    """The classes, which scikit-learn's own modules import from here."""
    module = sklearn._loss.loss
    classes = inspect.getmembers(module, inspect.isclass)
    return {name for name, each in classes if issubclass(each, module.BaseLoss)}


# Keras and TensorFlow are not installed where these tests run: their names are kept with their answers.
PUBLIC = {
    "torch.nn.functional": of_torch(torch.nn.functional, "loss"),
    "torch.nn": of_torch(torch.nn, "loss") - {"functional"},
    "tf.nn": set(signatures(TENSORFLOW)),
    "tf.compat.v1.losses": set(signatures(TENSORFLOW_1)) - {AVERAGE},
    "keras.losses": set(signatures(KERAS)),
    "optax.losses": {
        name for name in dir(optax.losses) if callable(getattr(optax.losses, name)) and name[0] != "_"
    },
    "sklearn._loss.loss": of_sklearn(),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_loss_of_a_library_has_its_row(name: str) -> None:
    assert set(LIBRARIES[name]["losses"]) == PUBLIC[name]


def test_every_library_is_looked_at() -> None:
    assert LIBRARIES.keys() == PUBLIC.keys()
    assert all(len(names) >= 10 for names in PUBLIC.values())


@pytest.mark.parametrize(("name", "loss", "entry"), ROWS, ids=[f"{name}.{loss}" for name, loss, _ in ROWS])
def test_a_row_says_what_there_is_or_why_there_is_nothing(
    name: str, loss: str, entry: dict[str, Any]
) -> None:
    dialect = LIBRARIES[name].get("dialect")
    module = None if dialect is None else importlib.import_module(dialect)
    if "reason" in entry:
        assert entry.keys() == {"reason"}
        assert len(entry["reason"].split()) >= 6
        assert module is None or not callable(getattr(module, loss, None)) or loss == "Reduction"
        return
    assert entry.keys() <= {"core", "note"}
    assert entry["core"]
    for core in entry["core"]:
        assert callable(operator.attrgetter(core)(al))
        assert core in al.__all__ or core.removeprefix("special.") in al.special.__all__
    assert module is None or loss in module.__all__


def test_every_name_of_a_dialect_is_in_the_table() -> None:
    listed = {(each.get("dialect"), loss) for each in LIBRARIES.values() for loss in each["losses"]}
    for dialect in {each["dialect"] for each in LIBRARIES.values() if "dialect" in each}:
        names = importlib.import_module(dialect).__all__
        assert {name for name in names if (dialect, name) not in listed} <= {"losses"}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.PAGE.read_text(encoding="utf-8") == PAGE.page(), "run python docs/coverage.py"
