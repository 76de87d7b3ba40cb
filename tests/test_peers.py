"""The frameworks' own losses, mapped to ours: they agree on ordinary inputs, and say what they have not.

The tests of Keras and TensorFlow are run by ``nox -s peers``.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import operator
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arrayloss as al
from conformance import peers
from conformance.model import Case

from .catalogue import CALL_IDS, CALLS, CATALOGUE, PENALTIES, Entry

FOLDER = Path(peers.__file__).parent
TOLERANCES = {"float32": 1e-5, "float64": 1e-9}
ITEMS = 4
WEIGHTS = np.asarray([0.5, 2.0, 1.0, 4.0])
WHERE = np.asarray([True, True, False, True])
PUBLIC = set(al.__all__) - {"grad", "special", "value_and_grad"} | {
    f"special.{n}" for n in al.special.__all__
}
DENOMINATORS = ("weights", "count", "nonzero")

# What each peer's own function takes beside its operands.
TAKES: dict[str, dict[str, set[str]]] = {
    "torch": {
        "absolute_error": {"weights"},
        "binary_cross_entropy": {"clamp", "weights"},
        "cosine_distance": {"axis"},
        "cosine_embedding": {"axis", "margin"},
        "ctc": {"blank"},
        "gaussian_nll": {"full", "min_variance"},
        "hinge_embedding": {"margin"},
        "huber": {"delta", "weights"},
        "kl_divergence": {"axis", "log_targets"},
        "log_poisson_nll": {"stirling"},
        "margin_ranking": {"margin"},
        "multi_margin": {"axis", "class_weights", "margin", "p"},
        "multilabel_margin": {"axis"},
        "multilabel_sigmoid_cross_entropy": {"axis", "class_weights"},
        "nll": {"axis", "class_weights", "ignore_index"},
        "poisson_nll": {"eps", "stirling"},
        "sigmoid_cross_entropy": {"pos_weight", "weights"},
        "smooth_l1": {"beta"},
        "soft_margin": set(),
        "softmax_cross_entropy": {"axis", "class_weights", "label_smoothing"},
        "sparse_softmax_cross_entropy": {"axis", "class_weights", "label_smoothing", "ignore_index"},
        "squared_error": {"weights"},
        "triplet_margin": {"axis", "eps", "margin", "p", "swap"},
        "triplet_margin_with_distance": {"margin"},
    },
    "optax": {
        "cosine_distance": {"axis"},
        "ctc": {"blank"},
        "dice": {"axis", "smooth"},
        "hinge": set(),
        "jaccard": {"axis", "smooth"},
        "multiclass_hinge": {"axis"},
        "multiclass_perceptron": {"axis"},
        "nt_xent": {"temperature"},
        "perceptron": set(),
        "poly_cross_entropy": {"axis", "epsilon"},
        "ranking_softmax": {"axis", "where"},
        "sigmoid_focal": {"alpha", "gamma"},
        "huber": {"delta"},
        "kl_divergence": {"axis", "log_targets", "where"},
        "log_cosh": set(),
        "sigmoid_cross_entropy": set(),
        "softmax_cross_entropy": {"axis", "label_smoothing", "where"},
        "sparse_softmax_cross_entropy": {"axis", "where"},
        "squared_error": set(),
        "triplet_margin": {"axis", "margin", "p"},
        "tversky": {"alpha", "axis", "beta", "smooth"},
    },
    "tensorflow": {
        "ctc": {"blank"},
        "log_poisson_nll": {"stirling"},
        "sigmoid_cross_entropy": {"pos_weight"},
        "softmax_cross_entropy": {"axis"},
        "sparse_softmax_cross_entropy": {"axis"},
        "squared_error": set(),
    },
    "keras": {
        "categorical_hinge": {"axis", "weights"},
        "hinge": {"weights"},
        "sigmoid_focal": {"alpha", "gamma", "weights"},
        "softmax_focal": {"axis", "gamma", "weights"},
        "squared_hinge": {"weights"},
        "absolute_error": {"weights"},
        "binary_cross_entropy": {"label_smoothing", "weights"},
        "huber": {"delta", "weights"},
        "log_cosh": {"weights"},
        "sigmoid_cross_entropy": {"label_smoothing", "weights"},
        "softmax_cross_entropy": {"axis", "label_smoothing", "weights"},
        "sparse_softmax_cross_entropy": {"axis", "ignore_index", "weights"},
        "squared_error": {"weights"},
    },
}
# By what a weighted mean is divided there, where that is not the count.
MEANS: dict[str, dict[str, set[str]]] = {
    "torch": {
        name: {"weights"}
        for name in ("absolute_error", "squared_error", "nll", "sparse_softmax_cross_entropy")
    },
    "optax": {},
    "tensorflow": {},
    "keras": {name: {"weights", "count"} for name in TAKES["keras"]},
}
# What a peer gives the mean of alone.
MEAN_ALONE = {("optax", "nt_xent")}
# What a peer takes float32 for alone.
NARROW = {("tensorflow", "ctc")}
# A norm of an odd degree is a signed sum there; the gradient by a masked row's labels is NaN.
WRONG = {("optax", "triplet_margin", "p"), ("optax", "softmax_cross_entropy", "where")}

EXTRA = [pytest.param(name, marks=pytest.mark.tensorflow) for name in ("keras", "tensorflow")]
by_peer = pytest.mark.parametrize("name", ["torch", "optax", *EXTRA])
by_call = pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
by_dtype = pytest.mark.parametrize("dtype", TOLERANCES)
# Optax compiles every call anew for each dtype: the one that shows more digits.
NARROW = pytest.param("optax", "float32", marks=pytest.mark.exhaustive)
WIDE = [("torch", "float32"), ("torch", "float64"), ("optax", "float64")]
by_peer_and_dtype = pytest.mark.parametrize(
    ("name", "dtype"),
    [
        *WIDE,
        NARROW,
        *(pytest.param(*each.values, dtype, marks=each.marks) for each in EXTRA for dtype in TOLERANCES),
    ],
)


def peer_of(name: str) -> Any:
    return importlib.import_module(f"conformance.peers.{name}")


def operands_of(entry: Entry, items: tuple[int, ...] = (ITEMS,)) -> dict[str, np.ndarray]:
    """Operands, distributions adding up to 1 exactly: TensorFlow's gradient is right for no others."""
    operands = entry.operands(11, items)
    if entry.name == "softmax_cross_entropy":
        labels = np.floor(64 * operands["labels"]) / 64
        labels[..., 0] += 1 - labels.sum(axis=-1)
        operands["labels"] = labels
    return operands


