"""What is true of losses of sequences."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import optax
import pytest
import torch
from mpmath import mp

import arrayloss as al
from arrayloss import _alignment
from arrayloss._sweep import backward

from .backends import BACKENDS, numpy_of
from .poison import by_readable

NUMPY = BACKENDS["numpy"]


def sequences(seed: int, frames: int = 12, labels: int = 4, items: int = 5, classes: int = 4) -> Any:
    rng = np.random.default_rng(seed)
    return 2 * rng.normal(size=(items, frames, classes)), rng.integers(1, classes, (items, labels))


def alignments(spelt: tuple[int, ...], frames: int, classes: int) -> list[tuple[int, ...]]:
    """Every sequence of classes that spells the labels, found by trying all."""
    paths = itertools.product(range(classes), repeat=frames)
    return [path for path in paths if tuple(k for k, _ in itertools.groupby(path) if k) == spelt]


def enumerated(rows: np.ndarray, spelt: tuple[int, ...]) -> tuple[Any, Any]:
    """The loss and its gradient by what each alignment is worth."""
    frames, classes = rows.shape
    powers = [[mp.exp(mp.mpf(float(x))) for x in row] for row in rows]
    chances = [[p / mp.fsum(row) for p in row] for row in powers]
    paths = alignments(spelt, frames, classes)
    worth = [mp.fprod(row[c] for row, c in zip(chances, path, strict=True)) for path in paths]
    total = mp.fsum(worth)
    gradient = [
        [
            chances[t][c] - mp.fsum(w for w, path in zip(worth, paths, strict=True) if path[t] == c) / total
            for c in range(classes)
        ]
        for t in range(frames)
    ]
    return -mp.log(total), gradient


SPELT = [((1, 2), 4), ((1, 1), 4), ((2, 1, 2), 5), ((2, 2), 3), ((3,), 3), ((), 3), ((1, 1, 1), 5)]


@pytest.mark.parametrize("margin", [0, 4, 9, 16])
@pytest.mark.parametrize(("spelt", "frames"), SPELT)
def test_it_is_the_sum_over_all_alignments(spelt: tuple[int, ...], frames: int, margin: float) -> None:
    """Of any size: with a margin nearly every sequence is an alignment, and the digits are those of few."""
    rng = np.random.default_rng(frames)
    logits = rng.normal(size=(1, frames, 4)).astype(np.float32)
    path = alignments(spelt, frames, 4)[0]
    logits[0, np.arange(frames), path] += margin
    labels = np.asarray([spelt], int)
    with mp.workdps(60):
        value, gradient = enumerated(logits[0], spelt)
    for backend, dtype in ((NUMPY, "float32"), (NUMPY, "float64"), (BACKENDS["jax"], "float32")):
        arrays = backend.arrays({"logits": logits.astype(float), "labels": labels}, dtype)
        found, slopes = al.value_and_grad(al.ctc)(**arrays)
        eps = float(np.finfo(dtype).eps)
        assert abs(float(found) - value) <= (8 + margin) * eps * value
        for one, other in zip(numpy_of(slopes).ravel(), itertools.chain(*gradient), strict=True):
            # As a share of the largest one of its row, not of the numbers that it is the difference of.
            largest = max(abs(x) for row in gradient for x in row)
            assert abs(float(one) - other) <= 64 * eps * (abs(other) + largest)


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_it_is_torchs_and_optaxs(scale: float) -> None:
    logits, labels = sequences(0)
    lengths = {"logit_lengths": np.array([12, 9, 10, 8, 12]), "label_lengths": np.array([4, 3, 0, 2, 1])}
    found, slopes = al.value_and_grad(al.ctc)(scale * logits, labels, **lengths, reduction="none")
    leaf = torch.tensor(scale * logits, requires_grad=True)
    logs = torch.log_softmax(leaf, -1).transpose(0, 1)
    given = [torch.tensor(array) for array in lengths.values()]
    theirs = torch.nn.functional.ctc_loss(logs, torch.tensor(labels), *given, reduction="none")
    theirs.sum().backward()
    np.testing.assert_allclose(found, theirs.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(slopes, leaf.grad.numpy(), rtol=0, atol=1e-10)
    padding = [np.arange(n) >= each[:, None] for n, each in zip((12, 4), lengths.values(), strict=True)]
    others = optax.ctc_loss(scale * logits, padding[0], labels, padding[1])
    np.testing.assert_allclose(found, others, rtol=1e-6)


def test_long_and_unlikely_sequences_are_not_lost() -> None:
    """One scale for all states is not enough here: the blanks outweigh the labels beyond any range."""
    logits, labels = sequences(1, frames=300, labels=60, items=3)
    logits[:2, :, 0] += np.asarray([[30.0], [12.0]])
    found, slopes = al.value_and_grad(al.ctc)(logits, labels, reduction="none")
    arrays = BACKENDS["jax"].arrays({"logits": logits, "labels": labels})
    other, theirs = al.value_and_grad(al.ctc)(**arrays, reduction="none")
    np.testing.assert_allclose(found, numpy_of(other), rtol=1e-13)
    np.testing.assert_allclose(slopes, numpy_of(theirs), rtol=0, atol=1e-12)
    leaf = torch.tensor(logits)
    lengths = torch.full((3,), 300), torch.full((3,), 60)
    logs = torch.log_softmax(leaf, -1).transpose(0, 1)
    theirs = torch.nn.functional.ctc_loss(logs, torch.tensor(labels), *lengths, reduction="none")
    np.testing.assert_allclose(found, theirs.numpy(), rtol=1e-10)


def test_a_value_goes_back_only_where_the_way_there_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    logits, labels = sequences(1, frames=150, labels=30, items=3)
    expected = al.ctc(logits, labels, reduction="none")
    gone: list[int] = []

    def counted(*arguments: Any) -> Any:
        gone.append(1)
        return backward(*arguments)

    monkeypatch.setattr(_alignment, "backward", counted)
    np.testing.assert_array_equal(al.ctc(logits, labels, reduction="none"), expected)
    assert (expected < 600).all()
    assert not gone
    al.grad(al.ctc)(logits, labels)
    assert len(gone) == 1
    logits[1, :, 0] += 30.0
    found = al.ctc(logits, labels, reduction="none")
    assert found[1] > 700
    assert len(gone) == 2
    np.testing.assert_array_equal(found[::2], expected[::2])


def test_gradients_sum_to_0_in_each_frame() -> None:
    for scale in (1.0, 10.0, 100.0):
        logits, labels = sequences(2)
        slopes = al.grad(al.ctc)(scale * logits, labels, reduction="sum")
        np.testing.assert_allclose(slopes.sum(-1), 0.0, rtol=0, atol=1e-14)


def test_logarithms_of_probabilities_are_logits() -> None:
    logits, labels = sequences(3)
    value, slopes = al.value_and_grad(al.ctc)(logits, labels)
    other, theirs = al.value_and_grad(al.ctc)(al.special.log_softmax(logits), labels)
    np.testing.assert_allclose(other, value, rtol=1e-13)
    np.testing.assert_allclose(theirs, slopes, rtol=0, atol=1e-14)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_axes_may_be_anywhere(order: tuple[int, ...]) -> None:
    logits, labels = sequences(4, items=6)
    logits, labels = logits.reshape(2, 3, 12, 4), labels.reshape(2, 3, 4)
    value, slopes = al.value_and_grad(al.ctc)(logits, labels, reduction="none")
    if order.index(0) > order.index(1):
        labels, value = labels.transpose(1, 0, 2), value.T
    words = {"time_axis": order.index(2), "axis": order.index(3) - 4}
    found, theirs = al.value_and_grad(al.ctc)(logits.transpose(order), labels, **words, reduction="none")
    np.testing.assert_allclose(found, value, rtol=1e-13)
    np.testing.assert_allclose(theirs, slopes.transpose(order), rtol=0, atol=1e-14)


def test_frames_and_classes_are_different_axes() -> None:
    logits, labels = sequences(5)
    with pytest.raises(ValueError, match="'time_axis' is 2; expected another axis than 'axis', which is -1"):
        al.ctc(logits, labels, time_axis=2)
    with pytest.raises(ValueError, match="at least one frame and one class"):
        al.ctc(logits[:, :0], labels)


def test_what_lengths_leave_out_is_not_looked_at() -> None:
    logits, labels = sequences(6)
    lengths = {"logit_lengths": np.full(5, 9), "label_lengths": np.full(5, 3)}
    value, slopes = al.value_and_grad(al.ctc)(logits[:, :9], labels[:, :3])
    logits[:, 9:], labels[:, 3:] = np.nan, -7
    found, theirs = al.value_and_grad(al.ctc)(logits, labels, **lengths)
    np.testing.assert_allclose(found, value, rtol=1e-14)
    np.testing.assert_allclose(theirs[:, :9], slopes, rtol=0, atol=1e-15)
    assert not theirs[:, 9:].any()


BAD = [
    ("labels", (1, 2), 0, "labels from 0 to 3 that are not the blank"),
    ("labels", (1, 2), 4, "labels from 0 to 3 that are not the blank"),
    ("labels", (0, 0), -1, "labels from 0 to 3 that are not the blank"),
    ("logit_lengths", (3,), 13, "lengths from 0 to 12, the number of frames"),
    ("logit_lengths", (3,), -1, "lengths from 0 to 12, the number of frames"),
    ("label_lengths", (4,), 5, "lengths from 0 to 4, the number of labels"),
]


def bad_call(name: str, place: tuple[int, ...], number: int) -> dict[str, np.ndarray]:
    logits, labels = sequences(7)
    arrays = {"logits": logits, "labels": labels, "logit_lengths": np.full(5, 12)}
    arrays["label_lengths"] = np.full(5, 4)
    arrays[name][place] = number
    return arrays


@by_readable
@pytest.mark.parametrize(("name", "place", "number", "expected"), BAD)
def test_what_is_no_label_and_no_length_raises(
    backend: Any, name: str, place: tuple[int, ...], number: int, expected: str
) -> None:
    words = rf"{name!r} holds {number} at position \({', '.join(map(str, place))},?\); expected {expected}"
    with pytest.raises(ValueError, match=words):
        al.ctc(**backend.arrays(bad_call(name, place, number)))


@pytest.mark.parametrize("library", ["jax", "dask"])
@pytest.mark.parametrize(("name", "place", "number", "expected"), BAD)
def test_elsewhere_its_item_is_nan(
    library: str, name: str, place: tuple[int, ...], number: int, expected: str
) -> None:
    arrays = BACKENDS[library].arrays(bad_call(name, place, number))
    value, slopes = (numpy_of(each) for each in al.value_and_grad(al.ctc)(**arrays, reduction="none"))
    bad = np.arange(5) == place[0]
    np.testing.assert_array_equal(np.isnan(value), bad)
    np.testing.assert_array_equal(np.isnan(slopes).any((1, 2)), bad)
