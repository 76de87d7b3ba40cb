"""The table of the catalogue, in docs/speed.md: a row for each loss, and in it what is behind a peer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conformance.report import between

from .report import row, source
from .results import FOLDER, Cell, Results

BEGIN, END = "<!-- catalogue: begin -->", "<!-- catalogue: end -->"
RESULTS = FOLDER / "catalogue"
NAIVE = "naive NumPy"
ENOUGH = 0.8  # what a ratio may be without a word on why
_COLUMNS = (
    ("NumPy", (NAIVE,)),
    ("NumPy", ("SciPy", "scikit-learn")),
    ("PyTorch", ("torch.nn.functional", "torch.distributions")),
    ("JAX jit", ("optax",)),
)


def table(run: Results) -> str:
    """How many times as long as ours each peer takes: for the value, and with the gradient."""
    head = ["loss", "size", *(f"{library}: {' or '.join(peers)}" for library, peers in _COLUMNS)]
    lines = [row(head), row(["---"] * 2 + ["---:"] * len(_COLUMNS))]
    for name, size in dict.fromkeys((cell.loss, cell.size) for cell in run.cells):
        cells = [cell for cell in run.cells if cell.loss == name]
        lines.append(row([name, size, *(_entry(cells, *column) for column in _COLUMNS)]))
    return "\n".join(lines)


def _entry(cells: Iterable[Cell], library: str, names: Sequence[str]) -> str:
    """Two ratios of each peer; those that ask for a word are in bold."""
    pairs: dict[str, list[float]] = {}
    for cell in cells:
        for _, peer in cell.pairs():
            if cell.library == library and peer.name in names:
                pairs.setdefault(peer.name, []).append(peer.ratio)
    return ", ".join(" / ".join(map(_ratio, found)) for found in pairs.values()) or "-"


def _ratio(number: float) -> str:
    return f"{number:.2g}" if number >= ENOUGH else f"**{number:.2g}**"


def behind(run: Results) -> Iterator[str]:
    """The losses that a library's own is faster at by more than is left without a word."""
    for cell in run.cells:
        if any(peer.ratio < ENOUGH and peer.name != NAIVE for _, peer in cell.pairs()):
            yield cell.loss


def in_page(text: str, runs: Sequence[Results]) -> str:
    """The page with the table of the first run and where that comes from in place of the old."""
    return between(text, BEGIN, END, f"{table(runs[0])}\n\n{source(runs)}")


def update_page(path: Path, runs: Sequence[Results]) -> None:
    """Write the table into the page."""
    path.write_text(in_page(path.read_text(encoding="utf-8"), runs), encoding="utf-8")
