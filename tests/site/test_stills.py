"""The still pictures of the pages: there without scripts, on paper, and after a lost script."""

from __future__ import annotations

import base64
import re

import pytest
from browsing import wait_until

PLAIN = '<div class="mg-still-view"><p>It runs.</p></div><!-- view --></div>'
PAGE = (
    f'<div class="misgen-explorer" id="explorer-dial" data-key="dial">{PLAIN}'
    '<div class="misgen-plot" id="fig-1" role="group" aria-label="It rises."></div>'
)
TAKEN = {
    "views": {"explorer-dial": '<p>It runs.</p><img data-canvas="0" width="4" height="2" alt="a">'},
    "canvases": {
        theme: {"explorer-dial": [f"data:image/webp;base64,{base64.b64encode(data).decode()}"]}
        for theme, data in {"dark": b"night", "light": b"day"}.items()
    },
    "charts": {"fig-1": {"svg": "<svg/>", "width": 600, "height": 400}},
}


@pytest.mark.parametrize(("seconds", "bar"), [(0.0, True), (60.0, False)])
def test_stills_that_take_long_show_how_many_are_done(tools, monkeypatch, capsys, seconds, bar):
    stills = tools("stills")
    monkeypatch.setattr(stills, "SECONDS_WITHOUT_BAR", seconds)
    assert list(stills.with_bar(["a", "b"])) == ["a", "b"]
    assert ("site: stills: 100%" in capsys.readouterr().err) is bar


def test_a_page_gets_the_view_of_each_explorer_and_the_picture_of_each_chart(tools):
    text, files = tools("stills").with_stills("chapters/a.html", PAGE, TAKEN)
    assert '<div class="mg-still-view mg-root"><p>It runs.</p><img ' in text
    pictures = re.findall(r'<img src="\.\./_static/stills/(\S+)" loading="lazy" ([^>]*)>', text)
    name, size = "chapters-a-explorer-dial-0", 'width="4" height="2" alt="a"'
    assert pictures == [
        (f"{name}-dark.webp", f'class="only-dark" {size}'),
        (f"{name}-light.webp", f'class="only-light" {size}'),
        ("fig-1.svg", 'alt="It rises." width="600" height="400"'),
    ]
    assert files == {
        f"{name}-dark.webp": b"night",
        f"{name}-light.webp": b"day",
        "fig-1.svg": b"<svg/>",
    }


def test_a_page_without_moving_pictures_stays_as_it_is(tools):
    assert tools("stills").with_stills("a.html", "<p>Words.</p>", TAKEN) == ("<p>Words.</p>", {})


@pytest.mark.site
def test_each_explorer_shows_what_its_script_draws_and_each_chart_its_picture(html, page_name):
    text = (html / page_name).read_text(encoding="utf-8")
    explorers, charts = text.count('<div class="misgen-explorer"'), text.count("misgen-plot-data")
    assert text.count('<div class="mg-still-view mg-root">') == explorers
    assert len(re.findall(r'<div class="misgen-plot"[^>]*><img ', text)) == charts
    for source in re.findall(r'<img src="([^"]*_static/stills/[^"]+)"', text):
        assert ((html / page_name).parent / source).resolve().stat().st_size > 500


HEIGHTS = """() => [...document.querySelectorAll(".misgen-explorer")].map((explorer) => {
  const [still, view] = ["still", "view"].map((each) => explorer.querySelector(`.misgen-${each}`));
  const height = view.offsetHeight;
  explorer.dataset.mounted = "";
  const before = still.offsetHeight;
  explorer.dataset.mounted = "true";
  return [explorer.id, before, height];
})"""
LISTS_ALL = ("explorer-cases",)  # all of its text, for who reads it without scripts


@pytest.mark.site
def test_no_still_is_far_higher_than_what_takes_its_place(at_desk):
    heights = at_desk.page.evaluate(HEIGHTS)
    shown = [each for each in heights if each[2] > 0]  # not what is folded
    high = [(name, still, view) for name, still, view in shown if still > 2 * view]
    assert [each for each in high if each[0] not in LISTS_ALL] == []


@pytest.mark.site
def test_without_scripts_the_pictures_are_there(visit, site):
    page = visit(f"{site}/chapters/coinrun.html", java_script_enabled=False).page
    for picture in page.locator(".misgen-plot img, .misgen-still img.only-light").all():
        picture.scroll_into_view_if_needed()
        assert picture.bounding_box()["height"] > 100
        wait_until(page, "image => image.naturalWidth > 0", arg=picture.element_handle())


NO_SCRIPTS = {"content-security-policy": "script-src 'none'"}


@pytest.mark.site
@pytest.mark.parametrize("page_with_stills", ["chapters/coinrun.html", "intro.html"])
def test_where_scripts_are_blocked_a_page_says_why_it_stands_still(visit, site, page_with_stills):
    page = visit("about:blank").page
    only_page = f"{site}/{page_with_stills}"

    def answer(route):
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | NO_SCRIPTS)

    page.route(only_page, answer)
    page.goto(only_page)
    assert page.locator(".misgen-unscripted").is_visible()
    page.locator(".misgen-unscripted a").click()
    assert page.url == f"{site}/chapters/appendix/troubleshooting.html#a-slider-does-nothing"


@pytest.mark.site
def test_without_scripts_too_and_with_them_it_does_not(visit, site):
    address = f"{site}/chapters/coinrun.html"
    switched_off = visit(address, java_script_enabled=False).page
    assert switched_off.locator(".misgen-unscripted").is_visible()
    assert visit(address).page.locator(".misgen-unscripted").is_hidden()


@pytest.mark.site
def test_a_lost_plotly_leaves_the_still_and_the_next_try_draws(visit, site):
    page = visit("about:blank").page
    page.route("**/plotly-basic.min.js", lambda route: route.abort())
    page.goto(f"{site}/chapters/coinrun.html")
    chart = page.locator(".misgen-plot").first
    chart.scroll_into_view_if_needed()
    page.wait_for_selector(".misgen-plot[data-failed]")
    assert chart.locator(":scope > img").is_visible()
    page.unroute("**/plotly-basic.min.js")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_selector(".misgen-plot[data-drawn=dark]")
    assert chart.locator(":scope > img").count() == 0


@pytest.mark.site
def test_a_page_that_is_printed_cold_shows_every_picture(visit, site):
    page = visit("about:blank").page
    fetched = []
    page.on("requestfinished", lambda request: fetched.append(request.url.rpartition("/")[2]))
    page.goto(f"{site}/chapters/coinrun.html", wait_until="load")
    pictures = page.locator(".misgen-plot > img, .misgen-still img.only-light").all()
    wanted = {picture.get_attribute("src").rpartition("/")[2] for picture in pictures}
    page.pdf()
    assert len(wanted) > 4
    assert wanted <= set(fetched)
