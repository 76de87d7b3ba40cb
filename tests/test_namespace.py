"""From arrays to a namespace: what comes in decides what goes out."""

from __future__ import annotations

import math
from functools import partial
from types import SimpleNamespace
from typing import Any

import array_api_compat
import array_api_strict
import dask.array as da
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend
from .calls import arguments_of, by_call, by_loss, close, gradients_of
from .catalogue import CATALOGUE, PENALTIES, SPECIAL
from .choice import SLOW, default, typical, usually

FLOATS = ("float16", "bfloat16", "float32", "float64")


def floats_of(backend: Backend) -> list[str]:
    """The floating dtypes to try on the backend; two where each must be compiled."""
    if backend.name == "jax":
        return ["bfloat16", "float32"]
    if backend.widest == "float32":
        return ["float32"]
    return [name for name in FLOATS if hasattr(backend.xp, name)]


def at_home(result: Any, array: Any) -> None:
    """Require the namespace, dtype and device of the array, and no Python number."""
    assert not isinstance(result, (bool, int, float)) or isinstance(result, np.generic)
    assert array_api_compat.array_namespace(result) is array_api_compat.array_namespace(array)
    assert isinstance(result, (type(array), np.generic))
    assert result.dtype == array.dtype
    if not isinstance(result, da.Array):
        assert array_api_compat.device(result) == array_api_compat.device(array)


# Results.


@usually(typical, *SLOW)
@by_loss
def test_results_are_at_home(entry, backend):
    for dtype in floats_of(backend):
        arguments = arguments_of(entry, backend, dtype=dtype)
        output = arguments[entry.outputs[0]]
        value, gradients = al.value_and_grad(entry.loss)(**arguments)
        at_home(value, output)
        assert value.shape == ()
        for name, gradient in zip(entry.outputs, gradients_of(gradients), strict=True):
            assert gradient.shape == arguments[name].shape
            at_home(gradient, output)


@usually(typical, *SLOW)
@by_loss
@pytest.mark.parametrize(("reduction", "shape"), [("sum", ()), ("none", (7,))])
def test_reduced_losses_are_at_home(entry, backend, reduction, shape):
    arguments = arguments_of(entry, backend, dtype="float32")
    result = entry.loss(**arguments, reduction=reduction)
    assert result.shape == shape
    at_home(result, arguments[entry.outputs[0]])


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda penalty: penalty.__name__)
def test_penalties_are_at_home(penalty, backend):
    for dtype in floats_of(backend):
        arrays = [backend.array(np.ones(shape), dtype) for shape in ((2, 3), (), (0,))]
        value, gradients = al.value_and_grad(penalty)(*arrays)
        assert value.shape == ()
        at_home(value, arrays[0])
        at_home(penalty(*arrays), arrays[0])
        for gradient, array in zip(gradients, arrays, strict=True):
            assert gradient.shape == array.shape
            at_home(gradient, array)


@pytest.mark.parametrize("function", SPECIAL, ids=lambda function: function.__name__)
def test_special_functions_are_at_home(function, backend):
    for dtype in floats_of(backend):
        x = backend.array(np.linspace(0.5, 2.0, 6).reshape(2, 3), dtype)
        result = function(x, x) if function is al.special.xlogy else function(x)
        assert result.shape == ((2,) if function is al.special.logsumexp else (2, 3))
        at_home(result, x)


def test_a_python_number_is_not_at_home():
    for wrong in (1.0, np.float32(1.0), jnp.asarray(1.0)):
        with pytest.raises(AssertionError):
            at_home(wrong, np.ones(3))


# What may come in.


def test_numpy_scalars_are_arrays():
    value, gradient = al.value_and_grad(al.squared_error)(np.float32(3.0), np.float32(1.0))
    assert (float(value), float(gradient)) == (4.0, 4.0)
    assert value.dtype == gradient.dtype == np.float32
    assert value.shape == gradient.shape == ()
    assert float(
        al.nll(np.log([0.5, 0.5]), np.int8(1), weights=np.float64(2.0), reduction="sum")
    ) == pytest.approx(2 * math.log(2))


