"""The optax dialect against optax: values, gradients, errors, and where they part on purpose."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import jax
import numpy as np
import optax.losses as peer
import pytest
import torch

import arrayloss as al
from arrayloss.dialects import optax as dialect

from .backends import Backend, numpy_of

MAKER = "make_fenchel_young_loss"  # makes a loss, and is asked apart
SMOOTHER = "smooth_labels"  # is no loss, and is asked apart, too
FUNCTIONS = [name for name in dialect.__all__ if name not in (MAKER, SMOOTHER)]
SHAPES = ((), (5,), (2, 3), (2, 1, 3), (0,), (0, 3))
ROWS = ((4,), (5, 3), (2, 4, 3), (0, 3), (3, 1))
# What has no derivative, or none that optax means.
CONSTANT = ("labels", "where", "weights", "class_weights", "logit_paddings", "label_paddings")


@dataclass(frozen=True)
class Call:
    """One call of a function: arrays by optax's names, in order, and options by name."""

    name: str
    arrays: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    wrt: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, array in self.arrays.items():
            self.arrays[name] = np.asarray(array)  # NumPy makes scalars of 0-d results
        if not self.wrt:
            chosen = tuple(n for n, a in self.arrays.items() if a.dtype.kind == "f" and n not in CONSTANT)
            object.__setattr__(self, "wrt", chosen)


# The grid: every argument of every function.


def rng(*seed: Any) -> np.random.Generator:
    return np.random.default_rng([len(str(seed)), *map(ord, str(seed))])


def given(**arrays: Any) -> dict[str, Any]:
    """The arrays that are not None."""
    return {name: array for name, array in arrays.items() if array is not None}


def options(**choices: Any) -> list[dict[str, Any]]:
    """Every combination of the choices."""
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


def errors(name: str, stretches: bool = False, **more: Any) -> Iterator[Call]:
    """Functions of predictions and targets, which may be left out or broadcast."""
    for shape, kind, words in product(SHAPES, ("none", "full", "part"), options(**more)):
        if kind == "part" and not (stretches and shape):
            continue
        r = rng(name, shape, kind)
        own = {"none": None, "full": shape, "part": shape[-1:]}[kind]
        targets = None if own is None else r.normal(size=own)
        yield Call(name, given(predictions=3 * r.normal(size=shape), targets=targets), words)


def masks(shape: tuple[int, ...], axis: Any, r: np.random.Generator) -> list[Any]:
    """No mask, one of the elements (with a row that has none), and one of the rows."""
    entries = r.random(shape) < 0.6
    axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    items = tuple(n for i, n in enumerate(shape) if i not in [a % len(shape) for a in axes])
    rows = r.random(items) < 0.5
    return [None, entries, rows]


def classes(name: str, kind: str) -> Iterator[Call]:
    """Functions of rows along axes, with masks of elements and of rows."""
    for shape, axis in (((4,), -1), ((5, 3), -1), ((5, 3), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((0, 3), -1)):
        yield from _classes(name, kind, shape, axis)
    for shape, axis in (((2, 3, 4), (1, 2)), ((2, 3, 4), (0, -1)), ((2, 3, 4), (2, 0))):
        yield from _classes(name, kind, shape, axis)
    if kind == "soft":
        yield from _classes(name, kind, (5, 3), None)


def _classes(name: str, kind: str, shape: tuple[int, ...], axis: Any) -> Iterator[Call]:
    r = rng(name, shape, axis)
    axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % len(shape) for a in axes)
    items = tuple(n for i, n in enumerate(shape) if i not in axes)
    count = math.prod(shape[a] for a in axes)
    logits = 3 * r.normal(size=shape)
    for where in masks(shape, axis, r):
        if where is not None and where.ndim != len(shape) and not isinstance(axis, int):
            continue  # optax has no meaning for it
        labels = r.integers(0, count, items) if kind == "index" else r.uniform(0.0, 1.0, shape)
        kept = where
        if kind == "index" and where is not None and where.ndim == len(shape):
            kept = where | chosen(labels, shape, axes)  # the class of a row is left in
        yield Call(name, given(logits=logits, labels=labels, where=kept), {"axis": axis})


