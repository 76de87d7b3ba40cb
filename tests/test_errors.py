"""A wrong argument of a public function: the right error, which says what is wrong.

The tables below hold wrong values for every parameter of every public function. A
function or a parameter that has none fails by name.
"""

from __future__ import annotations

import inspect
import itertools
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import array_api_strict
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend
from .catalogue import CATALOGUE, FEATURES, PENALTIES, SPECIAL

ITEMS = 4
DTYPES = {"f": "float64", "i": "int64", "b": "bool", "c": "complex128"}
NARROW = {"float64": "float32", "int64": "int32", "complex128": "complex64", "bool": "bool"}


@dataclass(frozen=True)
class Scene:
    """A backend and the shape of a model output: where wrong arguments are made."""

    backend: Backend
    shape: tuple[int, ...] = (ITEMS,)
    items: tuple[int, ...] = (ITEMS,)

    def array(self, shape: tuple[int, ...], kind: str = "f", dtype: str | None = None) -> Any:
        """An array of ones of the kind of dtype, the widest that the device has."""
        wide = DTYPES[kind]
        name = dtype or (wide if _has(self.backend, wide) else NARROW[wide])
        xp = self.backend.xp
        return xp.ones(shape, dtype=getattr(xp, name), device=self.backend.device)


@dataclass(frozen=True)
class Wrong:
    """What to pass for an argument, and the error that it must give.

    `came` and `expected` are regular expressions for the two halves of the message.
    `output` is the dtype of everything that is right, `needs` one that the device must
    have.
    """

    what: str
    make: Callable[[Scene], Any]
    error: type[Exception]
    came: str
    expected: str = ""
    output: str | None = None
    needs: str = "float32"


def _has(backend: Backend, dtype: str) -> bool:
    if backend.name == "strict-no_x64":
        return not dtype.endswith(("64", "128")) or dtype == "complex64"
    return backend.widest == "float64" or dtype not in ("float64", "complex128")


def _is(value: Any, error: type[Exception], expected: str = "", what: str = "") -> Wrong:
    """A wrong value that is no array."""
    named = isinstance(value, (list, tuple, complex))
    came = f"is a {type(value).__name__}" if named else re.escape(f"is {value!r}")
    return Wrong(what or repr(value), lambda _: value, error, came, expected)


def _shape(what: str, shape: Callable[[Scene], tuple[int, ...]], expected: str, kind: str = "f") -> Wrong:
    return Wrong(what, lambda s: s.array(shape(s), kind), ValueError, r"has shape \(", expected)


def _kind(what: str, kind: str, expected: str, shape: Callable[[Scene], tuple[int, ...]]) -> Wrong:
    return Wrong(what, lambda s: s.array(shape(s), kind), TypeError, "has dtype .*" + what, expected)


def _wide(shape: Callable[[Scene], tuple[int, ...]]) -> Wrong:
    """Float64 beside a float32 output: refused, with advice."""
    expected = "float32, the dtype of .* convert"
    return Wrong(
        "float64-beside-float32",
        lambda s: s.array(shape(s), dtype="float64"),
        TypeError,
        "has dtype .*float64",
        expected,
        output="float32",
        needs="float64",
    )


def _full(scene: Scene) -> tuple[int, ...]:
    return scene.shape


def _items(scene: Scene) -> tuple[int, ...]:
    return scene.items


def _classes(_: Scene) -> tuple[int, ...]:
    return (FEATURES,)


def _longer(scene: Scene) -> tuple[int, ...]:
    return (scene.items[0] + 1, *scene.items[1:])


def _column(scene: Scene) -> tuple[int, ...]:
    return (*scene.items, 1)


NO_ARRAY = (
    _is([1.0, 2.0], TypeError, "array", "list"),
    _is((1.0, 2.0), TypeError, "array", "tuple"),
    _is("text", TypeError, "array"),
)
MISSING = _is(None, TypeError, "array")
NUMBER = _is(0.5, TypeError, "array")


