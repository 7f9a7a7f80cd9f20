"""Predictions and their record in a browser, on a page of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import small_predictions
from browsing import Visit, resting_box
from small_replays import ordinary_replays, study

from misgen.explore import Guesses, Predict

pytestmark = pytest.mark.site

GUESS, SKETCH, PREDICT, RECORD = (
    f"#explorer-{key} .misgen-view" for key in ("guess-coins", "sketch-share", "predict", "guesses")
)
PHONE = {"width": 320, "height": 740}


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    predict = Predict(study(), ordinary_replays(), name="maze.moved")
    return explorer_page(small_predictions.guess(), small_predictions.sketch(), predict, Guesses())


@pytest.fixture
def opened(visit: Callable[..., Visit], address: str) -> Callable[..., Visit]:
    def open_page(**options: Any) -> Visit:
        visited = visit(address, **({"reduced_motion": "reduce"} | options))
        visited.mount_explorers()
        return visited

    return open_page


def kept(page: Any, name: str) -> dict[str, Any] | None:
    return json.loads(page.evaluate(f"localStorage.getItem('misgen.guess.maze.{name}')") or "null")


def press(page: Any, selector: str, button: str) -> None:
    page.locator(selector).get_by_role("button", name=button).press("Enter")


def heights(page: Any) -> str:
    return page.get_attribute(f"{SKETCH} svg.mg-chart", "aria-label")


def draw(page: Any, *points: tuple[float, float]) -> None:
    """Draws through points, as shares of the chart's width and height, without a stop between."""
    box = resting_box(page.locator(f"{SKETCH} svg.mg-chart"))
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


# ---------------------------------------------------------------------------- the sketch


def test_a_curve_is_drawn_by_the_arrow_keys_and_locked_once_it_is_whole(opened):
    page = opened().page
    field = page.locator(f"{SKETCH} .mg-sketch")
    lock = page.locator(SKETCH).get_by_role("button", name="Lock it in")
    field.press("ArrowUp")
    assert field.get_attribute("aria-valuetext") == "Distinguishing levels 0%: 55 %"
    assert lock.is_disabled()
    assert "not drawn yet" in page.locator(f"{SKETCH} .mg-story").first.inner_text()
    for key in ("ArrowRight", "ArrowRight", "PageDown", "ArrowRight"):
        field.press(key)
    assert "0%: 55 %; 1%: 55 %; 10%: 30 %; 25%: 30 %" in heights(page)
    lock.press("Enter")
    assert kept(page, "share")["choice"] == "0%: 55 %, 1%: 55 %, 10%: 30 %, 25%: 30 %"
    assert kept(page, "share")["outcome"] == "It took 54 of 100 of them."
    assert page.locator(":focus").get_attribute("class") == "mg-outcome"


def test_the_arrow_keys_leave_no_place_out(opened):
    page = opened().page
    for _ in range(3):
        page.locator(f"{SKETCH} .mg-sketch").press("ArrowRight")
    assert "0%: 50 %; 1%: 50 %; 10%: 50 %; 25%: 50 %" in heights(page)


def test_the_measured_curve_its_interval_and_every_seed_come_only_after_the_lock(opened):
    page = opened().page
    measured = page.locator(f"{SKETCH} :is(.mg-interval, .mg-seed)")
    draw(page, (0.05, 0.2), (0.99, 0.6))
    assert measured.count() == 0
    assert "measured" not in heights(page)
    assert "54 of 100" not in page.inner_text(SKETCH)
    press(page, SKETCH, "Lock it in")
    assert measured.count() == 2
    assert page.locator(f"{SKETCH} .mg-seed").get_attribute("d").count("M") == 3
    assert "25%: 90 %" not in heights(page)
    assert "measured 90 %" in heights(page)
    assert "54 of 100" in page.inner_text(SKETCH)


def test_a_fast_pointer_leaves_no_place_out(opened):
    page = opened().page
    draw(page, (0.05, 0.0), (0.99, 1.0))
    assert "0%: 100 %; 1%: 65 %; 10%: 35 %; 25%: 0 %" in heights(page)


def test_a_finger_draws_and_does_not_scroll(opened):
    visited = opened(has_touch=True, viewport=PHONE)
    page = visited.page
    chart = page.locator(f"{SKETCH} svg.mg-chart")
    box, scrolled = resting_box(chart), page.evaluate("scrollY")
    session = page.context.new_cdp_session(page)

    def touch(kind: str, x: float, y: float) -> None:
        place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        points = [] if kind == "touchEnd" else [place]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.2, 0.3)
    for x in (0.4, 0.6, 0.8, 0.98):
        touch("touchMove", x, 0.3 + x / 3)
    touch("touchEnd", 0, 0)
    assert "not drawn yet" not in heights(page)
    assert page.evaluate("scrollY") == scrolled


