"""Measure: ``python -m benchmarks [--quick] [--threads N] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .measure import facts, limit_threads, race


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every contest, show the table, and write the figures where asked."""
    options = _parser().parse_args(arguments)
    limit_threads(options.threads)
    results = measure(options.threads, quick=options.quick)
    where = facts(options.threads)
    show(results, where)
    if options.json:
        text = json.dumps({"machine": where, "results": results}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


def measure(threads: int, *, quick: bool) -> list[dict[str, Any]]:
    """The figures of every contest; nothing is claimed about them here."""
    # Only now, because the libraries read the number of threads when imported.
    import torch  # noqa: PLC0415

    from .contests import SIZES, contests  # noqa: PLC0415

    torch.set_num_threads(threads)
    results = []
    with Console(stderr=True).status("") as status:
        for shape in SIZES[:1] if quick else SIZES:
            for contest in contests(*shape):
                status.update(f"{contest.name}, {shape}")
                contest.check()
                figure = race(contest.ours, contest.peer, seconds=0.2 if quick else 4)
                names = {"contest": contest.name, "against": contest.peer_name, "shape": shape}
                results.append(names | asdict(figure))
    return results


def show(results: list[dict[str, Any]], where: dict[str, Any]) -> None:
    """Print the figures as a table, and below it where they come from."""
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    table = Table(
        title="Softmax cross-entropy of class indices, float32: medians",
        caption=f"{where['processor']}, {where['threads']} threads; Python {where['python']}, {versions}",
    )
    for heading in ("contest", "rows by classes", "ours, ms", "peer, ms", "peer / ours", "the peer"):
        table.add_column(heading, justify="left" if heading in ("contest", "the peer") else "right")
    for result in results:
        times = (f"{1e3 * result[who]:.2f}" for who in ("ours", "peer"))
        shape = " by ".join(map(str, result["shape"]))
        table.add_row(result["contest"], shape, *times, f"{result['ratio']:.2f}", result["against"])
    console = Console()
    (console if console.is_terminal else Console(width=130)).print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed of a loss beside that of the frameworks' own."
    )
    parser.add_argument("--quick", action="store_true", help="the smallest size, a few rounds")
    cores = range(1, (os.cpu_count() or 1) + 1)
    parser.add_argument("--threads", type=int, default=1, metavar="N", choices=cores, help="default: 1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return parser


if __name__ == "__main__":
    main()