def chosen(labels: np.ndarray, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """True where the class of each row is."""
    count = math.prod(shape[a] for a in axes)
    hot = np.eye(count, dtype=bool)[labels].reshape(*labels.shape, *(shape[a] for a in axes))
    order = [*(a for a in range(len(shape)) if a not in axes), *axes]
    return np.transpose(hot, np.argsort(order))


def safe() -> Iterator[Call]:
    for shape in ROWS:
        r = rng("safe", shape)
        for own, minus in product((shape, shape[-1:]), (False, True)):
            logits, labels = 3 * r.normal(size=shape), r.uniform(size=own)
            if minus and shape[-1] > 1:
                logits[..., 0], labels[..., 0] = -math.inf, 0.0
            yield Call("safe_softmax_cross_entropy", {"logits": logits, "labels": labels})


def binary(name: str, **more: Any) -> Iterator[Call]:
    for shape, kind, words in product(SHAPES, ("full", "last", "bool"), options(**more)):
        r = rng(name, shape, kind)
        own = shape[-1:] if kind == "last" else shape
        labels = r.random(own) < 0.5 if kind == "bool" else r.uniform(size=own)
        yield Call(name, {"logits": 4 * r.normal(size=shape), "labels": labels}, words)


def divergences(name: str, first: str = "log_predictions") -> Iterator[Call]:
    second = "log_targets" if "log" in name else "targets"
    cases = [((4,), -1), ((5, 3), -1), ((5, 3), 0), ((2, 3, 4), (1, 2)), ((2, 3, 4), (2, 0)), ((5, 3), None)]
    for shape, axis in cases:
        r = rng(name, shape, axis)
        targets = r.uniform(0.05, 1.0, shape)
        targets = np.log(targets) if second == "log_targets" else targets
        last = (1,) * (len(shape) - 1) + shape[-1:]
        for where in (None, r.random(shape) < 0.6, r.random(last) < 0.7):
            rows = r.normal(size=shape) if first == "predictions" else np.log(r.uniform(0.05, 1.0, shape))
            arrays = {first: rows, second: targets}
            if first == "predictions" and where is not None:
                where[..., 0] = where[0] = True  # of nothing there is no angle
            yield Call(name, given(**arrays, where=where), {"axis": axis})


def labels_to_smooth() -> Iterator[Call]:
    for shape, axis in (((4,), -1), ((5, 3), -1), ((5, 3), 0), ((2, 3, 4), (1, 2)), ((5, 3), None)):
        r = rng("smooth", shape, axis)
        for alpha, where in product((0.0, 0.25), (None, r.random(shape) < 0.7)):
            arrays = given(
                labels=r.uniform(size=shape), where=None if where is None else where | (shape == (4,))
            )
            yield Call(SMOOTHER, arrays, {"alpha": alpha, "axis": axis})


def triplets() -> Iterator[Call]:
    words = options(axis=(-1, 0), norm_degree=(2, 4), margin=(1.0, 0.2), eps=(1e-6, 0.01))
    for shape, chosen_words in product(((4,), (5, 3), (2, 4, 3), (3, 1)), words):
        r = rng("triplet", shape)
        arrays = {each: r.normal(size=shape) for each in ("anchors", "positives", "negatives")}
        yield Call("triplet_margin_loss", arrays, chosen_words)


def sided(name: str, stretches: bool) -> Iterator[Call]:
    """Functions of scores and sides."""
    for shape, part in product((*SHAPES, (4, 4)), (False, True)):
        if part and not (stretches and shape):
            continue
        r = rng(name, shape, part)
        targets = np.where(r.random(shape[-1:] if part else shape) < 0.5, -1.0, 1.0)
        arrays = {"predictor_outputs": 2 * r.normal(size=shape), "targets": targets}
        yield Call(name, arrays, wrt=("predictor_outputs",))


def sparse() -> Iterator[Call]:
    for shape, part in product(SHAPES, (False, True)):
        if not part or shape:
            r = rng("sparsemax", shape, part)
            labels = r.integers(0, 2, shape[-1:] if part else shape)
            yield Call("sparsemax_loss", {"logits": 2 * r.normal(size=shape), "labels": labels})


def indexed(name: str, shapes: Any = ROWS) -> Iterator[Call]:
    """Functions of scores and classes along the last axis."""
    first = "scores" if "multiclass" in name else "logits"
    for shape, size in product(shapes, (0.5, 3.0)):
        r = rng(name, shape, size)
        labels = r.integers(0, shape[-1], shape[:-1])
        yield Call(name, {first: size * r.normal(size=shape), "labels": labels})


def masks_of_classes(name: str) -> Iterator[Call]:
    """Dice losses: of one class and of several, of logits and of probabilities, over axes."""
    shapes = (
        ((2, 3, 2, 1), (3, 2, 3, 2), (4, 3))
        if name != "binary_dice_loss"
        else ((2, 5), (2, 3, 1), (2, 3, 4), (1, 2, 2, 1))
    )
    switches: dict[str, tuple[Any, ...]] = {"smooth": (1.0,) if name == "dice_loss" else (1.0, 0.25)}
    switch = "apply_sigmoid" if name == "binary_dice_loss" else "apply_softmax"
    if name != "binary_dice_loss":
        switches["ignore_background"] = (False, True)
    if name == "dice_loss":
        switches |= {"alpha": (0.25,), "reduction": ("mean", "sum", "none"), "axis": (None, 1)}
    for shape, words in product(shapes, options(**switches)):
        if words.get("axis") is not None and len(shape) == 2:
            continue
        r = rng(name, shape)
        labels = (
            np.eye(shape[-1])[r.integers(0, shape[-1], shape[:-1])]
            if shape[-1] > 1
            else r.uniform(size=shape)
        )
        own = {"beta": 1.0 - words["alpha"]} if "alpha" in words else {}
        arrays = {"predictions": r.normal(size=shape), "targets": labels}
        wrt = ("predictions",) if "generalized" in name else ("predictions", "targets")
        yield Call(name, arrays, {**words, **own}, wrt)
        if shape[-1] == 1 and name == "dice_loss":  # one of the two may lack the axis of the classes
            yield Call(name, {**arrays, "predictions": arrays["predictions"][..., 0]}, {**words, **own}, wrt)
        if shape[-1] > 1 and name != "binary_dice_loss" and words["smooth"] == 1.0:
            shares = r.dirichlet(np.ones(shape[-1]), shape[:-1])
            yield Call(name, {**arrays, "predictions": shares}, {**words, **own, switch: False}, wrt)
            if name == "dice_loss":
                weights = r.uniform(0.5, 2.0, shape[-1])
                yield Call(name, {**arrays, "class_weights": weights}, {**words, **own}, wrt)


def lists() -> Iterator[Call]:
    for shape, reduce_fn in product(((4,), (5, 3), (2, 3, 4)), (jax.numpy.mean, jax.numpy.sum, None)):
        r = rng("lists", shape)
        for where, weights in product(
            (None, r.random(shape) < 0.5, np.zeros(shape, bool)),
            (None, r.uniform(size=shape), r.uniform(size=shape[-1:])),
        ):
            grades = r.integers(0, 4, shape) if where is None else r.uniform(0, 3, shape)
            arrays = {"logits": 2 * r.normal(size=shape), "labels": grades}
            words = {"reduce_fn": reduce_fn}
            yield Call(
                "ranking_softmax_loss", given(**arrays, where=where, weights=weights), words, ("logits",)
            )


def sequences() -> Iterator[Call]:
    """CTC: sequences of several lengths, equal neighbours among their labels, and blanks of two kinds."""
    shapes = ((1, 3, 2, 1), (2, 5, 3, 2), (4, 6, 4, 3), (3, 7, 3, 2))
    for (count, frames, classes, places), last in product(shapes, (False, True)):
        r = rng("sequences", count, frames, last)
        lengths, sizes = r.integers(2 * places - 1, frames + 1, count), r.integers(0, places + 1, count)
        arrays = {
            "logits": 2 * r.normal(size=(count, frames, classes)),
            "logit_paddings": 1.0 * (np.arange(frames) >= lengths[:, None]),
            "labels": r.integers(0 if last else 1, classes - 1 if last else classes, (count, places)),
            "label_paddings": 1.0 * (np.arange(places) >= sizes[:, None]),
        }
        yield Call("ctc_loss", arrays, {"blank_id": classes - 1 if last else 0, "log_epsilon": -1e5})


GRID: dict[str, Callable[[], Iterator[Call]]] = {
    "squared_error": lambda: errors("squared_error"),
    "l2_loss": lambda: errors("l2_loss"),
    "huber_loss": lambda: errors("huber_loss", stretches=True, delta=(1.0, 0.3, 20.0)),
    "log_cosh": lambda: errors("log_cosh", stretches=True),
    "softmax_cross_entropy": lambda: classes("softmax_cross_entropy", "soft"),
    "softmax_cross_entropy_with_integer_labels": lambda: classes(
        "softmax_cross_entropy_with_integer_labels", "index"
    ),
    "safe_softmax_cross_entropy": safe,
    "sigmoid_binary_cross_entropy": lambda: binary("sigmoid_binary_cross_entropy"),
    "kl_divergence": lambda: divergences("kl_divergence"),
    "kl_divergence_with_log_targets": lambda: divergences("kl_divergence_with_log_targets"),
    "triplet_margin_loss": triplets,
    "poly_loss_cross_entropy": lambda: (
        Call(each.name, each.arrays, {**each.options, "epsilon": epsilon})
        for each, epsilon in product(classes("poly_loss_cross_entropy", "soft"), (2.0, -0.5))
        if "where" not in each.arrays or each.arrays["where"].ndim == each.arrays["logits"].ndim
    ),
    "generalized_kl_divergence": lambda: divergences("generalized_kl_divergence"),
    "convex_kl_divergence": lambda: divergences("convex_kl_divergence"),
    "cosine_distance": lambda: divergences("cosine_distance", "predictions"),
    "cosine_similarity": lambda: divergences("cosine_similarity", "predictions"),
    "dice_loss": lambda: masks_of_classes("dice_loss"),
    "binary_dice_loss": lambda: masks_of_classes("binary_dice_loss"),
    "multiclass_generalized_dice_loss": lambda: masks_of_classes("multiclass_generalized_dice_loss"),
    "ranking_softmax_loss": lists,
    "ctc_loss": sequences,
    "hinge_loss": lambda: sided("hinge_loss", stretches=True),
    "perceptron_loss": lambda: sided("perceptron_loss", stretches=False),
    "sparsemax_loss": sparse,
    "multiclass_hinge_loss": lambda: indexed("multiclass_hinge_loss"),
    "multiclass_perceptron_loss": lambda: indexed("multiclass_perceptron_loss"),
    "multiclass_sparsemax_loss": lambda: indexed(
        "multiclass_sparsemax_loss", ((5, 3), (4, 4), (0, 3), (3, 1), (2, 9))
    ),
    "sigmoid_focal_loss": lambda: binary("sigmoid_focal_loss", alpha=(None, 0.25), gamma=(2.0, 0.5)),
}


def differentiated(function: Any, call: Call) -> tuple[Any, dict[str, Any]]:
    """The value, and the gradients of its sum, by JAX; optax's advice about old names apart."""
    arrays = {name: jax.numpy.asarray(array) for name, array in call.arrays.items()}
    fixed = {name: array for name, array in arrays.items() if name not in call.wrt}

    def of(inputs: dict[str, Any]) -> Any:
        value = function(**inputs, **fixed, **call.options)
        return value.sum(), value

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        (_, value), gradients = jax.value_and_grad(of, has_aux=True)({n: arrays[n] for n in call.wrt})
    return np.asarray(value), {name: np.asarray(gradient) for name, gradient in gradients.items()}


def close(actual: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-13) -> None:
    assert numpy_of(actual).shape == np.shape(expected)
    np.testing.assert_allclose(numpy_of(actual), expected, rtol=rtol, atol=atol)


def test_the_grid_has_every_function_and_every_argument() -> None:
    assert sorted(GRID) == sorted(FUNCTIONS)
    assert sum(len(list(calls())) for calls in GRID.values()) > 700
    for name, calls in GRID.items():
        listed = list(calls())
        used = {key for call in listed for key in (*call.arrays, *call.options)}
        own = set(inspect.signature(getattr(dialect, name)).parameters)
        assert own - used <= {"reduce_fn", "epsilon", "apply_sigmoid"}, name
        assert len(listed) >= 7, name


@pytest.mark.parametrize("name", GRID)
def test_the_signature_is_optaxs(name: str) -> None:
    ours = inspect.signature(getattr(dialect, name)).parameters.values()
    other = inspect.signature(getattr(peer, name)).parameters.values()
    assert [(p.name, p.kind) for p in ours] == [(p.name, p.kind) for p in other]
    defaults = [p.default for p in other if p.name != "reduce_fn"]
    assert [p.default for p in ours if p.name != "reduce_fn"] == defaults


# Each call is one more program for JAX to compile, on our side or on optax's: every so many.
STRIDES = {"numpy": 1, "torch": 5}


@pytest.mark.parametrize("name", GRID)
def test_values_and_closed_form_gradients_are_optaxs(name: str) -> None:
    for call in GRID[name]():
        expected, gradients = differentiated(getattr(peer, name), call)
        function = getattr(dialect, name)
        close(function(**call.arrays, **call.options), expected)
        value, found = al.value_and_grad(function, call.wrt)(**call.arrays, **call.options)
        close(value, expected)
        for each, gradient in zip(call.wrt, found, strict=True):
            close(gradient, gradients[each])


@pytest.mark.parametrize("name", GRID)
def test_every_library_says_the_same(name: str, backend: Backend) -> None:
    function = getattr(dialect, name)
    for call in list(GRID[name]())[:: STRIDES.get(backend.name, 41)]:
        near = {} if backend.widest == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
        arrays = backend.arrays(call.arrays)
        expected, slopes = al.value_and_grad(function, call.wrt)(**call.arrays, **call.options)
        value, found = al.value_and_grad(function, call.wrt)(**arrays, **call.options)
        close(value, expected, **near)
        for gradient, slope in zip(found, slopes, strict=True):
            close(gradient, slope, **near)


@pytest.mark.parametrize("name", GRID)
def test_automatic_differentiation_sees_the_same_gradient(name: str) -> None:
    call = list(GRID[name]())[-1]
    function = getattr(dialect, name)
    value, expected = al.value_and_grad(function, call.wrt)(**call.arrays, **call.options)
    found, gradients = differentiated(jax.jit(function, static_argnames=tuple(call.options)), call)
    close(found, value)
    tensors = {each: torch.tensor(array) for each, array in call.arrays.items()}
    inputs = [tensors[each].requires_grad_() for each in call.wrt]
    torch.compiler.reset()
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    result = compiled(**tensors, **call.options)
    close(result.detach(), value)
    slopes = torch.autograd.grad(result.sum(), inputs)
    for each, slope, closed in zip(call.wrt, slopes, expected, strict=True):
        close(slope, closed)
        close(gradients[each], closed)


# Where the two part, on purpose.

INF, NAN = math.inf, math.nan
LN2 = math.log(2.0)
E40 = 4.248354255291589e-18  # exp(-40), to which log1p(exp(-40)) rounds


@dataclass(frozen=True)
class Difference:
    """A call whose answer is not optax's, what it is, and why.

    `expected` is ours, an error's class where it is refused; `wrt` asks for the gradient of
    the sum instead of the value.
    """

    why: str
    call: Call
    expected: Any
    wrt: str = ""


OPTIONS = (
    "axis",
    "norm_degree",
    "margin",
    "eps",
    "delta",
    "gamma",
    "alpha",
    "epsilon",
    "temperature",
    "smooth",
    "apply_softmax",
    "apply_sigmoid",
)


def differs(why: str, name: str, expected: Any, wrt: str = "", /, **words: Any) -> Difference:
    arrays = {k: np.asarray(v) for k, v in words.items() if k not in OPTIONS}
    chosen_options = {k: v for k, v in words.items() if k in OPTIONS}
    return Difference(why, Call(name, arrays, chosen_options, (wrt,) if wrt else ()), expected, wrt)


MASKED = {"logits": [[0.0, -INF]], "labels": [[1.0, 0.0]]}
ROW = [[0.0, 1.0, 2.0]]
INTEGER = "softmax_cross_entropy_with_integer_labels"
ALIGNED = {
    "logits": [[[0.0, 1.0, 2.0], [1.0, 0.5, 0.0]]],
    "logit_paddings": [[0.0, 0.0]],
    "labels": [[1, 2]],
    "label_paddings": [[0.0, 0.0]],
}

DIFFERENCES = [
    differs("0 times inf", "softmax_cross_entropy", [0.0], **MASKED),
    differs("a confident row rounds to 0", INTEGER, [E40], logits=[[40.0, 0.0]], labels=[0]),
    differs("a label below 0 counts from the end", INTEGER, ValueError, logits=ROW, labels=[-1]),
    differs("a bad label has the gradient of another", INTEGER, ValueError, "logits", logits=ROW, labels=[3]),
    differs(
        "the label is left out of the sum, not of the loss",
        INTEGER,
        [INF],
        logits=ROW,
        labels=[2],
        where=[[True, True, False]],
    ),
    differs("inf - inf", "sigmoid_binary_cross_entropy", [0.0], logits=[INF], labels=[1.0]),
    differs("no label", "sigmoid_binary_cross_entropy", ValueError, logits=[0.0], labels=[2.0]),
    differs(
        "a silent broadcast",
        "sigmoid_binary_cross_entropy",
        ValueError,
        logits=[[0.0], [1.0]],
        labels=[0.0, 1.0],
    ),
    differs("a silent broadcast", "huber_loss", ValueError, predictions=[[0.0], [1.0]], targets=[0.0, 1.0]),
    differs("no side", "hinge_loss", ValueError, predictor_outputs=[0.5], targets=[0.0]),
    differs("no side", "perceptron_loss", ValueError, predictor_outputs=[0.5], targets=[0.0]),
    differs("no label", "sparsemax_loss", ValueError, logits=[0.5], labels=[2]),
    differs("a bad label is left out", "multiclass_hinge_loss", ValueError, scores=ROW, labels=[3]),
    differs("a bad label is left out", "multiclass_perceptron_loss", ValueError, scores=ROW, labels=[3]),
    differs("a bad label is another", "multiclass_sparsemax_loss", ValueError, scores=ROW, labels=[3]),
    differs(
        "0 times infinity in the gradient", "sigmoid_focal_loss", [0.0], "logits", logits=[INF], labels=[1.0]
    ),
    differs("0 / 0", "cosine_distance", 1.0, predictions=[0.0, 0.0], targets=[1.0, 0.0]),
    differs("0 / 0", "cosine_similarity", 0.0, predictions=[0.0, 0.0], targets=[1.0, 0.0]),
    differs("0 times inf", "poly_loss_cross_entropy", [0.0], **MASKED),
    differs("no share", "smooth_labels", ValueError, labels=[0.0, 1.0], alpha=-0.5),
    differs(
        "a floor under lengths", "cosine_distance", ValueError, predictions=[1.0], targets=[1.0], epsilon=0.5
    ),
    differs("terms that cancel", "log_cosh", [5e-19], predictions=[1e-9]),
    differs("0 times inf", "kl_divergence", 0.0, log_predictions=[-INF, 0.0], targets=[0.0, 1.0]),
    differs(
        "log 0 in the gradient",
        "kl_divergence",
        [0.0, 2.0],
        "targets",
        log_predictions=[-1.0, -1.0],
        targets=[0.0, 1.0],
    ),
    differs(
        "inf - inf",
        "kl_divergence_with_log_targets",
        0.0,
        log_predictions=[-1.0, 0.0],
        log_targets=[-INF, 0.0],
    ),
    differs("nothing is aligned", "ctc_loss", [INF], **{**ALIGNED, "labels": [[1, 1]]}),
    differs(
        "0 times inf of a class that is ruled out",
        "ctc_loss",
        [math.log(4 / 3)],
        logits=[[[0.0, 0.0, -INF], [0.0, 0.0, -INF]]],
        logit_paddings=[[0.0, 0.0]],
        labels=[[1]],
        label_paddings=[[0.0]],
    ),
    differs(
        "0 times NaN of padding",
        "ctc_loss",
        [LN2],
        logits=[[[0.0, 0.0], [0.0, NAN]]],
        logit_paddings=[[0.0, 1.0]],
        labels=[[1]],
        label_paddings=[[0.0]],
    ),
    differs("padding between frames", "ctc_loss", ValueError, **{**ALIGNED, "logit_paddings": [[1.0, 0.0]]}),
    differs("padding between labels", "ctc_loss", ValueError, **{**ALIGNED, "label_paddings": [[1.0, 0.0]]}),
    differs("no class", "ctc_loss", ValueError, **{**ALIGNED, "labels": [[1, 3]]}),
    differs("no label", "ranking_softmax_loss", ValueError, logits=[0.0, 1.0], labels=[-1.0, 2.0]),
    differs(
        "no probabilities but those of several classes",
        "dice_loss",
        [0.5],
        predictions=[[[1.0], [0.0], [1.0], [0.0]]],
        targets=[[[1.0], [1.0], [0.0], [0.0]]],
        smooth=0.0,
        apply_softmax=False,
    ),
    differs(
        "no probabilities but 1",
        "binary_dice_loss",
        [0.5],
        predictions=[[1.0, 0.0, 1.0, 0.0]],
        targets=[[1.0, 1.0, 0.0, 0.0]],
        smooth=0.0,
        apply_sigmoid=False,
    ),
    differs(
        "0 / 0 of a class that is not there",
        "dice_loss",
        [0.0],
        predictions=[[[1.0, 0.0], [1.0, 0.0]]],
        targets=[[[1.0, 0.0], [1.0, 0.0]]],
        smooth=0.0,
        apply_softmax=False,
    ),
    differs(
        "classes are one axis of a mask",
        "dice_loss",
        ValueError,
        predictions=[[[1.0, 0.0], [1.0, 0.0]]],
        targets=[[[1.0, 0.0], [1.0, 0.0]]],
        axis=(1, 2),
    ),
    differs(
        "differences with their signs",
        "triplet_margin_loss",
        [1.0],
        anchors=[[0.0, 0.0]],
        positives=[[1.0, -1.0]],
        negatives=[[1.0, 1.0]],
        norm_degree=1,
        eps=0.0,
    ),
    differs(
        "a root of a negative number",
        "triplet_margin_loss",
        [1.0],
        anchors=[[0.0]],
        positives=[[1.0]],
        negatives=[[1.0]],
        norm_degree=3,
        eps=0.0,
    ),
]


def answered(function: Any, call: Call, wrt: str) -> Any:
    """The value or the gradient, or the class of the error."""
    try:
        if wrt:
            return al.grad(function, wrt)(**call.arrays, **call.options)
        return function(**call.arrays, **call.options)
    except (TypeError, ValueError, IndexError) as error:
        return type(error)


def of_optax(call: Call, wrt: str) -> Any:
    try:
        if wrt:
            return differentiated(getattr(peer, call.name), call)[1][wrt]
        arrays = {name: jax.numpy.asarray(array) for name, array in call.arrays.items()}
        return np.asarray(getattr(peer, call.name)(**arrays, **call.options))
    except (TypeError, ValueError, IndexError) as error:
        return type(error)


def same(answer: Any, expected: Any) -> bool:
    if isinstance(answer, type) or isinstance(expected, type):
        return answer is expected
    return np.shape(answer) == np.shape(expected) and bool(
        np.allclose(answer, expected, rtol=1e-9, atol=0, equal_nan=True)
    )


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: f"{d.call.name}: {d.why}")
def test_differences_are_there_and_on_purpose(difference: Difference) -> None:
    call = difference.call
    assert same(answered(getattr(dialect, call.name), call, difference.wrt), difference.expected)
    assert not same(of_optax(call, difference.wrt), difference.expected), "optax agrees by now"


