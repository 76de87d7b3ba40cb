"""The conformance matrix can fail, and does not."""

import dataclasses
import json
import subprocess
import sys

import array_api_strict
import mpmath
import numpy as np
import pytest

import arrayloss
from conformance import __main__ as command
from conformance import backends, compare, model, report, run, schema
from conformance.oracle import definitions, generate

CASES = {case.id: case for case in model.load_cases()}
CELLS = {cell.id: cell for cell in model.load_cells()}
ALWAYS = {"numpy", "strict", "strict-device1", "strict-no_float64", "strict-no_x64", "strict-flags_off"}
ALWAYS |= {"torch-cpu", "jax-cpu-x64", "jax-cpu-x32", "dask-lazy"}


def python(*arguments):
    """Run Python in the repository's root."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=model.HERE.parent, capture_output=True, text=True, check=False
    )


# The matrix itself.


def test_every_cell_that_can_run_is_green(tmp_path):
    file = tmp_path / "results.json"
    done = python("-m", "conformance", "--json", str(file))

    assert done.returncode == 0, done.stdout + done.stderr
    results = {result.cell: result for result in model.from_json(file.read_text())}
    assert results.keys() == CELLS.keys()
    for name in ALWAYS:
        assert len(results[name].outcomes) == len(CASES) * len(CELLS[name].dtypes) > 0
    made, _, _, failed, *_ = done.stdout.splitlines()[-1].replace(",", " ,").split()
    assert int(made) == sum(len(result.outcomes) for result in results.values())
    assert failed == "0"


# The oracle.


def test_oracle_imports_no_array_library():
    libraries = {"arrayloss", "array_api_compat", "array_api_strict", "numpy", "jax", "torch", "dask", "cupy"}
    code = f"import sys, conformance.oracle.generate; print(sorted({libraries} & sys.modules.keys()))"

    assert python("-c", code).stdout.strip() == "[]"
    # The same look at a module that does import them sees it.
    assert "numpy" in python("-c", code.replace("oracle.generate", "run")).stdout


def test_answers_are_up_to_date():
    assert python("-m", "conformance.oracle.generate", "--check").returncode == 0


def test_check_sees_a_changed_answer(tmp_path, capsys):
    question = (model.CASES / "published.toml").read_text()
    (tmp_path / "published.toml").write_text(question)
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0

    answers = tmp_path / "published.json"
    answers.write_text(answers.read_text().replace("1.3132", "1.3133", 1))
    assert generate.main(["--check"], tmp_path) == 1
    assert "OUT OF DATE" in capsys.readouterr().out


def test_a_changed_question_has_no_answer(tmp_path):
    question = (model.CASES / "published.toml").read_text()
    (tmp_path / "published.toml").write_text(question)
    generate.main([], tmp_path)
    assert model.load_answers(tmp_path).keys() == CASES.keys()

    (tmp_path / "published.toml").write_text(
        question.replace("[[1, 2], [1, 3], [1, 3]]", "[[1, 2], [1, 3], [1, 4]]", 1)
    )
    with pytest.raises(schema.SchemaError, match=r"published\.json: case 'softmax-per-item': no answer"):
        model.load_answers(tmp_path)


def test_a_number_that_is_not_what_was_printed_is_refused():
    misprint = dataclasses.replace(CASES["softmax-sum"], printed=("1.5271",))

    with pytest.raises(schema.SchemaError, match=r"printed 1\.5271, but it is 1\.5671"):
        generate.answer(misprint)


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("overflow")])
def test_textbook_derivatives_are_derivatives(name):
    """By mpmath's numerical differentiation of the textbook values."""
    case = CASES[name]
    output = definitions.DEFINITIONS[case.loss].output
    array = case.arrays[output]

    def total(position, x):
        values = (*array.values[:position], x, *array.values[position + 1 :])
        moved = dataclasses.replace(
            case, arrays={**case.arrays, output: dataclasses.replace(array, values=values)}
        )
        return mpmath.fsum(definitions.solve(moved).values)

    with mpmath.workdps(60):
        for position, slope in enumerate(definitions.solve(case).gradient):
            numerical = mpmath.diff(lambda x, at=position: total(at, x), array.values[position])
            assert abs(numerical - slope) <= mpmath.mpf("1e-25"), (position, numerical, slope)


