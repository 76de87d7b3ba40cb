"""Losses of a linear layer: against a textbook's way on all logits, in parts, transformed, and in memory.

Their kernel belongs to no item, so the laws of items in `catalogue` do not speak of them.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np
import pytest
import torch

import arrayloss as al
from arrayloss._engine.linear import layer as cutting

from .backends import BACKENDS, Backend, numpy_of
from .catalogue import LAYERS

FEATURES, CLASSES, ITEMS = 4, 7, (3, 2)
LAYER = ("features", "kernel", "bias")
RNG = np.random.default_rng(5)
SEEN = np.asarray([[True, False], [True, True], [False, True]])
WEIGHTS = np.asarray([0.5, 2.0])
COUNTS = np.linspace(-2.0, 0.5, 12, dtype=np.float32).astype(np.float64)
SOME = {"samples": np.asarray([2, 6, 2, 1])}

# The loss, and its own arguments.
SETTINGS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "linear": (al.linear_softmax_cross_entropy, {}),
    "linear-smoothing-weights": (
        al.linear_softmax_cross_entropy,
        {"label_smoothing": 0.125, "class_weights": np.asarray([1.0, 0.5, 2.0, 0.25, 1.5, 1.0, 3.0])},
    ),
    "linear-normaliser": (al.linear_softmax_cross_entropy, {"z_loss": 0.25}),
    "linear-ignore": (al.linear_softmax_cross_entropy, {"ignore_index": 3}),
    "sampled": (al.sampled_softmax, SOME),
    "sampled-counts": (
        al.sampled_softmax,
        SOME | {"label_log_counts": COUNTS[:6].reshape(ITEMS), "sample_log_counts": COUNTS[6:10]},
    ),
    "sampled-several": (
        al.sampled_softmax,
        SOME
        | {
            "labels": RNG.integers(0, CLASSES, (*ITEMS, 2)),
            "label_log_counts": COUNTS.reshape(*ITEMS, 2),
            "remove_accidental_hits": False,
        },
    ),
    "contrastive": (al.noise_contrastive_estimation, SOME),
    "contrastive-several": (
        al.noise_contrastive_estimation,
        SOME
        | {
            "labels": RNG.integers(0, CLASSES, (*ITEMS, 2)),
            "sample_log_counts": COUNTS[6:10],
            "remove_accidental_hits": True,
        },
    ),
}
WORDS = {
    "mean": {},
    "sum": {"reduction": "sum", "where": SEEN},
    "none": {"reduction": "none", "weights": WEIGHTS},
    "weighted": {"weights": WEIGHTS, "where": SEEN},
    "given": {"denominator": 3.0, "weights": WEIGHTS},
}

by_setting = pytest.mark.parametrize("setting", SETTINGS)


def arrays_of(setting: str) -> dict[str, Any]:
    """Everything but the words, in NumPy."""
    rng = np.random.default_rng(1)
    floats = [rng.normal(size=size) for size in ((*ITEMS, FEATURES), (FEATURES, CLASSES), (CLASSES,))]
    given = dict(zip(LAYER, [each.astype(np.float32).astype(np.float64) for each in floats], strict=True))
    return given | {"labels": rng.integers(0, CLASSES, ITEMS)} | SETTINGS[setting][1]


def one_hot(classes: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.one_hot(classes.long(), CLASSES).to(torch.float64)


def textbook(
    features: torch.Tensor,
    kernel: torch.Tensor,
    bias: torch.Tensor,
    labels: torch.Tensor,
    samples: torch.Tensor | None = None,
    **rest: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of each item of all logits, and what it counts for."""
    logits = features @ kernel + bias
    if samples is None:
        log_p, s = torch.log_softmax(logits, -1), rest.get("label_smoothing", 0.0)
        w = rest.get("class_weights", torch.ones(CLASSES, dtype=torch.float64))
        share = w * ((1 - s) * one_hot(labels) + s / CLASSES)
        kept = (labels != rest.get("ignore_index", -1)).double()
        square = rest.get("z_loss", 0.0) * torch.logsumexp(logits, -1) ** 2
        return (square - (share * log_p).sum(-1)) * kept, w[labels] * kept
    own_counts = rest.get("label_log_counts", torch.zeros_like(labels, dtype=torch.float64))
    if labels.ndim < logits.ndim:
        labels, own_counts = labels[..., None], own_counts[..., None]
    own = (one_hot(labels) * logits[..., None, :]).sum(-1) - own_counts
    drawn = logits @ one_hot(samples).T - rest.get("sample_log_counts", 0.0)
    softmax = rest["loss"] is al.sampled_softmax
    if rest.get("remove_accidental_hits", softmax):
        hits = (labels[..., None] == samples).any(-2)
        drawn = torch.where(hits, -1e30 if softmax else -800.0, drawn)
    each = torch.cat((own, drawn), -1)
    if softmax:
        return -torch.log_softmax(each, -1)[..., : own.shape[-1]].mean(-1), torch.ones(ITEMS)
    target = torch.zeros_like(each)
    target[..., : own.shape[-1]] = 1 / own.shape[-1]
    found = torch.nn.functional.binary_cross_entropy_with_logits(each, target, reduction="none")
    return found.sum(-1), torch.ones(ITEMS)


