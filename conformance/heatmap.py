"""The map of losses by cells that a report shows: its columns, its rows and what stands where they meet."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .results import ILL, Report, latest, plain
from .snippets import snippet

Json = dict[str, Any]

DTYPES = ("float16", "bfloat16", "float32", "float64")

# Up to how many ulps each step of the colours goes; the last step has no end.
STEPS = (0.5, 1.0, 2.0, 4.0, 8.0, 40.0, 1e3, 1e6)
STEP_LABELS = ("½", "1", "2", "4", "8", "40", "10³", "10⁶", "∞")


@dataclass(slots=True)
class Column:
    """One cell of the matrix: its result, and the file that it stands in."""

    cell: Json
    report: Report
    fault: str = ""
    label: str = ""
    index: int = 0

    @property
    def ours(self) -> bool:
        """Whether it counts: a peer's failures make nothing red."""
        return bool(self.cell["kind"] == "ours")

    @property
    def dtypes(self) -> set[str]:
        """The dtypes that the cell asks in, as far as they are known; all if none is."""
        known = self.cell.get("dtypes") or {d for tallies in self.cell["losses"].values() for d in tallies}
        return set(known or DTYPES)


@dataclass(slots=True)
class Group:
    """The columns of one backend, or of the peers."""

    name: str
    peers: bool
    columns: list[Column] = field(default_factory=list)


# The columns.


def columns_of(reports: Sequence[Report], cells: Mapping[str, Json]) -> list[Column]:
    """One column for each cell: what is known in that order, the others as they come."""
    columns = [
        Column({**cells.get(cell.id, {}), **plain(cell)}, report, "; ".join(cell.faults))
        for report, cell in latest(reports)
    ]
    order = {name: i for i, name in enumerate(cells)}
    return sorted(columns, key=lambda column: order.get(column.cell["id"], len(order)))


def groups_of(columns: Sequence[Column]) -> list[Group]:
    """The columns by backend, ours first; the peers in a group of their own."""
    groups: dict[str, Group] = {}
    for column in sorted(columns, key=lambda column: not column.ours):
        name = column.cell["backend"] if column.ours else "peers"
        group = groups.setdefault(f"{column.ours} {name}", Group(name, not column.ours))
        prefix = f"{column.cell['backend']}-" if column.ours else "peer-"
        column.label = column.cell["id"].removeprefix(prefix)
        group.columns.append(column)
    for index, column in enumerate(column for group in groups.values() for column in group.columns):
        column.index = index
    return list(groups.values())


# The rows.


def families_of(cases: Mapping[str, Json], columns: Sequence[Column]) -> dict[str, list[str]]:
    """The losses by family, in the order of the questions; what nobody asks about comes last."""
    votes: dict[str, Counter[str]] = {}
    for case in cases.values():
        votes.setdefault(case["loss"], Counter())[case["family"]] += 1
    families: dict[str, list[str]] = {case["family"]: [] for case in cases.values()}
    for loss, counts in votes.items():
        families[counts.most_common(1)[0][0]].append(loss)
    seen = dict.fromkeys(loss for column in columns for loss in column.cell["losses"])
    families["other"] = [*families.get("other", []), *(loss for loss in seen if loss not in votes)]
    return {family: losses for family, losses in families.items() if losses}


# What stands where they meet.


class Snippets:
    """The snippets of all entries, each text once."""

    def __init__(self, cases: Mapping[str, Json]) -> None:
        self.cases = cases
        self.texts: dict[str, int] = {}

    def number(self, case: str, column: Column, dtype: str) -> int | None:
        """The number of a snippet; None for a question that is no longer asked."""
        if case not in self.cases:
            return None
        text = snippet({"id": case, **self.cases[case]}, column.cell, dtype)
        return self.texts.setdefault(text, len(self.texts))


