"""A dialect translates arguments and holds no formula: read from the syntax trees."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import arrayloss as al

from .test_house import sections, undocumented, unknown

FOLDER = Path(al.__file__).parent / "dialects"
MODULES = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*.py"))}

# Where a function that a dialect calls may come from, beside a family of losses and the dialect itself.
HELPERS = {"_arguments", "_maps", "_check", "_typing", "_engine", "_namespace"}
LIBRARIES = {
    "functools",
    "warnings",
    "inspect",
    "collections",
    "collections.abc",
    "dataclasses",
    "typing",
    "types",
    "__future__",
}
# Builtins that ask what came or say what is wrong; none of these computes with an array.
ASKING = {
    "type",
    "len",
    "isinstance",
    "callable",
    "getattr",
    "hasattr",
    "repr",
    "staticmethod",
    "str",
    "tuple",
    "dict",
    "list",
    "vars",
    "range",
}
ASKING |= {"set", "frozenset", "zip", "any", "all", "next", "iter", "super", "property", "bool", "enumerate"}
ASKING |= {
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)
}
# Methods of text, mappings and errors.
METHODS = {
    "add_note",
    "check",
    "startswith",
    "removeprefix",
    "endswith",
    "join",
    "split",
    "format",
    "get",
    "items",
    "keys",
    "values",
    "append",
    "update",
    "pop",
}
# What an array may be asked for in a comparison: nothing that is itself an array.
METADATA = {"ndim", "shape", "dtype"}


def code(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those of annotations."""
    for name, field in ast.iter_fields(tree):
        if name in ("annotation", "returns"):
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST):
                yield child
                yield from code(child)


def known(tree: ast.Module) -> set[str]:
    """The names that a module may call: its own and what it imports from where it may."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    # A function that was given as an argument is called by a decorator.
    given = [node for node in ast.walk(tree) if isinstance(node, ast.arguments)]
    names |= {arg.arg for node in given for arg in (*node.args, *node.kwonlyargs)}
    names |= {
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            allowed = node.level if isinstance(node, ast.ImportFrom) and node.level else 0
            source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if allowed or source in LIBRARIES or isinstance(node, ast.Import):
                names |= {alias.asname or alias.name for alias in node.names}
    return names | ASKING


def formulas(tree: ast.Module) -> list[tuple[int, str]]:
    """What computes with numbers or arrays: the line, and the code."""
    names = known(tree)
    return [(node.lineno, ast.unparse(node)) for node in code(tree) if _computes(node, names)]


def _computes(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        return True
    if isinstance(node, ast.UnaryOp):
        return not (isinstance(node.op, ast.Not) or isinstance(node.operand, ast.Constant))
    if isinstance(node, ast.Compare):
        return not (_of_identity(node) or any(map(_is_metadata, (node.left, *node.comparators))))
    return isinstance(node, ast.Call) and not _may_call(node.func, names)


def _of_identity(node: ast.Compare) -> bool:
    return all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops)


def _is_metadata(node: ast.expr) -> bool:
    """Text, a length, or what an array says about itself."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("len", "shape_of")
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or (isinstance(node, ast.Attribute) and node.attr in METADATA)


def _may_call(function: ast.expr, names: set[str]) -> bool:
    if isinstance(function, ast.Name):
        return function.id in names
    if isinstance(function, ast.Call):
        return _may_call(function.func, names)
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    return function.attr in METHODS or owner in LIBRARIES | {"self", "cls"}


