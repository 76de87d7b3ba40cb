"""The digits of the oracle's answers, their condition numbers, their proofs, and the command."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest
from flint import arb, ctx
from mpmath import mp

from conformance.model import CASES, Case
from conformance.oracle import balls, generate
from conformance.oracle.arithmetic import Digits
from conformance.oracle.condition import conditions
from conformance.oracle.core import Item, entries
from conformance.oracle.definitions import DEFINITIONS
from conformance.oracle.layout import lay_out
from conformance.oracle.solve import solve, work
from conformance.schema import SchemaError

from .questions import (
    INF,
    KNOWN,
    LARGEST,
    NAN,
    ORDINARY,
    SMALLEST,
    integers,
    mask,
    question,
)

# Digits.


def test_the_ends_of_float32_have_exact_answers() -> None:
    """Where the textbook's formula would need more digits than there are."""
    case = question(
        "sigmoid_cross_entropy", logits=[LARGEST, -LARGEST, SMALLEST], labels=[0.0, 0.0, 0.5], pos_weight=1.0
    )
    answer = generate.answer(case)

    assert answer["value"]["values"][0] == "340282346638528859811704183484516925440.0"
    with mp.workdps(100):  # exp(-x) in decimal, by its logarithm
        power = -mp.mpf(LARGEST) / mp.ln10
        digits = mp.nstr(10 ** (power - mp.floor(power)), 40)
        assert answer["value"]["values"][1] == f"{digits}e{mp.nstr(mp.floor(power), 60)[:-2]}"
    with mp.workdps(60):  # 1 / (1 + exp(-x)) - 1/2 is x / 4 here
        assert answer["gradient"]["logits"]["values"][2] == mp.nstr(mp.mpf(SMALLEST) / 4, 40)
    assert answer["gradient"]["labels"]["values"][2] == "-1.40129846432481707092372958328991613128e-45"


def test_both_ends_of_float32_in_one_sum() -> None:
    case = question(
        "triplet_margin",
        anchors=[[LARGEST, SMALLEST]],
        positives=[[0.0, 0.0]],
        negatives=[[0.0, SMALLEST]],
        margin=0.0,
    )

    with mp.workdps(60):  # sqrt(L^2 + s^2) - L
        assert generate.answer(case)["value"]["values"] == [mp.nstr(mp.mpf(SMALLEST) ** 2 / LARGEST / 2, 40)]


def test_what_is_not_finite_is_written_in_words() -> None:
    case = question("special.xlogy", x=[1.0, -1.0, 1.0, -0.0], y=[0.0, 0.0, NAN, 5.0])

    assert generate.answer(case)["value"] == {
        "shape": [4],
        "values": ["-inf", "inf", "nan", "0.0"],
        "condition": [None] * 4,
    }


def test_the_form_of_an_answer() -> None:
    case = question(
        "softmax_cross_entropy", "mean", logits=[[1.0, 2.0]], labels=[[0.25, 0.75]], weights=[2.0]
    )
    answer = json.loads(json.dumps(generate.answer(case)))

    assert answer.keys() == {"question", "value", "gradient"}
    assert answer["question"] == case.hash
    assert answer["value"]["shape"] == []
    assert answer["gradient"].keys() == {"logits", "labels"}
    for table in (answer["value"], *answer["gradient"].values()):
        assert len(table["values"]) == len(table["condition"]) == math.prod(table["shape"])
    assert "gradient" in generate.answer(question("special.softmax", x=[[1.0, 2.0]]))
    assert generate.answer(question("special.softmax", x=[[1.0, 2.0]]))["gradient"] == {}


def test_more_digits_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = [generate.answer(case) for case in ORDINARY[::4]]
    monkeypatch.setattr(generate, "working_digits", lambda _: 500)

    assert usual == [generate.answer(case) for case in ORDINARY[::4]]


def _define(monkeypatch: pytest.MonkeyPatch, value: Any) -> Case:
    """A question to a definition of somebody who does not care."""
    definition = entries(lambda _, x: Item(value(x), {"x": x}), "x")
    monkeypatch.setitem(DEFINITIONS, "careless", definition)
    return question("careless", x=[2.0])


def test_a_definition_that_cancels_gets_the_digits_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _define(monkeypatch, lambda x: mp.log(1 + mp.exp(-400 * x)))

    with mp.workdps(60):
        assert generate.answer(case)["value"]["values"] == [mp.nstr(mp.exp(-800), 40)]


def test_what_rounding_leaves_of_0_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _define(monkeypatch, lambda x: mp.sqrt(x) ** 2 - x)
    with mp.workdps(50):
        assert solve(case).values[0] != 0

    assert generate.answer(case)["value"]["values"] == ["0.0"]


def test_a_number_that_never_settles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _define(monkeypatch, lambda x: x / mp.dps)

    with pytest.raises(SchemaError, match="it cancels"):
        generate.answer(case)


# Condition numbers.


