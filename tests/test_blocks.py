"""A large array is computed in blocks, on threads: nothing of it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import arrayloss as al
from arrayloss import _namespace
from arrayloss._engine import blocks

from .backends import Backend
from .catalogue import Entry
from .choice import typical, usually
from .laws import cells, outcome, outcomes_close, same, weights_of


def _boxes(shape: tuple[int, ...], limit: int | None) -> np.ndarray:
    """How often each entry is in a block, none larger than the limit."""
    seen = np.zeros(shape, int)
    for index in blocks.blocks(shape, limit):
        seen[index] += 1
        assert limit is None or seen[index].size <= max(limit, 1), (index, limit)
    return seen


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(shape=st.lists(st.integers(0, 6), max_size=4).map(tuple), limit=st.none() | st.integers(0, 40))
def test_blocks_tile_the_array(shape: tuple[int, ...], limit: int | None) -> None:
    np.testing.assert_array_equal(_boxes(shape, limit), np.ones(shape, int))


def in_blocks(patch: pytest.MonkeyPatch, array: Any, size: int | None) -> list[int]:
    """Make the array's library compute in blocks of a size; a count of the blocks made."""
    library = _namespace.library_of(array)
    made: list[int] = []

    def counted(shape: tuple[int, ...], limit: int | None) -> list[Any]:
        indices = list(blocks_of(shape, limit))
        made.append(len(indices))
        return indices

    blocks_of = blocks.blocks
    patch.setattr(blocks, "blocks", counted)
    patch.setitem(_namespace._BY_CLASS, type(array), replace(library, block=size))
    return made


SIZES = {(3, 5, 7): (1, 4, 16), (1, 11): (2, 8), (13,): (3, 5)}


@usually(typical, "torch")
@pytest.mark.parametrize("items", SIZES, ids=str)
@cells(backends=("numpy", "torch"))
def test_blocks_do_not_show(
    backend: Backend, entry: Entry, setting: int, items: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    operands = entry.operands(8, items)
    weighted = {"weights": weights_of(8, items), "where": np.random.default_rng(8).uniform(size=items) < 0.75}
    for words in ({}, weighted, weighted | {"reduction": "sum"}, weighted | {"reduction": "none"}):
        whole = outcome(backend, entry, setting, operands, **words)
        for size in SIZES[items]:
            with monkeypatch.context() as patch:
                made = in_blocks(patch, backend.array(np.zeros(1)), size)
                parts = outcome(backend, entry, setting, operands, **words)
            assert not blocked(backend, entry, setting, words) or (made and min(made) > 1), (size, made)
            outcomes_close(parts, whole, backend)
            for operand, gradient in whole.gradients.items() if backend.name == "numpy" else ():
                same(parts.gradients[operand], gradient)


def blocked(backend: Backend, entry: Entry, setting: int, words: dict[str, Any]) -> bool:
    """Whether a call runs in blocks: not where the denominator depends on an operand."""
    dense = ("softmax_cross_entropy", "softmax_focal", "poly_cross_entropy")
    couples = entry.name in dense and "class_weights" in entry.parameters[setting]
    couples = couples or entry.coupled
    return not couples and not (backend.name == "torch" and words.get("reduction") == "none")


def test_a_row_of_pairs_is_as_large_as_its_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 4 classes a block of 64 numbers holds 16 rows, which is a small call, or the pairs of 4."""
    scores = np.random.default_rng(5).normal(size=(16, 4))
    made = in_blocks(monkeypatch, scores, 64)
    al.pairwise_hinge(scores, np.eye(4, dtype=int)[np.arange(16) % 4])
    al.multi_margin(scores, np.arange(16) % 4)
    assert made == [4]


# Threads.


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    logits, labels = generator.normal(size=(700, 40)).astype("f4"), generator.integers(0, 40, 700)
    library = _namespace.library_of(logits)
    assert library is not None
    monkeypatch.setattr(library, "block", 1000)
    both = al.value_and_grad(al.sparse_softmax_cross_entropy)

    monkeypatch.setattr(blocks, "_THREADS", 1)
    value, gradient = both(logits, labels)
    monkeypatch.setattr(blocks, "_THREADS", threads)
    again = both(logits, labels)
    assert value == again[0]
    np.testing.assert_array_equal(gradient, again[1])


def test_a_bad_label_raises_from_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.zeros(700)
    labels[650] = 1.5
    library = _namespace.library_of(labels)
    assert library is not None
    monkeypatch.setattr(library, "block", 100)
    monkeypatch.setattr(blocks, "_THREADS", 2)
    with pytest.raises(ValueError, match=r"'labels' holds 1\.5 at position \(650,\)"):
        al.sigmoid_cross_entropy(np.zeros(700), labels)
