"""A panel with every kind of part and control, in a browser and without any chapter."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import small_panels
from browsing import resting_box, wait_until

pytestmark = pytest.mark.site

VIEW = ".misgen-view"
PHONE = {"width": 360, "height": 740}
PICTURE = "view => [...view.querySelectorAll('svg')].map((svg) => svg.outerHTML).join('|')"
SLIDERS = ["share", "steps"]


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(small_panels.panel())


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    wait_until(visited.page, "document.querySelector('.mg-chart path')")
    return visited


def shown(page) -> tuple[str, str]:
    """Text and picture of the panel."""
    view = page.locator(VIEW)
    return view.inner_text(), view.evaluate(PICTURE)


def sentence(page) -> str:
    return page.inner_text(".mg-say")


def expected(**choices: object) -> str:
    return "".join(text for _, text in small_panels.panel().say(**choices))


def slider(page, name: str):
    return page.get_by_role("slider").nth(SLIDERS.index(name))


def test_the_first_view_says_what_python_says(visit, address):
    visited = opened(visit, address)
    assert sentence(visited.page) == expected()
    assert visited.errors == visited.foreign == []


@pytest.mark.parametrize(("name", "chosen"), [("share", {"share": 0}), ("steps", {"steps": 500})])
def test_a_slider_moved_by_keyboard_changes_text_picture_and_address(visit, address, name, chosen):
    page = opened(visit, address).page
    text, picture = shown(page)
    slider(page, name).press("ArrowLeft")
    new_text, new_picture = shown(page)
    assert new_text != text
    assert new_picture != picture
    assert sentence(page) == expected(**chosen)
    key, value = next(iter(chosen.items()))
    wait_until(page, f"location.search.includes('panel.{key}={value}')")


def test_a_slider_says_its_value_in_words(visit, address):
    page = opened(visit, address).page
    assert slider(page, "steps").get_attribute("aria-valuetext") == "1,000"
    assert slider(page, "steps").get_attribute("aria-label") == "Training steps"


def test_a_list_and_a_switch_work_by_keyboard(visit, address):
    page = opened(visit, address).page
    world, chart = page.locator(".mg-cells").nth(1), page.locator(".mg-chart")
    picture = world.evaluate("svg => svg.innerHTML")
    page.get_by_role("combobox").press("ArrowDown")
    assert "on the right" in sentence(page)
    assert world.evaluate("svg => svg.innerHTML") != picture
    assert "54 % (34–74 %)" in chart.get_attribute("aria-label")
    page.get_by_role("switch").press("Space")
    assert "46 % (26–66 %)" in chart.get_attribute("aria-label")


def test_the_address_sets_every_control(visit, address):
    query = "panel.share=10&panel.steps=250&panel.place=right&panel.flipped=true"
    page = opened(visit, f"{address}?{query}").page
    assert sentence(page) == expected(share=10, steps=250, place="right")
    assert page.get_by_role("switch").is_checked()


@pytest.fixture(scope="module")
def address_on_the_right(explorer_page: Callable[..., str]) -> str:
    share, steps = small_panels.share(), small_panels.steps()
    controls = [share, steps, small_panels.place(start=1), small_panels.flipped()]
    return explorer_page(small_panels.panel(controls=controls))


@pytest.mark.parametrize("value", ["", "middle", "NaN", "1e999"])
def test_nonsense_in_the_address_leaves_the_start(visit, address_on_the_right, value):
    query = "&".join(f"panel.{name}={value}" for name in ("share", "steps", "place", "flipped"))
    page = opened(visit, f"{address_on_the_right}?{query}").page
    assert sentence(page) == expected(place="right")


def test_cells_on_the_side_of_zero_have_a_stroke(visit, address):
    page = opened(visit, address).page
    strokes = "path => path.getAttribute('d').split('M').length - 1"
    assert page.locator(".mg-hatch").first.evaluate(strokes) == 6
    slider(page, "share").press("ArrowRight")
    assert page.locator(".mg-hatch").first.evaluate(strokes) == 3


def test_the_chart_is_a_way_to_choose_by_touch(visit, address):
    page = opened(visit, address, has_touch=True, viewport=PHONE).page
    chart = page.locator(".mg-chart")
    box = resting_box(chart)
    page.touchscreen.tap(box["x"] + 0.38 * box["width"], box["y"] + 0.5 * box["height"])
    assert sentence(page) == expected(steps=250)


def test_a_missing_run_is_drawn_nowhere_and_said_to_be_missing(visit, address):
    page = opened(visit, f"{address}?panel.share=10").page
    assert "an unknown number" in sentence(page)
    assert "NaN" not in shown(page)[1]


NOTE = """selector => {
  const element = document.querySelector(selector);
  window.noted = [];
  const note = () => window.noted.push(element.textContent);
  new MutationObserver(note).observe(element, { childList: true, subtree: true });
}"""


def test_play_moves_the_slider_from_start_to_end_and_stops(visit, address):
    page = opened(visit, address).page
    page.evaluate(NOTE, ".mg-say")
    page.get_by_role("button", name="Play").press("Enter")
    page.get_by_role("button", name="Play").wait_for()
    assert expected(steps=0) in page.evaluate("window.noted")
    assert sentence(page) == expected()


def test_playing_is_one_announcement(visit, address):
    page = opened(visit, address).page
    page.evaluate(NOTE, "[aria-live]")
    page.get_by_role("button", name="Play").press("Enter")
    wait_until(page, "window.noted.length")
    assert page.evaluate("window.noted") == [expected()]


def test_a_reader_who_moves_the_slider_stops_the_playing(visit, address):
    page = opened(visit, address).page
    page.get_by_role("button", name="Play").press("Enter")
    slider(page, "steps").press("End")
    assert page.get_by_role("button", name="Play").count() == 1


def test_less_motion_means_one_value_at_a_press(visit, address):
    page = opened(visit, address, reduced_motion="reduce").page
    page.get_by_role("button", name="Next").press("Enter")
    assert sentence(page) == expected(steps=0)
    assert page.get_by_role("button", name="Pause").count() == 0


def test_the_live_region_speaks_the_sentence_and_only_after_a_change(visit, address):
    page = opened(visit, address).page
    live = page.locator("[aria-live]")
    page.wait_for_timeout(800)
    assert live.inner_text() == ""
    slider(page, "share").press("End")
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    assert live.inner_text() == expected(share=10)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel_and_in_its_still(visit, address, axe_of_explorers, theme):
    page = opened(visit, address, viewport={"width": 1200, "height": 900}).page
    assert axe_of_explorers(page, theme) == []


def test_it_fits_a_phone(visit, address, beyond_the_edge):
    page = opened(visit, address, viewport=PHONE).page
    assert beyond_the_edge(page) == []


def test_ticks_whose_labels_would_touch_are_left_out(visit, explorer_page):
    values = tuple(range(0, 101, 2))
    many = small_panels.Control("steps", "Steps", values, tuple(f"{v:,}000" for v in values))
    curve = small_panels.chart(
        x=values, x_ticks=[], over=(), lines=[small_panels.Line("a", "goal", [0.5] * 51)]
    )
    said = [[("", "At {steps}.")]]
    panel = small_panels.panel(
        controls=[many], parts=[curve], readings={}, sentences=said, which=None
    )
    page = opened(visit, explorer_page(panel), viewport=PHONE).page
    ticks = page.locator(".mg-tick:not(.mg-thin)")
    boxes = [tick.bounding_box() for tick in ticks.all()]
    assert 2 <= len(boxes) < len(values)
    assert all(a["x"] + a["width"] < b["x"] for a, b in pairwise(boxes))


def test_a_change_is_drawn_at_once(visit, address):
    page = opened(visit, address).page
    assert page.evaluate(
        """() => {
          const input = document.querySelector(".misgen-view input[type=range]");
          const before = document.querySelector(".mg-cells").outerHTML;
          input.value = 4;
          input.dispatchEvent(new Event("input"));
          return document.querySelector(".mg-cells").outerHTML !== before;
        }"""
    )


def test_the_labels_of_a_slider_follow_another_control(visit, explorer_page):
    made = small_panels.named_by_place()
    page = opened(visit, explorer_page(made)).page
    ticks = page.locator(".mg-slider").first.locator(".mg-tick")
    for place, names in zip(("left", "right"), small_panels.NAMED, strict=True):
        shown = [text.replace("\n", "") for text in ticks.all_text_contents()]
        assert shown == list(names)
        assert slider(page, "share").get_attribute("aria-valuetext") == names[1]
        assert sentence(page) == "".join(text for _, text in made.say(place=place))
        assert f"with {names[1]} it" in sentence(page)
        page.get_by_role("combobox").press("ArrowDown")