def asked(
    name: str, loss: str, given: dict[str, Any], dtype: str, wanted: tuple[str, ...] = ()
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """What a peer answers: given NumPy arrays, and other arguments as parameters."""
    peer, parameters, arrays = peer_of(name), dict(given), {}
    reduction = parameters.pop("reduction", "mean")
    for key, value in given.items():
        if isinstance(value, np.ndarray):
            own = dtype if value.dtype.kind == "f" else value.dtype.name
            arrays[key] = peer.asarray(parameters.pop(key).ravel().tolist(), value.shape, own)
    case = Case("test", loss, "", "", {}, parameters, reduction, ())
    value, gradient = peer.answer(case, arrays, wanted)
    assert tuple(gradient) == wanted
    return peer.numpy(value), {key: peer.numpy(slope) for key, slope in gradient.items()}


def agree(name: str, loss: str, given: dict[str, Any], dtype: str, wanted: tuple[str, ...]) -> None:
    """Require the value and the gradients that our own loss gives on NumPy in float64."""
    value, gradient = asked(name, loss, given, dtype, wanted)
    function = operator.attrgetter(loss)(al)
    places, words = (tuple(given.values()), {}) if "array0" in given else ((), given)
    near(value, function(*places, **words), dtype)
    if wanted:
        slopes = al.grad(function, None if places else wanted)(*places, **words)
        for key, slope in zip(wanted, slopes, strict=True):
            near(gradient[key], slope, dtype)


def agree_or_absent(name: str, loss: str, *question: Any) -> None:
    """Require the same where the peer has the loss, and a refusal where it has not."""
    if loss not in peer_of(name).LOSSES:
        with pytest.raises(peers.Unsupported):
            asked(name, loss, *question)
    else:
        agree(name, loss, *question)


def near(actual: np.ndarray, expected: Any, dtype: str) -> None:
    """The same shape, the dtype of the question, and numbers close to the largest one's size."""
    assert (actual.dtype.name, actual.shape) == (dtype, np.shape(expected))
    size, rtol = float(np.max(np.abs(expected), initial=1e-3)), TOLERANCES[dtype]
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * size)