def condition_of(case: Case) -> dict[str, list[float | None]]:
    answer = generate.answer(case)
    return {"value": answer["value"]["condition"]} | {
        k: v["condition"] for k, v in answer["gradient"].items()
    }


def test_condition_numbers_by_hand() -> None:
    """Of (p - t)^2 it is 2 (|p| + |t|) / |p - t|, of its derivative half that."""
    found = condition_of(question("squared_error", predictions=[3.0, 1.0, 1.0], targets=[1.0, 0.0, 1.0]))
    assert found == {"value": [4, 2, None], "predictions": [2, 1, None], "targets": [2, 1, None]}

    weighted = question("squared_error", "sum", predictions=[3.0], targets=[0.0], weights=[5.0])
    assert condition_of(weighted)["value"] == [3]
    assert condition_of(dataclasses.replace(weighted, reduction="mean"))["value"] == [2]
    assert condition_of(question("absolute_error", predictions=[3.0], targets=[0.0]))["predictions"] == [0]


def test_condition_numbers_are_large_where_digits_are_lost() -> None:
    near = 1 + 2.0**-20
    found = condition_of(question("squared_error", predictions=[near], targets=[1.0]))

    assert found["predictions"] == [2.1e6]
    steep = condition_of(question("special.sigmoid", x=[-LARGEST, 4.0]))
    assert steep["value"] == [3.4e38, 0.0719]


def test_what_is_masked_out_or_a_sign_has_no_condition() -> None:
    case = question("huber", predictions=[3.0, 5.0], targets=[1.0, 7.0], where=mask([True, False]))
    assert condition_of(case)["value"] == [2.67, None]

    signs = question("margin_ranking", scores1=[1.0], scores2=[2.0], labels=[1.0])
    assert condition_of(signs)["value"] == [3]


def test_a_jump_is_no_condition() -> None:
    """Both distances are 2: one input moved, the other is the smaller one."""
    tie = question(
        "triplet_margin",
        anchors=[[1.0, 0.0]],
        positives=[[0.0, 2.0]],
        negatives=[[1.0, 2.0]],
        swap=True,
        p=INF,
    )
    numbers = [c for each in condition_of(tie).values() for c in each if c is not None]

    assert numbers
    assert max(numbers) < 100


def test_a_condition_number_is_the_derivative() -> None:
    """For a sum of one item: the sum of |x f'(x) / f(x)|."""
    for case in ORDINARY:
        if len(case.arrays) != len(solve(case).gradient) or case.reduction != "none":
            continue
        with mp.workdps(400):
            working = work(Digits(), lay_out(case))
            found = conditions(working)[: len(working.solved.values)]
            if len(working.solved.values) == 1:
                expected = mp.zero
                for name, slopes in working.solved.gradient.items():
                    expected += mp.fsum(
                        abs(mp.mpf(x) * s) for x, s in zip(case.arrays[name].values, slopes, strict=True)
                    )
                assert found[0] == pytest.approx(float(expected / abs(working.solved.values[0])), rel=5e-3)


# Balls.

ENCLOSED = [case for case, _ in KNOWN]


@pytest.mark.parametrize("case", [*ENCLOSED, *ORDINARY], ids=lambda case: case.loss)
def test_balls_enclose_the_answers(case: Case) -> None:
    answer = generate.answer(case)
    verdict = balls.check(case, answer)

    numbers = [x for table in (answer["value"], *answer["gradient"].values()) for x in table["values"]]
    assert verdict.contradictions == ()
    assert verdict.enclosed > 0
    # A ball around 0 shows no digits of it.
    assert len(verdict.open) <= numbers.count("0.0")


def changed(answer: dict[str, Any], table: str, text: str) -> dict[str, Any]:
    """An answer with another first number."""
    other = json.loads(json.dumps(answer))
    numbers = other["value"] if table == "value" else other["gradient"][table]
    numbers["values"][0] = text
    return other


def test_a_number_outside_its_ball_is_a_contradiction() -> None:
    case = question("special.sigmoid", x=[1.0])
    answer = generate.answer(case)
    text = answer["value"]["values"][0]
    assert text == "0.7310585786300048792511592418218362743651"
    assert balls.check(case, answer) == balls.Verdict(enclosed=2)

    # In the 30th digit; a NaN; and in the derivative.
    for table, wrong in (
        ("value", text.replace("6743651", "6743651")[:30] + "9"),
        ("value", "nan"),
        ("x", "0.2"),
    ):
        verdict = balls.check(case, changed(answer, table, wrong))
        assert len(verdict.contradictions) == 1
        assert "question: " in verdict.contradictions[0]


def test_a_wrong_definition_contradicts_itself_in_neither_arithmetic_alone() -> None:
    """An answer that was computed with too few digits is outside."""
    case = question("squared_error", predictions=[1 + 2.0**-20], targets=[1.0])
    with mp.workdps(10):
        rounded = mp.nstr(solve(case).values[0] * (1 + mp.mpf(10) ** -9), 40)
    answer = generate.answer(case)

    assert balls.check(case, answer).contradictions == ()
    assert len(balls.check(case, changed(answer, "value", rounded)).contradictions) == 1