def _other_shapes(shape: Callable[[Scene], tuple[int, ...]], kind: str = "f") -> tuple[Wrong, ...]:
    """Shapes that NumPy would broadcast or squeeze, and one that it would not."""
    return (
        _shape("scalar", lambda _: (), r"\(", kind),
        _shape("one", lambda s: (1,) * len(shape(s)), r"\(", kind),
        _shape("column", lambda s: (*shape(s), 1), r"\(", kind),
        _shape("row", lambda s: (1, *shape(s)), r"\(", kind),
        _shape("longer", lambda s: (shape(s)[0] + 1, *shape(s)[1:]), r"\(", kind),
    )


OUTPUT = (
    *NO_ARRAY,
    MISSING,
    NUMBER,
    _kind("int", "i", "floating", _full),
    _kind("bool", "b", "floating", _full),
    _kind("complex", "c", "floating", _full),
)
SIBLING = (
    *OUTPUT,
    *_other_shapes(_full),
    Wrong(
        "float32-beside-float64",
        lambda s: s.array(s.shape, dtype="float32"),
        TypeError,
        "has dtype .*float32",
        "float64",
        needs="float64",
    ),
    Wrong(
        "float64-beside-float32",
        lambda s: s.array(s.shape, dtype="float64"),
        TypeError,
        "has dtype .*float64",
        "float32",
        output="float32",
        needs="float64",
    ),
)
ENTRIES = (
    *NO_ARRAY,
    MISSING,
    _is(1j, TypeError, "array"),
    _kind("complex", "c", "floating|integer|bool", _full),
    _wide(_full),
    *_other_shapes(_full),
)
UNIT = (*ENTRIES, _is(1.5, ValueError, "from 0 to 1"), _is(-1, ValueError, "from 0 to 1"))
SHARES = (*ENTRIES, NUMBER)
SIGNS = (
    *NO_ARRAY,
    MISSING,
    _is(0, ValueError, "-1 or 1"),
    _is(math.nan, ValueError, "-1 or 1"),
    _is(True, TypeError, "-1 or 1|array|number"),
    _kind("bool", "b", "floating|integer", _items),
    _kind("complex", "c", "floating|integer", _items),
    _wide(_items),
    *_other_shapes(_items),
)
INDICES = (
    *NO_ARRAY,
    MISSING,
    _is(1, TypeError, r"integer array of shape \(4,\)"),
    _is(1.0, TypeError, "integer"),
    _kind("float", "f", "integer", _items),
    _kind("bool", "b", "integer", _items),
    _kind("complex", "c", "integer", _items),
    _shape("one-hot", _full, r"\(4,\)", "i"),
    *_other_shapes(_items, "i"),
)
CLASS_WEIGHTS = (
    *NO_ARRAY,
    NUMBER,
    _kind("complex", "c", "floating|integer", _classes),
    _wide(_classes),
    *_other_shapes(_classes),
)


def _broadcasting(shape: Callable[[Scene], tuple[int, ...]], kind: str) -> tuple[Wrong, ...]:
    """Shapes that do not broadcast to the given one, or would enlarge it."""
    return (
        _shape("longer", _longer, "broadcasts to", kind),
        _shape("column", _column, "broadcasts to", kind),
        _shape("row", lambda s: (1, *shape(s)), "broadcasts to", kind),
    )


POS_WEIGHT = (
    *NO_ARRAY,
    _kind("complex", "c", "floating|integer", _full),
    _wide(_full),
    *_broadcasting(_full, "f"),
)
WORDS = {
    "weights": (
        *NO_ARRAY,
        _is(True, TypeError, "array"),
        _kind("complex", "c", "real", _items),
        _wide(_items),
        *_broadcasting(_items, "f"),
    ),
    "where": (
        *NO_ARRAY,
        _is(True, TypeError, "array"),
        _kind("int", "i", "bool", _items),
        _kind("float", "f", "bool", _items),
        *_broadcasting(_items, "b"),
    ),
    "reduction": (
        _is("average", ValueError, "'mean', 'sum' or 'none'"),
        _is("Mean", ValueError, "'mean', 'sum' or 'none'"),
        _is(None, TypeError, "'mean', 'sum' or 'none'"),
        _is(True, TypeError, "'mean', 'sum' or 'none'"),
        Wrong("array", lambda s: s.array(s.items), TypeError, r"is an? \w+", "'mean', 'sum' or 'none'"),
    ),
    "denominator": (
        _is("items", ValueError, "'weights', 'count', 'nonzero'"),
        _is(-1, ValueError, "number >= 0"),
        _is(math.nan, ValueError, "number >= 0"),
        _is(math.inf, ValueError, "number >= 0"),
        _is(None, TypeError, "number >= 0"),
        _is(True, TypeError, "number >= 0"),
        _is([1.0], TypeError, "0-d array", "list"),
        _shape("vector", lambda _: (1,), "0-d array"),
        _kind("complex", "c", "real", lambda _: ()),
        _kind("bool", "b", "real", lambda _: ()),
    ),
}


