"""Second derivatives: those of the definitions, of automatic differentiation, and on every library."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss._arguments import as_column

from .backends import Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, Entry
from .choice import SLOW, typical, usually
from .definitions import curvatures
from .problems import JAX

# What is neither a loss of entries nor one of logits or of pairs.
WITHOUT = {
    *("nll", "cross_entropy", "kl_divergence", "multi_margin", "multilabel_margin"),
    *("multiclass_hinge", "multiclass_perceptron", "categorical_hinge", "sparsemax", "fenchel_young"),
    *("generalized_iou", "distance_iou", "complete_iou"),
    *("softmax_focal", "sparse_softmax_focal", "poly_cross_entropy", "sparse_poly_cross_entropy"),
    *("generalized_cross_entropy", "arcface", "cosface", "distillation", "generalized_kl", "js_divergence"),
    *("margin_ranking", "hinge_embedding", "cosine_embedding", "triplet_margin"),
    *("cosine_distance", "triplet_margin_with_distance"),
    *(name for name, entry in CATALOGUE.items() if entry.coupled),
    *("list_mle", "dice", "generalized_dice", "jaccard", "tversky", "focal_tversky"),
    *("lovasz_hinge", "lovasz_softmax"),
    "ctc",
}
CURVED = [(entry, i) for entry, i in CALLS if entry.name not in WITHOUT]
IDS = [name for name, (entry, _) in zip(CALL_IDS, CALLS, strict=True) if entry.name not in WITHOUT]
calls = pytest.mark.parametrize(("entry", "setting"), CURVED, ids=IDS)
losses = pytest.mark.parametrize("name", sorted({entry.name for entry, _ in CURVED}))


def curved(entry: Entry, arrays: dict[str, Any], **words: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    """Value, gradients and curvatures by all that the model gave, the last two as tuples."""
    return al.value_grad_and_curvature(entry.loss, entry.outputs)(**arrays, **words)


@calls
def test_it_is_that_of_the_definition(entry: Entry, setting: int) -> None:
    operands, parameters = entry.operands(seed=3), entry.parameters[setting]
    found = curved(entry, operands, reduction="sum", **parameters)[2]
    for name, curvature in zip(entry.outputs, found, strict=True):
        exact = curvatures(entry.name, operands, parameters, name, axes=entry.axes)
        expected = np.asarray(exact, dtype=float).reshape(operands[name].shape)
        # 1e-29: what the digits of a difference quotient leave of one that is 0.
        np.testing.assert_allclose(curvature, expected, rtol=1e-13, atol=1e-29)


@usually(typical)
@calls
def test_it_is_what_jax_differentiates(entry: Entry, setting: int) -> None:
    arrays = JAX.arrays(entry.operands(seed=4, items=(4,)))
    parameters = JAX.arrays(entry.parameters[setting])
    name = entry.outputs[0]

    def loss(output: Any) -> Any:
        return entry.loss(**{**arrays, name: output}, **parameters)

    size = arrays[name].size
    hessian = numpy_of(jax.hessian(loss)(arrays[name])).reshape(size, size)
    curvature = numpy_of(curved(entry, arrays, **parameters)[2][0])
    np.testing.assert_allclose(curvature.ravel(), hessian.diagonal(), rtol=1e-10, atol=1e-15)


@usually(typical, *SLOW)
@losses
def test_on_every_library(backend: Backend, name: str) -> None:
    entry = CATALOGUE[name]
    arrays = entry.operands(items=(6,))
    words = {"weights": np.arange(1.0, 7.0), "where": np.arange(6) != 2}
    here = curved(entry, backend.arrays(arrays), **backend.arrays(words))
    there = curved(entry, arrays, **words)
    value, gradients = al.value_and_grad(entry.loss, entry.outputs)(**arrays, **words)
    np.testing.assert_array_equal(there[0], value)
    np.testing.assert_array_equal(there[1], gradients)
    for found, expected in zip(here[2], there[2], strict=True):
        assert found.dtype == here[1][0].dtype
        np.testing.assert_allclose(
            numpy_of(found), expected, rtol=1e-12 if backend.widest == "float64" else 1e-5, atol=0
        )
        assert np.all(numpy_of(found)[2] == 0)


def test_compiled() -> None:
    arrays = CATALOGUE["sigmoid_cross_entropy"].operands()
    newton = al.value_grad_and_curvature(al.sigmoid_cross_entropy)
    _, _, expected = newton(**arrays)
    _, _, by_jax = jax.jit(newton)(**JAX.arrays(arrays))
    compiled = torch.compile(newton, fullgraph=True, backend="aot_eager")
    _, _, by_torch = compiled(**{k: torch.asarray(v) for k, v in arrays.items()})
    np.testing.assert_allclose(by_jax, expected, rtol=1e-14)
    np.testing.assert_allclose(by_torch, expected, rtol=1e-14)


def test_one_array_or_a_tuple_as_with_gradients() -> None:
    x, one = np.asarray([0.5, -2.0]), np.ones(2)
    newton = al.value_grad_and_curvature
    value, gradient, curvature = newton(partial(al.huber, delta=1.0))(x, 0.0 * x, reduction="sum")
    assert (float(value), gradient.tolist(), curvature.tolist()) == (1.625, [0.5, -1.0], [1.0, 0.0])
    _, gradients, found = newton(al.gaussian_nll)(x, one, 0.0 * x)
    assert isinstance(gradients, tuple)
    assert isinstance(found, tuple)
    assert newton(al.squared_error, ("predictions",))(x, x)[2][0].tolist() == [1.0, 1.0]


# What makes its arguments fit first is refused for that.
@pytest.mark.parametrize("name", sorted(WITHOUT - {"ctc"}))
def test_a_loss_without_one_says_so(name: str) -> None:
    entry = CATALOGUE[name]
    with pytest.raises(TypeError, match=rf"'loss' is {name}; expected a loss that has a second derivative"):
        curved(entry, entry.operands())


def test_what_has_none_by_the_argument_says_so() -> None:
    x = np.asarray([0.5, 0.25])
    with pytest.raises(TypeError, match="'loss' is squared_error; expected a loss that has a second"):
        al.value_grad_and_curvature(al.squared_error, "targets")(x, x)
    with pytest.raises(TypeError, match=r"'loss' computes with its arguments itself; expected a loss of ent"):
        al.value_grad_and_curvature(lambda predictions, targets: al.huber(as_column(predictions), targets))(
            x, x[:, None]
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_digit_is_lost_far_out(dtype: str) -> None:
    x = np.asarray([0.0, 1e-3, 20.0, 80.0, -80.0], dtype=dtype)
    _, _, found = al.value_grad_and_curvature(al.sigmoid_cross_entropy)(x, 0, reduction="sum")
    exact = 0.25 / np.cosh(x.astype(np.longdouble) / 2) ** 2
    assert np.max(np.abs(found - exact) / np.spacing(exact.astype(dtype))) <= 3.0