def test_answers_do_not_depend_on_the_working_digits(monkeypatch):
    usual = {name: generate.answer(case) for name, case in CASES.items()}
    monkeypatch.setattr(generate, "working_digits", lambda _: 2000)

    assert usual == {name: generate.answer(case) for name, case in CASES.items()}


def test_oracle_weights_mask_and_denominators():
    """By hand: nll picks 1, 2, 4, 8; the mask leaves out the last, the weights are 1, 0, 3."""
    rows = model.Array("float", (4, 1), (-1.0, -2.0, -4.0, -8.0))
    arrays = {
        "log_probabilities": rows,
        "labels": model.Array("int", (4,), (0, 0, 0, 0)),
        "weights": model.Array("float", (4,), (1.0, 0.0, 3.0, 5.0)),
        "where": model.Array("bool", (4,), (True, True, True, False)),
    }
    for denominator, divisor in {"weights": 4, "count": 3, "nonzero": 2, 26: 26}.items():
        case = model.Case("c", "nll", "", "", arrays, {"denominator": denominator}, "mean", ())
        solved = definitions.solve(case)
        assert float(solved.values[0]) == 13 / divisor
        assert [float(slope) for slope in solved.gradient] == [-1 / divisor, 0, -3 / divisor, 0]


# Canaries: each thing that is compared must be able to turn the run red.


def outcome_and_exit(cell, case="softmax-mean"):
    """The first problem of a case in a cell, and the exit code of the run."""
    result = run.run_cell(CELLS[cell], [CASES[case]])
    code = command.main(["--cell", cell, "--case", case])
    assert result.outcomes
    assert report.failures([result]) == (len(result.outcomes) if code else 0)
    return " ".join(problem for outcome in result.outcomes for problem in outcome.problems), code


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
    monkeypatch.setattr(arrayloss, "sparse_softmax_cross_entropy", wrong_value(lambda x: x.persist()))

    problems, code = outcome_and_exit("dask-lazy")

    assert code == 1
    assert "computed a lazy array" in problems


def test_no_comparison_is_red(capsys):
    assert command.main(["--cell", "numpy", "--case", "no such case"]) == 1
    assert "0 comparisons, 0 failed, 0 cells not run" in capsys.readouterr().out
    assert command.main(["--cell", "no such cell"]) == 1
    assert not report.is_green([])


def test_a_cell_that_made_too_few_comparisons_is_red():
    result = run.run_cell(CELLS["numpy"], [CASES["softmax-mean"]])
    assert report.is_green([result])

    assert not report.is_green([result, dataclasses.replace(result, expected=3)])


def test_a_cell_that_broke_off_is_red(monkeypatch):
    monkeypatch.setattr(command, "HERE", model.HERE.with_name("no_such_package"))

    result = command._in_own_process(CELLS["numpy"], 1, "*")

    assert "broke off with code 1" in result.crash
    green = run.run_cell(CELLS["numpy"], [CASES["softmax-mean"]])
    assert report.is_green([green])
    assert not report.is_green([green, result])


@pytest.mark.parametrize("change", [{"namespace": "no_such_library"}, {"backend": "torch", "device": "cuda"}])
def test_not_run_is_never_a_pass(change, monkeypatch, capsys):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    namespace = change.get("namespace", "array_api_compat.torch")
    cell = dataclasses.replace(CELLS["torch-cpu"], id="absent", **{**change, "namespace": namespace})
    monkeypatch.setattr(command, "load_cells", lambda: [cell])

    assert command.main([]) == 1
    out = capsys.readouterr().out
    assert "0 comparisons, 0 failed, 1 cells not run" in out
    assert "not run" in out
    assert "pass" not in out