def expected(setting: str, words: dict[str, Any]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Value and gradients by autograd of the textbook's formula."""
    given = BACKENDS["torch"].arrays(arrays_of(setting) | words)
    layer = [given.pop(name).requires_grad_() for name in LAYER]
    words = {name: given.pop(name) for name in words}
    values, mass = textbook(*layer, **given, loss=SETTINGS[setting][0])
    weights = words.get("weights", torch.ones(2)) * words.get("where", torch.ones(ITEMS, dtype=bool))
    values = values * weights
    value = values if words.get("reduction") == "none" else values.sum()
    if "reduction" not in words:
        value = value / words.get("denominator", (weights * mass).sum())
    grads = torch.autograd.grad(value.sum(), layer)
    return value.detach().numpy(), [each.numpy() for each in grads]


def given_to(
    backend: Backend, setting: str, words: dict[str, Any], dtype: str | None = None
) -> dict[str, Any]:
    return backend.arrays(arrays_of(setting) | words, dtype)


def compare(found: Any, wanted: tuple[np.ndarray, list[np.ndarray]], rtol: float = 1e-12) -> None:
    value, grads = found
    for got, truth in zip((value, *grads), (wanted[0], *wanted[1]), strict=True):
        values = numpy_of(got)
        assert values.shape == truth.shape
        np.testing.assert_allclose(values, truth, rtol=rtol, atol=rtol * np.abs(truth).max())


@pytest.fixture(params=["whole", "parts"])
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All rows at once, or two at a time and the kernel in slabs."""
    if request.param == "parts":
        monkeypatch.setattr(cutting, "_CHUNK", 2 * CLASSES)
        monkeypatch.setattr(cutting, "_WHOLE", 1)
        jax.clear_caches()
    yield
    if request.param == "parts":
        jax.clear_caches()


def test_every_loss_of_a_layer_is_tested() -> None:
    assert {loss for loss, _ in SETTINGS.values()} == set(LAYERS)


@by_setting
@pytest.mark.parametrize("words", WORDS)
def test_value_and_gradients_are_the_textbooks(backend: Backend, setting: str, words: str) -> None:
    if backend.name in ("jax", "dask") and words in ("sum", "given"):
        pytest.skip("slow, and the same way as the others")
    if backend.name == "strict-device1" and setting != "linear":
        pytest.skip("the same as strict")
    loss = SETTINGS[setting][0]
    given = given_to(backend, setting, WORDS[words])
    found = al.value_and_grad(loss, LAYER)(**given)
    rtol = 1e-12 if backend.widest == "float64" else 2e-5
    compare(found, expected(setting, WORDS[words]), rtol)
    assert found[0].dtype == given["features"].dtype
    alone = numpy_of(loss(**given))
    np.testing.assert_allclose(alone, numpy_of(found[0]), rtol=rtol)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("setting", ["linear", "linear-smoothing-weights", "linear-ignore"])
@pytest.mark.parametrize("name", ["numpy", "torch", "jax"])
def test_rows_in_parts_are_the_rows(parts: None, name: str, setting: str, words: str) -> None:
    if name == "jax" and words in ("sum", "given"):
        pytest.skip("slow, and the same way as the others")
    loss, wanted = SETTINGS[setting][0], expected(setting, WORDS[words])
    given = given_to(BACKENDS[name], setting, WORDS[words])
    compare(al.value_and_grad(loss, LAYER)(**given), wanted)
    layer = [given.pop(each) for each in LAYER]

    def value(*layer: Any) -> Any:
        return loss(**dict(zip(LAYER, layer, strict=True)), **given)

    if name == "torch":
        leaves = [each.clone().requires_grad_() for each in layer]
        result = value(*leaves)
        compare((result, torch.autograd.grad(result.sum(), leaves, retain_graph=True)), wanted)
        compare((result, torch.autograd.grad(result.sum(), leaves)), wanted)
    if name == "jax":
        compare((value(*layer), jax.jit(jax.grad(lambda *x: value(*x).sum(), (0, 1, 2)))(*layer)), wanted)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("linear", "mean"),
        ("linear-smoothing-weights", "none"),
        ("sampled-counts", "mean"),
        ("contrastive", "sum"),
    ],
)
def test_compiled(monkeypatch: pytest.MonkeyPatch, setting: str, words: str) -> None:
    monkeypatch.setattr(cutting, "_CHUNK", 2 * CLASSES)
    given = given_to(BACKENDS["torch"], setting, WORDS[words])
    leaves = [given.pop(each).requires_grad_() for each in LAYER]
    torch._dynamo.reset()

    @torch.compile(fullgraph=True, backend="aot_eager", dynamic=False)
    def value(*layer: Any) -> Any:
        return SETTINGS[setting][0](**dict(zip(LAYER, layer, strict=True)), **given)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result = value(*leaves)
    compare((result, torch.autograd.grad(result.sum(), leaves)), expected(setting, WORDS[words]))


@by_setting
@pytest.mark.parametrize("words", ["mean", "none"])
def test_gradcheck_and_gradgradcheck(setting: str, words: str) -> None:
    given = given_to(BACKENDS["torch"], setting, WORDS[words])
    layer = tuple(given.pop(each).requires_grad_() for each in LAYER)

    def value(*layer: Any) -> Any:
        return SETTINGS[setting][0](**dict(zip(LAYER, layer, strict=True)), **given)

    assert torch.autograd.gradcheck(value, layer, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(value, layer)


@by_setting
def test_transforms_of_torch_and_jax(setting: str) -> None:
    wanted = expected(setting, WORDS["weighted"])
    for name, vmap, grad, hessian in (
        ("torch", torch.func.vmap, torch.func.grad, torch.func.hessian),
        ("jax", jax.vmap, jax.grad, jax.hessian),
    ):
        given = given_to(BACKENDS[name], setting, WORDS["weighted"])
        layer = [given.pop(each) for each in LAYER]

        def value(*layer: Any, given: dict[str, Any] = given) -> Any:
            return SETTINGS[setting][0](**dict(zip(LAYER, layer, strict=True)), **given)

        twice = [BACKENDS[name].xp.stack([each, each]) for each in layer]
        found = vmap(grad(value, (0, 1, 2)))(*twice)
        compare((value(*layer), [each[1] for each in found]), wanted)

        def closed(*layer: Any, given: dict[str, Any] = given) -> Any:
            both = al.value_and_grad(SETTINGS[setting][0], LAYER)
            return both(**dict(zip(LAYER, layer, strict=True)), **given)

        values, found = vmap(closed)(*twice)
        compare((values[1], [each[1] for each in found]), wanted)
        second = [numpy_of(block) for row in hessian(value, (0, 1, 2))(*layer) for block in row]
        if name == "torch":
            first = second
        else:
            for ours, theirs in zip(second, first, strict=True):
                np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("word", ["weights", "denominator"])
def test_jax_and_torch_differentiate_by_weights(word: str) -> None:
    given = given_to(
        BACKENDS["jax"],
        "linear",
        {"weights": np.broadcast_to(WEIGHTS, ITEMS), "denominator": np.asarray(3.0)},
    )
    moved = given.pop(word)
    found = jax.grad(lambda each: al.linear_softmax_cross_entropy(**given, **{word: each}))(moved)
    given = given_to(
        BACKENDS["torch"],
        "linear",
        {"weights": np.broadcast_to(WEIGHTS, ITEMS), "denominator": np.asarray(3.0)},
    )
    moved = given.pop(word).requires_grad_()
    (theirs,) = torch.autograd.grad(al.linear_softmax_cross_entropy(**given, **{word: moved}), moved)
    np.testing.assert_allclose(numpy_of(found), numpy_of(theirs), rtol=1e-12)


@by_setting
def test_a_masked_row_adds_nothing_whatever_it_holds(backend: Backend, setting: str) -> None:
    loss, given = SETTINGS[setting][0], arrays_of(setting) | {"where": SEEN}
    clean = al.value_and_grad(loss, LAYER)(**backend.arrays(given))
    features, labels = given["features"].copy(), given["labels"].copy()
    features[~SEEN], labels[~SEEN] = np.nan, CLASSES + 90
    value, grads = al.value_and_grad(loss, LAYER)(
        **backend.arrays(given | {"features": features, "labels": labels})
    )
    compare((value, grads), (numpy_of(clean[0]), [numpy_of(each) for each in clean[1]]), 1e-7)
    assert not numpy_of(grads[0])[~SEEN].any()


@by_setting
@pytest.mark.parametrize("argument", ["labels", "samples"])
def test_a_class_that_is_none(backend: Backend, setting: str, argument: str) -> None:
    loss, given = SETTINGS[setting][0], arrays_of(setting)
    if argument not in given:
        pytest.skip("all classes, no samples")
    bad = given[argument].copy()
    bad[(-1,) * bad.ndim] = CLASSES
    arrays = backend.arrays(given | {argument: bad})
    if backend.readable:
        with pytest.raises(ValueError, match=rf"'{argument}' holds 7 at position .*{argument} from 0 to 6"):
            loss(**arrays)
        return
    values = numpy_of(loss(**arrays, reduction="none"))
    assert np.isnan(values[-1, -1])
    assert np.isnan(values).all() == (argument == "samples")


@by_setting
@pytest.mark.parametrize(
    ("name", "dtype"), [("numpy", "float16"), ("torch", "bfloat16"), ("jax", "bfloat16")]
)
def test_half_precision_is_computed_in_single(name: str, dtype: str, setting: str) -> None:
    loss, backend = SETTINGS[setting][0], BACKENDS[name]
    both = al.value_and_grad(loss, LAYER)
    half = given_to(backend, setting, {}, dtype)
    single = {
        k: backend.xp.astype(v, backend.xp.float32)
        if hasattr(v, "dtype") and v.dtype == half["features"].dtype
        else v
        for k, v in half.items()
    }
    value, grads = both(**half)
    wide, slopes = both(**single)
    assert {each.dtype for each in (value, *grads)} == {half["features"].dtype}
    for got, truth in zip((value, *grads), (wide, *slopes), strict=True):
        np.testing.assert_array_equal(numpy_of(got), numpy_of(backend.xp.astype(truth, got.dtype)))


@by_setting
def test_one_row_and_none(setting: str) -> None:
    loss, given = SETTINGS[setting][0], arrays_of(setting)
    rows = [each for each in given if each in ("features", "labels", "label_log_counts")]
    one = given | {each: given[each][1, 1] for each in rows}
    np.testing.assert_allclose(loss(**one), loss(**given, reduction="none")[1, 1], rtol=1e-12)
    assert [each.shape for each in al.grad(loss, LAYER)(**one)] == [(4,), (4, 7), (7,)]
    empty = given | {each: given[each][:0] for each in rows}
    for name in ("numpy", "torch", "jax", "strict"):
        arrays = BACKENDS[name].arrays(empty)
        value, grads = al.value_and_grad(loss, LAYER)(**arrays)
        assert float(value) == 0
        assert [tuple(each.shape) for each in grads] == [(0, 2, 4), (4, 7), (7,)]
        assert not any(numpy_of(each).any() for each in grads)


def test_all_classes_as_samples_are_the_softmax() -> None:
    given = arrays_of("linear")
    full = al.value_and_grad(al.linear_softmax_cross_entropy, LAYER)(**given)
    sampled = al.value_and_grad(al.sampled_softmax, LAYER)(**given, samples=np.arange(CLASSES))
    compare(sampled, (np.asarray(full[0]), list(full[1])))


def test_equals_the_loss_of_the_logits() -> None:
    given = arrays_of("linear-smoothing-weights")
    features, kernel, bias = (given.pop(each) for each in LAYER)
    value, slopes = al.value_and_grad(al.sparse_softmax_cross_entropy)(features @ kernel + bias, **given)
    wanted = (value, [slopes @ kernel.T, np.tensordot(features, slopes, 2 * [(0, 1)]), slopes.sum((0, 1))])
    compare(
        al.value_and_grad(al.linear_softmax_cross_entropy, LAYER)(features, kernel, bias=bias, **given),
        wanted,
    )
    by_default = al.grad(al.linear_softmax_cross_entropy)(features, kernel, bias=bias, **given)
    assert len(by_default) == 2


WRONG = {
    "features": (np.ones((3, 2)), ValueError, r"'labels' has shape|'kernel' has shape"),
    "kernel": (np.ones((3, 7)), ValueError, r"'kernel' has shape \(3, 7\); expected \(4, classes\)"),
    "kernel-dtype": (np.ones((4, 7), np.float32), TypeError, r"'kernel' has dtype float32; expected float64"),
    "kernel-vector": (np.ones(4), ValueError, r"'kernel' has shape \(4,\)"),
    "kernel-list": ([[1.0]], TypeError, r"'kernel' is a list; expected a numpy array"),
    "kernel-library": (torch.ones(4, 7), TypeError, "'kernel' is a torch array; expected a numpy array"),
    "kernel-empty": (np.ones((4, 0)), ValueError, "at least one feature and one class"),
    "bias": (np.ones(6), ValueError, r"'bias' has shape \(6,\); expected \(7,\), one entry per class"),
    "bias-number": (0.5, TypeError, "'bias' is 0.5; expected a numpy array"),
    "labels": (np.ones(ITEMS), TypeError, "'labels' has dtype float64; expected an? integer"),
    "labels-shape": (np.ones(3, int), ValueError, r"'labels' has shape \(3,\)"),
    "samples": (np.ones((2, 2), int), ValueError, r"'samples' has shape \(2, 2\); expected one axis"),
    "samples-float": (np.ones(2), TypeError, "'samples' has dtype float64; expected an? integer"),
    "samples-list": ([1, 2], TypeError, "'samples' is a list; expected a numpy array"),
    "sample_log_counts": (np.ones(3), ValueError, r"'sample_log_counts' has shape \(3,\); expected \(4,\)"),
    "label_log_counts": (np.ones(4), ValueError, r"'label_log_counts' has shape \(4,\); expected \(3, 2\)"),
    "remove_accidental_hits": (1, TypeError, "'remove_accidental_hits' is 1; expected True or False"),
    "weights": (np.ones(5), ValueError, r"'weights' has shape \(5,\)"),
    "class_weights": (np.ones(5), ValueError, r"'class_weights' has shape \(5,\); expected \(7,\)"),
    "z_loss": (-1.0, ValueError, "'z_loss' is -1.0"),
    "label_smoothing": (2.0, ValueError, "'label_smoothing' is 2.0"),
    "ignore_index": (0.5, TypeError, "'ignore_index' is 0.5"),
}


@pytest.mark.parametrize("setting", ["linear", "sampled", "contrastive"])
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_is_named(setting: str, case: str) -> None:
    (loss, _), given = SETTINGS[setting], arrays_of(setting)
    wrong, error, message = WRONG[case]
    argument = case.partition("-")[0]
    if argument not in (*given, *loss.__kwdefaults__):
        pytest.skip("another loss's argument")
    with pytest.raises(error, match=rf"arrayloss\.{loss.__name__}\(\): .*({message})"):
        loss(**given | {argument: wrong})


def test_every_argument_of_a_layer_has_a_wrong_value() -> None:
    named = {case.partition("-")[0] for case in WRONG} | {"where", "reduction", "denominator"}
    assert {name for loss in LAYERS for name in inspect.signature(loss).parameters} == named


@pytest.mark.parametrize("setting", ["linear", "sampled", "contrastive"])
def test_no_gradient_by_what_is_given_and_no_curvature(setting: str) -> None:
    (loss, _), given = SETTINGS[setting], arrays_of(setting) | {"weights": np.ones(ITEMS)}
    for name in ("labels", "weights", *([] if setting == "linear" else ["samples"])):
        with pytest.raises(
            TypeError, match=rf"'{name}' is asked for in wrt; expected 'features' or 'kernel'"
        ):
            al.grad(loss, name)(**given)
    with pytest.raises(TypeError, match="second derivative"):
        al.value_grad_and_curvature(loss)(**given)


# The logits of the rows below would take 205 MB, and as much again for each step on the way.
MEMORY = """
    import sys
    import numpy as np
    import arrayloss as al

    rows, features, classes = 1024, 128, 50_000
    rng = np.random.default_rng(0)
    layer = [rng.standard_normal(size, dtype=np.float32) for size in ((rows, features), (features, classes))]
    labels = rng.integers(0, classes, rows)

    def status(key):
        lines = open("/proc/self/status").read().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(key))

    def run(rows):
        first = [each if rows is None or i else each[:rows] for i, each in enumerate(layer)]
        if sys.argv[1] == "numpy":
            return al.value_and_grad(al.linear_softmax_cross_entropy)(*first, labels[:rows])
        import torch

        leaves = [torch.from_numpy(each).requires_grad_() for each in first]
        loss = al.linear_softmax_cross_entropy(*leaves, torch.from_numpy(labels[:rows]))
        return torch.autograd.grad(loss, leaves)

    run(8)
    before = status("VmRSS")
    open("/proc/self/clear_refs", "w").write("5")
    kept = run(None)
    print(status("VmHWM") - before - sum(each.nbytes for each in layer))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_logits_are_never_all_there(library: str) -> None:
    run = [sys.executable, "-c", textwrap.dedent(MEMORY), library]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < 120e6


@pytest.mark.parametrize("transform", ["value_and_grad", "grad"])
def test_logits_are_never_all_there_in_what_jax_compiles(transform: str) -> None:
    arrays = [jax.ShapeDtypeStruct(size, "float32") for size in ((4096, 512), (512, 50_000))]
    labels = jax.ShapeDtypeStruct((4096,), "int32")

    def value(*layer: Any) -> Any:
        return al.linear_softmax_cross_entropy(*layer)

    both = al.value_and_grad(al.linear_softmax_cross_entropy)
    run = both if transform == "value_and_grad" else jax.value_and_grad(value, (0, 1))
    needed = jax.jit(run).lower(*arrays, labels).compile().memory_analysis()
    assert needed.temp_size_in_bytes < 150e6