def variations() -> list[dict[str, Any]]:
    """The words of a loss: no or some weights, a mask, every reduction and denominator."""
    given: list[dict[str, Any]] = [{}, {"weights": WEIGHTS}, {"where": WHERE}]
    means = [{"reduction": "mean", "denominator": word} for word in DENOMINATORS]
    how = [{"reduction": "none"}, {"reduction": "sum"}, *means]
    return [{**one, **other} for one, other in itertools.product(given, how)]


def takes(name: str, loss: str, options: Any) -> bool:
    """Whether the peer has a loss and these options of it."""
    return loss in TAKES[name] and set(options) <= TAKES[name][loss]


def supported(name: str, loss: str, words: dict[str, Any]) -> bool:
    """Whether the peer has a loss with these words."""
    if not takes(name, loss, words.keys() - {"reduction", "denominator"}):
        return False
    unweighted = not words.keys() & {"weights", "class_weights"}
    if (name, loss) in MEAN_ALONE and words["reduction"] != "mean":
        return False
    same_mean = unweighted or words.get("denominator") in MEANS[name].get(loss, {"count"})
    return words["reduction"] != "mean" or (same_mean and "where" not in words)


def tables(source: str) -> tuple[dict[str, ast.expr], dict[str, ast.expr]]:
    """LOSSES and ABSENT of a module, as they are written: nothing is imported."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            keys = (ast.literal_eval(key) for key in node.value.keys if key is not None)
            found[ast.unparse(node.targets[0])] = dict(zip(keys, node.value.values, strict=True))
    return found["LOSSES"], found["ABSENT"]


def unaccounted(source: str, public: set[str]) -> tuple[set[str], set[str]]:
    """The losses that a module accounts for twice, and those that it should not."""
    losses, absent = (set(table) for table in tables(source))
    return losses & absent, (losses | absent) - public


# Every loss is accounted for.


def test_every_peer_is_here():
    assert sorted(path.stem for path in FOLDER.glob("[a-z]*.py")) == sorted(peers.NAMES) == sorted(TAKES)


@pytest.mark.parametrize("name", peers.NAMES)
def test_no_loss_is_both_mapped_and_absent(name):
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    losses, absent = tables(source)
    assert unaccounted(source, PUBLIC) == (set(), set())
    assert all(len(ast.literal_eval(reason).split()) >= 4 for reason in absent.values())
    assert {loss for loss in losses if loss in CATALOGUE} == set(TAKES[name])
    assert set(losses) & set(OF_LAYERS) == LAYERED.get(name, set())


def test_a_loss_in_both_tables_and_one_that_is_gone_are_seen():
    source = "LOSSES = {'huber': f, 'nll': g}\nABSENT = {'nll': 'it has none of that', 'old': 'gone'}"
    assert unaccounted(source, {"huber", "nll", "new"}) == ({"nll"}, {"old"})


# They agree on ordinary inputs, with every option that they have; the others are refused.


@by_call
@by_peer_and_dtype
def test_it_agrees_or_is_unsupported(name, entry, setting, dtype):
    parameters, wanted = entry.parameters[setting], entry.differentiable()
    answered, narrow = 0, (name, entry.name) in NARROW and dtype != "float32"
    of_sets = hasattr(entry.loss, "__wrapped__")  # whose masks are of entries
    for words in variations():
        if of_sets and "where" in words:
            words["where"] = words["where"][:, None]
        given = {**operands_of(entry), **parameters, **words}
        if narrow or not supported(name, entry.name, {**parameters, **words}):
            with pytest.raises(peers.Unsupported):
                asked(name, entry.name, given, dtype, wanted)
            continue
        answered += 1
        if any((name, entry.name, key) in WRONG for key in given):
            with pytest.raises(AssertionError):
                agree(name, entry.name, given, dtype, wanted)
        else:
            agree(name, entry.name, given, dtype, wanted)
    assert (answered > 0) == (takes(name, entry.name, parameters) and not narrow)


@by_peer
@pytest.mark.parametrize("loss", [entry.name for entry in CATALOGUE.values() if entry.along_axis])
def test_it_agrees_along_another_axis(name, loss):
    entry = CATALOGUE[loss]
    operands = operands_of(entry, (2, 3)).items()
    given: dict[str, Any] = {k: np.moveaxis(x, -1, 1) if x.ndim == 3 else x for k, x in operands}
    for reduction in ("none", "mean"):
        words = {**given, "axis": 1, "reduction": reduction}
        if takes(name, loss, {"axis"}):
            agree(name, loss, words, "float64", entry.differentiable())
        else:
            with pytest.raises(peers.Unsupported):
                asked(name, loss, words, "float64", entry.differentiable())


@by_dtype
@by_peer
@pytest.mark.parametrize("function", al.special.__all__)
def test_special_functions_agree(name, function, dtype):
    rng = np.random.default_rng(3)
    given: dict[str, Any] = {"x": rng.integers(-999, 999, (3, 4)) / 256}
    if function == "xlogy":
        given["y"] = rng.integers(1, 999, (3, 4)) / 256
    wanted = () if "softmax" in function else tuple(given)
    if "max" in function or "sum" in function:
        given["axis"] = 0
    agree_or_absent(name, f"special.{function}", given, dtype, wanted)


ROWS_OF_LAYER = {
    "features": np.asarray([[1.0, 2.0], [-0.5, 0.75], [3.0, -1.25]]),
    "kernel": np.asarray([[1.0, -2.0, 0.5, 0.0], [0.25, 1.0, -1.5, 2.0]]),
    "labels": np.asarray([0, 3, 1]),
    "bias": np.asarray([0.5, -0.25, 0.0, 1.0]),
}
SAMPLED = ("sampled_softmax", "noise_contrastive_estimation")
COUNTED = {
    "samples": np.asarray([3, 0, 2]),
    "label_log_counts": np.asarray([-0.5, 0.25, -1.0]),
    "sample_log_counts": np.asarray([0.25, -0.5, 0.75]),
}
OF_LAYERS: dict[str, dict[str, Any]] = {
    "linear_softmax_cross_entropy": {
        "class_weights": np.asarray([1.0, 0.5, 2.0, 0.25]),
        "label_smoothing": 0.25,
        "ignore_index": 3,
    },
    "sampled_softmax": COUNTED,
    "noise_contrastive_estimation": {**COUNTED, "remove_accidental_hits": False},
}
LAYERED = {"torch": {"linear_softmax_cross_entropy"}, "tensorflow": set(SAMPLED)}


@by_dtype
@by_peer
@pytest.mark.parametrize("layer", OF_LAYERS)
def test_losses_of_layers_agree(name, layer, dtype):
    for reduction, more in itertools.product(("none", "mean"), ({}, OF_LAYERS[layer])):
        drawn = {"samples": COUNTED["samples"]} if layer in SAMPLED else {}
        given = {**ROWS_OF_LAYER, **drawn, **more, "reduction": reduction}
        agree_or_absent(name, layer, given, dtype, ("features", "kernel", "bias"))
        del given["bias"]
        agree_or_absent(name, layer, given, dtype, ("features", "kernel"))


@by_dtype
@by_peer
@pytest.mark.parametrize("penalty", [penalty.__name__ for penalty in PENALTIES])
def test_penalties_agree(name, penalty, dtype):
    given = {"array0": np.asarray([[1.0, -2.0], [0.5, 4.0]]), "array1": np.asarray([-3.0])}
    agree_or_absent(name, penalty, given, dtype, tuple(given))


# What one peer takes another does not: dtypes, numbers for arrays, some values.

PAIRS = {"predictions": np.asarray([0.5, 3.0]), "targets": np.asarray([0, 1])}
BINARY = {"logits": np.asarray([0.5, -3.0]), "labels": np.asarray([0, 1])}
ROWS = {"logits": np.asarray([[0.5, -3.0, 1.0], [0.0, 2.0, 0.5]]), "labels": np.asarray([0, 2])}
ONE_HOT = {**ROWS, "labels": np.asarray([[1, 0, 0], [0, 0, 1]])}
IMAGE = {"logits": np.zeros((1, 3, 2)), "labels": np.asarray([[0, 2]], dtype=np.uint8), "axis": 1}
TRIPLET = CATALOGUE["triplet_margin"].operands()
SCORES = {"scores": ROWS["logits"], "labels": ROWS["labels"]}
COUNTS = np.asarray([[0, 2, 1], [1, 0, 0]])
BYTES = np.asarray([0, 2], dtype=np.uint8)
DISTANCES = CATALOGUE["triplet_margin_with_distance"].operands()
IN_BATCHES = {**ROWS_OF_LAYER, "features": np.zeros((1, 3, 2)), "labels": np.zeros((1, 3), int)}
ALONE = {"logits": np.zeros((3, 4)), "labels": np.asarray([1, 2])}
MASKS = {"probabilities": np.asarray([[0.25, 1.0], [0.5, 0.0]]), "labels": np.asarray([[1, 1], [1, 0]])}
REFUSED: tuple[Any, ...] = (
    ("torch", "huber", PAIRS, "no int64 with float32"),
    ("torch", "absolute_error", {**PAIRS, "targets": np.asarray([True, False])}, "no torch.bool"),
    ("torch", "sigmoid_cross_entropy", BINARY, "no int64 with float32"),
    ("torch", "softmax_cross_entropy", ONE_HOT, "no int64 with float32"),
    ("torch", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES.astype(np.int32)}, "torch.int32"),
    ("torch", "sparse_softmax_cross_entropy", IMAGE, "torch.uint8 with 2 axes"),
    ("torch", "multi_margin", {**SCORES, "labels": BYTES}, "no labels of torch.uint8"),
    ("torch", "multilabel_margin", {**SCORES, "labels": COUNTS}, "no other labels than 0 and 1"),
    ("torch", "multilabel_margin", {**SCORES, "labels": COUNTS > 0, "margin": 0.5}, "takes no margin"),
    ("torch", "triplet_margin", {**TRIPLET, "margin": 0.0}, "no margin of 0.0"),
    ("torch", "triplet_margin_with_distance", {**DISTANCES, "margin": 0.0}, "no margin of 0.0"),
    ("torch", "ctc", ALONE, "takes no logits with 2 axes"),
    ("optax", "ctc", ALONE, "takes no logits with 2 axes"),
    ("tensorflow", "ctc", ALONE, "takes no float32 with 2 axes"),
    ("torch", "linear_softmax_cross_entropy", IN_BATCHES, "no features with 3 axes"),
    ("torch", "squared_error", {**PAIRS, "weights": 2.0}, "no number for weights"),
    ("torch", "squared_error", {**PAIRS, "targets": 1.0}, "no number for targets"),
    ("torch", "squared_error", {**PAIRS, "denominator": 7.0}, "no mean by a given number"),
    ("torch", "log_cosh", PAIRS, "it has no such loss"),
    ("optax", "triplet_margin", {**TRIPLET, "p": np.inf}, "infinite norm_degree"),
    ("optax", "softmax_cross_entropy", {**ONE_HOT, "label_smoothing": 0.25}, "smooth_labels takes no int64"),
    ("optax", "squared_error", {**PAIRS, "denominator": np.asarray(7.0)}, "no mean by a given number"),
    ("optax", "dice", MASKS, "dice_loss takes no int64"),
    ("optax", "ranking_softmax", {**SCORES, "labels": ONE_HOT["labels"], "axis": (0, 1)}, "several axes"),
    ("tensorflow", "squared_error", PAIRS, "no int64 with float32"),
    ("tensorflow", "sigmoid_cross_entropy", BINARY, "no int64 with float32"),
    ("tensorflow", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES}, "no labels of uint8"),
    ("keras", "squared_error", {**PAIRS, "where": np.asarray([True, False])}, "takes no where"),
)
TAKEN: tuple[Any, ...] = (
    ("torch", "squared_error", PAIRS),
    ("torch", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES}),
    ("torch", "sparse_softmax_cross_entropy", {**IMAGE, "labels": np.asarray([[0, 2]])}),
    ("torch", "sparse_softmax_cross_entropy", {**ROWS, "ignore_index": 0}),
    ("torch", "squared_error", {**PAIRS, "weights": np.asarray(2.0), "reduction": "none"}),
    ("torch", "multilabel_margin", {**SCORES, "labels": COUNTS > 0}),
    ("optax", "triplet_margin", {**TRIPLET, "p": 4.0}),
    ("torch", "ctc", {"logits": ALONE["logits"][None], "labels": ALONE["labels"][None]}),
    ("optax", "ctc", {"logits": ALONE["logits"][None], "labels": ALONE["labels"][None]}),
    ("optax", "squared_error", PAIRS),
    ("optax", "tversky", {**MASKS, "labels": 1.0 * MASKS["labels"], "axis": (0, -1), "alpha": 0.25}),
    ("optax", "sigmoid_cross_entropy", BINARY),
    ("optax", "softmax_cross_entropy", ONE_HOT),
    ("optax", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES}),
    ("tensorflow", "softmax_cross_entropy", ONE_HOT),
    ("tensorflow", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES.astype(np.int32)}),
    ("keras", "huber", PAIRS),
    ("keras", "sigmoid_cross_entropy", BINARY),
    ("keras", "sparse_softmax_cross_entropy", {**ROWS, "labels": BYTES, "ignore_index": 0}),
    (
        "keras",
        "huber",
        {"predictions": np.asarray(3.0), "targets": np.asarray(0.5), "weights": np.asarray(4.0)},
    ),
)


def marked(rows: tuple[Any, ...]) -> list[Any]:
    """The rows of a table, those of Keras and TensorFlow with their mark."""
    mark = {"keras": [pytest.mark.tensorflow], "tensorflow": [pytest.mark.tensorflow]}
    return [pytest.param(*row, marks=mark.get(row[0], [])) for row in rows]


@pytest.mark.parametrize(("name", "loss", "given", "reason"), marked(REFUSED))
def test_what_a_peer_has_not_is_unsupported(name, loss, given, reason):
    with pytest.raises(peers.Unsupported, match=reason):
        asked(name, loss, given, "float32")


@pytest.mark.parametrize(("name", "loss", "given"), marked(TAKEN))
def test_what_a_peer_has_besides(name, loss, given):
    agree(name, loss, given, "float64", (next(iter(given)),))


def test_a_gradient_that_is_not_there_is_unsupported():
    with pytest.raises(peers.Unsupported, match="has no derivative by b"):
        peers.all_found(("a", "b"), (1.0, None))


# Canaries.


@pytest.mark.parametrize("name", ["torch", "optax"])
@pytest.mark.parametrize("part", ["value", "gradient", "reduction", "dtype"])
def test_a_wrong_mapping_is_seen(name, part, monkeypatch):
    peer, given, wanted = peer_of(name), CATALOGUE["huber"].operands(), ("predictions", "targets")
    right, constant = peer.LOSSES["huber"], peer.asarray(given["predictions"].tolist(), (7,), "float32")
    agree(name, "huber", given, "float32", wanted)
    wrong = {
        "value": peer.LOSSES["squared_error"],
        "gradient": lambda arrays, *rest: right(arrays, *rest) + (arrays["predictions"] - constant).sum(),
        "reduction": lambda arrays, parameters, _: right(arrays, parameters, "sum"),
        "dtype": lambda *rest: right(*rest) + peer.asarray([0.0], (1,), "float64")[0],
    }
    monkeypatch.setitem(peer.LOSSES, "huber", wrong[part])
    with pytest.raises(AssertionError):
        agree(name, "huber", given, "float32", wanted)


# Arrays, and when a library comes.

FORMS = ("float16", "bfloat16", "float32", "float64", "bool", "int8", "int64", "uint8", "uint64")


@pytest.mark.parametrize("dtype", FORMS)
@by_peer
def test_arrays_go_in_and_come_out(name, dtype):
    peer = peer_of(name)
    for shape in ((), (2, 1), (0, 3)):
        values = [True if dtype == "bool" else 1] * int(np.prod(shape))
        numbers = peer.numpy(peer.asarray(values, shape, dtype))
        assert (numbers.dtype.name, numbers.shape) == (dtype, shape)
        assert numbers.ravel().astype(int).tolist() == values


@by_peer
def test_versions_are_told(name):
    assert peer_of(name).versions()[name][0].isdigit()


def test_no_library_comes_before_its_module():
    libraries = {"jax", "keras", "optax", "tensorflow", "torch"}
    code = f"import sys, conformance.peers; print(*sorted({libraries} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    assert done.stdout.strip() == ""
