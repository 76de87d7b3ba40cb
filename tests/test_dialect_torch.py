"""The torch dialect against torch: values, gradients, errors, and where they part on purpose."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as peer

import arrayloss as al
from arrayloss.dialects import torch as dialect

from .backends import BACKENDS, Backend, numpy_of

# That of a linear layer is in `test_dialect_vocabulary`.
FUNCTIONS = [name for name in dialect.__all__ if name.islower() and name != "linear_cross_entropy"]
CLASSES = [name for name in dialect.__all__ if not name.islower()]
REDUCTIONS = ("mean", "sum", "none")
SHAPES = ((), (5,), (2, 3), (2, 3, 4), (2, 3, 2, 2), (2, 1, 3, 2, 2), (0,), (0, 3), (2, 0))
SIGNED = ("hinge_embedding_loss", "margin_ranking_loss", "cosine_embedding_loss", "soft_margin_loss")
ROWS = ((4,), (5, 3), (2, 4, 3), (0, 3), (3, 1))


@dataclass(frozen=True)
class Call:
    """One call of a function: arrays by torch's names, in order, and options by name."""

    name: str
    arrays: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, array in self.arrays.items():
            self.arrays[name] = np.asarray(array)  # NumPy makes scalars of 0-d results

    @property
    def wrt(self) -> tuple[str, ...]:
        """What torch differentiates: floating arrays, weights and signs apart."""
        constant = ("weight", "pos_weight", "target" if self.name in SIGNED else "")
        return tuple(n for n, a in self.arrays.items() if n not in constant and a.dtype.kind == "f")


# The grid: every argument of every function.


def options(**choices: Any) -> Iterator[dict[str, Any]]:
    """Every combination of the choices."""
    for chosen in product(*choices.values()):
        yield dict(zip(choices, chosen, strict=True))


def rng(*seed: Any) -> np.random.Generator:
    return np.random.default_rng([len(str(seed)), *map(ord, str(seed))])


def given(**arrays: Any) -> dict[str, Any]:
    """The arrays that are not None."""
    return {name: array for name, array in arrays.items() if array is not None}


def errors(name: str, reductions: Any = REDUCTIONS, **more: Any) -> Iterator[Call]:
    """Functions of an input, a real target and a weight."""
    weighted = (False,) if name == "smooth_l1_loss" else (False, True)
    for shape, weigh, words in product(SHAPES, weighted, options(reduction=reductions, **more)):
        r = rng(name, shape)
        weight = r.uniform(0.1, 2.0, shape) if weigh else None
        arrays = given(input=3 * r.normal(size=shape), target=r.normal(size=shape), weight=weight)
        yield Call(name, arrays, words)


