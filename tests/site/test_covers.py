"""What a prediction covers on its page: closed, opened, closed again, and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import predicting_site
import pytest
from browsing import Visit, happens, wait_until
from docutils import nodes
from given_away import assert_nothing_is_given_away

pytestmark = pytest.mark.site

GUESS, SKETCH = "#explorer-guess-coins", "#explorer-sketch-share"
OUTCOME = f"{GUESS} .misgen-view .mg-outcome"
UNTIL = "The rest of this page opens when you have chosen."
BEHIND = ["They turn left in the end.", "Why they turn", "The chart", "Draw", "A door"]
REFUSED = """Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("blocked", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError"); };"""
# Whether anything behind a prediction ever had a place on the screen.
WATCH = """() => {
  const look = () => {
    const behind = [...document.querySelectorAll("[class*=misgen-after-]")];
    window.flashed ||= behind.some((each) => each.getClientRects().length > 0);
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> str:
    """The address of a small book with predictions."""
    return serve_folder(predicting_site.built(tmp_path_factory.mktemp("maze")))


@pytest.fixture
def opened(visit: Callable[..., Visit], site: str) -> Callable[..., Visit]:
    """Opens the page with predictions; before, a script runs."""

    def open_page(rest: str = "", script: str = "", lost: str = "", **options: object) -> Visit:
        visited = visit("about:blank", covered=True, **options)
        visited.page.add_init_script(script)
        if lost:
            visited.page.route(lost, lambda route: route.abort())
        visited.page.goto(f"{site}/maze.html{rest}")
        return visited

    return open_page


def mounted(page, explorer: str = GUESS):
    page.locator(explorer).scroll_into_view_if_needed()
    page.wait_for_selector(f"{explorer}[data-mounted]")
    return page.locator(f"{explorer} .misgen-view")


def lock(page) -> None:
    """Chooses the second answer and locks it, by keyboard."""
    mounted(page).get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def shown(page) -> list[str]:
    """Which of the texts behind the first prediction are on the screen."""
    text = page.inner_text("body")
    return [each for each in BEHIND if each in text]


def kept(page) -> str | None:
    return page.evaluate("localStorage.getItem('misgen.guess.maze.coins')")


# ---------------------------------------------------------------------------- the doctree


def test_what_follows_a_prediction_in_all_sections_around_it_is_behind_it(tools):
    covers = tools("covers")
    raw, beside = nodes.raw("", "html"), nodes.paragraph("", "beside")
    deeper, after, before = (nodes.section(ids=[name]) for name in ("deeper", "after", "before"))
    around = nodes.section("", nodes.container("", raw), beside, deeper, ids=["around"])
    document = nodes.section("", before, around, after)
    doctree = nodes.document(None, None)
    doctree += document
    covers.cover_after(raw, covers.Mark("key", "maze.name"))
    behind = [
        node for node in document.findall(nodes.Element) if "misgen-after-key" in node["classes"]
    ]
    assert behind == [beside.parent, deeper, after]
    assert isinstance(beside.parent, covers.Behind)
    assert covers.UNTIL in around.children[1]["html"]


def test_a_second_prediction_among_what_is_behind_the_first_covers_what_follows_it(tools):
    covers = tools("covers")
    first, second, last = nodes.raw("", "1"), nodes.raw("", "2"), nodes.paragraph("", "last")
    section = nodes.section("", first, second, last)
    doctree = nodes.document(None, None)
    doctree += section
    for raw, key in ((first, "a"), (second, "b")):
        covers.cover_after(raw, covers.Mark(key, f"maze.{key}"))
    assert last.parent["classes"] == ["misgen-after-b"]
    assert second.parent["classes"] == last.parent.parent["classes"] == ["misgen-after-a"]


# ------------------------------------------------------------------------- the whole proof

MARKS = [("guess-coins", "maze.coins"), ("sketch-share", "maze.share")]
WORDS = {"maze.coins": ["turn left"], "maze.share": ["at last"]}


def test_the_proof_for_chapters_holds_for_a_page_that_keeps_its_secrets(opened):
    assert_nothing_is_given_away(opened(reduced_motion="reduce"), MARKS, WORDS)


@pytest.mark.parametrize(
    ("words", "name", "fault"),
    [
        (["Somebody"], "maze.coins", "Somebody walks in it"),  # a text before it
        (["turn left"], "maze.share", "They turn left in the end"),  # one before the second
        (["nowhere said"], "maze.coins", "No words give it away"),
    ],
)
def test_the_proof_finds_what_gives_a_prediction_away(opened, words, name, fault):
    with pytest.raises(AssertionError, match=fault):
        assert_nothing_is_given_away(opened(reduced_motion="reduce"), MARKS, WORDS | {name: words})


@pytest.mark.parametrize("rest", ["#the-chart", "#why-they-turn"])
def test_the_proof_finds_explorers_and_charts_that_are_open(opened, rest):
    with pytest.raises(AssertionError, match="explorer-behind"):
        assert_nothing_is_given_away(opened(rest), MARKS, WORDS)


# ------------------------------------------------------------------------ closed and opened


def test_before_a_guess_nothing_that_follows_is_on_the_screen_and_one_line_says_so(opened):
    visited = opened()
    page = visited.page
    mounted(page)
    assert shown(page) == []
    assert page.inner_text("main").count(UNTIL) == 1
    assert page.is_visible("#explorer-before")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    assert not page.locator("#explorer-behind[data-mounted], .misgen-plot[data-drawn]").count()
    assert visited.errors == visited.foreign == []


def test_nothing_that_follows_flashes_while_the_page_loads(opened):
    page = opened(script=f"({WATCH})()").page
    mounted(page)
    assert page.evaluate("window.flashed") is False


def test_a_guess_locked_by_keyboard_opens_all_up_to_the_next_prediction(opened):
    visited = opened()
    page = visited.page
    lock(page)
    assert shown(page) == BEHIND[:-1]
    assert "And at last they stop." not in page.inner_text("main")
    assert page.inner_text("main").count(UNTIL) == 1
    assert page.locator(":focus").get_attribute("class") == "mg-outcome"
    assert "54 of 100" in page.inner_text(OUTCOME)
    mounted(page, "#explorer-behind")
    page.locator(".misgen-plot").scroll_into_view_if_needed()
    page.wait_for_selector(".misgen-plot[data-drawn]")
    width = page.locator(".misgen-plot").bounding_box()["width"]
    assert page.locator(".misgen-plot .main-svg").first.bounding_box()["width"] == pytest.approx(
        width, abs=1
    )
    assert visited.errors == []


def test_a_locked_guess_is_there_on_the_next_visit_and_cannot_be_changed(opened):
    page = opened().page
    lock(page)
    page.reload()
    view = mounted(page)
    assert shown(page) == BEHIND[:-1]
    assert "It runs on. your guess" in " ".join(view.inner_text().split())
    assert view.get_by_role("radio").nth(1).is_checked()
    assert all(radio.is_disabled() for radio in view.get_by_role("radio").all())
    assert "The end was near." in view.inner_text()


def test_who_wants_to_be_shown_needs_no_guess(opened):
    page = opened().page
    mounted(page).get_by_role("button", name="Show me").press("Enter")
    assert shown(page) == BEHIND[:-1]
    assert "54 of 100" in page.inner_text(OUTCOME)
    assert '"choice":null' in kept(page)
    assert page.get_by_role("button", name="Ask me again").is_visible()


def test_a_forgotten_guess_is_asked_again_and_covers_again(opened):
    page = opened().page
    lock(page)
    page.get_by_role("button", name="Forget my guess").press("Enter")
    assert shown(page) == []
    assert kept(page) is None
    assert page.locator(":focus").get_attribute("type") == "radio"
    lock(page)
    assert shown(page) == BEHIND[:-1]


def test_formulas_that_open_are_as_large_as_any(opened):
    def scale(page) -> str:
        page.wait_for_selector("mjx-container", state="attached")
        return page.locator("mjx-container").first.get_attribute("style")

    page = opened().page
    lock(page)
    page.reload()
    at_last = scale(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    scale(page)
    lock(page)
    style = "document.querySelector('mjx-container').getAttribute('style')"
    wait_until(page, f"at_last => {style} === at_last", arg=at_last)


# --------------------------------------------------------------------------------- links


@pytest.mark.parametrize(("rest", "opens"), [("#the-chart", 4), ("#a-door", 5), ("#choose", 0)])
def test_a_link_behind_a_prediction_passes_it_over(opened, rest, opens):
    page = opened(rest).page
    page.wait_for_load_state("load")
    assert shown(page) == BEHIND[:opens]
    wait_until(page, "at => document.querySelector(at).getBoundingClientRect().top < 500", rest)
    assert (kept(page) is not None) == bool(opens)


def test_a_link_on_the_page_does_so_too_and_the_explorer_hears_of_it(opened):
    page = opened().page
    mounted(page)
    page.evaluate("location.hash = '#the-chart'")
    page.wait_for_selector(OUTCOME)
    assert shown(page) == BEHIND[:-1]


def test_a_link_to_the_prediction_itself_opens_nothing(opened):
    assert shown(opened("?before.steps=0#explorer-guess-coins").page) == []


# -------------------------------------------------------------- without script, and on paper


def test_without_scripts_all_is_there(opened):
    page = opened(java_script_enabled=False).page
    assert set(BEHIND) <= set(page.inner_text("body").split("\n"))
    assert UNTIL not in page.inner_text("body")


def test_on_paper_all_is_there(opened):
    page = opened().page
    page.emulate_media(media="print")
    assert page.is_visible("text=They turn left in the end.")
    assert page.is_visible("text=And at last they stop.")
    assert not page.is_visible(f"text={UNTIL}")


@pytest.mark.parametrize("lost", ["**/host.js*", "**/explore/js/guess.js", "**/kept.js"])
def test_a_prediction_that_cannot_start_opens_what_is_behind_it(opened, lost):
    page = opened(lost=lost).page
    page.locator(GUESS).scroll_into_view_if_needed()
    assert happens(page, "() => document.body.innerText.includes('They turn left')")


# ------------------------------------------------------------------------------- storage


@pytest.mark.parametrize("script", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_is_kept_a_guess_opens_the_page_and_says_that_it_ends_with_it(opened, script):
    visited = opened(script=script)
    page = visited.page
    lock(page)
    assert shown(page) == BEHIND[:-1]
    assert "Your browser keeps nothing" in page.inner_text(OUTCOME)
    page.get_by_role("button", name="Forget my guess").press("Enter")
    assert shown(page) == []
    page.reload()
    mounted(page)
    assert shown(page) == []
    assert visited.errors == []


def test_two_tabs_tell_each_other(opened, site):
    page = opened().page
    mounted(page)
    other = page.context.new_page()
    other.goto(f"{site}/maze.html")
    lock(other)
    page.wait_for_selector(OUTCOME)
    assert shown(page) == BEHIND[:-1]
    assert mounted(page).get_by_role("radio").nth(1).is_checked()
    other.get_by_role("button", name="Forget my guess").click()
    page.wait_for_selector(OUTCOME, state="hidden")
    assert shown(page) == BEHIND[:-1]  # nobody takes away what is being read


def test_what_another_edition_asked_is_said_to_be_so(opened):
    page = opened().page
    lock(page)
    page.evaluate("""() => {
      const name = "misgen.guess.maze.coins";
      const record = { ...JSON.parse(localStorage[name]), prompt: "Doors?", choice: "Two." };
      localStorage[name] = JSON.stringify(record);
    }""")
    page.reload()
    mounted(page)
    told = page.inner_text(OUTCOME)
    assert "This edition of the book asks otherwise. To “Doors?” you answered “Two.”." in told
    assert '"prompt":"Doors?"' in kept(page)


def test_what_came_out_is_that_of_the_edition_that_was_read_last(opened):
    page = opened().page
    lock(page)
    now = kept(page)
    page.evaluate("text => { localStorage['misgen.guess.maze.coins'] = text; }",
                  now.replace("54 of 100", "12 of 100"))  # fmt: skip
    page.reload()
    mounted(page)
    assert "54 of 100" in kept(page)
    assert "It runs on." in kept(page)


# ---------------------------------------------------------------------------- the record


def test_the_last_page_lists_the_guesses_and_leads_back_to_them(opened, site):
    page = opened().page
    lock(page)
    page.goto(f"{site}/last.html")
    page.wait_for_selector("#explorer-guesses[data-mounted]")
    row = page.locator("#explorer-guesses li").inner_text()
    for part in ("What does it take?", "It runs on.", "It took 54 of 100 of them."):
        assert part in row
    page.get_by_role("link", name="What does it take?").click()
    page.wait_for_url(f"**/maze.html{GUESS}")


def test_who_wants_nothing_covered_says_so_on_the_last_page(opened, site):
    page = opened().page
    page.goto(f"{site}/last.html")
    page.get_by_role("switch").press("Space")
    page.goto(f"{site}/maze.html")
    mounted(page)
    assert shown(page) == BEHIND
    assert UNTIL not in page.inner_text("body")
    assert not page.is_visible(OUTCOME)  # which is the prediction's own


# -------------------------------------------------------------------------------- access


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after(opened, axe, theme, is_open):
    page = opened(color_scheme=theme, reduced_motion="reduce").page
    mounted(page)
    if is_open:
        lock(page)
        mounted(page, SKETCH)
    assert page.get_attribute("html", "data-theme") == theme
    assert axe(page) == []


def test_the_stills_of_what_is_covered_are_drawn(opened):
    page = opened(java_script_enabled=False).page
    for picture in ("#explorer-behind .misgen-still svg", ".misgen-plot img"):
        assert page.locator(picture).first.bounding_box()["width"] > 100