# What is refused, in the dialect's words.

LOGITS, LABELS = np.zeros((2, 3)), np.asarray([0, 2])
SEQUENCES = {
    "logits": np.zeros((2, 3, 3)),
    "logit_paddings": np.zeros((2, 3)),
    "labels": np.asarray([[1, 2], [2, 1]]),
    "label_paddings": np.zeros((2, 2)),
}
REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("squared_error", "targets", {"predictions": LOGITS, "targets": LOGITS[0]}),
    ("squared_error", "predictions", {"predictions": LABELS}),
    ("l2_loss", "targets", {"predictions": LOGITS, "targets": LOGITS[0]}),
    ("huber_loss", "delta", {"predictions": LOGITS, "delta": 0.0}),
    ("huber_loss", "targets", {"predictions": LOGITS, "targets": np.zeros((4, 3))}),
    ("log_cosh", "predictions", {"predictions": [1.0]}),
    ("softmax_cross_entropy", "labels", {"logits": LOGITS, "labels": np.zeros((2, 2))}),
    ("softmax_cross_entropy", "labels", {"logits": LOGITS, "labels": -LOGITS - 1}),
    ("softmax_cross_entropy", "where", {"logits": LOGITS, "labels": LOGITS, "where": LOGITS}),
    ("softmax_cross_entropy", "where", {"logits": LOGITS, "labels": LOGITS, "where": np.ones((2, 2), bool)}),
    ("softmax_cross_entropy", "where", {"logits": LOGITS, "labels": LOGITS, "where": True}),
    ("softmax_cross_entropy", "axis", {"logits": LOGITS, "labels": LOGITS, "axis": 2}),
    ("safe_softmax_cross_entropy", "labels", {"logits": LOGITS, "labels": np.zeros((4, 2, 3))}),
    (INTEGER, "labels", {"logits": LOGITS, "labels": LABELS + 1}),
    (INTEGER, "labels", {"logits": LOGITS, "labels": LABELS[None]}),
    (INTEGER, "labels", {"logits": LOGITS, "labels": LOGITS[:, 0]}),
    (INTEGER, "logits", {"logits": LABELS, "labels": LABELS}),
    ("sigmoid_binary_cross_entropy", "labels", {"logits": LOGITS, "labels": np.zeros(2)}),
    ("kl_divergence", "targets", {"log_predictions": LOGITS, "targets": -LOGITS - 1}),
    ("kl_divergence", "log_predictions", {"log_predictions": LABELS, "targets": LOGITS}),
    (
        "kl_divergence_with_log_targets",
        "log_targets",
        {"log_predictions": LOGITS, "log_targets": np.zeros(2)},
    ),
    (
        "triplet_margin_loss",
        "norm_degree",
        {"anchors": LOGITS, "positives": LOGITS, "negatives": LOGITS, "norm_degree": 0.5},
    ),
    ("ctc_loss", "logits", {**SEQUENCES, "logits": LOGITS}),
    ("ctc_loss", "labels", {**SEQUENCES, "labels": LABELS}),
    ("ctc_loss", "logit_paddings", {**SEQUENCES, "logit_paddings": np.zeros((2, 1))}),
    ("ctc_loss", "label_paddings", {**SEQUENCES, "label_paddings": np.asarray([[1.0, 0.0], [0.0, 0.0]])}),
    ("ctc_loss", "blank_id", {**SEQUENCES, "blank_id": 3}),
    ("dice_loss", "reduction", {"predictions": LOGITS, "targets": LOGITS, "reduction": "all"}),
    ("dice_loss", "targets", {"predictions": LOGITS, "targets": np.zeros((2, 2))}),
    ("dice_loss", "targets", {"predictions": LOGITS, "targets": LOGITS + 2.0}),
    ("dice_loss", "axis", {"predictions": LOGITS, "targets": LOGITS, "axis": [0]}),
    ("binary_dice_loss", "targets", {"predictions": LOGITS, "targets": np.zeros((2, 2))}),
    (
        "multiclass_generalized_dice_loss",
        "smooth",
        {"predictions": LOGITS, "targets": LOGITS, "smooth": -1.0},
    ),
    ("ranking_softmax_loss", "reduce_fn", {"logits": LOGITS, "labels": LOGITS, "reduce_fn": "max"}),
    ("ranking_softmax_loss", "where", {"logits": LOGITS, "labels": LOGITS, "where": LOGITS}),
    ("triplet_margin_loss", "positives", {"anchors": LOGITS, "positives": LOGITS[0], "negatives": LOGITS}),
]