def classes(shape: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """The shape of the items and the number of classes of an input with its batch first."""
    axis = 1 if len(shape) > 1 else 0
    return shape[:axis] + shape[axis + 1 :], shape[axis]


K_DIMENSIONAL = ((3,), (5, 3), (4, 3, 2), (2, 3, 2, 2), (2, 3, 2, 1, 2), (0, 3))


def indexed(name: str, ignored: Any = (-100, 1), **more: Any) -> Iterator[Call]:
    """Functions of class indices along axis 1."""
    words = options(ignore_index=ignored, reduction=REDUCTIONS, **more)
    for shape, weigh, chosen in product(K_DIMENSIONAL, (False, True), list(words)):
        r = rng(name, shape, weigh)
        items, count = classes(shape)
        target = r.integers(0, count, items)
        if chosen["ignore_index"] == -100 and target.size > 1:
            target = np.where(r.random(items) < 0.3, -100, target)
        weight = r.uniform(0.1, 2.0, count) if weigh else None
        rows = 3 * r.normal(size=shape)
        yield Call(name, given(input=rows, target=target, weight=weight), chosen)


def cross_entropy() -> Iterator[Call]:
    yield from indexed("cross_entropy", label_smoothing=(0.0, 0.1, 1.0))
    for shape, weigh, words in product(
        K_DIMENSIONAL, (False, True), list(options(reduction=REDUCTIONS, label_smoothing=(0.0, 0.3)))
    ):
        r = rng("soft", shape, weigh)
        _, count = classes(shape)
        target = r.uniform(0.0, 1.0, shape)
        weight = r.uniform(0.1, 2.0, count) if weigh else None
        yield Call(
            "cross_entropy", given(input=3 * r.normal(size=shape), target=target, weight=weight), words
        )


def binary(name: str) -> Iterator[Call]:
    for shape, weigh, positive, reduction in product(
        SHAPES, ("none", "full", "last"), ("none", "last", "one"), REDUCTIONS
    ):
        if "logits" not in name and positive != "none":
            continue
        r = rng(name, shape, weigh)
        last = shape[-1:]
        factors = {"none": None, "full": r.uniform(0.1, 2, shape), "last": r.uniform(0.1, 2, last)}
        ratio = {"none": None, "last": r.uniform(0.5, 3, last), "one": np.asarray(2.5)}[positive]
        rows = 4 * r.normal(size=shape) if "logits" in name else r.uniform(0.01, 0.99, shape)
        target = r.uniform(0, 1, shape)
        arrays = given(input=rows, target=target, weight=factors[weigh], pos_weight=ratio)
        yield Call(name, arrays, {"reduction": reduction})


def kl_div() -> Iterator[Call]:
    for shape, words in product(
        SHAPES, list(options(reduction=(*REDUCTIONS, "batchmean"), log_target=(False, True)))
    ):
        r = rng("kl", shape)
        target = r.uniform(0.05, 1.0, shape)
        target = np.log(target) if words["log_target"] else target
        yield Call("kl_div", {"input": np.log(r.uniform(0.05, 1.0, shape)), "target": target}, words)


def signs(shape: Any, r: np.random.Generator) -> Any:
    return np.where(r.random(shape) < 0.5, -1.0, 1.0)


def signed(name: str, inputs: tuple[str, ...], shapes: Any = SHAPES, **more: Any) -> Iterator[Call]:
    """Functions of labels 1 and −1, entry by entry, or row by row of the cosine."""
    for shape, words in product(shapes, list(options(reduction=REDUCTIONS, **more))):
        r = rng(name, shape)
        arrays = {each: 2 * r.normal(size=shape) for each in inputs}
        items = shape[:-1] if name.startswith("cosine") else shape
        yield Call(name, {**arrays, "target": signs(items, r)}, words)


def triplets(name: str, shapes: Any = ROWS, **more: Any) -> Iterator[Call]:
    for shape, words in product(shapes, list(options(reduction=REDUCTIONS, swap=(False, True), **more))):
        r = rng("triplet", shape)
        yield Call(name, {each: r.normal(size=shape) for each in ("anchor", "positive", "negative")}, words)


def multi_margin() -> Iterator[Call]:
    words = list(options(p=(1, 2), margin=(1.0, 0.25, -0.5), reduction=REDUCTIONS))
    for shape, weigh, chosen in product(((4,), (5, 3), (1, 4), (3, 1)), (False, True), words):
        r = rng("multi", shape)
        weight = r.uniform(0.1, 2.0, shape[-1]) if weigh else None
        target = r.integers(0, shape[-1], shape[:-1])
        yield Call(
            "multi_margin_loss", given(input=r.normal(size=shape), target=target, weight=weight), chosen
        )


def multilabel_margin() -> Iterator[Call]:
    for shape, reduction, dense in product(((4,), (5, 3), (1, 4), (3, 6)), REDUCTIONS, (False, True)):
        r = rng("multilabel", shape, dense)
        lists = np.full(shape, -1)
        for row in np.ndindex(shape[:-1]):
            size = shape[-1] if dense else int(r.integers(0, shape[-1]))
            lists[(*row, slice(size))] = r.permutation(shape[-1])[:size]
            if 0 < size < shape[-1] - 1:  # what stands after the first −1 means nothing
                lists[(*row, -1)] = 0
        arrays = {"input": r.normal(size=shape), "target": lists}
        yield Call("multilabel_margin_loss", arrays, {"reduction": reduction})


def multilabel_soft_margin() -> Iterator[Call]:
    for shape, weigh, reduction in product(ROWS, (False, True), REDUCTIONS):
        r = rng("several", shape)
        target = r.integers(0, 2, shape).astype(float)
        weight = r.uniform(0.1, 2, shape[-1]) if weigh else None
        arrays = given(input=3 * r.normal(size=shape), target=target, weight=weight)
        yield Call("multilabel_soft_margin_loss", arrays, {"reduction": reduction})


def poisson() -> Iterator[Call]:
    words = options(log_input=(True, False), full=(True, False), eps=(1e-8, 0.01), reduction=REDUCTIONS)
    for shape, chosen in product(SHAPES, list(words)):
        r = rng("poisson", shape)
        rates = r.uniform(0.1, 5, shape)
        arrays = {"input": np.log(rates) if chosen["log_input"] else rates, "target": r.uniform(0, 6, shape)}
        yield Call("poisson_nll_loss", arrays, chosen)


def gaussian() -> Iterator[Call]:
    words = list(options(full=(True, False), eps=(1e-6, 0.5), reduction=REDUCTIONS))
    for shape, spread, chosen in product(SHAPES, ("full", "short", "one", "float"), words):
        if not shape and spread in ("short", "one"):
            continue
        r = rng("gaussian", shape, spread)
        shapes = {"full": shape, "short": shape[:-1], "one": (*shape[:-1], 1)[: len(shape)]}
        arrays = {"input": r.normal(size=shape), "target": r.normal(size=shape)}
        if spread == "float":
            yield Call("gaussian_nll_loss", arrays, {"var": 0.75, **chosen})
        else:
            yield Call("gaussian_nll_loss", {**arrays, "var": r.uniform(0.1, 2, shapes[spread])}, chosen)


def sequences() -> Iterator[Call]:
    words = options(blank=(0, 3), reduction=REDUCTIONS, zero_infinity=(False, True))
    for kind, chosen in product(("one", "padded", "in a row"), list(words)):
        r = rng("sequences", kind)
        batch = () if kind == "one" else (3,)
        targets, lengths = r.integers(1, 3, (*batch, 2)), np.full(batch, 2)
        frames = np.full(batch, 4)
        if batch:
            # Only torch's own gradient of what has no alignment is NaN.
            lengths[1], frames[1], frames[2] = 0, 3, 1 if chosen["zero_infinity"] else 3
        if kind == "in a row":
            targets = np.concatenate([row[:n] for row, n in zip(targets, lengths, strict=True)])
        logits = r.normal(size=(4, *batch, 4))
        logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        arrays = {"log_probs": logs, "targets": targets, "input_lengths": frames, "target_lengths": lengths}
        yield Call("ctc_loss", arrays, chosen)


GRID: dict[str, Callable[[], Iterator[Call]]] = {
    "cross_entropy": cross_entropy,
    "nll_loss": lambda: indexed("nll_loss"),
    "binary_cross_entropy": lambda: binary("binary_cross_entropy"),
    "binary_cross_entropy_with_logits": lambda: binary("binary_cross_entropy_with_logits"),
    "l1_loss": lambda: errors("l1_loss"),
    "mse_loss": lambda: errors("mse_loss"),
    "huber_loss": lambda: errors("huber_loss", delta=(1.0, 0.3, 20.0)),
    "smooth_l1_loss": lambda: errors("smooth_l1_loss", beta=(1.0, 0.3, 0.0, 20.0)),
    "kl_div": kl_div,
    "hinge_embedding_loss": lambda: signed("hinge_embedding_loss", ("input",), margin=(1.0, 0.25, 3.0)),
    "margin_ranking_loss": lambda: signed("margin_ranking_loss", ("input1", "input2"), margin=(0.0, 0.5, -1)),
    "cosine_embedding_loss": lambda: signed(
        "cosine_embedding_loss", ("input1", "input2"), shapes=((4,), (5, 3), (0, 3)), margin=(0.0, 0.5, -0.5)
    ),
    "triplet_margin_loss": lambda: triplets(
        "triplet_margin_loss", margin=(1.0, 0.2), p=(2.0, 1.0, 3.5, math.inf), eps=(1e-6, 0.01)
    ),
    "triplet_margin_with_distance_loss": lambda: triplets(
        "triplet_margin_with_distance_loss", margin=(1.0, 0.2)
    ),
    "soft_margin_loss": lambda: signed("soft_margin_loss", ("input",)),
    "multi_margin_loss": multi_margin,
    "multilabel_margin_loss": multilabel_margin,
    "multilabel_soft_margin_loss": multilabel_soft_margin,
    "poisson_nll_loss": poisson,
    "gaussian_nll_loss": gaussian,
    "ctc_loss": sequences,
}


def theirs(call: Call) -> tuple[Any, dict[str, Any]]:
    """What torch says: the value, and the gradients of its sum."""
    tensors = {name: torch.tensor(array) for name, array in call.arrays.items()}
    return differentiated(getattr(peer, call.name), call, tensors)


def differentiated(function: Any, call: Call, tensors: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    inputs = {name: tensors[name].requires_grad_() for name in call.wrt}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's advice about "mean" of kl_div
        value = function(**tensors, **call.options)
    found = torch.autograd.grad(value.sum(), tuple(inputs.values()), allow_unused=True)
    zeros = {n: torch.zeros_like(inputs[n]) if g is None else g for n, g in zip(inputs, found, strict=True)}
    return value.detach().numpy(), {name: gradient.numpy() for name, gradient in zeros.items()}


def close(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(numpy_of(actual), expected, rtol=1e-9, atol=1e-14, strict=True)


def test_the_grid_has_every_function_and_every_argument() -> None:
    assert sorted(GRID) == sorted(FUNCTIONS)
    assert sum(len(list(calls())) for calls in GRID.values()) > 2700
    for name, calls in GRID.items():
        listed = list(calls())
        used = {key for call in listed for key in (*call.arrays, *call.options)}
        assert set(inspect.signature(getattr(dialect, name)).parameters) - used <= {
            "size_average",
            "reduce",
            "distance_function",
        }
        assert len(listed) >= 18, name


@pytest.mark.parametrize("name", GRID)
def test_the_signature_is_torchs(name: str) -> None:
    ours = inspect.signature(getattr(dialect, name)).parameters.values()
    other = inspect.signature(getattr(peer, name)).parameters.values()
    assert [(p.name, p.default, p.kind) for p in ours] == [(p.name, p.default, p.kind) for p in other]


@pytest.mark.parametrize("name", GRID)
def test_values_and_gradients_are_torchs(name: str) -> None:
    for call in GRID[name]():
        value, gradients = theirs(call)
        tensors = {each: torch.tensor(array) for each, array in call.arrays.items()}
        same, ours = differentiated(getattr(dialect, name), call, tensors)
        close(same, value)
        for each, gradient in gradients.items():
            close(ours[each], gradient)


# Each call is one more program for a compiler: every so many on most libraries, all on request.
STRIDES = {"numpy": 1, "torch": 5}


@pytest.mark.parametrize("name", GRID)
def test_values_and_closed_form_gradients_on_every_library(name: str, backend: Backend) -> None:
    closed_form(name, backend, STRIDES.get(backend.name, 41))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", GRID)
def test_every_call_on_jax(name: str) -> None:
    closed_form(name, BACKENDS["jax"], 1)


def closed_form(name: str, backend: Backend, stride: int) -> None:
    """Compare every so many calls with torch: the value, and the gradients of `value_and_grad`."""
    function = getattr(dialect, name)
    for call in list(GRID[name]())[::stride]:
        value, gradients = theirs(call)
        arrays = backend.arrays(call.arrays)
        near = {"rtol": 1e-9, "atol": 1e-14} if backend.widest == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
        np.testing.assert_allclose(numpy_of(function(**arrays, **call.options)), value, **near)
        same, found = al.value_and_grad(function, call.wrt)(**arrays, **call.options)
        np.testing.assert_allclose(numpy_of(same), value, **near)
        for each, gradient in zip(call.wrt, found, strict=True):
            np.testing.assert_allclose(numpy_of(gradient), gradients[each], **near)


# Where the two part, on purpose.

INF, NAN = math.inf, math.nan
E40 = 4.248354255291589e-18  # exp(-40), to which log1p(exp(-40)) rounds
LN2 = 0.6931471805599453


@dataclass(frozen=True)
class Difference:
    """A call whose answer is not torch's, what it is, and why.

    `expected` is ours, an error's class where it is refused; `wrt` asks for the gradient of
    the sum instead of the value.
    """

    why: str
    call: Call
    expected: Any
    wrt: str = ""


def differs(why: str, name: str, expected: Any, wrt: str = "", /, **words: Any) -> Difference:
    arrays = {
        k: v if isinstance(v, np.ndarray) else np.asarray(v) for k, v in words.items() if k not in OPTIONS
    }
    return Difference(
        why, Call(name, arrays, {k: v for k, v in words.items() if k in OPTIONS}), expected, wrt
    )


OPTIONS = ("reduction", "label_smoothing", "log_target", "log_input", "p", "ignore_index")
ONE_ROW = {"input": [[0.0, -INF]], "target": [[1.0, 0.0]]}
SHORT = np.asarray([[1e-8, 0.0]])

DIFFERENCES = [
    differs("exp overflows", "soft_margin_loss", 2000.0, input=[-2000.0], target=[1.0]),
    differs(
        "the gradient of what overflows", "soft_margin_loss", [-1.0], "input", input=[-2000.0], target=[1.0]
    ),
    differs("inf - inf", "binary_cross_entropy_with_logits", 0.0, input=[INF], target=[1.0]),
    differs("0 times inf", "cross_entropy", 0.0, **ONE_ROW),
    differs("a confident row rounds to 0", "cross_entropy", E40, input=[[40.0, 0.0]], target=[0]),
    differs(
        "NaN in what is ignored reaches the gradient",
        "cross_entropy",
        [[0.0, 0.0]],
        "input",
        input=[[NAN, 0.0]],
        target=[-100],
        reduction="sum",
    ),
    differs(
        "the count of a float16 mean overflows",
        "cross_entropy",
        np.float16(LN2),
        input=np.zeros((70_000, 2), np.float16),
        target=np.zeros(70_000, int),
    ),
    differs("0 log 0", "kl_div", 0.0, input=[-INF], target=[0.0]),
    differs("0 log 0", "kl_div", 0.0, input=[0.0], target=[-INF], log_target=True),
    differs("log 0 in the gradient", "kl_div", [0.0], "target", input=[-1.0], target=[0.0]),
    differs("lengths are padded", "cosine_embedding_loss", 0.0, input1=SHORT, input2=SHORT, target=[1.0]),
    differs(
        "the direction of nothing",
        "cosine_embedding_loss",
        [[0.0, 0.0]],
        "input1",
        input1=[[0.0, 0.0]],
        input2=[[1.0, 0.0]],
        target=[1.0],
    ),
    differs(
        "nothing is aligned",
        "ctc_loss",
        np.zeros((1, 1, 2)),
        "log_probs",
        log_probs=[[[-LN2, -LN2]]],
        targets=[[1, 1]],
        input_lengths=[1],
        target_lengths=[2],
        reduction="sum",
    ),
    differs("unwritten memory", "multi_margin_loss", NAN, input=np.zeros((0, 3)), target=np.zeros(0, int)),
    differs(
        "0 / 0 in the gradient of a mean over nothing",
        "l1_loss",
        [0.0],
        "input",
        input=[1.0],
        target=[0.0],
        weight=[0.0],
    ),
    differs(
        "JAX has int32 labels only", "cross_entropy", LN2, input=[[1.0, 1.0]], target=np.zeros(1, np.int32)
    ),
    differs("no meaning is documented", "hinge_embedding_loss", ValueError, input=[0.3], target=[0.0]),
    differs("no meaning is documented", "soft_margin_loss", ValueError, input=[0.3], target=[0.0]),
    differs(
        "no meaning is documented",
        "margin_ranking_loss",
        ValueError,
        input1=[0.3],
        input2=[0.1],
        target=[0.0],
    ),
    differs(
        "no meaning is documented",
        "cosine_embedding_loss",
        ValueError,
        input1=[[1.0]],
        input2=[[1.0]],
        target=[0.0],
    ),
    differs(
        "a negative smoothing is taken for 0",
        "cross_entropy",
        ValueError,
        input=[[0.0, 1.0]],
        target=[0],
        label_smoothing=-0.1,
    ),
    differs("no probability", "binary_cross_entropy_with_logits", ValueError, input=[0.0], target=[2.0]),
    differs("no distribution", "cross_entropy", ValueError, input=[[0.0, 1.0]], target=[[-0.5, 1.5]]),
    differs("no probability", "kl_div", ValueError, input=[0.0], target=[-0.5]),
    differs("no count", "poisson_nll_loss", ValueError, input=[0.0], target=[-1.0]),
    differs("no rate", "poisson_nll_loss", ValueError, input=[-1.0], target=[1.0], log_input=False),
    differs("a warning, and a broadcast", "mse_loss", ValueError, input=[[1.0], [2.0]], target=[1.0, 2.0]),
    differs("a silent broadcast", "kl_div", ValueError, input=[[-1.0], [-2.0]], target=[1.0, 2.0]),
    differs("a silent broadcast", "soft_margin_loss", ValueError, input=[[1.0], [2.0]], target=[1.0, 1.0]),
    differs(
        "documented as one weight per class",
        "multilabel_soft_margin_loss",
        ValueError,
        input=[[1.0, 2.0]],
        target=[[1.0, 0.0]],
        weight=[[1.0, 2.0]],
    ),
    differs(
        "no norm",
        "triplet_margin_loss",
        ValueError,
        anchor=[[1.0, 0.0]],
        positive=[[0.0, 0.0]],
        negative=[[0.0, 1.0]],
        p=0.5,
    ),
    differs("an old word", "l1_loss", ValueError, input=[1.0], target=[0.0], reduction="elementwise_mean"),
]


def answered(function: Any, call: Call, wrt: str, tensors: dict[str, Any]) -> Any:
    """The value or the gradient, or the class of the error."""
    try:
        if wrt:
            return differentiated(function, call, tensors)[1][wrt]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(**tensors, **call.options).numpy()
    except (TypeError, ValueError, IndexError, RuntimeError) as error:
        return type(error)


def same(answer: Any, expected: Any) -> bool:
    if isinstance(answer, type) or isinstance(expected, type):
        return answer is expected
    return bool(np.allclose(answer, expected, rtol=1e-9, atol=0, equal_nan=True))


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: f"{d.call.name}: {d.why}")
def test_differences_are_there_and_on_purpose(difference: Difference) -> None:
    call = difference.call
    for function, agrees in ((getattr(dialect, call.name), True), (getattr(peer, call.name), False)):
        tensors = {name: torch.tensor(array) for name, array in call.arrays.items()}
        answer = answered(function, call, difference.wrt, tensors)
        assert same(answer, difference.expected) is agrees, (function, answer)


# What torch refuses.

X, ROW, LABEL = np.asarray([0.5, 0.25]), np.asarray([[0.5, 0.25, 0.0]]), np.asarray([1])
TRIPLET = {"anchor": ROW, "positive": ROW, "negative": ROW}
SEQUENCE = {
    "log_probs": ROW[None],
    "targets": np.asarray([[1]]),
    "input_lengths": np.asarray([1]),
    "target_lengths": np.asarray([1]),
}
REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    *((name, "reduction", {"reduction": "average"}) for name in GRID),
    ("cross_entropy", "target", {"input": ROW, "target": np.asarray([3])}),
    ("cross_entropy", "target", {"input": ROW, "target": np.asarray([-1])}),
    ("cross_entropy", "target", {"input": ROW, "target": np.asarray([0, 1])}),
    ("cross_entropy", "target", {"input": ROW, "target": np.asarray([[0, 1, 0]])}),
    ("cross_entropy", "target", {"input": ROW, "target": np.asarray([0.5])}),
    ("cross_entropy", "weight", {"input": ROW, "target": LABEL, "weight": X}),
    ("cross_entropy", "label_smoothing", {"input": ROW, "target": LABEL, "label_smoothing": 1.5}),
    ("nll_loss", "target", {"input": ROW, "target": np.asarray([3])}),
    ("nll_loss", "target", {"input": ROW, "target": np.asarray([0.0])}),
    ("nll_loss", "weight", {"input": ROW, "target": LABEL, "weight": X}),
    ("binary_cross_entropy", "input", {"input": X + 1, "target": X}),
    ("binary_cross_entropy", "target", {"input": X, "target": X + 1}),
    ("binary_cross_entropy", "target", {"input": X, "target": np.asarray([0, 1])}),
    ("binary_cross_entropy", "target", {"input": X, "target": X[:1]}),
    ("binary_cross_entropy_with_logits", "target", {"input": X, "target": X[:1]}),
    ("binary_cross_entropy_with_logits", "pos_weight", {"input": X, "target": X, "pos_weight": 2.0}),
    ("binary_cross_entropy_with_logits", "pos_weight", {"input": X, "target": X, "pos_weight": np.ones(3)}),
    ("l1_loss", "weight", {"input": X, "target": X, "weight": np.ones(1)}),
    ("mse_loss", "weight", {"input": X, "target": X, "weight": np.ones(1)}),
    ("huber_loss", "weight", {"input": X, "target": X, "weight": np.ones(1)}),
    ("huber_loss", "delta", {"input": X, "target": X, "delta": 0.0}),
    ("smooth_l1_loss", "beta", {"input": X, "target": X, "beta": -1.0}),
    ("mse_loss", "target", {"input": X, "target": np.ones(3)}),
    ("kl_div", "target", {"input": X, "target": np.ones(3)}),
    ("gaussian_nll_loss", "var", {"input": X, "target": X, "var": -X}),
    ("gaussian_nll_loss", "var", {"input": X, "target": X, "var": -1.0}),
    ("gaussian_nll_loss", "var", {"input": X, "target": X, "var": np.ones(3)}),
    ("gaussian_nll_loss", "var", {"input": X, "target": X, "var": 1}),
    ("poisson_nll_loss", "target", {"input": X, "target": np.ones(3)}),
    ("margin_ranking_loss", "input2", {"input1": X, "input2": ROW, "target": np.ones(2)}),
    ("margin_ranking_loss", "target", {"input1": X, "input2": X, "target": np.ones(())}),
    ("cosine_embedding_loss", "target", {"input1": ROW, "input2": ROW, "target": np.ones((1, 3))}),
    ("cosine_embedding_loss", "input1", {"input1": ROW[None], "input2": ROW[None], "target": np.ones(1)}),
    ("triplet_margin_loss", "margin", {**TRIPLET, "margin": 0.0}),
    ("triplet_margin_loss", "positive", {**TRIPLET, "positive": X}),
    ("triplet_margin_with_distance_loss", "margin", {**TRIPLET, "margin": -1.0}),
    ("triplet_margin_with_distance_loss", "negative", {**TRIPLET, "negative": X}),
    ("multi_margin_loss", "p", {"input": ROW, "target": LABEL, "p": 3}),
    ("multi_margin_loss", "weight", {"input": ROW, "target": LABEL, "weight": np.ones((1, 3))}),
    ("multi_margin_loss", "target", {"input": ROW, "target": np.asarray([3])}),
    ("multi_margin_loss", "input", {"input": ROW[None], "target": LABEL}),
    ("multilabel_margin_loss", "target", {"input": ROW, "target": np.asarray([[3, -1, -1]])}),
    ("multilabel_margin_loss", "target", {"input": ROW, "target": np.asarray([[-2, 1, -1]])}),
    ("multilabel_margin_loss", "target", {"input": ROW, "target": np.asarray([[0, -1]])}),
    ("multilabel_margin_loss", "target", {"input": ROW, "target": np.asarray([[0.0, -1.0, 0.0]])}),
    ("multilabel_margin_loss", "input", {"input": ROW[None], "target": np.asarray([[[0, -1, -1]]])}),
    ("multilabel_soft_margin_loss", "target", {"input": ROW, "target": np.ones((2, 2))}),
    ("ctc_loss", "log_probs", {**SEQUENCE, "log_probs": ROW[0]}),
    ("ctc_loss", "target_lengths", {**SEQUENCE, "target_lengths": np.asarray([2])}),
    ("ctc_loss", "input_lengths", {**SEQUENCE, "input_lengths": np.asarray([9])}),
    ("ctc_loss", "blank", {**SEQUENCE, "blank": 3}),
]


@pytest.mark.parametrize(
    ("name", "argument", "words"), REFUSED, ids=lambda v: v if isinstance(v, str) else ""
)
def test_what_torch_refuses_is_refused_by_name(name: str, argument: str, words: dict[str, Any]) -> None:
    first = next(iter(GRID[name]()))
    words = {**(first.arrays if argument == "reduction" else {}), **words}
    tensors = {k: torch.tensor(v) if hasattr(v, "shape") else v for k, v in words.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((TypeError, ValueError, IndexError, RuntimeError)):
            getattr(peer, name)(**tensors)
    for arrays in (tensors, words):
        with pytest.raises((TypeError, ValueError, IndexError)) as caught:
            getattr(dialect, name)(**arrays)
        said = " ".join((str(caught.value), *getattr(caught.value, "__notes__", ())))
        assert f"{argument!r}" in said
        assert f"arrayloss.dialects.torch.{name}()" in said


@pytest.mark.parametrize(
    "name", [n for n in GRID if "reduce" in inspect.signature(getattr(peer, n)).parameters]
)
@pytest.mark.parametrize(("flags", "word"), [({"size_average": False}, "sum"), ({"reduce": False}, "none")])
def test_the_old_flags_are_refused_with_the_word_for_them(name: str, flags: Any, word: str) -> None:
    call = next(iter(GRID[name]()))
    with pytest.raises(TypeError, match=f"reduction='{word}'"):
        getattr(dialect, name)(**call.arrays, **{**call.options, **flags})


# The classes.


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_takes_what_torchs_takes_in_the_same_order(name: str) -> None:
    ours = inspect.signature(getattr(dialect, name)).parameters.values()
    module = getattr(torch.nn, name)
    theirs = inspect.signature(module).parameters.values()
    assert [(p.name, p.default, p.kind) for p in ours] == [(p.name, p.default, p.kind) for p in theirs]
    forward = list(inspect.signature(module.forward).parameters)[1:]
    called = list(inspect.signature(getattr(dialect, name)()).parameters)
    assert called == ["input", *forward[1:]] if name == "PoissonNLLLoss" else called == forward


def of_class(call: Call) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The name of the class for a function, its options, and what it is called with."""
    name = next(n for n in CLASSES if getattr(dialect, n)._function is getattr(dialect, call.name))
    own = set(inspect.signature(getattr(dialect, name)).parameters)
    everything = {**call.arrays, **call.options}
    return (
        name,
        {k: v for k, v in everything.items() if k in own},
        {k: v for k, v in everything.items() if k not in own},
    )


@pytest.mark.parametrize("name", GRID)
def test_a_class_is_its_function_with_options(name: str) -> None:
    for call in list(GRID[name]())[::11]:
        kind, chosen, rest = of_class(call)
        if name in ("huber_loss", "l1_loss", "mse_loss") and "weight" in rest:
            continue  # torch's classes have no weight either
        criterion = getattr(dialect, kind)(**chosen)
        expected = getattr(dialect, name)(**call.arrays, **call.options)
        np.testing.assert_array_equal(criterion(*rest.values()), expected)
        value, _ = al.value_and_grad(criterion, call.wrt)(**rest)
        np.testing.assert_allclose(value, expected, rtol=1e-15)


def test_a_class_is_frozen_and_shows_what_was_chosen() -> None:
    criterion = dialect.CrossEntropyLoss(weight=np.ones(3), ignore_index=0)
    assert repr(criterion) == "CrossEntropyLoss(weight=<ndarray of shape (3,)>, ignore_index=0)"
    assert repr(dialect.MSELoss()) == "MSELoss()"
    with pytest.raises(AttributeError):
        criterion.ignore_index = 1
    with pytest.raises(TypeError, match="reduction='sum'"):
        dialect.MSELoss(size_average=False)


# Gradients and transforms.


@pytest.mark.parametrize("name", GRID)
def test_compiled_by_torch_and_by_jax(name: str) -> None:
    import jax  # noqa: PLC0415

    function = getattr(dialect, name)
    call = next(c for c in GRID[name]() if next(iter(c.arrays.values())).ndim in (1, 2))
    value, gradients = theirs(call)
    torch.compiler.reset()
    tensors = {each: torch.tensor(array) for each, array in call.arrays.items()}
    # What dynamo and autograd make of it; the matrix runs the core's losses as inductor's code.
    whole = torch.compile(function, fullgraph=True, backend="aot_eager")
    found, compiled = differentiated(whole, call, tensors)
    np.testing.assert_allclose(found, value, rtol=1e-9)
    first = call.wrt[0]
    np.testing.assert_allclose(compiled[first], gradients[first], rtol=1e-9, atol=1e-14)

    arrays = {each: jax.numpy.asarray(array) for each, array in call.arrays.items()}

    def of(argument: Any) -> Any:
        return function(**{**arrays, first: argument}, **call.options)

    found, traced = jax.jit(jax.value_and_grad(of))(arrays[first])
    np.testing.assert_allclose(found, value, rtol=1e-9)
    np.testing.assert_allclose(traced, gradients[first], rtol=1e-9, atol=1e-14)


def test_by_default_the_inputs_are_differentiated_and_positions_are_torchs() -> None:
    logits, labels = np.asarray([[1.0, 2.0]]), np.asarray([0])
    value, gradient = al.value_and_grad(dialect.cross_entropy)(logits, labels, np.ones(2))
    _, (named,) = al.value_and_grad(dialect.cross_entropy, ("input",))(target=labels, input=logits)
    np.testing.assert_array_equal(gradient, named)
    assert float(value) == pytest.approx(1.3132616875182228)
    _, both = al.value_and_grad(dialect.gaussian_nll_loss)(logits, logits, logits)
    assert len(both) == 2


def test_a_distance_of_the_callers_own_is_for_automatic_differentiation() -> None:
    arrays = {n: torch.tensor(a) for n, a in next(iter(triplets("triplet_margin_loss"))).arrays.items()}
    arrays = {name: array[None].requires_grad_() for name, array in arrays.items()}

    def farthest(a: Any, b: Any) -> Any:
        return (a - b).abs().amax(-1)

    for swap in (False, True):
        words = {"distance_function": farthest, "swap": swap, "margin": 3.0}
        ours = dialect.triplet_margin_with_distance_loss(*arrays.values(), **words)
        other = peer.triplet_margin_with_distance_loss(*arrays.values(), **words)
        torch.testing.assert_close(ours, other)
        for one, two in zip(
            torch.autograd.grad(ours, list(arrays.values())),
            torch.autograd.grad(other, list(arrays.values())),
            strict=True,
        ):
            torch.testing.assert_close(one, two)
    with pytest.raises(TypeError, match="'distance_function' is of the caller's own"):
        al.grad(dialect.triplet_margin_with_distance_loss)(*arrays.values(), distance_function=farthest)
