"""Class labels that are out of range: an error or a NaN, never a plausible number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .poison import by_readable, only_rows_are_nan, same

CLASSES = 5
INDEXED = (al.sparse_softmax_cross_entropy, al.nll, al.multi_margin, al.sparse_softmax_focal)
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
LOGITS = np.random.default_rng(1).normal(size=(6, CLASSES)).astype(np.float32).astype(np.float64)
GOOD = np.array([0, 4, 2, 1, 3, 0])
NO_LABELS = (CLASSES, -1, -100, 2**31)

by_loss = pytest.mark.parametrize("loss", INDEXED, ids=lambda loss: loss.__name__)


def integer_array(backend: Backend, values: Any, dtype: str) -> Any:
    """An array of the integer dtype on the backend."""
    array = np.array(values, dtype)
    dtype = getattr(backend.xp, dtype)
    return backend.xp.reshape(
        backend.xp.asarray(array.tolist(), dtype=dtype, device=backend.device), array.shape
    )


def integers_of(backend: Backend) -> list[str]:
    """The integer dtypes that the backend's device has."""
    if backend.name == "strict-no_x64":
        return [name for name in INTEGERS if not name.endswith("64")]
    return [name for name in INTEGERS if hasattr(backend.xp, name)]


def holds(dtype: str, label: int) -> bool:
    """Whether the dtype has the number."""
    return np.iinfo(dtype).min <= label <= np.iinfo(dtype).max


# Where values can be read: an error that names the label and its place.


@by_loss
@by_readable
@pytest.mark.parametrize("label", NO_LABELS)
def test_a_bad_label_raises(loss, backend, label):
    dtypes = [dtype for dtype in integers_of(backend) if holds(dtype, label)]
    assert dtypes
    for dtype in dtypes:
        labels = integer_array(backend, [*GOOD[:3], label, *GOOD[4:]], dtype)
        message = rf"{loss.__name__}\(\): 'labels' holds {label} at position \(3,\); expected .*0 to 4"
        for function in (loss, al.grad(loss), partial(loss, reduction="none")):
            with pytest.raises(ValueError, match=message):
                function(backend.array(LOGITS), labels)


@by_loss
@by_readable
def test_the_largest_unsigned_label_is_named(loss, backend):
    dtype = [name for name in integers_of(backend) if name.startswith("uint")][-1]
    label = int(np.iinfo(dtype).max)
    with pytest.raises(ValueError, match=rf"'labels' holds {label} at position \(1,\)"):
        loss(backend.array(LOGITS[:2]), integer_array(backend, [0, label], dtype))


@by_loss
@by_readable
def test_the_position_is_that_in_the_labels(loss, backend):
    logits, labels = np.zeros((2, 3, CLASSES, 4)), np.zeros((2, 3, 4), int)
    labels[1, 2, 3], labels[1, 1, 2] = 7, 9
    with pytest.raises(ValueError, match=r"'labels' holds 9 at position \(1, 1, 2\)"):
        loss(backend.array(logits), backend.array(labels), axis=2)


@by_loss
@pytest.mark.parametrize("backend", [BACKENDS["numpy"], BACKENDS["torch"]], ids=["numpy", "torch"])
def test_the_position_is_found_in_any_block(loss, backend):
    labels = np.zeros(100_000, int)
    labels[[90_001, 90_007]] = 8, 9
    with pytest.raises(ValueError, match=r"'labels' holds 8 at position \(90001,\)"):
        loss(backend.array(np.zeros((100_000, CLASSES))), backend.array(labels))


@by_loss
@by_readable
def test_a_bad_label_of_a_single_row_raises(loss, backend):
    with pytest.raises(ValueError, match=r"'labels' holds -1 at position \(\)"):
        loss(backend.array(LOGITS[0]), backend.array(np.asarray(-1)))