def _number(expected: str, *values: float) -> tuple[Wrong, ...]:
    """Numbers that are out of range, and what is no number."""
    wrong = ("1", True, None, [1.0])
    return (*(_is(v, ValueError, expected) for v in values), *(_is(v, TypeError, expected) for v in wrong))


AXIS = (
    _is(7, ValueError, "axis of .* which has shape"),
    _is(-8, ValueError, "axis of .* which has shape"),
    *(_is(v, TypeError, "integer") for v in (1.5, "1", True, None)),
)
DELTA = _number("a number > 0", 0, -1.0, math.nan, math.inf)
BETA = _number("a number >= 0", -1.0, math.nan, math.inf)
MARGIN = _number("a finite number", math.nan, math.inf, -math.inf)
COSINE = _number("a number from -1 to 1", 1.5, -1.5, math.nan)
ORDER = _number("a number >= 1", 0.5, -math.inf, math.nan)
SMOOTHING = _number("a number from 0 to 1", -0.1, 1.5, math.nan)
FLAG = tuple(_is(v, TypeError, "True or False") for v in (1, "yes", None))
IGNORE_INDEX = tuple(_is(v, TypeError, "integer") for v in (1.5, "0", True))

REAL = {"predictions": OUTPUT, "targets": ENTRIES}
AT_CLASS = {"axis": AXIS, "class_weights": CLASS_WEIGHTS, "ignore_index": IGNORE_INDEX, "labels": INDICES}
TRIPLET = {"anchors": OUTPUT, "positives": SIBLING, "negatives": SIBLING}
LOSSES: dict[str, dict[str, tuple[Wrong, ...]]] = {
    "squared_error": REAL,
    "absolute_error": REAL,
    "huber": REAL | {"delta": DELTA},
    "smooth_l1": REAL | {"beta": BETA},
    "log_cosh": REAL,
    "sigmoid_cross_entropy": {
        "logits": OUTPUT,
        "labels": UNIT,
        "pos_weight": POS_WEIGHT,
        "label_smoothing": SMOOTHING,
    },
    "binary_cross_entropy": {"probabilities": OUTPUT, "labels": UNIT, "label_smoothing": SMOOTHING},
    "softmax_cross_entropy": {
        "logits": OUTPUT,
        "labels": SHARES,
        "axis": AXIS,
        "class_weights": CLASS_WEIGHTS,
        "label_smoothing": SMOOTHING,
    },
    "sparse_softmax_cross_entropy": AT_CLASS | {"logits": OUTPUT, "label_smoothing": SMOOTHING},
    "nll": AT_CLASS | {"log_probabilities": OUTPUT},
    "cross_entropy": {"probabilities": OUTPUT, "targets": SHARES, "axis": AXIS},
    "kl_divergence": {"log_probabilities": OUTPUT, "targets": SHARES, "axis": AXIS, "log_targets": FLAG},
    "hinge_embedding": {"distances": OUTPUT, "labels": SIGNS, "margin": MARGIN},
    "margin_ranking": {"scores1": OUTPUT, "scores2": SIBLING, "labels": SIGNS, "margin": MARGIN},
    "cosine_embedding": {
        "embeddings1": OUTPUT,
        "embeddings2": SIBLING,
        "labels": SIGNS,
        "margin": COSINE,
        "axis": AXIS,
    },
    "triplet_margin": TRIPLET | {"margin": MARGIN, "p": ORDER, "swap": FLAG, "axis": AXIS},
}
FUNCTIONS: dict[str, dict[str, tuple[Wrong, ...]]] = {
    **{name: table | WORDS for name, table in LOSSES.items()},
    **{f"special.{name}": {"x": OUTPUT} for name in ("sigmoid", "log_sigmoid", "softplus")},
    **{f"special.{name}": {"x": OUTPUT, "axis": AXIS} for name in ("softmax", "log_softmax", "logsumexp")},
    "special.xlogy": {"x": OUTPUT, "y": SIBLING},
}
OPTIONAL_ARRAYS = {"class_weights": "f", "pos_weight": "f", "weights": "f", "where": "b", "denominator": "f"}


