"""The conformance matrix can fail: every thing that it compares, and every data file."""

import dataclasses
import json
import math
from fractions import Fraction

import array_api_strict
import numpy as np
import pytest

import arrayloss
from conformance import __main__ as command
from conformance import backends, cells, compare, model, report, results, rules, run, schema

CASES = {case.id: case for case in model.load_cases()}
CELLS = {cell.id: cell for cell in cells.load_cells()}
MEAN = "published-softmax-mean"


# Canaries: each thing that is compared must be able to turn the run red.


def outcome_and_exit(cell, case=MEAN):
    """The problems of a case in a cell, and the exit code of the run."""
    result = run.run_cell(CELLS[cell], [CASES[case]])
    code = command.main(["--cell", cell, "--case", case])
    assert result.ran > 0
    assert results.failures([result]) == (result.ran if code else 0)
    failures = [failure for tally in result.tallies for failure in tally.failures]
    return " ".join(problem for failure in failures for problem in failure.problems), code


def wrong_value(change):
    """A loss that is wrong when called, and right where it is differentiated."""
    right = arrayloss.sparse_softmax_cross_entropy

    def loss(logits, labels, **words):
        value = right(logits, labels, **words)
        return value if type(value).__name__ == "Differentiated" else change(value)

    return loss


CANARIES = {
    "value": (lambda x: x * (1 + 1e-4), "ulps from 0.5223"),
    "printed": (lambda x: x + 1e-4, "ulps from 0.5223"),
    "nan": (lambda x: x * float("nan"), "inf ulps"),
    "dtype": (lambda x: x.astype("float16"), "has dtype float16"),
    "shape": (lambda x: x[None], "has shape (1,)"),
    "namespace": (array_api_strict.asarray, "belongs to array_api_strict"),
    "python-float": (float, "is a float"),
    "exception": (lambda x: {}[x.shape], "KeyError"),
    "warning": (lambda x: x + np.log(np.zeros(())), "RuntimeWarning"),
}


@pytest.mark.parametrize("name", CANARIES)
def test_a_wrong_loss_turns_the_run_red(name, monkeypatch):
    assert outcome_and_exit("numpy") == ("", 0)
    change, words = CANARIES[name]
    monkeypatch.setattr(arrayloss, "sparse_softmax_cross_entropy", wrong_value(change))

    problems, code = outcome_and_exit("numpy")

    assert code == 1
    assert words in problems


def test_a_wrong_device_turns_the_run_red(monkeypatch):
    assert outcome_and_exit("strict-device1") == ("", 0)
    home = array_api_strict.Device("CPU_DEVICE")
    monkeypatch.setattr(arrayloss, "sparse_softmax_cross_entropy", wrong_value(lambda x: x.to_device(home)))

    problems, code = outcome_and_exit("strict-device1")

    assert code == 1
    assert "is on device" in problems


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda value, slopes: (value, tuple(s * 1.001 for s in slopes)), "gradient of logits"),
        (lambda value, slopes: (value, tuple(-s for s in slopes)), "gradient of logits"),
        (lambda value, slopes: (value, tuple(s.T for s in slopes)), "gradient of logits has shape"),
        (lambda value, slopes: (value * 2, slopes), "value beside the gradient"),
        (lambda value, _: (value, ()), "ValueError"),
    ],
    ids=["scaled", "sign", "shape", "value", "missing"],
)
def test_a_wrong_gradient_turns_the_run_red(change, words, monkeypatch):
    right = arrayloss.value_and_grad
    monkeypatch.setattr(
        arrayloss, "value_and_grad", lambda loss, wrt: lambda **words: change(*right(loss, wrt)(**words))
    )

    problems, code = outcome_and_exit("numpy")

    assert code == 1
    assert words in problems


def test_a_number_that_would_print_otherwise_turns_the_run_red(monkeypatch):
    monkeypatch.setattr(run, "compare", lambda *_, **__: compare.Finding((), 0.0))
    monkeypatch.setattr(arrayloss, "sparse_softmax_cross_entropy", wrong_value(lambda x: x + 1e-3))

    problems, code = outcome_and_exit("numpy")

    assert code == 1
    assert "does not print as 0.5224" in problems


