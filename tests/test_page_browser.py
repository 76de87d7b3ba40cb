"""The report page in a browser: what clicks, keys and filters do; ``nox -s browser`` runs these."""

import copy
import shutil

import numpy as np
import pytest

import arrayloss as al

from .sample_page import CASES, rendered, results
from .test_page import EVIL, hostile_page
from .test_snippets import directly, run

pytestmark = pytest.mark.browser

SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def chromium():
    """The browser; without one these tests fail, because they were asked for."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 only these tests need it

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail(f"no browser: none of {', '.join(names)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path):
    """Opens HTML as a file; at the end nothing else was asked for, and nothing was complained about."""
    seen, context = [], chromium.new_context(viewport={"width": 1400, "height": 900})

    def opened(html, fragment="", scheme="light"):
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        tab = context.new_page()
        tab.emulate_media(color_scheme=scheme)
        tab.on("request", lambda request: seen.append(f"request: {request.url}"))
        tab.on("console", lambda message: seen.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: seen.append(f"error: {error}"))
        tab.goto(f"{file.as_uri()}{fragment}")
        assert seen.pop(0).startswith(f"request: {file.as_uri()}")
        return tab

    opened.seen = seen
    yield opened
    context.close()
    assert seen == []


@pytest.fixture
def tab(visit):
    """The page of the small run."""
    return visit(rendered(results(), CASES))


def button(tab, loss, cell):
    """The cell of the map where a loss and a cell meet."""
    return tab.locator(f'tr[data-loss="{loss}"] button[aria-label^="{loss} in {cell},"]')


def shown(tab):
    """The losses whose rows are to be seen."""
    rows = tab.locator("tr[data-loss]")
    return [row.get_attribute("data-loss") for row in rows.all() if row.is_visible()]


# A click.


@pytest.mark.parametrize("cell", ["numpy", "torch-cpu-backward", "jax-cpu-jit", "peer-torch"])
def test_a_click_shows_python_that_runs(tab, cell):
    button(tab, "huber", cell).click()
    assert tab.locator("#panel-title").inner_text() == f"huber in {cell}, float32"
    left, _ = run(tab.locator("#snippet").text_content())
    value, gradient = directly("huber-branches")
    np.testing.assert_allclose(np.asarray(left["value"].tolist()), value, rtol=1e-6)
    np.testing.assert_allclose([part.tolist() for part in left["gradient"]], np.stack(gradient), rtol=1e-6)


def test_each_question_behind_a_cell_can_be_chosen(tab):
    button(tab, "huber", "jax-cpu-jit").click()
    names = tab.locator("#which option").all_inner_texts()
    assert names == ["failed, worst value: huber-branches", "worst gradient: huber-weights"]
    tab.select_option("#which", label=names[1])
    left, _ = run(tab.locator("#snippet").text_content())
    assert float(left["value"]) == pytest.approx(float(directly("huber-weights")[0]), rel=1e-6)


def test_the_snippet_is_copied(tab):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(tab, "huber", "numpy").click()
    tab.click("#copy")
    tab.wait_for_function("document.getElementById('copy').textContent === 'Copied'")
    assert tab.evaluate("navigator.clipboard.readText()") == tab.locator("#snippet").text_content()


def test_where_copying_is_not_allowed_the_snippet_is_selected(tab):
    tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    button(tab, "huber", "numpy").click()
    tab.click("#copy")
    tab.wait_for_function("document.getElementById('copy').textContent === 'Selected'")
    assert "import arrayloss as al" in tab.evaluate("getSelection().toString()")


def test_a_failure_is_told_in_full(tab):
    button(tab, "huber", "jax-cpu-jit").click()
    text = tab.locator("#panel-body").inner_text()
    for words in (
        "value[0] is 0.0, inf ulps from 1e-12",
        "gradient of targets has shape (2,), not (3,)",
        "Both sides of |e| = delta and exactly on it.",
        "condition undefined",
        "jax on cpu, jit",
        "jax 0.10.2",
        "1.000000000000000000000000000000000000000e-12",
    ):
        assert words in text
    assert tab.locator(".worst-value b").inner_text().split() == ["∞", "ulps"]


def test_a_gap_has_its_reason_and_a_link(tab):
    button(tab, "sparse_softmax_cross_entropy", "jax-cpu-jit").click()
    gap = tab.locator("#panel .reason.gap")
    assert "XLA flushes numbers below the normal range." in gap.inner_text()
    assert gap.locator("a").get_attribute("href") == "https://example.org/issues/7"


@pytest.mark.parametrize(
    ("loss", "cell", "words"),
    [
        ("huber", "cupy-cuda", "Not run: cupy is not installed"),
        ("l2_penalty", "dask-lazy", "FAIL: broke off with code -9: Killed"),
        ("special.sigmoid", "peer-torch", "unsupported"),
        ("l2_penalty", "torch-cuda", "not asked in float32"),
    ],
)
def test_a_cell_without_numbers_says_why(tab, loss, cell, words):
    button(tab, loss, cell).click()
    assert words in tab.locator("#panel-body").inner_text()
    assert tab.locator("#repro").is_hidden()


def test_the_peers_stand_beside(tab):
    button(tab, "sparse_softmax_cross_entropy", "numpy").click()
    rows = [row.inner_text().split() for row in tab.locator(".beside tbody tr").all()]
    assert rows[0] == ["numpy", "14.2", "14.2", "0", "of", "4"]
    assert rows[1] == ["peer-torch", "2.10e7", "2.10e7", "1", "of", "4"]
    assert rows[2][0] == "peer-keras"


def test_beside_a_peer_stands_ours_on_the_same_library(tab):
    button(tab, "huber", "peer-torch").click()
    assert tab.locator(".beside tbody th").all_inner_texts() == [
        "torch-cpu-backward",
        "peer-torch",
        "peer-keras",
    ]


def test_what_a_peer_is_off_by_is_folded_away(tab):
    button(tab, "huber", "peer-torch").click()
    assert tab.locator("#panel summary").inner_text() == "1 comparison off"
    tab.click("#panel summary")
    assert "value[0] is 0.0" in tab.locator("#panel-body").inner_text()
    assert tab.locator("#panel .fail").count() == 0


def test_the_head_of_a_column_tells_of_the_cell(tab):
    tab.locator("thead button", has_text="jit").click()
    assert tab.locator("#panel-title").inner_text() == "The cell jax-cpu-jit"
    assert "AMD EPYC" in tab.locator("#panel-body").inner_text()


# What is shown.


def test_the_filter_takes_losses_and_families(tab):
    everything = shown(tab)
    tab.fill("#filter", "SPECIAL sig")
    assert shown(tab) == ["special.sigmoid"]
    assert tab.locator("#count").inner_text() == "1 of 6 losses"
    tab.fill("#filter", "regression")
    assert shown(tab) == ["huber"]
    tab.fill("#filter", "no such loss")
    assert shown(tab) == []
    assert tab.locator("#nothing").is_visible()
    tab.fill("#filter", "")
    assert shown(tab) == everything


def test_only_problems_of_the_dtype_that_is_shown(tab):
    tab.check("#only-problems")
    # A cell that broke off or came short spoils every loss that it says nothing of.
    assert "huber" in shown(tab)
    tab.locator("label", has_text="bfloat16").click()
    assert shown(tab) == []
    tab.uncheck("#only-problems")
    assert len(shown(tab)) == 6


def test_a_dtype_is_chosen(tab):
    tab.locator("label", has_text="float64").click()
    numpy = tab.locator('tr[data-loss="huber"] button[aria-label="huber in numpy, float64: pass, 1.5 ulps"]')
    assert numpy.inner_text() == "1.5"
    assert numpy.get_attribute("class") == "pass step-2"
    numpy.click()
    assert "np.float64" in tab.locator("#snippet").text_content()


# Keys and addresses.


def test_the_map_is_one_stop_and_arrows_go_on(tab):
    assert tab.locator(".map button[tabindex='0']").count() == 1
    tab.focus(".map button[tabindex='0']")
    label = "document.activeElement.getAttribute('aria-label')"
    assert tab.evaluate(label).startswith("huber in numpy,")
    for key, expected in [
        ("ArrowRight", "huber in torch-cpu-backward,"),
        ("ArrowDown", "sparse_softmax_cross_entropy in torch-cpu-backward,"),
        ("End", "sparse_softmax_cross_entropy in peer-keras,"),
        ("ArrowRight", "sparse_softmax_cross_entropy in peer-keras,"),
        ("Home", "sparse_softmax_cross_entropy in numpy,"),
        ("ArrowUp", "huber in numpy,"),
        ("ArrowUp", "about the cell numpy"),
    ]:
        tab.keyboard.press(key)
        assert tab.evaluate(label).startswith(expected)


def test_a_cell_in_focus_is_not_behind_the_head(visit):
    tab = visit(wide())
    tab.set_viewport_size({"width": 800, "height": 500})
    last = tab.locator("tr[data-loss]").last.locator("button").last
    last.focus()
    for _ in range(15):
        tab.keyboard.press("ArrowUp")
        tab.keyboard.press("ArrowLeft")
    box = tab.locator("td button:focus").bounding_box()
    head, name = tab.locator("thead").bounding_box(), tab.locator("tbody th[scope=row]").first.bounding_box()
    assert box["y"] >= head["y"] + head["height"]
    assert box["x"] >= name["x"] + name["width"] - 1


def test_enter_opens_and_escape_comes_back(tab):
    button(tab, "huber", "numpy").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#panel").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#panel").is_hidden()
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith("huber in numpy,")


def test_the_address_names_what_is_open(tab, visit):
    tab.locator("label", has_text="float64").click()
    button(tab, "huber", "numpy").click()
    assert tab.url.endswith("#huber/numpy/float64")
    other = visit(rendered(results(), CASES), "#huber/numpy/float64")
    assert other.locator("#panel-title").inner_text() == "huber in numpy, float64"
    assert other.locator("input[value=float64]").is_checked()
    other.click("#close")
    other.wait_for_function("location.hash === ''")


def test_a_failure_in_the_list_leads_to_its_cell(tab):
    tab.click(".problems a[href='#huber/jax-cpu-jit/float32']")
    assert tab.locator("#panel-title").inner_text() == "huber in jax-cpu-jit, float32"


@pytest.mark.parametrize("fragment", ["#nonsense", "#huber/numpy/float8", "#huber/nowhere/float32", "#%"])
def test_an_address_of_nothing_opens_nothing(visit, fragment):
    assert visit(rendered(results(), CASES), fragment).locator("#panel").is_hidden()


# What it looks like, and what it must not do.


def wide():
    """A run of 25 losses in 24 cells and four peers."""
    report = copy.deepcopy(results()[0])
    names = [name for name in al.__all__ if "grad" not in name] + [f"special.{n}" for n in al.special.__all__]
    for cell in report["cells"]:
        cell["losses"] = {name: cell["losses"].get("huber", {}) for name in names}
    ours, peers = report["cells"][:7], report["cells"][7:]
    more = [{**ours[i % 7], "id": f"{ours[i % 7]['backend']}-{i}"} for i in range(24)]
    peers += [{**peer, "id": f"{peer['id']}-too"} for peer in peers]
    return rendered([{**report, "cells": more + peers}], CASES)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_full_map_fits_into_1400_pixels(visit, scheme):
    tab = visit(wide(), scheme=scheme)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1400
    clipped = (
        "[...document.querySelectorAll('td button')].filter((b) => b.scrollWidth > b.clientWidth).length"
    )
    assert tab.evaluate(clipped) == 0


def test_names_and_cells_stay_in_sight(visit):
    tab = visit(wide())
    tab.set_viewport_size({"width": 800, "height": 500})
    tab.evaluate("scrollTo(400, document.body.scrollHeight / 2)")
    head, name = (
        tab.locator("thead").bounding_box(),
        tab.locator("tbody th[scope=row]").nth(12).bounding_box(),
    )
    assert abs(head["y"]) < 1
    assert abs(name["x"]) < 1


def test_no_text_of_the_results_becomes_an_element_or_a_script(visit):
    tab = visit(hostile_page())
    for one in tab.locator("tr[data-loss] button").all()[::7]:
        one.click()
        tab.keyboard.press("Escape")
    tab.locator('button[aria-label^="l2_penalty in jax-cpu-jit,"]').click()
    assert EVIL in tab.locator("#panel-body").inner_text()
    assert tab.locator("#evil, img, [onclick], a[href^=javascript]").count() == 0


def test_a_page_that_asks_for_something_is_noticed(visit):
    html = rendered(results(), CASES).replace("</body>", "<img src='https://evil.example/x.png'></body>")
    visit(html)
    assert any("evil.example" in one for one in visit.seen)
    visit.seen.clear()
