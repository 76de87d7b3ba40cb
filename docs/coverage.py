"""Write docs/coverage.md out of docs/coverage.toml: run ``python docs/coverage.py``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_suffix(".toml")
PAGE = Path(__file__).with_suffix(".md")

HEAD = """# What every loss of PyTorch, TensorFlow, Keras, optax and scikit-learn is here

Every public loss of five libraries, the loss of this package that computes it, and where it stands under its
own name; or the reason why there is none. A dialect is imported in place of the library:
[porting.md](porting.md) says how, and what differs. The page is written by `python docs/coverage.py` out of
`docs/coverage.toml`; a test compares that with what the libraries have.
"""


def libraries() -> list[dict[str, Any]]:
    """The tables, in order."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))["library"]


def page() -> str:
    """The page."""
    return HEAD + "".join(map(_section, libraries()))


def _section(library: dict[str, Any]) -> str:
    dialect = library.get("dialect")
    rows = [_row(name, entry, dialect) for name, entry in library["losses"].items()]
    head = [f"`{library['name']}` {library['version']}", "core", *(["dialect"] if dialect else [])]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"\n## {library['title']}\n\n{table}\n"


def _row(name: str, entry: dict[str, Any], dialect: str | None) -> list[str]:
    if "reason" in entry:
        return [f"`{name}`", entry["reason"], *([""] if dialect else [])]
    core = ", ".join(f"`{each}`" for each in entry["core"])
    note = f" ({entry['note']})" if "note" in entry else ""
    return [f"`{name}`", core + note, *([f"`{dialect}.{name}`"] if dialect else [])]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
