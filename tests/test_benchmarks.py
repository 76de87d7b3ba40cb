"""The benchmark itself: who meets whom, that all compute the same, and what is written down."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import jax
import numpy as np
import pytest

import arrayloss as al
from benchmarks import __main__ as command
from benchmarks import chart, contests, growth, listing, profile, report, results, vocabulary
from benchmarks.catalogue import CATALOGUE
from benchmarks.ceilings import Ceiling, Ceilings
from benchmarks.library import Call, Library, Peer
from benchmarks.losses import LOSSES
from benchmarks.measure import Contestant, race, wall
from benchmarks.memory import resident, traced
from benchmarks.run import Options, run

ROOT = Path(__file__).parents[1]
LIBRARIES, NOT_RUN = contests.libraries("cpu")
SMALLEST = list(contests.contests(LIBRARIES, quick=True))
CATALOGUED = list(contests.catalogue(LIBRARIES, quick=True))
COMMITTED = results.committed()
LISTED = results.committed(listing.RESULTS)
NUMPY = LIBRARIES[0]


def test_the_libraries_are_there_or_said_not_to_be():
    names = {library.name for library in LIBRARIES}
    assert {"NumPy", "PyTorch", "PyTorch compiled", "JAX jit", "JAX eager"} == names
    assert NOT_RUN == {"CuPy": "needs a GPU"}


def test_every_loss_meets_every_library_with_and_without_its_gradient():
    asked = {(each.loss.name, each.library.name, each.gradient) for each in SMALLEST}
    assert len(asked) == len(LOSSES) * len(LIBRARIES) * 2
    assert {each.library.name for each in SMALLEST if each.dtype == "bfloat16"} == {
        library.name for library in LIBRARIES if library.half
    }


@pytest.mark.parametrize("contest", [*SMALLEST, *CATALOGUED], ids=lambda contest: contest.id)
def test_all_compute_the_same(contest: contests.Contest):
    with jax.enable_x64(
        False
    ):  # as the benchmark runs; optax's sparsemax has no gradient of float32 otherwise
        _compare(contest)


def _compare(contest: contests.Contest) -> None:
    everyone = contest.contestants(contest.loss.arrays(contest.shape))
    assert everyone[0].name == contests.OURS
    asked = [peer for peer in contest.library.peers if contest.loss.name in peer.functions]
    assert len(everyone) + len(contest.left_out()) == 1 + len(asked)
    assert contests.disagreeing(everyone, contest.dtype) == set()


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_a_peer_has_every_loss_or_a_reason(library: Library):
    everywhere, elsewhere = ({loss.name for loss in losses} for losses in (LOSSES, CATALOGUE))
    assert not everywhere & elsewhere
    for peer in library.peers:
        names = set(peer.functions)
        assert names - elsewhere == (set() if peer.name == "torch.distributions" else everywhere)
        assert names - everywhere <= elsewhere
        assert all(callable(each) or each for each in peer.functions.values())


def test_every_loss_of_the_catalogue_has_a_peer_and_each_value_its_gradient():
    assert {each.loss.name for each in CATALOGUED} == {loss.name for loss in CATALOGUE}
    assert {each.library.name for each in CATALOGUED} == {"NumPy", "PyTorch", "JAX jit"}
    assert all(
        one.gradient < two.gradient for one, two in zip(CATALOGUED[::2], CATALOGUED[1::2], strict=True)
    )


def test_gradients_by_several_outputs_are_compared():
    contest = next(each for each in CATALOGUED if each.loss.name == "margin ranking" and each.gradient)
    ours, peer = contest.contestants(contest.loss.arrays(contest.shape))
    value, (first, second) = peer.call()
    wrong_second = replace(peer, call=lambda: (value, (first, second + 0.01)))
    assert contests.disagreeing([ours, wrong_second], contest.dtype) == {peer.name}


def wrong(function: object, change: float, nan: bool) -> object:
    """A peer whose gradient is off in one entry."""

    def peer(output, target, gradient):
        value, derivative = function(output, target, True)
        derivative.flat[0] = np.nan if nan else derivative.flat[0] + change
        return (value, derivative) if gradient else value * (1 + change)

    return peer


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("nan", [False, True])
def test_a_wrong_peer_is_caught(gradient: bool, nan: bool):
    naive = NUMPY.peers[0]
    functions = {name: wrong(function, 0.01, nan) for name, function in naive.functions.items()}
    library = replace(NUMPY, peers=(Peer("wrong", functions, naive.runner),))
    contest = contests.Contest(LOSSES[0], (32, 10), "float32", library, gradient)
    assert contests.disagreeing(contest.contestants(LOSSES[0].arrays((32, 10))), "float32") == {"wrong"}


def test_a_pattern_picks_contests():
    found = [each.id for each in contests.contests(LIBRARIES, only="Huber/*/NumPy/value")]
    assert found == [f"Huber/{size}/float32/NumPy/value" for size in (1000, 1000000, 10000000)]


# Measuring.


def steps(*seconds: float) -> Iterator[float]:
    """A clock that shows these times over and over."""
    while True:
        yield from seconds


def test_a_race_takes_turns_and_compares_within_rounds():
    order: list[str] = []
    clock = {"ours": steps(1.0, 3.0), "peer": steps(2.0, 6.0)}

    def contestant(name: str) -> Contestant:
        runner = replace(NUMPY.runner, clock=lambda call: (call(), next(clock[name]))[1])
        return Contestant(name, lambda: order.append(name), runner)

    timings, rounds = race([contestant("ours"), contestant("peer")], seconds=0)
    assert (rounds, [each.ratio for each in timings]) == (5, [1.0, 2.0])
    assert order[4:10] == ["ours", "peer", "peer", "ours", "ours", "peer"]


def test_short_calls_are_timed_by_the_millisecond():
    calls: list[int] = []

    def clock(call: Call) -> float:
        before = len(calls)
        call()
        return 1e-4 * (len(calls) - before)

    contestant = Contestant("ours", lambda: calls.append(0), replace(NUMPY.runner, clock=clock))
    timings, rounds = race([contestant], seconds=0)
    assert len(calls) == 2 + rounds * 10
    assert timings[0].seconds == pytest.approx(1e-4)


def test_a_profile_finds_the_loops_of_a_call():
    def call(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.add.reduce(np.exp(x * y), out=np.zeros(()))

    numbers = np.ones(100_000)
    found = profile.profiled(call, [numbers, numbers])
    assert set(found.loops) == {"multiply", "exp", "add"}
    assert sum(found.loops.values()) + found.rest >= found.seconds


def test_a_profile_takes_ours():
    loss = LOSSES[1]
    found = profile.profiled(al.value_and_grad(loss.function), loss.arrays(loss.shapes[0]), least=3)
    assert {"exp", "log1p"} <= set(found.loops)


def test_the_wall_clock_times_the_call():
    assert 0 < wall(lambda: sum(range(1000))) < 60


@pytest.mark.parametrize("memory", [traced, resident], ids=["traced", "resident"])
def test_memory_is_that_of_the_peak(memory: object):
    assert memory(lambda: np.ones(1 << 26, dtype=np.uint8)) == pytest.approx(1 << 26, rel=0.1)
    assert memory(lambda: None) < 1 << 20


def test_ceilings_are_measured_once_for_each_size():
    ceilings = Ceilings("cpu")
    assert ceilings.of(1 << 16) is ceilings.of(1 << 16)
    assert ceilings.of(1 << 16).read > 0 < ceilings.of(1 << 16).copy


def test_a_floor_reads_the_inputs_and_writes_the_gradient():
    ceiling = Ceiling(bytes=100, read=10.0, copy=5.0)
    assert ceiling.floor(inputs=200, gradient=0) == 20.0
    assert ceiling.floor(inputs=200, gradient=100) == 10.0 + 40.0


# What is written down.


@pytest.fixture(scope="module")
def small() -> results.Results:
    """A real run of two contests."""
    return run(Options(quick=True, only="Huber/*/NumPy/*"))


def test_results_survive_being_written(small: results.Results, tmp_path: Path):
    small.write(tmp_path / "small.json")
    assert asdict(results.read(tmp_path / "small.json")) == asdict(small)


def test_a_part_of_the_results_is_renewed(small: results.Results):
    newer = replace(small, cells=(replace(small.cells[1], rounds=99),), not_run={})
    both = results.renewed(small, newer)
    assert both.cells == (small.cells[0], newer.cells[0])
    assert results.renewed(newer, small).cells == (small.cells[1], small.cells[0])


def test_results_of_another_form_are_refused(small: results.Results, tmp_path: Path):
    for change in ({"more": 1}, {"cells": [{"loss": "Huber"}]}):
        (tmp_path / "strange.json").write_text(json.dumps(asdict(small) | change), encoding="utf-8")
        with pytest.raises((TypeError, KeyError)):
            results.read(tmp_path / "strange.json")


def test_every_figure_is_a_number(small: results.Results):
    for run_ in [small, *COMMITTED, *LISTED]:
        for cell in run_.cells:
            ours, *peers = cell.figures
            assert (ours.name, ours.ratio) == (contests.OURS, 1.0)
            assert peers
            assert all(each.seconds > 0 < each.ceiling for each in cell.figures)


def test_without_a_gpu_everything_is_not_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    found = run(Options(device="cuda"))
    assert found.cells == ()
    assert set(found.not_run) == {"NumPy", "PyTorch", "JAX", "CuPy"}
    assert set(found.not_run.values()) == {"no GPU"}


def test_the_command_prints_writes_and_draws(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(command, "limit_threads", lambda _: None)  # it would bind this process
    files = [str(tmp_path / name) for name in ("figures.json", "figures.svg")]
    command.main(["--quick", "--only", "squared*/NumPy/value", "--json", files[0], "--chart", files[1]])
    printed = capsys.readouterr().out
    assert "SciPy has no such function" in printed
    assert "not run CuPy: needs a GPU" in printed
    [cell] = results.read(Path(files[0])).cells
    assert cell.loss == "squared error"
    assert Path(files[1]).read_text(encoding="utf-8").count("<svg") == 1


def of_cell(cell: results.Cell) -> str:
    """The contest that a figure is of."""
    return f"{cell.loss}/{'x'.join(map(str, cell.shape))}/{cell.dtype}/{cell.library}/{cell.task}"


def test_the_catalogue_is_whole():
    [run_] = LISTED
    assert [of_cell(cell) for cell in run_.cells] == [each.id for each in contests.catalogue(LIBRARIES)]
    assert run_.left_out == {}


def test_what_is_behind_a_library_has_a_word_on_why():
    text = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    reasons = " ".join(text.partition(listing.END)[2].casefold().split())
    behind = dict.fromkeys(listing.behind(LISTED[0]))
    assert [name for name in behind if name.casefold() not in reasons] == []


def test_what_is_behind_is_found():
    slow = replace(LISTED[0].cells[-1].figures[1], ratio=0.79)
    cell = replace(LISTED[0].cells[-1], figures=(LISTED[0].cells[-1].figures[0], slow))
    assert list(listing.behind(replace(LISTED[0], cells=(cell,)))) == [cell.loss]
    assert "**0.79**" in listing.table(replace(LISTED[0], cells=(cell,)))
    fine = replace(cell, figures=(cell.figures[0], replace(slow, ratio=0.8)))
    assert list(listing.behind(replace(LISTED[0], cells=(fine,)))) == []


def test_the_page_is_not_stale():
    text = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    assert listing.in_page(text, LISTED) == text, "run: python -m benchmarks report docs/speed.svg"


def test_the_committed_results_are_whole():
    assert [each.machine["threads"] for each in COMMITTED] == [1, 2]
    expected = {each.id for each in contests.contests(LIBRARIES)}
    for run_ in COMMITTED:
        assert {of_cell(cell) for cell in run_.cells} == expected


def test_the_chart_is_the_same_each_time(tmp_path: Path):
    files = [tmp_path / name for name in ("one.svg", "two.svg")]
    for file in files:
        chart.draw(COMMITTED, file)
    one, two = (file.read_bytes() for file in files)
    assert one == two
    assert b"softmax cross-entropy" in one
    assert b"<dc:date>" not in one


def test_the_readme_is_not_stale():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert report.in_readme(text, COMMITTED) == text, "run: python -m benchmarks report docs/speed.svg"
    assert "docs/speed.svg" in text
    assert report.in_readme(text.replace("| NumPy | SciPy |", "| NumPy | |"), COMMITTED) == text


def test_a_readme_without_the_markers_is_refused():
    with pytest.raises(ValueError, match="speed: begin"):
        report.in_readme("# A readme", COMMITTED)


def test_growth_shows_each_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(growth, "limit_threads", lambda _: None)
    monkeypatch.setattr(growth, "_measure", functools.cache(growth._measure))
    growth.main(["--quick", "--threads", "1"])
    printed = capsys.readouterr().out
    assert "32 by 1024" in printed
    assert "256 by 16" in printed
    growth.main(["--quick", "--threads", "1", "--json", str(tmp_path / "points.json")])
    points = json.loads((tmp_path / "points.json").read_text(encoding="utf-8"))
    assert {point["library"] for point in points} == {"NumPy", "PyTorch"}


@pytest.mark.parametrize("name", vocabulary.CONTESTANTS)
def test_the_losses_of_a_layer_agree(name: str):
    given = vocabulary.arrays((64, 8, 300))
    value, (by_features, by_kernel) = vocabulary.CONTESTANTS[name](*given)()
    expected = vocabulary.CONTESTANTS["NumPy: arrayloss of all logits"](*given)()
    for got, wanted in zip((value, by_features, by_kernel), (expected[0], *expected[1]), strict=True):
        np.testing.assert_allclose(np.asarray(got), wanted, rtol=1e-4, atol=1e-6)
