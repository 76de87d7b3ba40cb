"""The rules of the house, read from the syntax tree; each is shown to see what it forbids."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import arrayloss as al

PACKAGE = Path(al.__file__).parent
MODULES = {str(path.relative_to(PACKAGE).as_posix()): path for path in sorted(PACKAGE.rglob("*.py"))}
FAMILIES = {name.removesuffix(".py") for name in MODULES if re.fullmatch(r"[a-z]\w*\.py", name)}
LONGEST_FILE, LONGEST_BODY = 400, 25

# What may break a rule, with the reason.
LONG_FILES: dict[str, str] = {}
LONG_BODIES: dict[str, str] = {}

by_module = pytest.mark.parametrize("module", MODULES)


def tree_of(module: str) -> ast.Module:
    """The syntax tree of a module of the package."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def test_the_package_is_looked_at():
    assert {"_namespace.py", "_engine/jax.py", "_engine/torch.py", "regression.py"} <= MODULES.keys()
    assert {"regression", "binary", "multiclass", "embedding", "special"} <= FAMILIES


# Imports.


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every import of a module: from where (dots and all), and which name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def imported(tree: ast.Module, *libraries: str) -> list[str]:
    """Which of the libraries a module imports, in any way and at any depth."""
    roots = {source.split(".")[0] for source, _ in imports(tree)}
    return sorted(roots & set(libraries))


def privates_of_families(tree: ast.Module) -> list[str]:
    """The private names that a module takes from a family, by import or as an attribute."""
    found, modules = [], set()
    for source, name in imports(tree):
        parts = source.replace("arrayloss", "").strip(".").split(".")
        if parts[0] in FAMILIES and name.startswith("_"):
            found.append(f"{parts[0]}.{name}")
        if name in FAMILIES and parts == [""]:
            modules.add(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found += [f"{node.value.id}.{node.attr}"] * node.attr.startswith("_")
    return found


@by_module
def test_only_the_resolver_imports_array_api_compat(module):
    assert not imported(tree_of(module), "array_api_compat") or module == "_namespace.py"


@by_module
def test_only_the_strategies_import_their_libraries(module):
    strategies = {
        "_engine/jax.py": ["jax"],
        "_engine/linear/jax.py": ["jax"],
        "_engine/torch.py": ["torch"],
        "_engine/linear/torch.py": ["torch"],
        "_engine/lend.py": ["torch"],
    }
    libraries = ("jax", "jaxlib", "torch", "cupy", "dask", "array_api_strict", "scipy", "sklearn")
    assert imported(tree_of(module), *libraries) == strategies.get(module, [])


@by_module
def test_families_keep_their_privates(module):
    own = {module.removesuffix(".py")}
    assert [name for name in privates_of_families(tree_of(module)) if name.split(".")[0] not in own] == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import array_api_compat", ["array_api_compat"]),
        ("import array_api_compat.torch as xp", ["array_api_compat"]),
        ("def late():\n    from array_api_compat import array_namespace", ["array_api_compat"]),
        ("import jax.numpy as jnp", ["jax"]),
        ("if True:\n    from torch.autograd import Function", ["torch"]),
        ("import numpy as np\nfrom . import torch", []),
    ],
)
def test_a_forbidden_import_is_seen(source, seen):
    assert imported(ast.parse(source), "array_api_compat", "jax", "torch") == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from .binary import _smooth", ["binary._smooth"]),
        ("from arrayloss.regression import _huber", ["regression._huber"]),
        ("from . import binary\nbinary._smooth(1)", ["binary._smooth"]),
        ("from .binary import sigmoid_cross_entropy\nfrom ._stable import times", []),
    ],
)
def test_a_family_that_takes_a_private_is_seen(source, seen):
    assert privates_of_families(ast.parse(source)) == seen


# New arrays say where they live and what they hold.

CREATION = {"zeros", "ones", "full", "empty", "arange", "asarray", "eye", "linspace"}
NOT_STANDARD = {"np.array", "numpy.array", "jnp.array", "torch.tensor"}


def homeless(tree: ast.Module) -> list[tuple[str, int]]:
    """The calls that make an array and do not give both dtype and device."""
    return [
        (ast.unparse(node.func), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in CREATION or ast.unparse(node.func) in NOT_STANDARD)
        and not {"dtype", "device"} <= {keyword.arg for keyword in node.keywords}
    ]


@by_module
def test_new_arrays_have_dtype_and_device(module):
    assert list(homeless(tree_of(module))) == []


@pytest.mark.parametrize(
    "call",
    [
        "xp.zeros(3)",
        "xp.ones((2, 3), dtype=x.dtype)",
        "self.library.xp.asarray(1.0, device=device)",
        "jnp.full((3,), 0.5)",
        "xp.empty(shape, dtype)",
        "xp.arange(4, dtype=d)",
        "xp.eye(3)",
        "xp.linspace(0, 1, 5)",
        "np.array([1, 2])",
    ],
)
def test_a_homeless_array_is_seen(call):
    assert [line for _, line in homeless(ast.parse(f"x = 1\ny = {call}"))] == [2]


