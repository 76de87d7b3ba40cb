"""A wrong argument of a public function: the right error, which says what is wrong.

The table of wrong arguments holds wrong values for every parameter of every public
function. A function or a parameter that has none fails by name.
"""

from __future__ import annotations

import inspect
import itertools
import operator
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import array_api_strict
import numpy as np
import pytest
import torch

import arrayloss as al

from .backends import BACKENDS, Backend
from .catalogue import CATALOGUE, FEATURES, FRAMES, LAYERS, PENALTIES, SPECIAL
from .wrong_arguments import (
    FUNCTIONS,
    INDICES,
    ITEMS,
    LOSSES,
    OPTIONAL_ARRAYS,
    PUBLIC,
    SHARES,
    SIGNS,
    TABLE,
    TRANSFORMS,
    UNIT,
    Scene,
    Table,
    Wrong,
    has_dtype,
)


def without_errors(name: str, function: Callable[..., Any]) -> list[str]:
    """The parameters of a public function for which no wrong value is known."""
    known = {argument for argument, wrongs in TABLE.get(name, {}).items() if wrongs}
    return sorted(inspect.signature(function).parameters.keys() - known)


# Those of a linear layer are in `test_vocabulary`.
@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - {*TRANSFORMS, *(loss.__name__ for loss in LAYERS)}))
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
    features = CATALOGUE[name].features if name in CATALOGUE else FEATURES
    frames = (FRAMES,) if "time_axis" in inspect.signature(PUBLIC[name]).parameters else ()
    return Scene(backend, (ITEMS, *frames, features) if along_axis else (ITEMS,))


@cache
def operands_of(name: str, backend: Backend, dtype: str | None = None) -> dict[str, Any]:
    """Arguments that are right."""
    if name in CATALOGUE:
        return backend.arrays(CATALOGUE[name].operands(items=(ITEMS,)), dtype)
    scene = scene_of(name, backend)
    return {a: scene.array(scene.shape, dtype=dtype) for a in TABLE[name] if a in ("x", "y", "labels")}


def with_wrong(name: str, argument: str, wrong: Wrong, backend: Backend) -> dict[str, Any]:
    """Arguments of which one is wrong."""
    return operands_of(name, backend, wrong.output) | {argument: wrong.make(scene_of(name, backend))}


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


def parameters(functions: Table) -> Any:
    """Every parameter of the functions, each with all its wrong values in one test."""
    return pytest.mark.parametrize(
        ("name", "argument"),
        [pytest.param(name, each, id=f"{name}-{each}") for name in functions for each in functions[name]],
    )


def each_wrong(name: str, argument: str, refused: Callable[[Wrong], None]) -> None:
    """Require that every wrong value of a parameter is refused, and report all that are not by name."""
    failures = []
    for wrong in TABLE[name][argument]:
        try:
            refused(wrong)
        except (Exception, pytest.fail.Exception) as failure:
            failure.add_note(f"{name}({argument}={wrong.what})")
            failures.append(failure)
    if failures:
        raise BaseExceptionGroup(f"wrong values of {argument!r} of {name}", failures)


@parameters(TABLE)
def test_wrong_argument(name, argument):
    def refused(wrong: Wrong) -> None:
        messages = {}
        for backend in BACKENDS.values():
            if not has_dtype(backend, wrong.needs):
                continue
            arguments = with_wrong(name, argument, wrong, backend)
            messages[backend.name] = message_of(PUBLIC[name], arguments, wrong.error)
            check(messages[backend.name], name, argument, wrong.came, wrong.expected)
        assert len(messages) >= 6
        said = {backend: anonymous(message) for backend, message in messages.items()}
        assert set(said.values()) == {said["numpy"]}, said

    each_wrong(name, argument, refused)


@parameters(LOSSES)
def test_wrong_argument_under_grad(name, argument):
    def refused(wrong: Wrong) -> None:
        for function in (al.grad(PUBLIC[name]), al.value_and_grad(PUBLIC[name])):
            message = message_of(function, with_wrong(name, argument, wrong, BACKENDS["numpy"]), wrong.error)
            check(message, name, argument, wrong.came, wrong.expected)

    each_wrong(name, argument, refused)


def test_each_wrong_value_that_is_taken_is_reported():
    def refused(wrong: Wrong) -> None:
        if wrong.what != "list":
            pytest.fail("it is taken")

    with pytest.raises(BaseExceptionGroup, match=r"wrong values of 'x' of special\.sigmoid") as caught:
        each_wrong("special.sigmoid", "x", refused)
    found = [note for failure in caught.value.exceptions for note in failure.__notes__]
    assert found == [
        f"special.sigmoid(x={w.what})" for w in TABLE["special.sigmoid"]["x"] if w.what != "list"
    ]
    assert len(found) > 3


# Arrays of other libraries and devices.


def right_array(name: str, argument: str, backend: Backend) -> Any:
    """An array that the function would take for the argument."""
    if argument not in OPTIONAL_ARRAYS:
        return operands_of(name, backend)[argument]
    scene = scene_of(name, backend)
    masked = scene.shape if "where" in LOSSES.get(name, {}) else scene.items
    shape = {"class_weights": (FEATURES,), "denominator": (), "where": masked}.get(argument, scene.items)
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
    kinds = [p.kind for p in inspect.signature(PUBLIC[name]).parameters.values()]
    count = kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD)
    with pytest.raises(TypeError, match=rf"{name}\(\) takes {count} positional arguments but"):
        PUBLIC[name](*list(arguments.values())[:count], "sum")


@pytest.mark.parametrize("name", LOSSES)
def test_missing_truth_is_refused(name):
    words = inspect.signature(PUBLIC[name]).parameters
    *outputs, last = [a for a in operands_of(name, BACKENDS["numpy"]) if words[a].default is words[a].empty]
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


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("case", TRANSFORMED)
def test_wrong_argument_of_a_transform(transform, case):
    arguments, named, came, expected = TRANSFORMED[case]
    message = message_of(lambda: getattr(al, transform)(*arguments)(np.ones(3), np.ones(3)), {}, TypeError)
    check(message, transform if "value" in transform else "value_and_grad", named, came, expected)


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