def test_a_loss_that_computes_a_lazy_array_turns_the_run_red(monkeypatch):
    assert outcome_and_exit("dask-lazy") == ("", 0)
    right = arrayloss.value_and_grad

    def computing(loss, wrt):
        return lambda **words: [right(loss, wrt)(**words)[0].persist(), ()]

    monkeypatch.setattr(arrayloss, "value_and_grad", computing)

    problems, code = outcome_and_exit("dask-lazy")

    assert code == 1
    assert "computed a lazy array" in problems


def test_no_comparison_is_red(capsys):
    assert command.main(["--cell", "numpy", "--case", "no such case"]) == 1
    assert "0 of 0 comparisons, 0 failed, 0 known gaps, 0 cells not run" in capsys.readouterr().out
    assert command.main(["--cell", "no such cell"]) == 1
    assert not results.is_green([])


def test_a_cell_that_made_too_few_comparisons_is_red():
    result = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    assert results.is_green([result])

    result.expected += 1
    assert not results.is_green([result])


def test_a_cell_that_broke_off_is_red(monkeypatch):
    green = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    assert results.is_green([green])
    monkeypatch.setattr(command, "sys", type("Other", (), {"executable": "/bin/false"}))

    broken = command.in_own_process(CELLS["numpy"], [CASES[MEAN]], MEAN)

    assert "broke off with code 1" in broken.crash
    assert not results.is_green([green, broken])


@pytest.mark.parametrize("change", [{"namespace": "no_such_library"}, {"backend": "torch", "device": "cuda"}])
def test_not_run_is_never_a_pass(change, monkeypatch, capsys):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    namespace = change.get("namespace", "array_api_compat.torch")
    cell = dataclasses.replace(CELLS["torch-cpu"], id="absent", **{**change, "namespace": namespace})
    monkeypatch.setattr(command, "load_cells", lambda: [cell])

    assert command.main(["--case", MEAN]) == 1
    out = capsys.readouterr().out
    assert "0 of 0 comparisons, 0 failed, 0 known gaps, 1 cells not run" in out
    assert "not run absent" in out


# Known gaps and the baseline.


GAP = rules.Gap((MEAN,), ("numpy",), ("float32",), "because", "https://example.org")


def test_a_known_gap_is_no_failure_and_a_passing_one_is(monkeypatch):
    monkeypatch.setattr(run, "load_gaps", lambda: [GAP])
    passing = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    assert [f.problems for f in passing.losses["sparse_softmax_cross_entropy"]["float32"].failures] == [
        ("passes, though it is listed as a gap: because",)
    ]

    monkeypatch.setattr(arrayloss, "sparse_softmax_cross_entropy", wrong_value(lambda x: x * 2))
    failing = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    assert failing.gaps == 1
    assert failing.failed == 1  # float64, which the gap does not cover


def test_a_gap_that_describes_nothing_is_an_error():
    assert rules.unmatched([GAP], [(MEAN, "numpy", "float32")]) == []
    assert "no comparison is described" in rules.unmatched([GAP], [(MEAN, "numpy", "float64")])[0]


def test_every_gap_says_why():
    for gap in rules.load_gaps():
        assert len(gap.reason) > 20
        assert gap.link.startswith("https://")


def test_the_baseline_only_shrinks():
    result = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    key = "numpy sparse_softmax_cross_entropy float32"
    ulps = rules.worst_ulps([result])[key]
    assert ulps > 0

    assert rules.regressions([result], {key: 0})[0].startswith(f"{key}: ")
    assert rules.regressions([result], {key: math.ceil(ulps)}) == []
    assert rules.lowered([result], {key: 50, "other": 3}) == {
        **{k: math.ceil(v) for k, v in rules.worst_ulps([result]).items()},
        "other": 3,
    }
    assert rules.lowered([result], {key: 0})[key] == 0


# Distances.


