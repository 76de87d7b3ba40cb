"""What the losses of distances and of whole batches have in common, with others and with each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import arrayloss as al

from .catalogue import CATALOGUE, Entry

BATCHED = [entry for entry in CATALOGUE.values() if entry.coupled]
batched = pytest.mark.parametrize("entry", BATCHED, ids=lambda entry: entry.name)


def outcome(entry: Entry, operands: dict[str, Any], **words: Any) -> tuple[Any, tuple[Any, ...]]:
    return al.value_and_grad(entry.loss, entry.differentiable())(**operands, **entry.parameters[0], **words)


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def test_info_nce_is_the_cross_entropy_of_cosines() -> None:
    queries, keys = CATALOGUE["info_nce"].operands(1, (6,)).values()
    logits = unit(queries) @ unit(keys).T / 0.25
    found = al.info_nce(queries, keys, temperature=0.25, reduction="none")
    close(found, al.sparse_softmax_cross_entropy(logits, np.arange(6), reduction="none"))


def test_nt_xent_is_supervised_by_the_pairs() -> None:
    first, second = CATALOGUE["nt_xent"].operands(2, (6,)).values()
    both, labels = np.concatenate([first, second]), np.tile(np.arange(6), 2)
    mean, (by_first, by_second) = al.value_and_grad(al.nt_xent)(first, second, temperature=0.5)
    other, by_both = al.value_and_grad(al.supervised_contrastive)(both, labels, temperature=0.5)
    close(mean, other)
    close(np.concatenate([by_first, by_second]), by_both)
    close(al.nt_xent(second, first, reduction="none"), al.nt_xent(first, second, reduction="none"))


@batched
def test_only_directions_count(entry: Entry) -> None:
    operands = entry.operands(3, (6,))
    value, gradients = outcome(entry, operands)
    longer = {n: 3.0 * a if a.dtype.kind == "f" else a for n, a in operands.items()}
    scaled, shorter = outcome(entry, longer)
    close(scaled, value)
    for name, gradient, other in zip(entry.differentiable(), gradients, shorter, strict=True):
        close(3.0 * other, gradient)
        close(np.sum(gradient * operands[name], axis=-1), np.zeros(6))


@batched
def test_batches_before_the_last_axis_do_not_meet(entry: Entry) -> None:
    operands = entry.operands(4, (3, 6))
    values, gradients = outcome(entry, operands, reduction="none")
    for i in range(3):
        alone = {name: array[i] for name, array in operands.items()}
        value, slopes = outcome(entry, alone, reduction="none")
        close(values[i], value)
        for gradient, slope in zip(gradients, slopes, strict=True):
            close(gradient[i], slope)


LIMITS: dict[str, Callable[[np.ndarray], Any]] = {
    "info_nce": lambda _: math.log(6),
    "nt_xent": lambda _: math.log(11),
    "supervised_contrastive": lambda labels: np.where(np.isin(labels, _repeated(labels)), math.log(5), 0.0),
}


def _repeated(labels: np.ndarray) -> np.ndarray:
    found, counts = np.unique(labels, return_counts=True)
    return found[counts > 1]


@pytest.mark.parametrize("name", LIMITS)
def test_a_hot_batch_is_chance(name: str) -> None:
    operands = CATALOGUE[name].operands(5, (6,))
    found = CATALOGUE[name].loss(**operands, temperature=1e9, reduction="none")
    np.testing.assert_allclose(found, np.broadcast_to(LIMITS[name](operands.get("labels")), 6), rtol=1e-8)


def test_a_sharp_circle_is_a_hinge() -> None:
    operands = CATALOGUE["circle"].operands(6, (6,))
    near = unit(operands["embeddings"]) @ unit(operands["embeddings"]).T
    same = operands["labels"][:, None] == operands["labels"]
    others = same & ~np.eye(6, dtype=bool)
    negative = np.where(~same, np.clip(near + 0.4, 0, None) * (near - 0.4), -np.inf).max(-1)
    positive = np.where(others, (1 - near) ** 2 - 0.16, -np.inf).max(-1)
    found = al.circle(**operands, gamma=1e7, reduction="none") / 1e7
    np.testing.assert_allclose(found, np.clip(negative + positive, 0, None), atol=1e-6)


def test_labels_are_not_rounded() -> None:
    rows = CATALOGUE["circle"].operands(7, (4,))["embeddings"].astype(np.float32)
    for labels in ([0, 1, 0, 1], [3, 3, 4, 4]):
        large = np.asarray(labels) + 2**53
        for loss in (al.circle, al.supervised_contrastive):
            np.testing.assert_array_equal(loss(rows, large), loss(rows, np.asarray(labels)))


def test_contrastive_is_the_square_of_hinge_embedding() -> None:
    operands = CATALOGUE["contrastive"].operands(8, (50,))
    close(al.contrastive(**operands, reduction="none"), al.hinge_embedding(**operands, reduction="none") ** 2)


def test_cosine_distance_is_that_of_pairs_that_belong_together() -> None:
    first, second = CATALOGUE["cosine_distance"].operands(9, (50,)).values()
    found = al.cosine_distance(first, second, reduction="none")
    close(found, al.cosine_embedding(first, second, 1, reduction="none"))
    close(found, al.cosine_distance(second, 5.0 * first, reduction="none"))


@pytest.mark.parametrize("swap", [False, True])
def test_triplets_of_distances_are_those_of_embeddings(swap: bool) -> None:
    triplets = CATALOGUE["triplet_margin"].operands(10, (50,))
    a, b, n = triplets.values()
    near, far, between = (np.linalg.norm(d, axis=-1) for d in (a - b, a - n, b - n))
    words = {"swapped_distances": between} if swap else {}
    found = al.triplet_margin_with_distance(near, far, **words, reduction="none")
    close(found, al.triplet_margin(**triplets, swap=swap, reduction="none"))
