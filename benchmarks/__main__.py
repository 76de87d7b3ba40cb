"""Measure: ``python -m benchmarks [catalogue | growth | profile | vocabulary | report] ...``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from .machine import limit_threads

ROOT = Path(__file__).parents[1]
README, PAGE = ROOT / "README.md", ROOT / "docs" / "speed.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for; the libraries are imported only then, for they read the number of threads."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["growth"]:
        from . import growth  # noqa: PLC0415

        growth.main(given[1:])
    elif given[:1] == ["profile"]:
        from . import profile  # noqa: PLC0415

        profile.main(given[1:])
    elif given[:1] == ["vocabulary"]:
        from . import vocabulary  # noqa: PLC0415

        vocabulary.main(given[1:])
    elif given[:1] == ["report"]:
        _report(Path(given[1]) if len(given) > 1 else None)
    else:
        _measure(_parser().parse_args(given))


def _measure(options: argparse.Namespace) -> None:
    limit_threads(options.threads)
    from .report import show  # noqa: PLC0415
    from .results import read, renewed  # noqa: PLC0415
    from .run import Options, run  # noqa: PLC0415

    results = run(Options(options.device, options.quick, options.only, options.losses == "catalogue"))
    console = Console()
    show(results, console if console.is_terminal else Console(width=150))
    if options.json:
        partly = options.only != "*" and options.json.exists()
        (renewed(read(options.json), results) if partly else results).write(options.json)
    if options.chart:
        from .chart import draw  # noqa: PLC0415

        draw([results], options.chart)


def _report(chart: Path | None) -> None:
    """Renew the tables, and the chart if asked, from the results in the repository."""
    from . import listing  # noqa: PLC0415
    from .report import update_readme  # noqa: PLC0415
    from .results import committed  # noqa: PLC0415

    runs = committed()
    update_readme(README, runs)
    listing.update_page(PAGE, committed(listing.RESULTS))
    if chart:
        from .chart import draw  # noqa: PLC0415

        draw(runs, chart)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed and memory of a loss beside what a user would call instead.",
        epilog="'growth' measures time and memory against the size, 'profile' where the time goes, "
        "'vocabulary' a linear layer's loss; "
        "'report [FILE.svg]' renews the tables and the chart from benchmarks/results.",
    )
    parser.add_argument(
        "losses",
        nargs="?",
        choices=("catalogue",),
        help="all others at one size; default: some at many",
    )
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, a few rounds")
    cores = range(1, (os.cpu_count() or 1) + 1)
    parser.add_argument("--threads", type=int, default=1, metavar="N", choices=cores, help="default: 1")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures there; with --only, renew those in it"
    )
    parser.add_argument("--chart", type=Path, metavar="FILE.svg", help="draw the ratios there")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="e.g. 'Huber/*/NumPy/value'")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="default: cpu")
    return parser


if __name__ == "__main__":
    main()