TRUTHS = {
    **dict.fromkeys(("dice", "generalized_dice", "jaccard", "tversky", "focal_tversky"), (1, 0.5, True)),
    "squared_error": (2, 0.5, True),
    "absolute_error": (2, 0.5, True),
    "huber": (2, 0.5, True),
    "smooth_l1": (2, 0.5, True),
    "log_cosh": (2, 0.5, True),
    "pseudo_huber": (2, 0.5, True),
    "quantile": (2, 0.5, True),
    "expectile": (2, 0.5, True),
    "epsilon_insensitive": (2, 0.5, True),
    "squared_log_error": (2, 0.5, True),
    "absolute_percentage_error": (2, 0.5, True),
    "charbonnier": (2, 0.5, True),
    "cauchy": (2, 0.5, True),
    "geman_mcclure": (2, 0.5, True),
    "welsch": (2, 0.5, True),
    "general_robust": (2, 0.5, True),
    "sigmoid_cross_entropy": (1, 0.5, True),
    "binary_cross_entropy": (0, 0.5, False),
    "log_poisson_nll": (2, 0.5),
    "poisson_nll": (0, 2.5),
    "gaussian_nll": (2, 0.5, True),
    "hinge_embedding": (1, -1.0),
    "contrastive": (1, -1.0),
    "cosine_distance": (1, 0.5, True),
    "margin_ranking": (1, -1.0),
    "multilabel_sigmoid_cross_entropy": (1, 0.5, True),
    "soft_margin": (1, -1.0),
    "cosine_embedding": (1, -1.0),
    "laplace_nll": (2, 0.5, True),
    "student_t_nll": (2, 0.5, True),
    "negative_binomial_nll": (0, 2.5),
    "poisson_deviance": (0, 2.5),
    "gamma_deviance": (1, 2.5),
    "tweedie_deviance": (0, 2.5),
    "hinge": (1, -1.0),
    "squared_hinge": (1, -1.0),
    "modified_huber": (1, -1.0),
    "perceptron": (1, -1.0),
    "exponential": (1, -1.0),
    "sigmoid_focal": (1, 0.5, True),
    "binary_sparsemax": (1, 0.5, True),
}


WITHOUT_TRUTH = {"triplet_margin", "triplet_margin_with_distance", "info_nce", "nt_xent"}


@usually(typical, *SLOW)
@pytest.mark.parametrize("name", TRUTHS)
def test_one_python_number_is_every_truth(name, backend):
    entry = CATALOGUE[name]
    operands = entry.operands()
    truth = tuple(operands)[-1]
    for number in TRUTHS[name]:
        function = al.value_and_grad(entry.loss)
        same = function(**backend.arrays(operands | {truth: np.full(operands[truth].shape, float(number))}))
        value, gradient = function(**backend.arrays(operands | {truth: number}))
        close(value, same[0], backend.widest)
        for one, other in zip(gradients_of(gradient), gradients_of(same[1]), strict=True):
            close(one, other, backend.widest)


@pytest.mark.parametrize("name", sorted(CATALOGUE.keys() - TRUTHS.keys() - WITHOUT_TRUTH))
def test_one_python_number_is_no_distribution_and_no_class(name, backend):
    operands = CATALOGUE[name].operands()
    output, truth, *_ = operands
    arrays = backend.arrays({output: operands[output]})
    for number in (1, 0.5, True):
        with pytest.raises(TypeError, match=rf"'{truth}' is {number}; expected"):
            CATALOGUE[name].loss(**arrays, **{truth: number})