def test_a_locked_curve_is_there_again_and_cannot_be_changed(opened):
    page = opened().page
    draw(page, (0.05, 0.0), (0.99, 1.0))
    press(page, SKETCH, "Lock it in")
    drawn = heights(page)
    page.reload()
    page.locator(SKETCH).wait_for()
    page.wait_for_selector(f"{SKETCH} .mg-seed")
    draw(page, (0.05, 0.5), (0.99, 0.5))
    assert heights(page) == drawn
    assert page.locator(f"{SKETCH} [role=slider]").count() == 0
    press(page, SKETCH, "Forget my guess")
    assert "not drawn yet" in heights(page)
    assert page.locator(f"{SKETCH} [role=slider]").count() == 1
    assert kept(page, "share") is None


def test_a_reader_is_shown_the_measured_curve_without_drawing(opened):
    page = opened().page
    press(page, SKETCH, "Show me")
    assert page.locator(f"{SKETCH} .mg-seed").count() == 1
    assert kept(page, "share")["choice"] is None


# --------------------------------------------------------------------------- the replay


def test_the_first_guess_about_a_replay_is_locked_and_told_without_a_score(opened):
    page = opened().page
    press(page, PREDICT, "Move the coin")
    assert "of 100" not in page.inner_text(PREDICT)
    press(page, PREDICT, "It takes the coin")
    text = page.inner_text(PREDICT)
    assert "Your first guess: “It takes the coin”." in text
    assert "Over all test levels the agents" in text
    assert not any(word in text for word in ("guessed right", "guessed otherwise", "Your guesses"))
    assert kept(page, "moved")["choice"] == "It takes the coin"


def test_guesses_on_other_levels_leave_the_first_one_as_it_is(opened):
    page = opened().page
    press(page, PREDICT, "Move the coin")
    press(page, PREDICT, "It takes the coin")
    press(page, PREDICT, "Try another level")
    press(page, PREDICT, "It runs past the coin")
    assert "Your first guess: “It takes the coin”." in page.inner_text(PREDICT)
    assert kept(page, "moved")["choice"] == "It takes the coin"


def test_a_guess_about_a_replay_is_kept_and_taken_back(opened):
    page = opened().page
    press(page, PREDICT, "Move the coin")
    press(page, PREDICT, "It takes the coin")
    page.reload()
    page.locator(PREDICT).scroll_into_view_if_needed()
    page.wait_for_selector(f"{PREDICT} .mg-outcome")
    assert "Your first guess: “It takes the coin”." in page.inner_text(PREDICT)
    press(page, PREDICT, "Forget my guess")
    assert "first guess" not in page.inner_text(PREDICT)
    assert kept(page, "moved") is None


# --------------------------------------------------------------------------- the record


def test_the_record_follows_what_the_reader_does(opened):
    page = opened().page
    assert "There is none yet" in page.inner_text(RECORD)
    press(page, GUESS, "Show me")
    press(page, PREDICT, "Move the coin")
    press(page, PREDICT, "It takes the coin")
    items = [item.inner_text() for item in page.locator(f"{RECORD} li").all()]
    assert len(items) == 2
    assert items[0].startswith("What does it take?\n\nYour guess (")
    assert "shown without a guess" in items[0]
    assert "It takes the coin" in items[1]
    assert "Over all test levels the agents" in items[1]


def test_the_record_shows_a_drawn_curve_beside_the_measured_one(opened):
    page = opened().page
    draw(page, (0.05, 0.0), (0.99, 1.0))
    press(page, SKETCH, "Lock it in")
    curve = page.locator(f"{RECORD} svg")
    assert curve.get_attribute("aria-label") == kept(page, "share")["choice"]
    drawn, measured = (curve.locator(f".mg-{of}").get_attribute("points")
                       for of in ("drawn", "measured"))  # fmt: skip
    heights_of = [[float(point.split(",")[1]) for point in of.split()] for of in (drawn, measured)]
    assert heights_of[0] == pytest.approx([0, 14, 26, 40])  # from the top of 40
    assert heights_of[1] == pytest.approx([36, 28, 16, 4], abs=0.2)  # 10, 30, 60 and 90 %
    assert "Dashed: yours." in page.inner_text(RECORD)


