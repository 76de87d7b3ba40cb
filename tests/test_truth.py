"""Every loss against what it is defined to be, in 80-digit arithmetic."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import numpy as np
import pytest
import torch
from mpmath import mp

import arrayloss as al

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, Entry
from .choice import default, typical, usually
from .definitions import per_item
from .textbook import TEXTBOOK

EXACT = [BACKENDS[name] for name in ("numpy", "torch", "jax", "strict")]


def _expected(entry: Entry, parameters: dict[str, Any], operands: dict[str, np.ndarray]) -> tuple[list, dict]:
    """Values per item, and gradients flattened, as mpmath numbers."""
    solved = per_item(entry.name, operands, parameters, axes=entry.axes, coupled=entry.coupled)
    values = [value for value, _ in solved]
    return values, {name: [g for _, grads in solved for g in grads[name]] for name in entry.differentiable()}


def _close(got: Any, expected: list, tolerance: float) -> None:
    """Every number within a relative error; as many of them as expected."""
    got = numpy_of(got).ravel()
    assert got.size == len(expected) > 0
    for ours, truth in zip(got.tolist(), expected, strict=True):
        assert abs(mp.mpf(ours) - truth) <= tolerance * max(abs(truth), mp.mpf("1e-290")), (
            ours,
            mp.nstr(truth, 25),
        )


@usually(default, "jax")
@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
def test_float64_value_and_gradient_are_the_definition(entry: Entry, setting: int, backend: Backend) -> None:
    parameters, operands = entry.parameters[setting], entry.operands(seed=1, items=(6,))
    values, gradients = _expected(entry, parameters, operands)
    arrays = backend.arrays({**operands, **parameters})

    value, got = al.value_and_grad(entry.loss, entry.differentiable())(**arrays, reduction="none")
    _close(value, values, 1e-12)
    for name, gradient in zip(entry.differentiable(), got, strict=True):
        _close(gradient, gradients[name], 1e-12)


def _textbook(entry: Entry, parameters: dict[str, Any], xp: Any, operands: dict[str, Any]) -> Any:
    """The sum of the per-item losses, written as a textbook would, for autodiff."""
    return TEXTBOOK[entry.name](xp, **operands, **parameters)


@usually(typical, "jax")
@pytest.mark.parametrize("library", ["torch", "jax"])
@pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
def test_closed_form_is_the_autodiff_of_the_textbook_formula(
    entry: Entry, setting: int, library: str
) -> None:
    backend, names = BACKENDS[library], entry.differentiable()
    arrays = backend.arrays({**entry.operands(seed=2, items=(4, 3)), **entry.parameters[setting]})
    rest = {name: array for name, array in arrays.items() if name not in names}

    def total(*given: Any) -> Any:
        return backend.xp.sum(_textbook(entry, rest, backend.xp, dict(zip(names, given, strict=True))))

    differentiate = torch.func.grad if library == "torch" else jax.grad
    slopes = differentiate(total, argnums=tuple(range(len(names))))
    expected = (jax.jit(slopes) if library == "jax" else slopes)(*(arrays[name] for name in names))
    got = al.grad(entry.loss, names)(**arrays, reduction="sum")
    for name, ours, theirs in zip(names, got, expected, strict=True):
        np.testing.assert_allclose(numpy_of(ours), numpy_of(theirs), rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
def test_gradcheck_and_gradgradcheck(entry: Entry, setting: int) -> None:
    names = entry.differentiable()
    arrays = BACKENDS["torch"].arrays({**entry.operands(seed=3, items=(3,)), **entry.parameters[setting]})
    given = tuple(arrays.pop(name).requires_grad_() for name in names)

    def loss(*given: Any, reduction: str) -> Any:
        return entry.loss(**dict(zip(names, given, strict=True)), **arrays, reduction=reduction)

    for reduction in ("mean", "none") if typical(entry, setting) else ("mean",):
        reduced = partial(loss, reduction=reduction)
        assert torch.autograd.gradcheck(reduced, given, check_forward_ad=True, check_batched_grad=True)
        assert torch.autograd.gradgradcheck(reduced, given)


NEAR_LABELS = (0.0, 1e-6, 5e-7, 1e-7, 1 - 1e-6, 1 - 5e-7, 1 - 6e-8, 1.0)


def _float32(values: Any) -> np.ndarray:
    return np.asarray(values, np.float32).astype(np.float64)


def _adversarial(name: str) -> dict[str, np.ndarray]:
    """Seeded inputs, exact in float32, where formulas that are not careful lose digits."""
    rng = np.random.default_rng(7)
    if name == "sigmoid_cross_entropy":
        logits = np.concatenate(
            [rng.uniform(-100, 100, 400), rng.uniform(-20, 20, 200), [0.0, 100.0, -100.0]]
        )
        return {"logits": _float32(logits), "labels": _float32(rng.choice(NEAR_LABELS, logits.size))}
    if name in ("log_cosh", "huber"):
        sizes = [rng.normal(size=200), 10.0 ** rng.uniform(-18, -1, 200), rng.uniform(0.8, 1.2, 200)]
        errors = _float32(np.concatenate([*sizes, rng.uniform(-100, 100, 200)]))
        return {"predictions": errors, "targets": np.zeros_like(errors)}
    rows, classes = 200, 6
    labels = rng.integers(0, classes, rows)
    logits = rng.uniform(-1, 1, (rows, classes)) + rng.choice([0, 0, -15, 20], (rows, 1))
    logits[np.arange(rows), labels] += rng.choice([0, 1, 10, 20, 30, 60, 78, -10, -20, -78], rows)
    one_hot = np.eye(classes)[labels]
    truth = (
        labels
        if name.startswith("sparse")
        else _float32(np.where(one_hot == 1, rng.choice([1, 1 - 1e-6]), 0))
    )
    return {"logits": _float32(logits), "labels": truth}


def _ulps(ours: float, truth: Any) -> float:
    """The distance in units of the last place of float32 at the truth."""
    if not abs(truth) >= mp.mpf(2) ** -126:
        return 0.0  # below the normal numbers: XLA flushes them to 0
    exponent = int(mp.floor(mp.log(abs(truth), 2)))
    return float(abs(mp.mpf(ours) - truth) / mp.mpf(2) ** (exponent - 23))


BOUNDS = {
    "sigmoid_cross_entropy": 4.0,
    "log_cosh": 4.0,
    "huber": 4.0,
    # The rounding of the difference to a row's shift costs half an ulp per unit of it.
    "sparse_softmax_cross_entropy": 40.0,
    "softmax_cross_entropy": 40.0,
}
PUT_BACK = {("sparse_softmax_cross_entropy", "numpy"): 8.0}  # there that rounding is undone


@pytest.mark.parametrize("backend", EXACT, ids=lambda b: b.name)
@pytest.mark.parametrize("name", BOUNDS)
def test_float32_is_within_ulps_of_the_truth(name: str, backend: Backend) -> None:
    entry, operands = CATALOGUE[name], _adversarial(name)
    values, gradients = _expected(entry, {}, operands)
    arrays = backend.arrays(operands, "float32")
    output = entry.outputs[0]
    got = numpy_of(entry.loss(**arrays, reduction="none")).ravel().tolist()
    slopes = numpy_of(al.grad(entry.loss)(**arrays, reduction="sum")).ravel().tolist()
    distances = [_ulps(*pair) for pair in zip(got + slopes, values + gradients[output], strict=True)]
    assert max(distances) <= PUT_BACK.get((name, backend.name), BOUNDS[name])
    assert sum(d > 0 for d in distances) > 50  # inexact where it must be: something was compared


SMOOTH = (
    "log_cosh",
    "pseudo_huber",
    "squared_log_error",
    "charbonnier",
    "cauchy",
    "geman_mcclure",
    "welsch",
    "general_robust",
    "sigmoid_cross_entropy",
    "binary_cross_entropy",
    "log_poisson_nll",
    "poisson_nll",
    "gaussian_nll",
    "student_t_nll",
    "negative_binomial_nll",
    "poisson_deviance",
    "gamma_deviance",
    "tweedie_deviance",
    "exponential",
    "sigmoid_focal",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
    "cross_entropy",
    "kl_divergence",
    "generalized_kl",
    "js_divergence",
    "distillation",
    "softmax_focal",
    "sparse_softmax_focal",
    "poly_cross_entropy",
    "sparse_poly_cross_entropy",
    "generalized_cross_entropy",
    "pairwise_logistic",
    "ranking_softmax",
    "list_mle",
    "dice",
    "generalized_dice",
    "focal_tversky",
)


def _flat_points(entry: Entry) -> dict[str, np.ndarray]:
    """Where formulas branch: errors and logits of 0, ties, hard labels."""
    operands = entry.operands(seed=4, items=(2,))
    for name, array in operands.items():
        if "deviance" in entry.name:  # there is no branch at 0, where none is smooth
            continue
        if name in ("logits", "predictions") or (name == "targets" and entry.outputs == ("predictions",)):
            operands[name] = np.zeros_like(array)
        elif name == "labels" and array.dtype.kind == "f":
            operands[name] = np.eye(array.shape[-1])[:2] if array.ndim == 2 else np.asarray([0.0, 1.0])
    return operands


@usually(typical, "jax")
@pytest.mark.parametrize("points", ["ordinary", "flat"])
@pytest.mark.parametrize("library", ["torch", "jax"])
@pytest.mark.parametrize(
    ("entry", "setting"),
    [call for call in CALLS if call[0].name in SMOOTH],
    ids=[name for name, call in zip(CALL_IDS, CALLS, strict=True) if call[0].name in SMOOTH],
)
def test_hessian_is_that_of_the_textbook_formula(
    entry: Entry, setting: int, library: str, points: str
) -> None:
    backend, names = BACKENDS[library], entry.differentiable()
    operands = _flat_points(entry) if points == "flat" else entry.operands(seed=4, items=(2,))
    arrays = backend.arrays({**operands, **entry.parameters[setting]})
    rest = {name: array for name, array in arrays.items() if name not in names}

    def ours(*given: Any) -> Any:
        return entry.loss(**dict(zip(names, given, strict=True)), **rest, reduction="sum")

    def theirs(*given: Any) -> Any:
        return backend.xp.sum(_textbook(entry, rest, backend.xp, dict(zip(names, given, strict=True))))

    hessian = torch.func.hessian if library == "torch" else jax.hessian
    given, argnums = [arrays[name] for name in names], tuple(range(len(names)))

    def both(*given: Any) -> Any:
        return hessian(ours, argnums)(*given), hessian(theirs, argnums)(*given)

    found = jax.jit(both)(*given) if library == "jax" else both(*given)
    for mine, yours in zip(*found, strict=True):
        for got, want in zip(mine, yours, strict=True):
            np.testing.assert_allclose(numpy_of(got), numpy_of(want), rtol=1e-9, atol=1e-12)