@pytest.mark.parametrize(
    "name", ["sparse_softmax_cross_entropy", "nll", "multi_margin", "sparse_softmax_focal"]
)
def test_one_python_number_is_the_class_of_a_single_row(name, backend):
    loss, row = CATALOGUE[name].loss, backend.array(np.array([0.5, 1.0, 2.0]))
    close(loss(row, 1), loss(row, backend.array(np.asarray(1))), backend.widest)
    with pytest.raises(ValueError, match="'labels' is 3; expected labels from 0 to 2"):
        loss(row, 3)
    with pytest.raises(TypeError, match=r"'labels' is 1\.0; expected an? integer"):
        loss(row, 1.0)


def test_python_numbers_as_weights_and_factors(backend):
    x, t = backend.array(np.array([0.5, -1.0])), backend.array(np.array([1.0, 0.0]))
    half = backend.array(np.array([0.5, 0.5]))
    close(al.huber(x, t, weights=0.5), al.huber(x, t, weights=half), backend.widest)
    loss = partial(al.sigmoid_cross_entropy, reduction="none")
    close(loss(x, t, pos_weight=0.5), loss(x, t, pos_weight=half), backend.widest)
    two = backend.array(np.asarray(2.0))
    close(al.huber(x, t, denominator=2), al.huber(x, t, denominator=two), backend.widest)


@pytest.mark.parametrize("name", ["softmax_cross_entropy", "cross_entropy", "kl_divergence"])
def test_distributions_may_be_integers_and_booleans(name, backend):
    entry, shares = CATALOGUE[name], np.eye(5)[[0, 3, 3, 1, 4, 2, 0]]
    output = entry.outputs[0]
    rows = backend.array(entry.operands()[output])
    expected = al.value_and_grad(entry.loss)(rows, backend.array(shares))
    for kind in (int, bool):
        found = al.value_and_grad(entry.loss)(rows, backend.array(shares.astype(kind)))
        for result, right in zip(found, expected, strict=True):
            close(result, right, backend.widest)


@usually(typical, *SLOW)
@pytest.mark.parametrize("name", [name for name, truths in TRUTHS.items() if -1.0 not in truths])
def test_elementwise_truths_may_be_integers_and_booleans(name, backend):
    entry = CATALOGUE[name]
    *operands, given = entry.operands().values()
    # A share of 0 is infinite, of which Dask warns when it is computed.
    zero = 1.0 if name in ("absolute_percentage_error", "gamma_deviance") else 0.0
    truth = np.resize([1.0, zero, 1.0, 1.0, zero], given.shape)
    outputs = tuple(backend.array(operand) for operand in operands)
    function = al.value_and_grad(entry.loss, entry.outputs[0])
    expected = function(*outputs, backend.array(truth))
    booleans = any(isinstance(number, bool) for number in TRUTHS[name])
    for kind in (int, bool) if booleans else (int,):
        found = function(*outputs, backend.array(truth.astype(kind)))
        for result, right in zip(found, expected, strict=True):
            close(result, right, backend.widest)


def test_a_narrower_floating_target_is_converted(backend):
    if backend.widest == "float64":
        x = backend.array(np.array([0.5, -1.0]))
        value = al.squared_error(x, backend.array(np.array([0.25, 1.0]), "float32"))
        at_home(value, x)
        close(value, backend.array(np.asarray((0.0625 + 4.0) / 2)))


@by_loss
def test_read_only_and_scattered_numpy_arrays(entry):
    operands = entry.operands()
    right = al.value_and_grad(entry.loss)(**operands)
    for change in (_read_only, _every_other, _backwards, np.asfortranarray):
        value, gradients = al.value_and_grad(entry.loss)(**{k: change(v) for k, v in operands.items()})
        close(value, right[0])
        for gradient, expected in zip(gradients_of(gradients), gradients_of(right[1]), strict=True):
            close(gradient, expected)


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


def _every_other(array: np.ndarray) -> np.ndarray:
    return np.repeat(array, 2, axis=-1)[..., ::2]


def _backwards(array: np.ndarray) -> np.ndarray:
    return array[::-1].copy()[::-1]


# Any object with a namespace.