@pytest.mark.parametrize(("name", "argument", "words"), REFUSED)
def test_what_is_refused_is_named_as_the_caller_knows_it(
    name: str, argument: str, words: dict[str, Any]
) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        getattr(dialect, name)(**words)
    said = " ".join((str(caught.value), *getattr(caught.value, "__notes__", ())))
    assert f"{argument!r}" in said
    assert f"arrayloss.dialects.optax.{name}()" in said


def test_a_loss_is_made_of_a_function_of_the_callers_own() -> None:
    scores, targets = rng("made").normal(size=(2, 5, 3)), rng("targets").uniform(size=(2, 5, 3))
    for function, other, words in (
        (jax.scipy.special.logsumexp, np.logaddexp.reduce, {}),
        (jax.numpy.max, np.max, {"keepdims": False}),
    ):
        call = Call(MAKER, {"scores": scores, "targets": targets}, words)
        expected, gradients = differentiated(peer.make_fenchel_young_loss(function), call)
        value, found = differentiated(dialect.make_fenchel_young_loss(function), call)
        close(value, expected)
        close(found["scores"], gradients["scores"])
        close(found["targets"], gradients["targets"])
        close(dialect.make_fenchel_young_loss(other)(scores, targets, **words), expected)
        close(dialect.make_fenchel_young_loss(other)(scores[0, 0], targets[0, 0], **words), expected[0, 0])
    tensor = torch.tensor(scores, requires_grad=True)
    loss = dialect.make_fenchel_young_loss(lambda row: torch.logsumexp(row, -1))
    loss(tensor, torch.tensor(targets)).sum().backward()
    close(tensor.grad, np.exp(scores) / np.exp(scores).sum(-1, keepdims=True) - targets)
    with pytest.raises(TypeError, match="'max_fun' is of the caller's own"):
        al.grad(loss)(scores, targets)
    ours = inspect.signature(dialect.make_fenchel_young_loss).parameters
    assert list(ours) == list(inspect.signature(peer.make_fenchel_young_loss).parameters)


def test_labels_are_smoothed_as_by_optax(backend: Backend) -> None:
    for call in labels_to_smooth():
        expected = np.asarray(peer.smooth_labels(**call.arrays, **call.options))
        near = {} if backend.widest == np.float64 else {"rtol": 1e-5}
        close(dialect.smooth_labels(**backend.arrays(call.arrays), **call.options), expected, **near)
    with pytest.raises(TypeError, match="'labels' has dtype"):
        dialect.smooth_labels(np.eye(2, dtype=int), 0.1)


def test_by_default_what_the_model_gave_is_differentiated() -> None:
    for name in GRID:
        call = list(GRID[name]())[-1]
        positional = [
            n for n, p in inspect.signature(getattr(dialect, name)).parameters.items() if p.default is p.empty
        ]
        outputs = [n for n in positional if not n.endswith(("labels", "targets", "paddings"))]
        expected = al.grad(getattr(dialect, name), tuple(outputs))(**call.arrays, **call.options)
        found = al.grad(getattr(dialect, name))(**call.arrays, **call.options)
        for one, other in zip(found if isinstance(found, tuple) else (found,), expected, strict=True):
            close(one, other)