def _arrays(
    *arrays: Callable[[Scene], Any], what: str, error: type[Exception], came: str, expected: str
) -> Wrong:
    return Wrong(what, lambda s: [make(s) for make in arrays], error, came, expected)


def _good(scene: Scene) -> Any:
    return scene.array(scene.shape)


ARRAYS = (
    _arrays(what="none-given", error=TypeError, came="is empty", expected="at least one array"),
    *(
        _arrays(wrong.make, what=wrong.what, error=wrong.error, came=wrong.came, expected=wrong.expected)
        for wrong in OUTPUT
    ),
    *(
        _arrays(
            _good, wrong.make, what=f"second-{wrong.what}", error=wrong.error, came=wrong.came, expected=""
        )
        for wrong in (*OUTPUT, SIBLING[-2])
        if wrong.needs == "float32"
    ),
)
OTHERS = {"l1_penalty": {"arrays": ARRAYS}, "l2_penalty": {"arrays": ARRAYS}}
TRANSFORMS = ("grad", "value_and_grad")


def public_functions() -> dict[str, Callable[..., Any]]:
    """Every public function by its path below the package."""
    functions = {name: getattr(al, name) for name in al.__all__ if callable(getattr(al, name))}
    return functions | {f"special.{name}": getattr(al.special, name) for name in al.special.__all__}


PUBLIC = public_functions()
TABLE = FUNCTIONS | OTHERS


def without_errors(name: str, function: Callable[..., Any]) -> list[str]:
    """The parameters of a public function for which no wrong value is known."""
    known = {argument for argument, wrongs in TABLE.get(name, {}).items() if wrongs}
    return sorted(inspect.signature(function).parameters.keys() - known)


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in TRANSFORMS])
def test_every_parameter_has_wrong_values(name):
    assert without_errors(name, PUBLIC[name]) == []


@pytest.mark.parametrize("name", TABLE)
def test_every_wrong_value_belongs_to_a_parameter(name):
    assert TABLE[name].keys() <= inspect.signature(PUBLIC[name]).parameters.keys()


def test_a_parameter_without_wrong_values_is_seen():
    def huber(predictions, targets, *, slope):
        """A loss with a parameter that no table knows."""

    assert without_errors("huber", huber) == ["slope"]
    assert without_errors("unknown_loss", huber) == ["predictions", "slope", "targets"]


def test_the_catalogue_is_covered():
    names = {*CATALOGUE, *(f.__name__ for f in PENALTIES), *(f"special.{f.__name__}" for f in SPECIAL)}
    assert names == TABLE.keys()


def scene_of(name: str, backend: Backend) -> Scene:
    """The shape in which the function is called here."""
    along_axis = "axis" in inspect.signature(PUBLIC[name]).parameters
    return Scene(backend, (ITEMS, FEATURES) if along_axis else (ITEMS,))


@cache
def operands_of(name: str, backend: Backend, dtype: str | None = None) -> dict[str, Any]:
    """Arguments that are right."""
    if name in CATALOGUE:
        return backend.arrays(CATALOGUE[name].operands(items=(ITEMS,)), dtype)
    scene = scene_of(name, backend)
    return {a: scene.array(scene.shape, dtype=dtype) for a in TABLE[name] if a in ("x", "y")}