def test_a_housed_array_is_not():
    source = "xp.zeros(3, dtype=d, device=v)\nxp.zeros_like(x)\nxp.empty_like(x, dtype=d)"
    assert homeless(ast.parse(source)) == []


# Lengths.


def bodies(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function by its dotted name, with the lines of its body but for the docstring."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            name = f"{prefix}.{child.name}".lstrip(".") if named else prefix
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                code = child.body[ast.get_docstring(child) is not None :]
                yield name, code[-1].end_lineno - code[0].lineno + 1 if code else 0
            yield from walk(child, name)

    return walk(tree, "")


@by_module
def test_bodies_are_short(module):
    long = {f"{module}:{name}": lines for name, lines in bodies(tree_of(module)) if lines > LONGEST_BODY}
    assert {name: lines for name, lines in long.items() if name not in LONG_BODIES} == {}


@by_module
def test_files_are_short(module):
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE or module in LONG_FILES, lines


def test_what_may_be_long_is_long():
    found = {f"{m}:{name}" for m in MODULES for name, lines in bodies(tree_of(m)) if lines > LONGEST_BODY}
    assert LONG_BODIES.keys() <= found
    assert all(
        MODULES[module].read_text(encoding="utf-8").count("\n") > LONGEST_FILE for module in LONG_FILES
    )
    assert all(len(reason) > 10 for reason in (*LONG_BODIES.values(), *LONG_FILES.values()))


def test_a_long_body_is_seen():
    statements = "\n".join(f"        x = {i}" for i in range(26))
    source = f'class A:\n    def f(self):\n        """Says.\n\n        More.\n        """\n{statements}\n'
    assert list(bodies(ast.parse(source))) == [("A.f", 26)]
    assert list(bodies(ast.parse("def f(\n    a,\n    b,\n):\n    return 1"))) == [("f", 1)]


# Docstrings.

PUBLIC = {name: getattr(al, name) for name in al.__all__ if callable(getattr(al, name))}
PUBLIC |= {f"special.{name}": getattr(al.special, name) for name in al.special.__all__}
NO_FORMULA = {
    "value_and_grad": "a transform of functions: there is no formula to give or to cite",
    "grad": "a transform of functions: there is no formula to give or to cite",
}
SECTIONS = ("Parameters", "Returns", "Raises", "See Also", "References", "Examples")


def sections(docstring: str) -> dict[str, str]:
    """The sections of a numpydoc docstring in order, the part before the first under ''."""
    parts = re.split(r"^(.+)\n-{3,}$", inspect.cleandoc(docstring), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def undocumented(function: Callable[..., object]) -> list[str]:
    """The parameters that the docstring does not name at the start of an entry."""
    text = sections(function.__doc__ or "").get("Parameters", "")
    entries = re.findall(r"^(\S[^:\n]*?)(?: : .*)?$", text, flags=re.MULTILINE)
    named = {name.strip().lstrip("*") for entry in entries for name in entry.split(",")}
    return [name for name in inspect.signature(function).parameters if name not in named]


def unknown(function: Callable[..., object]) -> list[str]:
    """The names with a type in the docstring that are no parameters."""
    text = sections(function.__doc__ or "").get("Parameters", "")
    entries = re.findall(r"^(\S[^:\n]*?) : .*$", text, flags=re.MULTILINE)
    named = [name.strip().lstrip("*") for entry in entries for name in entry.split(",")]
    return [name for name in named if name not in inspect.signature(function).parameters]


@pytest.mark.parametrize("name", PUBLIC)
def test_docstring_has_every_section(name):
    found = sections(PUBLIC[name].__doc__ or "")
    needed = [section for section in SECTIONS if section != "References" or name not in NO_FORMULA]
    assert [section for section in needed if not found.get(section, "").strip()] == []
    order = [section for section in found if section in SECTIONS]
    assert order == [section for section in SECTIONS if section in order]


@pytest.mark.parametrize("name", PUBLIC)
def test_docstring_names_every_parameter(name):
    assert undocumented(PUBLIC[name]) == []
    assert unknown(PUBLIC[name]) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_docstring_starts_with_one_sentence_and_shows_the_formula(name):
    summary, _, rest = sections(PUBLIC[name].__doc__ or "")[""].partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    assert rest.count(".. math::") == (name not in NO_FORMULA)
    assert ">>>" in sections(PUBLIC[name].__doc__ or "")["Examples"]


def test_a_poor_docstring_is_seen():
    def poor(x, y, *, delta):
        """Something.

        Parameters
        ----------
        x, z : array
            Any.

        Returns
        -------
        array
            One.
        """

    assert undocumented(poor) == ["y", "delta"]
    assert unknown(poor) == ["z"]
    assert list(sections(poor.__doc__)) == ["", "Parameters", "Returns"]