# Distances.


@pytest.mark.parametrize(
    ("number", "exact", "ulps"),
    [
        (np.float32(1.0), "1.0", 0.0),
        (np.float32(1.0), "1.000000059604644775390625", 0.5),
        (np.nextafter(np.float32(1), np.float32(2)), "1.0", 1.0),
        (np.nextafter(1.0, 2.0), "1.0", 1.0),
        (np.float64(2.0), "1.9999999999999997779553950749686919152736663818359375", 1.0),
        (np.float32(0.0), "1e-100", 0.0),
        (np.float32(1e-30), "1e-100", np.inf),
        (np.float32(0.0), "0.0", 0.0),
        (np.float32(1e-45), "0.0", np.inf),
        (np.float32(0.0), "2.802596928649634e-45", 2.0),
        (np.float32(np.inf), "1e39", 0.0),
        (np.float32(np.inf), "1.0", np.inf),
        (np.float32(-np.inf), "+inf", np.inf),
        (np.float32(np.nan), "0.0", np.inf),
        (np.float32(np.nan), "nan", 0.0),
    ],
)
def test_distance(number, exact, ulps):
    assert compare.distance(number, exact) == pytest.approx(ulps, rel=1e-12)


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
        ('why = "The per', 'reason = ""\nwhy = "The per', "case 'softmax-per-item': unknown key 'reason'"),
        ('why = "The per', 'whi = "The per', "case 'softmax-per-item': key 'why' is missing"),
        ('reduction = "none"', 'reduction = "None"', "key 'reduction' is 'None'"),
        ('"softmax-mean"', '"softmax-per-item"', "two entries have the id 'softmax-per-item'"),
        ("[[case]]", "[[cases]]", "changed.toml:"),
        ('kind = "float", ', 'kind = "float", dtype = "f4", ', "array 'logits': unknown key 'dtype'"),
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
        ('device = "cpu"', 'device = "cpu"\nmode = "jit"', "cell 'numpy': unknown key 'mode'"),
        ('["float64", "float32"]', '["float64", "single"]', "cell 'numpy': key 'dtypes'"),
        ("x64 = false", "x64 = 0", "cell 'jax-cpu-x32': key 'x64' is 0"),
    ],
)
def test_a_wrong_cell_is_refused_by_name(old, new, words, tmp_path):
    text = (model.HERE / "backends.toml").read_text()
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(schema.SchemaError) as caught:
        model.load_cells(file)

    assert words in str(caught.value)


def test_every_loss_has_a_tolerance():
    tolerances = model.load_tolerances()

    assert model.tolerance_of("softmax_cross_entropy", tolerances).ulps == 40
    assert model.tolerance_of("huber", tolerances).ulps == 4
    with pytest.raises(schema.SchemaError, match="no entry matches the loss 'huber'"):
        model.tolerance_of("huber", tolerances[:1])


def test_results_survive_json():
    broken = model.CellResult("b", 1, crash="broke off")
    failed = model.CellResult("f", 1, (model.Outcome("c", "float32", ("wrong",)),), versions=("numpy 2",))

    text = model.as_json([broken, failed])

    assert model.from_json(text) == [broken, failed]
    assert json.loads(text)["cells"][1]["outcomes"][0]["value_ulps"] is None


def test_an_unnamed_backend_is_any_namespace():
    """NumPy itself, as a backend that nobody has written a line for."""
    cell = dataclasses.replace(CELLS["numpy"], backend="new", namespace="numpy")
    backend = backends.open_backend(cell)
    array = backend.array(model.Array("float", (2,), (1.0, 2.0)), "float32")

    assert backend.numpy(array).tolist() == [1.0, 2.0]
    assert array.dtype == np.float32