@pytest.mark.parametrize(
    ("number", "exact", "ulps"),
    [
        (np.float32(1.0), "1.0", 0.0),
        (np.float32(1.0), "1.000000059604644775390625", 0.5),
        (np.nextafter(np.float32(1), np.float32(2)), "1.0", 1.0),
        (np.nextafter(1.0, 2.0), "1.0", 1.0),
        (np.float64(2.0), "1.9999999999999997779553950749686919152736663818359375", 1.0),
        (np.float32(0.0), "1e-100", 7.136238463529799e-56),
        (np.float32(1e-30), "1e-100", 713623848615936.0),
        (np.float32(0.0), "0.0", 0.0),
        (np.float32(1e-45), "0.0", np.inf),
        (np.float32(0.0), "2.802596928649634e-45", 2.0),
        (np.float32(np.inf), "1e39", 0.0),
        (np.float32(np.inf), "1.0", np.inf),
        (np.float32(-np.inf), "+inf", np.inf),
        (np.float32(np.nan), "0.0", np.inf),
        (np.float32(np.nan), "nan", 0.0),
        (np.float32(0.0), "1e-99999999999999999999999", 0.0),
        (np.float16(1.0), "1.0009765625", 1.0),
        (np.float16(np.inf), "65520.1", 0.0),
    ],
)
def test_distance(number, exact, ulps):
    form = model.FORMATS[number.dtype.name]
    assert compare.distance(float(number), exact, form) == pytest.approx(ulps, rel=1e-12)


def test_a_flushed_subnormal_is_no_distance_only_where_it_may_be():
    form = model.FORMATS["float32"]

    assert compare.distance(0.0, "1e-39", form, flushes=True) == 0.0
    assert compare.distance(0.0, "1e-39", form) > 1e5
    assert compare.distance(0.0, "1.2e-38", form, flushes=True) > 1e5


def test_an_ill_conditioned_number_may_be_further_off():
    ruler = compare.Ruler("float32", 4.0)
    one = 1.0 + 100 * 2.0**-23

    def problems(condition):
        exact = model.Exact((), ("1.0",), (condition,))
        return compare.numbers("value", np.asarray(one, np.float32), exact, ruler).problems

    assert problems(25.0) == ()
    assert problems(24.0) != ()
    assert problems(None) != ()


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_formats_are_those_of_numpy(name):
    form, facts = model.FORMATS[name], np.finfo(name)

    assert form.largest == Fraction(float(facts.max))
    assert form.spacing(0) == Fraction(float(facts.eps))
    assert form.spacing(form.lowest - 5) == Fraction(float(facts.smallest_subnormal))
    assert form.holds(float(facts.smallest_normal))
    assert name == "float64" or not (form.holds(float(facts.max) * 1.0001) or form.holds(0.1))


# The data files.


def cases_from(tmp_path, old, new):
    """Load the published questions with one change."""
    text = (model.CASES / "published.toml").read_text()
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1))
    return model.load_family(file)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'why = "The per',
            'reason = ""\nwhy = "The per',
            "case 'published-softmax-per-item': unknown key 'reason'",
        ),
        ('why = "The per', 'whi = "The per', "case 'published-softmax-per-item': key 'why' is missing"),
        ('reduction = "none"', 'reduction = "None"', "key 'reduction' is 'None'"),
        (
            '"published-softmax-mean"',
            '"published-softmax-per-item"',
            "have the id 'published-softmax-per-item'",
        ),
        ("[[case]]", "[[cases]]", "changed.toml:"),
        ('kind = "float", ', 'kind = "float", dtype = "int8", ', "array 'logits': unknown key 'dtype'"),
        ('kind = "float"', 'kind = "real"', "key 'kind' is 'real'"),
        ("[[1, 2], [1, 3], [1, 3]]", "[[1, 2], [1], [1, 3]]", "key 'values' is ragged"),
        ("[[1, 2], [1, 3], [1, 3]]", "[[1, 2], [1, 0.1], [1, 3]]", "0.1, which is no float32 number"),
        ("[0, 1, 1]", "[0, 1.0, 1]", "expected int"),
        ("[0, 1, 1]", "[0, true, 1]", "expected int"),
        ("shape = [1, 3, 2]", "shape = [1, 3, 3]", "key 'shape' is [1, 3, 3], but there are 6 values"),
    ],
)
def test_a_wrong_question_is_refused_by_name(old, new, words, tmp_path):
    with pytest.raises(schema.SchemaError) as caught:
        cases_from(tmp_path, old, new)

    assert str(caught.value).startswith("changed.toml")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('device = "cpu"', 'devise = "cpu"', "cell 'numpy': key 'device' is missing"),
        ('device = "cpu"', 'device = "cpu"\nmood = "jit"', "cell 'numpy': unknown key 'mood'"),
        ('device = "cpu"', 'device = "cpu"\nmode = "fast"', "cell 'numpy': key 'mode' is 'fast'"),
        ('["float64", "float32", "float16"]', '["float64", "single"]', "cell 'numpy': key 'dtypes'"),
        ("x64 = false", "x64 = 0", "cell 'jax-cpu-x32': key 'x64' is 0"),
    ],
)
def test_a_wrong_cell_is_refused_by_name(old, new, words, tmp_path):
    text = (model.HERE / "backends.toml").read_text()
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(schema.SchemaError) as caught:
        cells.load_cells(file)

    assert words in str(caught.value)