def foreign(tree: ast.Module) -> list[str]:
    """What a module imports from neither a family, nor a helper, nor a dialect, nor the standard library."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name not in LIBRARIES]
        if isinstance(node, ast.ImportFrom) and not node.level and node.module not in LIBRARIES:
            found.append(str(node.module))
    return found


def outside(module: str, tree: ast.Module) -> list[str]:
    """The modules of the package that are neither a family of losses nor a helper."""
    depth = module.count("/") + 2
    sources = [
        (node.module or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == depth
    ]
    return [source for source in sources if source.split(".")[0] not in HELPERS and source.startswith("_")]


by_module = pytest.mark.parametrize("module", MODULES)


@by_module
def test_a_dialect_has_no_formula(module: str):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert formulas(tree) == []


@by_module
def test_a_dialect_imports_losses_and_helpers_alone(module: str):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert foreign(tree) == []
    assert outside(module, tree) == []


def functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """The public functions of every dialect."""
    for module in MODULES:
        path = Path(module).with_suffix("").parts
        dialect = importlib.import_module(".".join(["arrayloss.dialects", *path]).removesuffix(".__init__"))
        for name in getattr(dialect, "__all__", ()):
            if inspect.isfunction(getattr(dialect, name)):
                yield f"{dialect.__name__}.{name}", getattr(dialect, name)


SECTIONS = ("Parameters", "Returns", "Raises", "See Also", "References", "Examples")
PUBLIC = dict(functions())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_function_is_documented(name: str):
    found = sections(PUBLIC[name].__doc__ or "")
    assert [section for section in found if section in SECTIONS] == list(SECTIONS)
    assert found[""].partition("\n")[0].endswith(".")
    assert undocumented(PUBLIC[name]) == unknown(PUBLIC[name]) == []
    assert ">>>" in found["Examples"]


def test_the_dialects_are_looked_at():
    assert {"__init__.py", "_speech.py", "tensorflow/_nn.py"} <= MODULES.keys()
    assert "arrayloss.dialects.tensorflow.l2_loss" in PUBLIC


@pytest.mark.parametrize(
    "formula",
    [
        "0.5 * huber(t, x)",
        "huber(t, x) / x.shape[0]",
        "-huber(t, x)",
        "x.sum()",
        "xp.exp(x)",
        "sum(x)",
        "abs(x)",
        "max(x, 0)",
        "float(x)",
        "library_of(x).xp.log(x)",
        "huber(x > 0, t)",
        "huber(x == t, t)",
        "huber(~t, x)",
        "[y @ t for y in x]",
        "(lambda y: y ** 2)(x)",
    ],
)
def test_a_formula_is_seen(formula: str):
    source = (
        "from .._namespace import library_of\nfrom ..regression import huber\n"
        f"def loss(t, x, p=2):\n    return {formula}"
    )
    assert [line for line, _ in formulas(ast.parse(source))][:1] == [4]


def test_a_number_that_grows_is_seen():
    assert formulas(ast.parse("def loss(t):\n    t += 1\n    return t")) == [(2, "t += 1")]


@pytest.mark.parametrize(
    "translation",
    [
        "huber(x, fit(t, x), delta=p, reduction='none')",
        "huber(x, t, axis=-1) if not isinstance(t, str) else None",
        "huber(x, t) if p is None and x.ndim == 2 and p != 'mean' else huber(t, x)",
        "functools.partial(huber, x)(t)",
    ],
)
def test_a_translation_is_none(translation: str):
    source = (
        "import functools\nfrom .._arguments import fit\nfrom ..regression import huber\n"
        f"def loss(t: 'A', x: float | None, p: 'B | C' = -2) -> int | None:\n    return {translation}"
    )
    assert formulas(ast.parse(source)) == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import numpy as np", ["numpy"]),
        ("from torch.nn import functional", ["torch.nn"]),
        ("import functools\nfrom ..binary import sigmoid_cross_entropy", []),
    ],
)
def test_another_library_is_seen(source: str, seen: list[str]):
    assert foreign(ast.parse(source)) == seen


def test_an_inner_part_of_the_package_is_seen():
    assert outside(
        "tensorflow.py", ast.parse("from .._stable import softplus\nfrom .._check import Rule")
    ) == ["_stable"]
    assert outside(
        "torch/loss.py", ast.parse("from ..._softmax import labelled\nfrom .._speech import spoken")
    ) == ["_softmax"]