class Foreign:
    """An array of a library that nobody has heard of."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        return FOREIGN

    def __getattr__(self, name: str) -> Any:
        return getattr(self._array, name)


def _hidden(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(_hidden, value))
    return value._array if isinstance(value, Foreign) else value


def _wrapped(function: Any) -> Any:
    def called(*args: Any, **kwargs: Any) -> Any:
        result = function(*map(_hidden, args), **{k: _hidden(v) for k, v in kwargs.items()})
        return Foreign(result) if isinstance(result, array_api_strict._array_object.Array) else result

    return called


COMPARISONS = ("and", "eq", "ge", "gt", "invert", "le", "lt", "ne", "or")
ARITHMETIC = ("abs", "add", "mul", "neg", "pow", "radd", "rmul", "rsub", "rtruediv", "sub", "truediv")
CONVERSIONS = ("bool", "float", "getitem", "int")


def _namespace() -> Any:
    """The standard's functions for the class, which gets the standard's operators."""
    for name in (*COMPARISONS, *ARITHMETIC, *CONVERSIONS):
        method = getattr(array_api_strict._array_object.Array, f"__{name}__")
        setattr(Foreign, f"__{name}__", _wrapped(method))
    public = {name: getattr(array_api_strict, name) for name in array_api_strict.__all__}
    functions = {k: _wrapped(v) if type(v) is type(_wrapped) else v for k, v in public.items()}
    return SimpleNamespace(**functions, __name__="somewhere.else")


FOREIGN = _namespace()


@by_call
def test_any_object_with_a_namespace(entry, setting):
    strict = arguments_of(entry, BACKENDS["strict"], setting)
    wrapped = {k: Foreign(v) if hasattr(v, "__array_namespace__") else v for k, v in strict.items()}
    value, gradients = al.value_and_grad(entry.loss)(**wrapped)
    expected, right = al.value_and_grad(entry.loss)(**strict)
    assert type(value) is Foreign
    close(_hidden(value), expected)
    for gradient, other in zip(gradients_of(gradients), gradients_of(right), strict=True):
        assert type(gradient) is Foreign
        close(_hidden(gradient), other)


def test_an_unknown_library_is_not_its_neighbour():
    x = array_api_strict.ones(3)
    with pytest.raises(TypeError, match=r"'targets' is an? .* array; expected an? .* array"):
        al.huber(Foreign(x), x)


# Tracers and parameters.


@usually(default)
@by_call
def test_jax_tracers(entry, setting):
    arguments = arguments_of(entry, BACKENDS["jax"], setting)
    arrays = {k: v for k, v in arguments.items() if isinstance(v, jax.Array)}
    constants = {k: v for k, v in arguments.items() if k not in arrays}
    value, gradients = jax.jit(al.value_and_grad(partial(entry.loss, **constants)))(**arrays)
    expected, right = al.value_and_grad(entry.loss)(**entry.operands() | entry.parameters[setting])
    at_home(value, arrays[entry.outputs[0]])
    close(value, expected)
    for gradient, other in zip(gradients_of(gradients), gradients_of(right), strict=True):
        close(gradient, other)


@by_loss
def test_torch_parameters(entry):
    arguments = arguments_of(entry, BACKENDS["torch"])
    expected = gradients_of(al.grad(entry.loss)(**arguments))
    parameters = {name: torch.nn.Parameter(arguments[name]) for name in entry.outputs}
    value = entry.loss(**arguments | parameters)
    assert type(value) is torch.Tensor
    value.backward()
    for parameter, gradient in zip(parameters.values(), expected, strict=True):
        close(parameter.grad, gradient)
    value, gradients = al.value_and_grad(entry.loss)(**arguments | parameters)
    for parameter, gradient, other in zip(
        parameters.values(), gradients_of(gradients), expected, strict=True
    ):
        assert type(gradient) is torch.Tensor
        assert parameter.requires_grad
        close(gradient, other)