@by_loss
@by_readable
def test_the_error_says_what_may_be_ignored(loss, backend):
    logits, labels = backend.array(LOGITS), backend.array(np.array([0, 1, -100, 2, 9, 0]))
    with pytest.raises(ValueError, match=r"holds -100 at position \(2,\); expected .*no ignore_index"):
        loss(logits, labels)
    with pytest.raises(ValueError, match=r"holds 9 at position \(4,\); expected .*ignore_index=-100"):
        loss(logits, labels, ignore_index=-100)


# Elsewhere: NaN for the value of the row and for its row of the gradient.

Way = Callable[[Callable[..., Any], np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _values(loss: Callable[..., Any]) -> Callable[..., Any]:
    return partial(loss, reduction="none")


def _total(loss: Callable[..., Any]) -> Callable[..., Any]:
    return partial(loss, reduction="sum")


def _closed_form(name: str, loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    backend = BACKENDS[name]
    values, gradient = al.value_and_grad(_values(loss))(backend.array(output), backend.array(labels))
    alone = numpy_of(_values(loss)(backend.array(output), backend.array(labels)))
    # XLA adds up a value that comes without its gradient in another order.
    few = 4 * np.finfo(alone.dtype).eps if name == "jax" else 0
    np.testing.assert_allclose(alone, numpy_of(values), rtol=few, atol=0)  # NaN for NaN
    return numpy_of(values), numpy_of(gradient)


def _jax(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["jax"].array(output), BACKENDS["jax"].array(labels)
    return numpy_of(_values(loss)(*arrays)), numpy_of(jax.grad(_total(loss))(*arrays))


def _jax_jit(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["jax"].array(output), BACKENDS["jax"].array(labels)
    return numpy_of(jax.jit(_values(loss))(*arrays)), numpy_of(jax.jit(jax.grad(_total(loss)))(*arrays))


def _jax_jit_closed_form(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["jax"].array(output), BACKENDS["jax"].array(labels)
    values, gradient = jax.jit(al.value_and_grad(_values(loss)))(*arrays)
    return numpy_of(values), numpy_of(gradient)


def _jax_vmap(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["jax"].array(output), BACKENDS["jax"].array(labels)
    return numpy_of(jax.vmap(loss)(*arrays)), numpy_of(jax.vmap(jax.grad(loss))(*arrays))


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as the compiler captures it, whole; generating code would prove no more."""
    torch.compiler.reset()
    return torch.compile(function, fullgraph=True, backend="aot_eager")


def _torch_compile(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    output, labels = BACKENDS["torch"].array(output).requires_grad_(), BACKENDS["torch"].array(labels)
    values = _compiled(_values(loss))(output, labels)
    values.sum().backward()
    return numpy_of(values), numpy_of(output.grad)


def _torch_compile_closed_form(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["torch"].array(output), BACKENDS["torch"].array(labels)
    values, gradient = _compiled(al.value_and_grad(_values(loss)))(*arrays)
    return numpy_of(values), numpy_of(gradient)


def _torch_vmap(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["torch"].array(output), BACKENDS["torch"].array(labels)
    vmap, grad = torch.func.vmap, torch.func.grad
    return numpy_of(vmap(_values(loss))(*arrays)), numpy_of(vmap(grad(_total(loss)))(*arrays))


def _torch_vmap_closed_form(loss: Any, output: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = BACKENDS["torch"].array(output), BACKENDS["torch"].array(labels)
    values, gradient = torch.func.vmap(al.value_and_grad(_values(loss)))(*arrays)
    return numpy_of(values), numpy_of(gradient)


WAYS: dict[str, Way] = {
    "jax": _jax,
    "jax-closed-form": partial(_closed_form, "jax"),
    "jax-jit": _jax_jit,
    "jax-jit-closed-form": _jax_jit_closed_form,
    "jax-vmap": _jax_vmap,
    "dask": partial(_closed_form, "dask"),
    "torch-compile": _torch_compile,
    "torch-compile-closed-form": _torch_compile_closed_form,
    "torch-vmap": _torch_vmap,
    "torch-vmap-closed-form": _torch_vmap_closed_form,
}
by_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
# The compiler instantiates what PyTorch says should not be.
compiler_warns = pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")


def poisons(
    way: Way, loss: Callable[..., Any], outputs: np.ndarray, good: np.ndarray, bad: dict[int, Any]
) -> None:
    """Require that bad truths at some rows make those rows NaN, and no others."""
    truths = good.copy()
    for row, value in bad.items():
        truths[row] = value
    for result, expected in zip(way(loss, outputs, truths), way(loss, outputs, good), strict=True):
        assert result.shape == expected.shape
        only_rows_are_nan(result, expected, list(bad))


@by_loss
@by_way
@compiler_warns
def test_a_bad_label_poisons_its_row(loss, way):
    poisons(way, loss, LOGITS, GOOD, {0: CLASSES, 2: -1, 3: -100, 5: 2**31})


@by_way
@compiler_warns
def test_a_bad_label_poisons_its_row_beside_an_ignored_one(way):
    labels = GOOD.copy()
    labels[1] = -100
    poisons(way, partial(al.nll, ignore_index=-100), LOGITS, labels, {0: CLASSES, 2: -1, 5: 2**31})


@by_loss
@pytest.mark.parametrize("name", ["jax", "dask"])
def test_a_bad_label_poisons_the_mean_and_the_sum(loss, name):
    backend = BACKENDS[name]
    labels = backend.array(np.array([0, 4, -1, 1, 3, 0]))
    for reduction in ("mean", "sum"):
        value, gradient = al.value_and_grad(loss)(backend.array(LOGITS), labels, reduction=reduction)
        _, expected = al.value_and_grad(loss)(backend.array(LOGITS), backend.array(GOOD), reduction=reduction)
        assert np.isnan(numpy_of(value))
        only_rows_are_nan(numpy_of(gradient), numpy_of(expected), [2])


@by_loss
@pytest.mark.parametrize("name", ["jax", "dask"])
def test_a_bad_label_under_class_weights_and_smoothing_is_nan(loss, name):
    backend = BACKENDS[name]
    words = {"class_weights": backend.array(np.array([1.0, 0.5, 2.0, 0.25, 1.5])), "reduction": "none"}
    words |= {"label_smoothing": 0.125} if loss is al.sparse_softmax_cross_entropy else {}
    results = [
        al.value_and_grad(loss)(backend.array(LOGITS), backend.array(labels), **words)
        for labels in (np.array([0, 4, 2, CLASSES, 3, 0]), GOOD)
    ]
    for result, expected in zip(*results, strict=True):
        only_rows_are_nan(numpy_of(result), numpy_of(expected), [3])


# What is left out is not looked at.


@by_loss
def test_a_masked_bad_label_is_not_looked_at(loss, backend):
    logits, where = backend.array(LOGITS), backend.array(np.array([True, True, False, True, False, True]))
    bad, good = backend.array(np.array([0, 4, -1, 1, 99, 0])), backend.array(GOOD)
    for reduction in ("none", "mean", "sum"):
        function = partial(al.value_and_grad(loss), where=where, reduction=reduction)
        for result, expected in zip(function(logits, bad), function(logits, good), strict=True):
            same(result, expected)
            assert np.isfinite(numpy_of(result)).all()


KEPT = np.array([True, True, False, True, False, True])
LEFT_OUT = np.array([0, 4, -100, 1, -100, 0])


@by_loss
@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("word", ["where", "ignore_index"])
def test_autodiff_does_not_look_at_what_is_left_out(loss, word, reduction):
    expected = numpy_of(al.grad(loss)(LOGITS, GOOD, where=KEPT, reduction=reduction))

    words = {word: jnp.asarray(KEPT) if word == "where" else -100, "reduction": reduction}
    found = jax.grad(lambda x: loss(x, jnp.asarray(LEFT_OUT), **words).sum())(jnp.asarray(LOGITS))
    np.testing.assert_allclose(numpy_of(found), expected, rtol=1e-14, atol=1e-16)


@by_loss
@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("word", ["where", "ignore_index"])
def test_backward_does_not_look_at_what_is_left_out(loss, word, reduction):
    expected = numpy_of(al.grad(loss)(LOGITS, GOOD, where=KEPT, reduction=reduction))

    words = {word: torch.asarray(KEPT) if word == "where" else -100, "reduction": reduction}
    logits = torch.asarray(LOGITS.copy()).requires_grad_()
    loss(logits, torch.asarray(LEFT_OUT), **words).sum().backward()
    np.testing.assert_allclose(numpy_of(logits.grad), expected, rtol=1e-14, atol=1e-16)


@by_loss
def test_an_ignored_label_is_as_masked(loss, backend):
    logits, where = backend.array(LOGITS), backend.array(np.array([True, True, False, True, False, True]))
    for ignored in (-100, CLASSES):
        labels = backend.array(np.array([0, 4, ignored, 1, ignored, 0]))
        for reduction in ("none", "mean"):
            left_out = al.value_and_grad(loss)(logits, labels, ignore_index=ignored, reduction=reduction)
            masked = al.value_and_grad(loss)(logits, backend.array(GOOD), where=where, reduction=reduction)
            for result, expected in zip(left_out, masked, strict=True):
                same(result, expected)


# Dtypes of labels.


@by_loss
def test_every_integer_dtype_gives_the_same_number(loss, backend):
    logits, dtypes = backend.array(LOGITS), integers_of(backend)
    expected = al.value_and_grad(loss)(logits, backend.array(GOOD))
    assert len(dtypes) >= 6
    for dtype in dtypes:
        found = al.value_and_grad(loss)(logits, integer_array(backend, GOOD, dtype))
        for result, right in zip(found, expected, strict=True):
            same(result, right)


@by_loss
@pytest.mark.parametrize(("dtype", "labels"), [("uint8", [0, 200, 255]), ("int8", [0, 100, 127])])
def test_more_classes_than_the_label_dtype_holds(loss, backend, dtype, labels):
    logits = backend.array(np.random.default_rng(2).normal(size=(3, 300)))
    found = al.value_and_grad(loss)(logits, integer_array(backend, labels, dtype))
    for result, right in zip(
        found, al.value_and_grad(loss)(logits, backend.array(np.array(labels))), strict=True
    ):
        same(result, right)
        assert np.isfinite(numpy_of(result)).all()


@by_loss
@pytest.mark.parametrize(
    ("dtype", "ignored", "wrapped"), [("uint8", -100, 156), ("int8", 255, -1), ("uint8", 256, 0)]
)
def test_an_ignore_index_that_the_dtype_cannot_hold_ignores_nothing(loss, backend, dtype, ignored, wrapped):
    logits = backend.array(np.random.default_rng(3).normal(size=(3, 300)))
    labels = integer_array(backend, [0, max(wrapped, 0), 3], dtype)
    for result, right in zip(
        al.value_and_grad(loss)(logits, labels, ignore_index=ignored),
        al.value_and_grad(loss)(logits, labels),
        strict=True,
    ):
        same(result, right)


@by_loss
def test_a_wrapped_ignore_index_is_not_taken_for_a_label(loss, backend):
    logits, labels = backend.array(LOGITS[:2]), integer_array(backend, [0, -1], "int8")
    if backend.readable:
        with pytest.raises(ValueError, match=r"holds -1 at position \(1,\)"):
            loss(logits, labels, ignore_index=255)
    else:
        assert np.isnan(numpy_of(loss(logits, labels, ignore_index=255)))


@by_loss
def test_boolean_class_labels_are_refused(loss, backend):
    labels = backend.array(np.array([True, False, True, True, False, True]))
    with pytest.raises(TypeError, match=r"'labels' has dtype .*bool.*; expected an? integer"):
        loss(backend.array(LOGITS), labels)