def test_what_has_no_ball_is_counted_and_not_enclosed() -> None:
    infinite = question("special.softplus", x=[INF, 0.0])
    verdict = balls.check(infinite, generate.answer(infinite))
    assert (verdict.infinite, verdict.contradictions) == (1, ())

    # Two equal distances that no number of digits can tell apart from nearly equal ones.
    tie = question(
        "triplet_margin",
        anchors=[[0.0, 0.0]],
        positives=[[1.0, 2.0]],
        negatives=[[2.0, 1.0]],
        margin=0.0,
        p=3.0,
    )
    verdict = balls.check(tie, generate.answer(tie))
    assert verdict.enclosed == 0
    assert len(verdict.open) == 7
    assert str(verdict).startswith("0 of 7 finite numbers enclosed to 30 digits, 7 not, 0 contradicted")


def test_balls_refuse_what_they_cannot_decide() -> None:
    ar = balls.Balls()
    with ctx.workprec(100):
        third, wide = ar.number(1) / 3, balls.Ball(arb(1, 0.5))
        for compare in (
            lambda: wide < 1,
            lambda: wide <= 1,
            lambda: wide > 1,
            lambda: wide >= 1,
            lambda: wide == 1,
            lambda: wide != 1,
            lambda: third * 3 == 1,
            lambda: ar.nan < 1,
        ):
            with pytest.raises(balls.UndecidedError):
                compare()
        assert third < 1 <= ar.number(1)
        assert ar.number(2) >= 2 > third
        assert third != 1
        assert max(third, ar.number(5)) == 5


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "sqrt", "sinh", "tanh"])
@pytest.mark.parametrize("x", [SMALLEST, 0.75, 3.5, 1000.0])
def test_both_arithmetics_have_the_same_functions(name: str, x: float) -> None:
    digits, ball = Digits(), balls.Balls()
    with mp.workdps(60), ctx.workprec(1000):
        found = getattr(digits, name)(digits.number(x))
        enclosure = getattr(ball, name)(ball.number(x)).ball
        assert abs(enclosure - arb(mp.nstr(found, 60))) < abs(enclosure) * arb(10) ** -50


# The command.


def folder_of(tmp_path: Any) -> Any:
    """A folder with the published questions alone."""
    (tmp_path / "published.toml").write_text((CASES / "published.toml").read_text())
    return tmp_path


def test_answers_are_written_and_checked(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(tmp_path)
    assert generate.main(["--check"], folder) == 1
    assert "published.json: OUT OF DATE" in capsys.readouterr().out
    assert not (folder / "published.json").exists()

    assert generate.main([], folder) == 0
    assert generate.main(["--check"], folder) == 0

    answers = folder / "published.json"
    answers.write_text(answers.read_text().replace("1.3132", "1.3133", 1))
    assert generate.main(["--check"], folder) == 1


def test_only_the_named_families_are_looked_at(tmp_path: Any) -> None:
    folder = folder_of(tmp_path)
    (folder / "other.toml").write_text((CASES / "published.toml").read_text())

    assert generate.main(["other"], folder) == 0
    assert sorted(path.name for path in folder.glob("*.json")) == ["other.json"]
    with pytest.raises(SchemaError, match=r"there is no regresion\.toml"):
        generate.main(["regresion"], folder)


def test_several_processes_give_the_same_answers(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path)
    generate.main([], folder)
    monkeypatch.setattr(generate, "_FEW", 0)

    assert generate.main(["--check"], folder) == 0


def test_a_proof_that_fails_is_red(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path)
    assert generate.main(["--rigorous"], folder) == 0
    assert ", 0 contradicted" in capsys.readouterr().out

    monkeypatch.setattr(generate, "WRITTEN", 20)  # the rest of an answer is then 0
    assert generate.main(["--rigorous"], folder) == 1
    assert "is written" in capsys.readouterr().out

    monkeypatch.undo()
    monkeypatch.setattr(balls, "BITS", (20,))
    assert generate.main(["--rigorous"], folder) == 1
    assert "not enclosed: " in capsys.readouterr().out


def test_a_number_that_is_not_what_was_printed_is_refused() -> None:
    given = {"logits": [[1.0, 2.0], [1.0, 3.0], [1.0, 3.0]], "labels": integers([0, 1, 1])}
    printed = question("sparse_softmax_cross_entropy", "sum", ("1.5671",), **given)
    assert generate.answer(printed)["value"]["values"][0].startswith("1.567")

    with pytest.raises(SchemaError, match=r"printed 1\.5271, but it is 1\.5671"):
        generate.answer(dataclasses.replace(printed, printed=("1.5271",)))
    with pytest.raises(SchemaError, match="2 numbers printed, 1 computed"):
        generate.answer(dataclasses.replace(printed, printed=("1.5671", "1.5671")))