def test_a_curve_of_an_earlier_edition_is_shown_without_the_measured_one(opened):
    visited = opened()
    page = visited.page
    record = {"prompt": "Draw.", "choice": "0%: 50 %", "outcome": "So.", "drawn": [0.5, 0.2]}
    page.evaluate("([name, text]) => { localStorage[name] = text; }",
                  ["misgen.guess.maze.old", json.dumps(record)])  # fmt: skip
    page.reload()
    visited.mount_explorers()
    assert page.locator(f"{RECORD} polyline").count() == 1
    assert "The curve that you drew." in page.inner_text(RECORD)


def test_the_record_is_exported_as_it_is_kept(opened):
    page = opened().page
    press(page, GUESS, "Show me")
    with page.expect_download() as download:
        press(page, RECORD, "Export")
    assert download.value.suggested_filename == "guesses.json"
    exported = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert exported == {"maze.coins": kept(page, "coins")}
    assert exported["maze.coins"]["page"].endswith("page.html#explorer-guess-coins")


def test_the_record_is_cleared_after_one_question(opened):
    page = opened().page
    press(page, GUESS, "Show me")
    press(page, RECORD, "Clear")
    press(page, RECORD, "No")
    assert kept(page, "coins")
    assert page.locator(":focus").inner_text() == "Clear"
    press(page, RECORD, "Clear")
    press(page, RECORD, "Yes, clear")
    assert kept(page, "coins") is None
    assert "There is none yet" in page.inner_text(RECORD)
    assert page.locator(GUESS).get_by_role("button", name="Show me").is_visible()


def test_an_answer_that_is_no_longer_offered_is_told_in_words(opened):
    visited = opened()
    page = visited.page
    for name, prompt in (("coins", "What does it take?"), ("share", "How does the rate grow?")):
        record = json.dumps({"prompt": prompt, "choice": "All of them", "drawn": [0.5]})
        page.evaluate("([name, text]) => { localStorage[name] = text; }",
                      [f"misgen.guess.maze.{name}", record])  # fmt: skip
    page.reload()
    visited.mount_explorers()
    for view in (GUESS, SKETCH):
        assert "You answered “All of them”." in page.inner_text(view)


def test_what_somebody_else_wrote_there_breaks_nothing(opened):
    visited = opened()
    page = visited.page
    page.evaluate("""() => {
      localStorage["misgen.guess.maze.coins"] = "{";
      localStorage["misgen.guess.maze.share"] = "7";
      localStorage["misgen.guess.maze.moved"] = JSON.stringify({ prompt: "?", choice: 3 });
      localStorage["misgen.guess.maze.old"] =
        JSON.stringify({ prompt: "?", choice: "a", drawn: ["b", 7] });
    }""")
    page.reload()
    visited.mount_explorers()
    assert visited.errors == []
    assert page.locator(GUESS).get_by_role("button", name="Show me").is_visible()


# -------------------------------------------------------------------------------- access


def answered(page: Any) -> None:
    press(page, GUESS, "Show me")
    draw(page, (0.05, 0.0), (0.99, 1.0))
    press(page, SKETCH, "Lock it in")
    press(page, PREDICT, "Move the coin")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_the_answers(opened, axe_of_explorers, theme):
    page = opened().page
    assert axe_of_explorers(page, theme) == []
    page.reload()
    page = opened().page
    answered(page)
    assert axe_of_explorers(page, theme) == []


def test_a_small_phone_needs_no_sideways_scrolling(opened, beyond_the_edge):
    page = opened(viewport=PHONE).page
    assert beyond_the_edge(page) == []
    answered(page)
    assert beyond_the_edge(page, ".misgen-view *") == []


def test_in_forced_colours_the_locked_answer_and_the_outcome_keep_their_edges(opened):
    page = opened(forced_colors="active").page
    press(page, GUESS, "Show me")
    edge = "element => getComputedStyle(element).borderLeftWidth"
    assert page.locator(f"{GUESS} .mg-outcome").evaluate(edge) == "3px"
    assert page.locator(f"{SKETCH} .mg-button").first.evaluate(edge) == "1px"


def test_what_comes_out_is_spoken(opened):
    page = opened().page
    page.locator(GUESS).get_by_role("radio").nth(1).press("Space")
    press(page, GUESS, "Lock it in")
    said = page.locator(f"{GUESS} [role=status]")
    said.filter(has_text="The end was near. What came out: It took 54 of 100 of them.").wait_for(
        state="attached"
    )