def message_of(function: Callable[..., Any], arguments: dict[str, Any], error: type[Exception]) -> str:
    """The message of the error that the call must raise, of this very class."""
    arrays = arguments.pop("arrays", ())
    with pytest.raises(error) as caught:
        function(*arrays, **arguments)
    assert caught.type is error
    return str(caught.value)


def check(message: str, name: str, argument: str, came: str, expected: str) -> None:
    """Require that a message names the function, the argument, what came and what was expected."""
    function = name.rpartition(".")[2]
    quoted = rf"'{argument}(\[\d\])?'"
    pattern = rf"^arrayloss\.(\w+\.)*{function}\(\): {quoted} .*{came}.*; expected .*({expected})"
    assert re.search(pattern, message), f"{message!r} does not match {pattern!r}"


def anonymous(message: str) -> str:
    """A message without the names of libraries, the widths of dtypes and the classes of arrays."""
    message = re.sub(
        r"\b(array_api_strict|jax\.numpy|dask\.array|numpy|torch|jax|dask)\b", "library", message
    )
    message = re.sub(r"library\.(?=bool|int|float|complex)", "", message)
    message = re.sub(r"\b(int|float|complex)\d+", r"\1", message)
    return re.sub(r"\ban? (library|ndarray|Tensor|ArrayImpl|Array)\b", "a library", message)


def cases(functions: Iterable[str]) -> Iterator[Any]:
    """Every wrong value of every parameter of the functions."""
    for name in functions:
        for argument, wrongs in TABLE[name].items():
            for wrong in wrongs:
                yield pytest.param(name, argument, wrong, id=f"{name}-{argument}-{wrong.what}")


@pytest.mark.parametrize(("name", "argument", "wrong"), list(cases(TABLE)))
def test_wrong_argument(name, argument, wrong):
    messages = {}
    for backend in BACKENDS.values():
        if not _has(backend, wrong.needs):
            continue
        arguments = operands_of(name, backend, wrong.output) | {argument: wrong.make(scene_of(name, backend))}
        messages[backend.name] = message_of(PUBLIC[name], arguments, wrong.error)
        check(messages[backend.name], name, argument, wrong.came, wrong.expected)
    assert len(messages) >= 6
    said = {backend: anonymous(message) for backend, message in messages.items()}
    assert set(said.values()) == {said["numpy"]}, said


@pytest.mark.parametrize(("name", "argument", "wrong"), list(cases(LOSSES)))
def test_wrong_argument_under_grad(name, argument, wrong):
    backend = BACKENDS["numpy"]
    arguments = operands_of(name, backend, wrong.output) | {argument: wrong.make(scene_of(name, backend))}
    for function in (al.grad(PUBLIC[name]), al.value_and_grad(PUBLIC[name])):
        message = message_of(function, arguments.copy(), wrong.error)
        check(message, name, argument, wrong.came, wrong.expected)


# Arrays of other libraries and devices.


def right_array(name: str, argument: str, backend: Backend) -> Any:
    """An array that the function would take for the argument."""
    if argument not in OPTIONAL_ARRAYS:
        return operands_of(name, backend)[argument]
    scene = scene_of(name, backend)
    shape = {"class_weights": (FEATURES,), "denominator": ()}.get(argument, scene.items)
    return scene.array(shape, OPTIONAL_ARRAYS[argument])


def array_arguments(name: str) -> list[str]:
    """The arguments that are, or may be, arrays, but for the one that decides the library."""
    signature = inspect.signature(PUBLIC[name]).parameters
    operands = list(operands_of(name, BACKENDS["numpy"]))[1:]
    return [*operands, *(argument for argument in OPTIONAL_ARRAYS if argument in signature)]


ARRAY_ARGUMENTS = [
    pytest.param(name, argument, id=f"{name}-{argument}")
    for name in FUNCTIONS
    for argument in array_arguments(name)
]


@pytest.mark.parametrize("name", LOSSES)
def test_the_right_arrays_are_right(name):
    for backend in (BACKENDS["numpy"], BACKENDS["torch"], BACKENDS["strict-no_x64"]):
        function = PUBLIC[name]
        for argument in array_arguments(name):
            arguments = operands_of(name, backend) | {argument: right_array(name, argument, backend)}
            assert function(**arguments).shape == (), (name, argument)