def entry_of(column: Column, loss: str, dtype: str, book: Snippets) -> Json:
    """What the page shows of a loss in a dtype of a cell: a state, a text, words, and details."""
    tally = column.cell["losses"].get(loss, {}).get(dtype)
    if column.cell["not_run"]:
        return _bare("not-run", "not run", f"not run: {column.cell['not_run']}")
    if tally is None:
        return _without_tally(column, dtype)
    worst = [_worst(tally[key], column, dtype, book) for key in ("value", "gradient")]
    state, text, words = _state(column, tally)
    return {
        "state": state,
        "text": text,
        "words": words,
        "look": _look(state, _furthest(tally), ill=_is_ill(tally)),
        "compared": tally["compared"],
        "unsupported": tally["unsupported"],
        "value": worst[0],
        "gradient": worst[1],
        **{
            key: [{**one, "snippet": book.number(one["case"], column, dtype)} for one in tally[key]]
            for key in ("failures", "gaps")
        },
    }


def _without_tally(column: Column, dtype: str) -> Json:
    if column.fault and dtype in column.dtypes:
        # What a broken cell would have asked is not known; it must not look as if it were well.
        state, text = ("fail", "FAIL") if column.ours else ("off", "✗")
        return _bare(state, text, f"{text}, no result: {column.fault}")
    return _bare("not-asked", "·", f"not asked in {dtype}")


def _bare(state: str, text: str, words: str) -> Json:
    """An entry with nothing behind it."""
    return {"state": state, "text": text, "words": words, "look": state}


def _look(state: str, far: float | None, *, ill: bool) -> str:
    """The classes of an entry in the style sheet."""
    if far is None or state in ("fail", "unsupported", "not-asked"):
        return state
    # The mark of a gap or a peer leaves no room for another.
    return f"{state} step-{_step(far)}{' ill' if ill and state == 'pass' else ''}"


def _state(column: Column, tally: Json) -> tuple[str, str, str]:
    """The state, what stands in the map, and how it is read out."""
    far = _furthest(tally)
    number = "" if far is None else short(far)
    said = "" if far is None else f", {'infinitely many' if far == math.inf else number} ulps"
    failures, gaps = len(tally["failures"]), len(tally["gaps"])
    known = f"{gaps} known gap{'' if gaps == 1 else 's'}"
    if failures and column.ours:
        return "fail", "FAIL", f"FAIL, {failures} of {tally['compared']} comparisons{said}"
    if failures:
        return "off", f"{number}✗", f"off in {failures} of {tally['compared']} comparisons{said}"
    if gaps:
        return "gap", f"{number}▲" if number else "gap", f"{known}{said}"
    if tally["compared"]:
        return "pass", number or "ok", f"pass{said}"
    if tally["unsupported"]:
        return "unsupported", "—", "unsupported"
    return "not-asked", "·", "nothing was asked"


def _furthest(tally: Json) -> float | None:
    """The ulps of the number that is furthest off, of value and gradient alike; None if there is none."""
    return max((_ulps(worst) for worst in (tally["value"], tally["gradient"]) if worst), default=None)


def _is_ill(tally: Json) -> bool:
    """Whether the number that is furthest off is ill-conditioned."""
    far = _furthest(tally)
    furthest = [one for one in (tally["value"], tally["gradient"]) if one and _ulps(one) == far]
    return any((one["condition"] or 0.0) > ILL for one in furthest)


def _ulps(worst: Json) -> float:
    return math.inf if worst["ulps"] is None else float(worst["ulps"])


def _worst(worst: Json | None, column: Column, dtype: str, book: Snippets) -> Json | None:
    """A worst number with what is needed to show it."""
    if worst is None:
        return None
    far = _ulps(worst)
    return {
        **worst,
        "shown": precise(far),
        "step": _step(far),
        "snippet": book.number(worst["case"], column, dtype),
    }


def _step(ulps: float) -> int:
    """The step of the colours for a number of ulps."""
    return sum(ulps > step for step in STEPS)


def short(ulps: float) -> str:
    """A number of ulps in so few characters that it fits into the map."""
    if ulps < 999.5:
        return f"{ulps:.1f}" if 0.0 < ulps < 9.95 else f"{ulps:.0f}"
    return _exponential(ulps, 0)


def precise(ulps: float) -> str:
    """A number of ulps in three digits."""
    return f"{ulps:.3g}" if ulps < 999.5 else _exponential(ulps, 2)


def _exponential(ulps: float, digits: int) -> str:
    if ulps == math.inf:
        return "∞"
    mantissa, exponent = f"{ulps:.{digits}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
