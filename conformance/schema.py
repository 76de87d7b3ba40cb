"""Reading TOML strictly: an error names the file, the entry and the key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class SchemaError(Exception):
    """A data file that does not say what it must."""


class Entry:
    """One table of a data file, read key by key.

    Parameters
    ----------
    where : str
        The file and the entry, as an error should name them.
    table : dict
        What the file says. A key that nobody has taken by `finish` is an error, so
        that a misspelt one cannot be silently without effect.
    """

    def __init__(self, where: str, table: Any) -> None:
        self.where = where
        if not isinstance(table, dict):
            raise self.error(f"is {table!r}; expected a table")
        self._rest: dict[str, Any] = dict(table)

    def error(self, message: str) -> SchemaError:
        """An error at this entry."""
        return SchemaError(f"{self.where}: {message}")

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of a key, which must be there unless it has a default."""
        if key not in self._rest:
            if default is None:
                raise self.error(f"key {key!r} is missing")
            return default
        value = self._rest.pop(key)
        # A bool is an int to isinstance, and never what an int key means.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(f"key {key!r} is {value!r}; expected a {kind.__name__}")
        return value

    def has(self, key: str) -> bool:
        """Whether the table has a key that nobody has taken."""
        return key in self._rest

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """The value of a key that is one of a few words."""
        value = self.take(key, str, default)
        if value not in words:
            raise self.error(f"key {key!r} is {value!r}; expected one of {', '.join(words)}")
        return value

    def strings(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """The value of a key that is a list of strings."""
        values = self.take(key, list, None if default is None else list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"key {key!r} is {values!r}; expected a list of strings")
        return tuple(values)

    def finish(self) -> None:
        """Refuse the keys that nobody has taken."""
        if self._rest:
            raise self.error(f"unknown key {next(iter(self._rest))!r}")


def entries(path: Path, kind: str, name: str = "id") -> list[Entry]:
    """The entries ``[[kind]]`` of a file, each named by one of its keys.

    Parameters
    ----------
    path : Path
        A TOML file of nothing but ``[[kind]]`` tables.
    kind : str
        The name of the tables.
    name : str, default "id"
        The key that tells the tables apart; no two may share it.

    Returns
    -------
    list of Entry
        In the order of the file.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{path.name}: {error}") from error
    whole = Entry(path.name, content)
    tables = whole.take(kind, list)
    whole.finish()
    names = [table.get(name) for table in tables]
    for one in names:
        if names.count(one) > 1:
            raise whole.error(f"two entries have the {name} {one!r}")
    return [Entry(f"{path.name}: {kind} {one!r}", table) for one, table in zip(names, tables, strict=True)]