@pytest.mark.parametrize(("name", "argument"), ARRAY_ARGUMENTS)
def test_array_of_another_library(name, argument):
    libraries = ("numpy", "torch", "jax", "dask", "strict")
    for own, other in itertools.permutations(libraries, 2):
        arguments = operands_of(name, BACKENDS[own])
        arguments = arguments | {argument: right_array(name, argument, BACKENDS[other])}
        message = message_of(PUBLIC[name], arguments, TypeError)
        check(
            message,
            name,
            argument,
            f"is an? .*{other}.* array",
            f"an? .*{own}.* array.*{next(iter(arguments))}",
        )


@pytest.mark.parametrize(("name", "argument"), ARRAY_ARGUMENTS)
def test_array_on_another_device(name, argument):
    arguments = operands_of(name, BACKENDS["strict"])
    arguments = arguments | {argument: right_array(name, argument, BACKENDS["strict-device1"])}
    message = message_of(PUBLIC[name], arguments, ValueError)
    check(message, name, argument, "is on device .*device1", f"device .*CPU_DEVICE.*{next(iter(arguments))}")

    arguments = operands_of(name, BACKENDS["torch"])
    arguments = arguments | {argument: right_array(name, argument, BACKENDS["torch"]).to("meta")}
    message = message_of(PUBLIC[name], arguments, ValueError)
    check(message, name, argument, "is on device meta", f"device cpu.*{next(iter(arguments))}")


@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalty_of_several_libraries_and_devices(penalty):
    name = penalty.__name__
    message = message_of(penalty, {"arrays": [np.ones(2), torch.ones(2)]}, TypeError)
    check(message, name, r"arrays\[1\]", "is a torch array", "a numpy array")

    there = array_api_strict.ones(2, device=array_api_strict.Device("device1"))
    message = message_of(penalty, {"arrays": [array_api_strict.ones(2), there]}, ValueError)
    check(message, name, r"arrays\[1\]", "is on device .*device1", "device .*CPU_DEVICE")


@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalty_of_several_dtypes(penalty):
    arrays = [np.ones(2), np.ones(2, np.float32)]
    message = message_of(penalty, {"arrays": arrays}, TypeError)
    check(message, penalty.__name__, r"arrays\[1\]", "has dtype float32", "float64")


@pytest.mark.parametrize("name", LOSSES)
def test_advice_for_a_list_makes_an_array_of_the_right_library(name):
    names = {"jax": "jax.numpy", "dask": "dask.array", "strict": "array_api_strict"}
    for library in ("numpy", "torch", "jax", "dask", "strict"):
        arguments = operands_of(name, BACKENDS[library])
        output, argument = tuple(arguments)[:2]
        message = message_of(PUBLIC[name], arguments | {argument: [1.0] * ITEMS}, TypeError)
        words = re.escape(f"{names.get(library, library)}.asarray")
        assert re.search(rf"(?<![.\w]){words}\b", message), message
        message = message_of(PUBLIC[name], arguments | {output: [1.0] * ITEMS}, TypeError)
        assert "numpy.asarray" in message


# Python's own errors for calls that fit no signature.


@pytest.mark.parametrize("name", LOSSES)
def test_words_by_position_are_refused(name):
    arguments = operands_of(name, BACKENDS["numpy"])
    with pytest.raises(TypeError, match=rf"{name}\(\) takes {len(arguments)} positional arguments but"):
        PUBLIC[name](*arguments.values(), "sum")


@pytest.mark.parametrize("name", LOSSES)
def test_missing_truth_is_refused(name):
    *outputs, last = operands_of(name, BACKENDS["numpy"])
    given = [operands_of(name, BACKENDS["numpy"])[output] for output in outputs]
    with pytest.raises(TypeError, match=rf"{name}\(\) missing 1 required positional argument: '{last}'"):
        PUBLIC[name](*given)


