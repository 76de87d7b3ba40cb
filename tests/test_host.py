"""What the blocks compute with: NumPy's functions at a lower cost, and tensors lent to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss import _namespace
from arrayloss._engine import blocks, lend

from .backends import BACKENDS
from .calls import arguments_of, gradients_of
from .catalogue import CATALOGUE, Entry

LIBRARY = _namespace.library_of(np.zeros(1))
assert LIBRARY is not None
XP: Any = LIBRARY.xp

# Around the sizes from which on the cheaper way is taken, in whole runs and with a rest.
SHAPES = ((), (3,), (0,), (4095,), (4096,), (5000,), (70, 80), (5, 1024), (3, 2500), (2, 3, 1500))
DTYPES = ("float16", "float32", "float64")


def numbers(shape: tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray:
    """Numbers of all sizes and signs."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(shape) * 10.0 ** rng.uniform(-3, 3, shape)).astype(dtype)


def special(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Numbers with what a choice by bits or an early exit could lose."""
    found = numbers(shape, dtype, 1)
    found.flat[:6] = [np.nan, np.inf, -np.inf, -0.0, 0.0, np.finfo(dtype).smallest_subnormal][: found.size]
    return found


def bits(array: Any) -> bytes:
    return np.asarray(array).tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_where_chooses_every_bit(shape: tuple[int, ...], dtype: str, share: float):
    one, other = special(shape, dtype), numbers(shape, dtype)
    mask = np.random.default_rng(2).uniform(size=shape) < share
    pairs = [(one, other), (other, one), (one, 0.0), (-1.5, one), (np.nan, one), (one.T, other.T)]
    for chosen, rest in pairs:
        turned = mask.T if np.shape(chosen) == mask.T.shape != mask.shape else mask
        found, expected = XP.where(turned, chosen, rest), np.where(turned, chosen, rest)
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert bits(found) == bits(expected)


def test_where_of_other_shapes_and_dtypes_is_that_of_numpy():
    rows, row, whole = numbers((90, 80), "float32"), numbers((80,), "float32"), np.ones((90, 80), int)
    mask = rows > 0
    for pair in (
        (rows, row),
        (row, rows),
        (whole, 0),
        (rows, whole),
        (rows, numbers((90, 80), "float64")),
        (1.0, 2.0),
    ):
        np.testing.assert_array_equal(XP.where(mask, *pair), np.where(mask, *pair), strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums_are_exact_to_their_rounding(shape: tuple[int, ...], dtype: str):
    x, y = numbers(shape, dtype), numbers(shape, dtype, 3)
    exact = x.astype("longdouble")
    size = np.abs(exact).sum()
    bound = 8 * np.finfo(dtype).eps * size
    assert abs(XP.sum(x) - exact.sum()) <= bound
    assert XP.sum(x).dtype == x.dtype
    if shape:
        rows = XP.sum(x, axis=-1)
        assert rows.shape == shape[:-1]
        assert np.all(np.abs(rows - exact.sum(-1)) <= 8 * np.finfo(dtype).eps * np.abs(exact).sum(-1))
    if dtype != "float16":
        products = exact * y
        assert abs(XP.dot(x, y) - products.sum()) <= 8 * np.finfo(dtype).eps * np.abs(products).sum()


def test_sums_pass_on_what_is_not_a_number():
    for bad in (np.nan, np.inf):
        x = np.ones((7, 3000), "float32")
        x[2, 5] = bad
        np.testing.assert_array_equal(XP.sum(x), np.sum(x))
        np.testing.assert_array_equal(XP.sum(x, axis=-1), np.sum(x, axis=-1))
        np.testing.assert_array_equal(XP.dot(x, np.ones_like(x)), np.sum(x))


def test_sums_of_strided_arrays():
    x = numbers((120, 100), "float32")
    for view in (x.T, x[::2], x[:, ::2], x[:, 3:90]):
        np.testing.assert_allclose(XP.sum(view), view.astype("float64").sum(), rtol=1e-4)
        np.testing.assert_allclose(
            XP.sum(view, axis=-1), view.astype("float64").sum(-1), rtol=1e-4, atol=1e-2
        )
        np.testing.assert_allclose(XP.dot(view, view), (view.astype("float64") ** 2).sum(), rtol=1e-5)


# Tensors that are lent.


def lend_in_blocks(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Make NumPy compute PyTorch's tensors in blocks of a size."""
    library = _namespace.library_of(torch.zeros(1))
    assert library is not None
    monkeypatch.setattr(lend, "_numpy", lend._numpy.__wrapped__)
    monkeypatch.setattr(library, "block", size)


def lendings(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each call of a loss was computed by NumPy."""
    found: list[bool] = []
    evaluate = lend.lent

    def noted(problem: Any) -> Any:
        host = evaluate(problem)
        found.append(host is not None)
        return host

    monkeypatch.setattr("arrayloss._engine.torch.lent", noted)
    return found


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("block", [64, 1 << 18], ids=["blocks", "whole"])
def test_a_lent_tensor_gives_what_torch_gives(
    dtype: torch.dtype, block: int, monkeypatch: pytest.MonkeyPatch
):
    lend_in_blocks(monkeypatch, block)
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(40, 9, generator=generator).to(dtype).requires_grad_()
    labels = torch.randint(0, 9, (40,), generator=generator)
    taken = lendings(monkeypatch)
    value = al.sparse_softmax_cross_entropy(logits, labels)
    (gradient,) = torch.autograd.grad(value, logits)
    wide = logits.detach().double().requires_grad_()
    expected = torch.nn.functional.cross_entropy(wide, labels)
    (slope,) = torch.autograd.grad(expected, wide)
    assert taken == [True]
    assert (value.dtype, gradient.dtype, gradient.shape) == (dtype, dtype, logits.shape)
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(value.double(), expected, rtol=2 * eps, atol=0)
    torch.testing.assert_close(gradient.double(), slope, rtol=8 * eps, atol=eps * 1e-2)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.name)
def test_every_loss_takes_half_precision_block_by_block(entry: Entry, monkeypatch: pytest.MonkeyPatch):
    arguments = arguments_of(entry, BACKENDS["torch"], dtype="bfloat16")
    for reduction in ("mean", "none"):
        found = []
        for block in (1 << 18, 4):
            with monkeypatch.context() as patch:
                lend_in_blocks(patch, block)
                found.append(al.value_and_grad(entry.loss)(**arguments, reduction=reduction))
        (value, gradients), (again, blockwise) = found
        torch.testing.assert_close(again, value, equal_nan=True)
        torch.testing.assert_close(gradients_of(blockwise), gradients_of(gradients), equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_sides_in_half_precision_are_read_beforehand(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch):
    lend_in_blocks(monkeypatch, 4)
    scores, sides = torch.linspace(-2, 2, 9).to(dtype), torch.tensor([1, -1, 1] * 3).to(dtype)
    expected = torch.nn.functional.soft_margin_loss(scores.double(), sides.double())
    torch.testing.assert_close(al.soft_margin(scores, sides), expected.to(dtype))
    sides[7] = 0
    with pytest.raises(ValueError, match=r"holds 0\.0 at position \(7,\)"):
        al.soft_margin(scores, sides)


def test_a_tensor_is_lent_as_it_lies():
    rows = torch.randn(6, 50, 4, generator=torch.Generator().manual_seed(1))
    labels = torch.randint(0, 50, (6, 4), generator=torch.Generator().manual_seed(2))
    for tensor, given in (
        (rows, labels),
        (rows.transpose(0, 2), labels.T),
        (rows[:1].expand(6, 50, 4), labels),
    ):
        leaf = tensor.clone().requires_grad_()
        mine, theirs = (
            torch.autograd.grad(loss, tensor := leaf)[0]
            for loss in (
                al.sparse_softmax_cross_entropy(leaf, given, axis=1),
                torch.nn.functional.cross_entropy(leaf, given),
            )
        )
        torch.testing.assert_close(mine, theirs)
        torch.testing.assert_close(
            al.sparse_softmax_cross_entropy(tensor, given, axis=1),
            torch.nn.functional.cross_entropy(tensor, given),
        )


class Sub(torch.Tensor):
    """A tensor that is more than its memory."""


@pytest.mark.parametrize(
    "make", [lambda x: x.as_subclass(Sub), lambda x: x.to("meta")], ids=["subclass", "no memory"]
)
def test_what_is_more_or_less_than_memory_is_not_lent(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    taken = lendings(monkeypatch)
    x, y = make(torch.randn(9)), make(torch.randn(9))
    value = al.huber(x, y)
    assert (type(value), value.device) == (type(x), x.device)
    assert set(taken) == {False}


def test_a_transform_of_other_tensors_leaves_autograd_its_own():
    x, y = torch.randn(5, requires_grad=True), torch.randn(5)
    scaled = torch.vmap(lambda scale: scale * al.squared_error(x, y))(torch.arange(4.0))
    (gradient,) = torch.autograd.grad(scaled.sum(), x)
    torch.testing.assert_close(gradient, 6 * 2 * (x.detach() - y) / 5)


def test_a_module_s_parameters_are_lent(monkeypatch: pytest.MonkeyPatch):
    taken = lendings(monkeypatch)
    layer = torch.nn.Linear(3, 2)
    al.l2_penalty(*layer.parameters()).backward()
    torch.testing.assert_close(layer.weight.grad, layer.weight.detach())
    assert taken == [True, True]


def test_threads_are_torch_s_own(monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    pool = blocks._pool
    monkeypatch.setattr(blocks, "_pool", lambda threads: asked.append(threads) or pool(threads))
    x, y = torch.randn(1 << 21), torch.randn(1 << 21)
    before = torch.get_num_threads()
    try:
        values = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            values.append(al.huber(x, y).item())
    finally:
        torch.set_num_threads(before)
    assert asked == [2, 3]
    assert len(set(values)) == 1
