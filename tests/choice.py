"""Which losses and settings the usual run asks where a call is slow: the one place where that is chosen.

A call takes a millisecond on NumPy, PyTorch and array-api-strict, and there every loss is asked in every
setting. Under JAX, under PyTorch's compiler and on Dask it takes a second, nearly all of it to trace the
loss anew. So a test of what the engine does asks one loss of each kind there, and one of what a formula
does asks every loss once. What is left out is run by ``nox -s exhaustive``.

The variants of array-api-strict refuse a device or a dtype, in whatever call of a formula comes upon it:
all losses are called there by the tests of namespaces, and the laws ask one of each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .catalogue import CATALOGUE, Entry

Choice = Callable[[Entry, int], bool]

SLOW = ("jax", "dask")
VARIANTS = ("strict-device1", "strict-no_float64", "strict-no_x64")
# One loss of each kind that the engine takes its own way.
TYPICAL = {
    *("huber", "sigmoid_cross_entropy", "gaussian_nll", "poisson_nll", "margin_ranking", "kl_divergence"),
    *("softmax_cross_entropy", "sparse_softmax_cross_entropy", "multilabel_margin", "triplet_margin"),
    *("cosine_embedding", "supervised_contrastive", "info_nce", "generalized_dice", "list_mle", "ctc"),
}


def typical(entry: Entry, setting: int) -> bool:
    """One loss of each kind, in the settings that the engine itself sees: for what the engine does."""
    return entry.name in TYPICAL and matters(entry.parameters[setting])


def default(entry: Entry, setting: int) -> bool:
    """Every loss once: for what a formula does."""
    return setting == 0


def matters(parameters: dict[str, Any]) -> bool:
    """Whether the engine itself treats a setting otherwise than the default."""
    return set(parameters) in (set(), {"class_weights"}, {"ignore_index"}, {"log_targets"})


def usually(choice: Choice, *libraries: str) -> pytest.MarkDecorator:
    """Ask in the usual run only what is chosen, on these libraries or, where there are none, on all."""
    return pytest.mark.usually.with_args(choice, *libraries)  # a lone function would be decorated


def is_left_out(item: pytest.Item) -> bool:
    """Whether a choice on a test leaves this one of its calls to the exhaustive run."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return any(not _chosen(given, *mark.args) for mark in item.iter_markers("usually"))


def _chosen(given: dict[str, Any], choice: Choice, *libraries: str) -> bool:
    library = given.get("backend", given.get("library"))
    entry = given["entry"] if "entry" in given else CATALOGUE[given["name"]]
    elsewhere = libraries and getattr(library, "name", library) not in libraries
    return elsewhere or choice(entry, given.get("setting", 0))