@pytest.mark.parametrize("name", LOSSES)
def test_unknown_word_is_refused(name):
    with pytest.raises(TypeError, match=rf"{name}\(\) got an unexpected keyword argument 'reduce'"):
        PUBLIC[name](**operands_of(name, BACKENDS["numpy"]), reduce="sum")


@pytest.mark.parametrize("penalty", PENALTIES)
def test_penalty_takes_none_of_the_words(penalty):
    with pytest.raises(
        TypeError, match=rf"{penalty.__name__}\(\) got an unexpected keyword argument 'weights'"
    ):
        penalty(np.ones(2), weights=np.ones(2))


# The transforms.

TRANSFORMED = {
    "not-callable": ((3,), "loss", "is 3", "a loss of arrayloss"),
    "none": ((None,), "loss", "is None", "a loss of arrayloss"),
    "name": (("huber",), "loss", "is 'huber'", "a loss of arrayloss"),
    "constant": ((lambda *_: 0.0,), "loss", "0.0", "a loss of arrayloss"),
    "own-formula": ((operator.sub,), "loss", "", "a loss of arrayloss"),
    "unknown-name": ((al.huber, "logits"), "wrt", "is 'logits'", "predictions.*targets"),
    "unknown-in-tuple": ((al.huber, ("targets", "logits")), "wrt", "logits", "predictions.*targets"),
    "number": ((al.huber, 0), "wrt", "is 0", "predictions.*targets"),
    "list": ((al.huber, ["predictions"]), "wrt", r"is (a list|\[)", "predictions.*targets"),
    "empty": ((al.huber, ()), "wrt", r"is (a tuple|\(\)|empty)", "predictions.*targets"),
}


@pytest.mark.parametrize("transform", [al.value_and_grad, al.grad], ids=TRANSFORMS[::-1])
@pytest.mark.parametrize("case", TRANSFORMED)
def test_wrong_argument_of_a_transform(transform, case):
    arguments, named, came, expected = TRANSFORMED[case]
    message = message_of(lambda: transform(*arguments)(np.ones(3), np.ones(3)), {}, TypeError)
    check(message, r"(value_and_)?grad", named, came, expected)


def test_every_parameter_of_a_transform_has_wrong_values():
    for transform in TRANSFORMS:
        assert {named for _, named, _, _ in TRANSFORMED.values()} == {
            *inspect.signature(PUBLIC[transform]).parameters
        }


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("word", ["weights", "where", "reduction", "denominator"])
@pytest.mark.parametrize("given", [True, False], ids=["given", "not-given"])
def test_gradient_with_respect_to_a_word_is_refused(name, word, given):
    arguments = operands_of(name, BACKENDS["numpy"])
    right = {"weights": np.ones(ITEMS), "where": np.ones(ITEMS, bool), "reduction": "sum", "denominator": 3.0}
    words = {word: right[word]} if given else {}

    def differentiate(**arguments: Any) -> Any:
        return al.grad(PUBLIC[name], word)(**arguments)

    message = message_of(differentiate, arguments | words, TypeError)
    for said in (rf"'{word}'", "wrt", f"expected .*{next(iter(arguments))}"):
        assert re.search(said, message), message


@pytest.mark.parametrize(
    "name", [n for n, table in LOSSES.items() if table.get("labels") in (INDICES, SIGNS)]
)
def test_gradient_with_respect_to_class_labels_is_refused(name, backend):
    arguments = operands_of(name, backend)
    message = message_of(al.grad(PUBLIC[name], "labels"), arguments.copy(), TypeError)
    check(message, name, "labels", "wrt", next(iter(arguments)))


@pytest.mark.parametrize(
    "name", [n for n, t in LOSSES.items() if "labels" not in t or t["labels"] in (UNIT, SHARES)]
)
def test_gradient_with_respect_to_integers_is_refused(name, backend):
    arguments = operands_of(name, backend)
    truth = tuple(arguments)[-1]
    scene = scene_of(name, backend)
    if truth in ("targets", "labels"):
        wrong = arguments | {truth: scene.array(scene.shape, "i")}
        message = message_of(al.grad(PUBLIC[name], truth), wrong, TypeError)
        check(message, name, truth, "has dtype .*int", "floating")
