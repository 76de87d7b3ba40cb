"""The special functions against 80-digit arithmetic, over the whole range of their dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from mpmath import mp

from arrayloss import special

from .backends import BACKENDS, Backend, numpy_of

EXACT = [BACKENDS[name] for name in ("numpy", "torch", "jax", "strict")]
ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid": lambda x: -mp.log(1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
}
SLOPES: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda x: mp.exp(-x) / (1 + mp.exp(-x)) ** 2,
    "log_sigmoid": lambda x: 1 / (1 + mp.exp(x)),
    "softplus": lambda x: 1 / (1 + mp.exp(-x)),
}
LIMITS = {
    "sigmoid": {np.inf: 1.0, -np.inf: 0.0},
    "log_sigmoid": {np.inf: 0.0, -np.inf: -np.inf},
    "softplus": {np.inf: np.inf, -np.inf: 0.0},
}
TINY = {"float32": 2.0**-126, "float64": 2.0**-1022}


def _points(dtype: str) -> np.ndarray:
    rng = np.random.default_rng(5)
    small, large = (1e-37, 3e38) if dtype == "float32" else (1e-300, 1e308)
    sizes = [
        10.0 ** rng.uniform(-30, 0, 40),
        rng.uniform(0, 100, 100),
        rng.uniform(0, 20, 100),
        [small, 700.0, large],
    ]
    sizes = np.concatenate(sizes).astype(dtype).astype(np.float64)
    return np.concatenate([sizes, -sizes, [0.0]])


def _ulps(ours: float, truth: Any, dtype: str) -> float:
    """The distance in units of the last place; below the normal numbers, of the smallest of them."""
    eps = mp.mpf(float(np.finfo(dtype).eps))
    size = max(abs(truth), mp.mpf(TINY[dtype]))
    return float(abs(mp.mpf(ours) - truth) / (eps * mp.mpf(2) ** int(mp.floor(mp.log(size, 2)))))


def _worst(got: Any, truths: list[Any], dtype: str) -> float:
    values = numpy_of(got).ravel().tolist()
    assert len(values) == len(truths) > 100
    with mp.workdps(400):
        return max(
            _ulps(v, t, dtype) for v, t in zip(values, truths, strict=True) if not _flushed(v, t, dtype)
        )


def _flushed(ours: float, truth: Any, dtype: str) -> bool:
    """Whether a subnormal number came out as 0, as XLA and some processors do."""
    return ours == 0 and abs(truth) < mp.mpf(TINY[dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_is_exact(name: str, backend: Backend, dtype: str) -> None:
    points = _points(dtype)
    with mp.workdps(400):
        truths = [ELEMENTWISE[name](mp.mpf(float(x))) if abs(x) < 800 else _far(name, x) for x in points]
    assert _worst(getattr(special, name)(backend.array(points, dtype)), truths, dtype) <= 5


def _far(name: str, x: float) -> Any:
    """The value so far out that one term is everything."""
    if name == "sigmoid":
        return mp.mpf(float(x > 0))
    return mp.mpf(max(float(x), 0.0)) if name == "softplus" else mp.mpf(min(float(x), 0.0))


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_infinities_have_their_limits(name: str, backend: Backend) -> None:
    for x, limit in LIMITS[name].items():
        assert numpy_of(getattr(special, name)(backend.array(np.asarray([x])))) == limit
    assert np.isnan(numpy_of(getattr(special, name)(backend.array(np.asarray([np.nan]))))).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivatives_are_the_closed_form_also_at_zero(name: str) -> None:
    function, points = getattr(special, name), np.asarray([0.0, -0.0, 1e-9, 3.0, -40.0, 700.0, -700.0])
    with mp.workdps(400):
        slopes = [float(SLOPES[name](mp.mpf(x))) for x in points]
        bends = [float(mp.diff(SLOPES[name], mp.mpf(x))) for x in points]
    tensor = torch.asarray(points, requires_grad=True)
    (slope,) = torch.autograd.grad(function(tensor).sum(), tensor, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), tensor)
    single = jax.grad(function)
    for got, want in (
        (slope, slopes),
        (bend, bends),
        (jax.vmap(single)(jnp.asarray(points)), slopes),
        (jax.vmap(jax.grad(single))(jnp.asarray(points)), bends),
    ):
        np.testing.assert_allclose(numpy_of(got), want, rtol=1e-12, atol=1e-16)


def _rows() -> np.ndarray:
    rng = np.random.default_rng(11)
    rows = rng.uniform(-1, 1, (60, 4)) * rng.choice([1.0, 10.0, 40.0], (60, 1))
    rows[:, 0] += rng.choice([0.0, 30.0, -30.0, 1000.0], 60)
    return rows.astype(np.float32).astype(np.float64)


def _truths(name: str, row: np.ndarray) -> list[Any]:
    x = [mp.mpf(float(each)) for each in row]
    total = mp.fsum(map(mp.exp, x))
    if name == "logsumexp":
        return [mp.log(total)]
    return [mp.exp(each) / total if name == "softmax" else mp.log(mp.exp(each) / total) for each in x]


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_rows_are_exact(name: str, backend: Backend) -> None:
    rows = _rows()
    with mp.workdps(2000):
        truths = [t for row in rows for t in _truths(name, row)]
    got = numpy_of(getattr(special, name)(backend.array(rows))).ravel().tolist()
    assert len(got) == len(truths)
    for ours, truth in zip(got, truths, strict=True):
        # A difference of up to 1070 is rounded to half an ulp of it before exp.
        assert abs(mp.mpf(ours) - truth) <= 3e-13 * abs(truth) + mp.mpf(2) ** -1022


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
def test_rows_at_the_infinities(backend: Backend) -> None:
    inf = np.inf
    rows = backend.array(np.asarray([[-inf, 0.0], [-inf, -inf], [inf, 0.0]]))
    np.testing.assert_array_equal(numpy_of(special.logsumexp(rows)), [0.0, -inf, inf])
    np.testing.assert_array_equal(numpy_of(special.softmax(rows))[0], [0.0, 1.0])
    np.testing.assert_array_equal(numpy_of(special.log_softmax(rows))[0], [-inf, 0.0])


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_row_derivatives_agree_with_native_ones(name: str) -> None:
    rows = np.random.default_rng(2).normal(size=(3, 4))
    native = {"softmax": torch.softmax, "log_softmax": torch.log_softmax, "logsumexp": torch.logsumexp}[name]
    ours = torch.func.jacrev(lambda x: getattr(special, name)(x, axis=0))(torch.asarray(rows))
    theirs = torch.func.jacrev(lambda x: native(x, 0))(torch.asarray(rows))
    np.testing.assert_allclose(numpy_of(ours), numpy_of(theirs), rtol=1e-12, atol=1e-15)
    traced = jax.jacfwd(lambda x: getattr(special, name)(x, axis=0))(jnp.asarray(rows))
    np.testing.assert_allclose(numpy_of(traced), numpy_of(theirs), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("backend", BACKENDS.values(), ids=BACKENDS)
def test_xlogy_leaves_out_zero(backend: Backend) -> None:
    x, y = np.asarray([0.0, 2.0, 0.0]), np.asarray([0.0, 4.0, np.nan])
    got = numpy_of(special.xlogy(backend.array(x), backend.array(y)))
    np.testing.assert_allclose(got, [0.0, 2 * np.log(4.0), np.nan], rtol=1e-6)


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
def test_xlogy_of_a_negative_number_is_nan_unless_left_out(backend: Backend) -> None:
    got = numpy_of(special.xlogy(*(backend.array(np.asarray(v)) for v in ([1.0, 0.0], [-1.0, -1.0]))))
    np.testing.assert_array_equal(got, [np.nan, 0.0])


@pytest.mark.parametrize("name", special.__all__)
def test_half_precision_is_computed_in_float32(name: str) -> None:
    rows = torch.linspace(-9, 9, 40, dtype=torch.float32).reshape(8, 5).to(torch.bfloat16)
    given = (rows.abs(), rows.abs()) if name == "xlogy" else (rows,)
    got = getattr(special, name)(*given)
    wide = getattr(special, name)(*(x.float() for x in given))
    assert got.dtype is torch.bfloat16
    torch.testing.assert_close(got, wide.to(torch.bfloat16), rtol=0, atol=0)
