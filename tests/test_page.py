"""The report page: each state looks like what it is, nothing is loaded, no text is taken for HTML."""

import copy
import itertools
import json
import math
import re
from html.parser import HTMLParser

import pytest

from conformance import page
from conformance.heatmap import STEPS, precise, short

from .sample_page import CASES, rendered, results

EVIL = "</script><b id=evil onclick=x()>\"'&{{ 7*7 }}<img src=https://evil.example/x>"


class Reader(HTMLParser):
    """Reads a page as a browser would: its elements, the text in each, and what it loads."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.loaded, self.texts, self._open = [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        self._open.append(len(self.elements) - 1)
        for name in ("src", "href", "srcset", "data", "poster", "action", "background"):
            address = attributes.get(name)
            if address is not None and tag != "a" and not address.startswith("data:"):
                self.loaded.append(address)

    def handle_endtag(self, tag):
        while self._open and self.elements[self._open.pop()][0] != tag:
            pass

    def handle_data(self, text):
        if self._open:
            tag = self.elements[self._open[-1]][0]
            self.texts.setdefault(tag, []).append(text)
            if tag == "style":
                self.loaded += re.findall(r"url\([^)]*\)|@import[^;]*", text)
        for i in self._open:
            self.elements[i][1]["text"] = self.elements[i][1].get("text", "") + text

    def buttons(self):
        """The cells of the map by the first words of their labels: ``loss in cell``."""
        found = [one for tag, one in self.elements if tag == "button" and " in " in one.get("aria-label", "")]
        return {one["aria-label"].split(",")[0]: one for one in found}

    def labels(self):
        """What is read out of each button."""
        return [one["aria-label"] for tag, one in self.elements if tag == "button" and "aria-label" in one]

    def data(self):
        """What the script reads."""
        (text,) = [one["text"] for tag, one in self.elements if one.get("id") == "data"]
        return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.fixture(scope="module")
def html():
    return rendered(results(), CASES)


@pytest.fixture(scope="module")
def reader(html):
    return Reader(html)


# What stands in the map.

STATES = {
    "huber in numpy": ("1.0", "pass step-1", "pass, 1.0 ulps"),
    "sparse_softmax_cross_entropy in numpy": ("14", "pass step-5 ill", "pass, 14 ulps"),
    "special.sigmoid in numpy": ("3e5", "pass step-7 ill", "pass, 3e5 ulps"),
    "special.softmax in numpy": ("0.7", "pass step-1", "pass, 0.7 ulps"),
    "sparse_softmax_cross_entropy in torch-cpu-backward": ("1e3", "pass step-7 ill", "pass, 1e3 ulps"),
    "sparse_softmax_cross_entropy in jax-cpu-jit": ("6.0▲", "gap step-4", "1 known gap, 6.0 ulps"),
    "l2_penalty in jax-cpu-jit": ("gap", "gap", "1 known gap"),
    "huber in jax-cpu-jit": ("FAIL", "fail", "FAIL, 1 of 4 comparisons, infinitely many ulps"),
    "huber in dask-lazy": ("1.0", "pass step-1", "pass, 1.0 ulps"),
    "l2_penalty in dask-lazy": ("FAIL", "fail", "FAIL, no result: broke off with code -9: Killed"),
    "l2_penalty in strict": ("FAIL", "fail", "FAIL, no result: made 4 of 6 comparisons"),
    "huber in cupy-cuda": ("not run", "not-run", "not run: cupy is not installed"),
    "huber in torch-cuda": ("1.2", "pass step-2", "pass, 1.2 ulps"),
    "l2_penalty in torch-cuda": ("·", "not-asked", "not asked in float32"),
    "special.sigmoid in peer-torch": ("—", "unsupported", "unsupported"),
    "huber in peer-torch": ("∞✗", "off step-8", "off in 1 of 4 comparisons, infinitely many ulps"),
    "huber in peer-keras": ("not run", "not-run", "not run: keras is not installed"),
    "hinge_embedding in numpy": ("·", "not-asked", "not asked in float32"),
}


@pytest.mark.parametrize("where", STATES)
def test_a_state_has_a_text_a_look_and_words(reader, where):
    text, look, words = STATES[where]
    button = reader.buttons()[where]
    assert (button["text"], button["class"]) == (text, look)
    assert button["aria-label"] == f"{where}, float32: {words}"


def test_every_loss_meets_every_cell(reader):
    cells = reader.data()["cells"]
    losses = {case["loss"] for case in CASES.values()}
    assert len(reader.buttons()) == len(losses) * len(cells) == 6 * 9


def test_what_did_not_run_never_looks_like_a_number(reader):
    not_run = [i for i, cell in enumerate(reader.data()["cells"]) if cell["not_run"]]
    assert len(not_run) == 2
    for losses in reader.data()["entries"].values():
        for entries in losses.values():
            assert {(entries[i]["state"], entries[i]["look"], entries[i]["text"]) for i in not_run} == {
                ("not-run", "not-run", "not run")
            }


def test_backends_stand_together_and_peers_last(reader):
    ids = [cell["id"] for cell in reader.data()["cells"]]
    assert ids == [
        *("numpy", "torch-cpu-backward", "torch-cuda", "jax-cpu-jit", "dask-lazy", "strict", "cupy-cuda"),
        *("peer-torch", "peer-keras"),
    ]


def test_cells_that_are_known_stand_in_their_order():
    known = {"cupy-cuda": {}, "strict": {}, "peer-keras": {}}
    ids = [cell["id"] for cell in Reader(rendered(results(), CASES, known)).data()["cells"]]
    assert (ids[:3], ids[-2:]) == (["cupy-cuda", "strict", "numpy"], ["peer-keras", "peer-torch"])


def test_what_is_known_of_a_cell_is_in_its_snippets():
    texts = Reader(rendered(results(), CASES, {"numpy": {"layout": "readonly"}})).data()["snippets"]
    assert any("setflags(write=False)" in text for text in texts)


def test_a_loss_stands_in_the_family_that_most_of_its_questions_are_of(reader):
    families = [one["data-family"] for tag, one in reader.elements if tag == "tbody"]
    assert families == ["regression", "multiclass", "penalty", "special", "embedding"]


def test_a_loss_that_nobody_asks_about_any_more_is_still_there():
    without = {name: case for name, case in CASES.items() if case["loss"] != "huber"}
    reader = Reader(rendered(results(), without))
    assert reader.buttons()["huber in numpy"]["text"] == "1.0"
    assert reader.data()["entries"]["float32"]["huber"][0]["value"]["snippet"] is None
    assert [one["data-family"] for tag, one in reader.elements if tag == "tbody"][-1] == "other"


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_results_of_a_cell_the_one_that_was_run_counts(order):
    reader = Reader(rendered(results()[::order], CASES))
    assert reader.buttons()["huber in torch-cuda"]["text"] == "1.2"
    assert reader.buttons()["huber in numpy"]["text"] == "1.0"


def test_of_two_results_that_were_run_the_newer_counts():
    first, second = results()[0], copy.deepcopy(results()[0])
    second["date"] = "2026-12-01"
    second["cells"][0]["losses"]["huber"]["float32"]["gradient"]["ulps"] = 3.0
    for both in ([first, second], [second, first]):
        assert Reader(rendered(both, CASES)).buttons()["huber in numpy"]["text"] == "3.0"


# What stands above it.


def test_the_counts_are_those_of_our_own_cells(reader):
    counts = [" ".join(one["text"].split()) for tag, one in reader.elements if tag == "dd"][:4]
    ours = {cell["id"]: cell for report in results() for cell in report["cells"] if cell["ran"]}
    ran = sum(cell["ran"] for cell in ours.values() if cell["kind"] == "ours")
    expected = sum(cell["expected"] for cell in ours.values() if cell["kind"] == "ours") + 12
    # One comparison, one cell that broke off, and one that came short.
    assert counts == [f"{ran} of {expected}", "3 FAIL", "2 ▲", "1 of 7"]


def test_what_failed_is_listed_with_a_way_to_it(reader):
    links = {one["href"]: one["text"] for tag, one in reader.elements if tag == "a"}
    assert links["#huber/jax-cpu-jit/float32"] == "huber in jax-cpu-jit, float32"
    assert links["#dask-lazy"] == "dask-lazy"
    assert "#l2_penalty/jax-cpu-jit/float32" in links


def test_versions_machines_and_dates_are_named(html):
    for text in (
        "0.1.0.dev0",
        "2026-11-21, 2026-11-22",
        "AMD EPYC",
        "NVIDIA H200",
        "driver 580.95",
        "Python 3.11.7",
    ):
        assert text in html


def test_a_machine_is_named_once_with_the_cells_of_the_map_that_it_ran():
    first, second = results()
    parts = [{**first, "cells": first["cells"][:2]}, {**first, "cells": first["cells"][2:]}, second]
    items = [
        " ".join(one["text"].split()) for tag, one in Reader(rendered(parts, CASES)).elements if tag == "li"
    ]
    machines = [item for item in items if "Python" in item]
    assert machines == [
        "AMD EPYC: 6 cells, Python 3.11.7, Linux-6.1, 2026-11-21",
        "NVIDIA H200, AMD EPYC, driver 580.95: 1 cell, Python 3.11.7, Linux-6.1, 2026-11-22",
    ]


def test_a_dtype_that_nobody_asked_in_cannot_be_chosen(reader):
    radios = {one["value"]: one for tag, one in reader.elements if one.get("name") == "dtype"}
    assert [name for name, one in radios.items() if "disabled" in one] == ["float16"]
    assert [name for name, one in radios.items() if "checked" in one] == ["float32"]


def test_nothing_was_run_and_nothing_is_claimed():
    reader = Reader(rendered([{**results()[0], "cells": results()[0]["cells"][5:7]}], CASES))
    assert {button["class"] for button in reader.buttons().values()} == {"not-run"}
    assert rendered([], {})


# What must not get in.


def test_nothing_is_loaded_from_elsewhere(reader):
    assert reader.loaded == []
    csp = next(one["content"] for tag, one in reader.elements if one.get("http-equiv"))
    assert csp.startswith("default-src 'none';")


@pytest.mark.parametrize(
    "added",
    [
        '<script src="https://a.example/x.js"></script>',
        '<link rel="stylesheet" href="x.css">',
        "<style>a { background: url(x.png) }</style>",
        '<style>@import "x.css";</style>',
        '<img srcset="x.png 2x">',
    ],
)
def test_what_is_loaded_from_elsewhere_is_seen(html, added):
    assert len(Reader(html.replace("</head>", f"{added}</head>")).loaded) == 1


def hostile(value, key=""):
    """The same results with markup in every text that does not steer the page."""
    if isinstance(value, dict):
        return {key: hostile(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, key) for one in value]
    steers = key in {"id", "kind", "backend", "mode", "case"} or value == ""
    return value if steers or not isinstance(value, str) else f"{value}{EVIL}"


def hostile_page():
    """A page whose every text holds markup, and names of losses and cells, too."""
    report = hostile(results()[0])
    report["cells"][0]["id"] += EVIL
    report["cells"][0]["losses"][f"huber{EVIL}"] = report["cells"][0]["losses"]["huber"]
    report["cells"][2]["losses"]["l2_penalty"]["float32"]["gaps"][0]["link"] = "javascript:alert(1)"
    cases = {name: {**case, "why": case["why"] + EVIL, "family": EVIL} for name, case in CASES.items()}
    return rendered([report], cases)


def test_nothing_in_the_results_is_taken_for_html(html):
    own, other = Reader(html), Reader(hostile_page())
    assert other.loaded == []
    assert {tag for tag, _ in other.elements} == {tag for tag, _ in own.elements}
    assert not [one for _, one in other.elements if one.get("id") == "evil" or "onclick" in one]
    assert len(other.texts["script"]) == len(own.texts["script"]) == 2
    assert f"huber{EVIL} in numpy{EVIL}" in {label.split(", float32")[0] for label in other.labels()}
    assert not [one for tag, one in other.elements if one.get("href", "").startswith("javascript")]


def test_an_infinite_distance_is_written_as_json(reader):
    worst = reader.data()["entries"]["float32"]["huber"][3]["value"]
    assert (worst["ulps"], worst["shown"]) == (None, "∞")


def test_what_json_cannot_hold_is_refused():
    report = results()[0]
    report["cells"][0]["losses"]["huber"]["float32"]["value"]["condition"] = math.nan
    with pytest.raises(ValueError, match="not JSON compliant"):
        rendered([report], CASES)


# Numbers and colours.


@pytest.mark.parametrize(
    ("ulps", "in_short", "in_full"),
    [
        (0.0, "0", "0"),
        (0.02, "0.0", "0.02"),
        (0.5, "0.5", "0.5"),
        (9.94, "9.9", "9.94"),
        (9.96, "10", "9.96"),
        (999.4, "999", "999"),
        (999.6, "1e3", "1.00e3"),
        (16777216.0, "2e7", "1.68e7"),
        (math.inf, "∞", "∞"),
    ],
)
def test_a_number_of_ulps_is_written_in_few_characters(ulps, in_short, in_full):
    assert (short(ulps), precise(ulps)) == (in_short, in_full)


def luminance(colour):
    """The relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def colours(scheme):
    """The colours of the style sheet, in light (0) or dark (1)."""
    text = (page.TEMPLATES / "report.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: pair[scheme] for name, *pair in pairs}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_everything_is_readable_on_its_colour(scheme):
    colour = colours(scheme)
    pairs = [(f"step-{i}", f"ink-{i}") for i in range(len(STEPS) + 1)] + [("fail", "fail-ink")]
    pairs += [(ground, ink) for ground in ("paper", "raised", "hatch") for ink in ("ink", "quiet", "link")]
    pairs += [(ground, ink) for ground in ("paper", "raised") for ink in ("gap", "fail-text")]
    for ground, ink in pairs:
        lights = sorted(luminance(colour[name]) for name in (ground, ink))
        # What WCAG asks for at level AA where text is small.
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (ground, ink)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_steps_are_told_apart_by_lightness_alone(scheme):
    lights = [luminance(colours(scheme)[f"step-{i}"]) + 0.05 for i in range(len(STEPS) + 1)]
    ratios = [max(pair) / min(pair) for pair in itertools.pairwise(lights)]
    assert lights == sorted(lights, reverse=scheme == 0)
    assert min(ratios) > 1.08, ratios