def test_two_cases_of_one_id_are_refused(tmp_path):
    text = (model.CASES / "published.toml").read_text()
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(text)

    with pytest.raises(schema.SchemaError, match="2 cases have the id 'published-"):
        model.load_cases(tmp_path)


def test_a_changed_question_has_no_answer(tmp_path):
    text = (model.CASES / "published.toml").read_text()
    (tmp_path / "published.json").write_text((model.CASES / "published.json").read_text())
    (tmp_path / "published.toml").write_text(text)
    assert model.load_answers(tmp_path)

    (tmp_path / "published.toml").write_text(text.replace("[1, 3]]", "[1, 4]]", 1))
    with pytest.raises(schema.SchemaError, match=r"published\.json: case 'published-\S+': no answer"):
        model.load_answers(tmp_path)


def test_every_loss_has_a_tolerance():
    tolerances = rules.load_tolerances()

    assert rules.tolerance_of("huber", "float16", tolerances).ulps == 1
    assert rules.tolerance_of("huber", "float64", tolerances).ulps == 4
    with pytest.raises(schema.SchemaError, match="no entry matches the loss 'huber' in float64"):
        rules.tolerance_of("huber", "float64", tolerances[:1])


def test_results_survive_json():
    result = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    tally = result.losses["sparse_softmax_cross_entropy"]["float32"]
    tally.gradient = dataclasses.replace(tally.gradient, ulps=math.inf)
    tally.failures.append(results.Failure("c", ("wrong",)))
    tally.gaps.append(results.KnownGap("c", "because", "https://example.org"))
    whole = results.Report("2026-01-01", "0", results.machine(), [result])

    text = results.as_json(whole)

    assert results.from_json(text) == whole
    kept = json.loads(text)["cells"][0]["losses"]["sparse_softmax_cross_entropy"]["float32"]
    assert kept["gradient"]["ulps"] is None
    with pytest.raises(schema.SchemaError, match="schema"):
        results.from_json(text.replace('"schema": 1', '"schema": 0'))


def test_a_cell_that_was_run_outranks_one_that_was_not():
    ran = run.run_cell(CELLS["numpy"], [CASES[MEAN]])
    absent = results.CellResult("numpy", "ours", "numpy", "cpu", "eager", 2, not_run="not installed")

    def merged(*dated):
        reports = [results.Report(date, "0", {}, [cell]) for date, cell in dated]
        return results.merged(reports)

    assert merged(("2026-01-01", ran), ("2026-02-01", absent)) == [ran]
    newer = dataclasses.replace(ran, ran=1)
    assert merged(("2026-01-01", ran), ("2026-02-01", newer)) == [newer]


def test_the_table_of_the_readme_takes_its_place():
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"

    assert report.in_readme(text, "new") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    with pytest.raises(ValueError, match="has no"):
        report.in_readme("no place", "new")


def test_an_unnamed_backend_is_any_namespace():
    """NumPy itself, as a backend that nobody has written a line for."""
    cell = dataclasses.replace(CELLS["numpy"], backend="new", namespace="numpy")
    backend = backends.open_backend(cell)
    array = backend.array(model.Array("float", (2,), (1.0, 2.0)), "float32")

    assert backend.numpy(array).tolist() == [1.0, 2.0]
    assert array.dtype == np.float32
