"""The ratios as a picture: a panel per library, a row per contest, a mark per peer."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Picture

from .results import Cell, Results

COLOURS = {
    "torch.nn.functional": "#d1495b",
    "optax": "#2e86ab",
    "scikit-learn": "#edae49",
    "SciPy": "#66a182",
    "numexpr": "#8d6a9f",
    "naive NumPy": "#8c8c8c",
    "naive CuPy": "#8c8c8c",
}
# The same bytes for the same figures: identifiers from the content, and no date.
_STYLE: Any = {"svg.hashsalt": "arrayloss", "svg.fonttype": "none", "font.size": 8}


def draw(runs: Sequence[Results], path: Path) -> None:
    """Write the chart of some runs, one below the other, as SVG."""
    libraries = list(dict.fromkeys(cell.library for run in runs for cell in run.cells))
    labels = list(dict.fromkeys(_label(cell) for run in runs for cell in run.cells))
    with mpl.rc_context(_STYLE):
        size = (2.3 + 2.0 * len(libraries), 1.1 + (0.6 + 0.15 * len(labels)) * len(runs))
        picture = Picture(figsize=size, layout="constrained")
        FigureCanvasSVG(picture)
        axes = picture.subplots(len(runs), len(libraries), sharex=True, sharey=True, squeeze=False)
        for row, run in zip(axes, runs, strict=True):
            for panel, library in zip(row, libraries, strict=True):
                _panel(panel, [cell for cell in run.cells if cell.library == library], labels)
                panel.set_title(f"{library}, {run.machine['threads']} thread(s)", fontsize=8)
        _legend(picture, runs)
        picture.supxlabel(
            "time of the peer / time of ours: to the right of the line, ours is faster", fontsize=8
        )
        text = StringIO()
        picture.savefig(text, format="svg", metadata={"Date": None})
    lines = (line.rstrip() for line in text.getvalue().splitlines())  # as everything in the repository
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _label(cell: Cell) -> str:
    half = ", bfloat16" if cell.dtype == "bfloat16" else ""
    return f"{cell.loss}, {cell.size}{half}"


def _panel(panel: Any, cells: Sequence[Cell], labels: Sequence[str]) -> None:
    """The ratios of a library: filled with the gradient, hollow without."""
    panel.axvline(1, color="black", linewidth=0.8)
    for cell in cells:
        place = labels.index(_label(cell))
        for _, peer in cell.pairs():
            colour = COLOURS.get(peer.name, "black")
            face = colour if cell.task == "value and gradient" else "none"
            panel.plot(
                [peer.ratio], [place], marker="o", ms=4, mec=colour, mfc=face, mew=0.9, ls="", alpha=0.85
            )
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_yticks(range(len(labels)), labels)
    panel.set_ylim(len(labels) - 0.4, -0.6)
    panel.grid(axis="both", color="#e5e5e5", linewidth=0.5)
    panel.set_axisbelow(True)


def _legend(picture: Any, runs: Sequence[Results]) -> None:
    present = {peer.name for run in runs for cell in run.cells for _, peer in cell.pairs()}
    names = [name for name in COLOURS if name in present]
    marks = [mpl.lines.Line2D([], [], marker="o", ls="", ms=4, color=COLOURS[name]) for name in names]
    hollow = mpl.lines.Line2D([], [], marker="o", ls="", ms=4, mec="black", mfc="none")
    filled = mpl.lines.Line2D([], [], marker="o", ls="", ms=4, color="black")
    handles = [*marks, filled, hollow]
    texts = [*names, "value and gradient", "value"]
    picture.legend(handles, texts, loc="outside upper center", ncols=len(texts), frameon=False, fontsize=8)
