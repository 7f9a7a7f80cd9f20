"""The search, with no network but the site, and with no server at all."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from browsing import wait_until
from node import find_node

pytestmark = pytest.mark.site

RESULT = "ul.search > li"
ALL_SUMMARIZED = """() => {
  const results = [...document.querySelectorAll("ul.search > li")];
  const finished = document.querySelector(".search-summary")?.innerText;
  return finished && results.length && results.every((one) => one.querySelector("p.context"));
}"""
# A number that has grown together with the word after it, as in a table without its tags.
GROWN_TOGETHER = re.compile(r"\d+[a-z]{3,9}")


def results(page) -> list:
    """Returns the results of a search when all of them have their summaries."""
    wait_until(page, ALL_SUMMARIZED)
    return page.locator(RESULT).all()


@pytest.fixture
def asked(visit, site):
    """Asks for words; returns the visit to the page of results."""

    def ask(query: str):
        visited = visit(f"{site}/search.html?q={query}")
        visited.found = results(visited.page)
        return visited

    return ask


def test_a_search_by_keyboard_leads_to_the_place(visit, site):
    visited = visit(f"{site}/intro.html")
    page = visited.page
    page.wait_for_load_state("load")
    page.keyboard.press("Control+k")
    page.keyboard.type("accidental rate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=accidental+rate")
    assert len(results(page)) >= 3
    page.locator(f"{RESULT} a[href$='glossary.html#accidental-rate']").press("Enter")
    page.wait_for_url("**#accidental-rate")
    assert page.locator("#accidental-rate h3").is_visible()
    assert page.locator(".highlighted").count() == 0  # an explorer could not be marked unharmed
    assert visited.errors == visited.foreign == []


def test_each_result_leads_to_a_place_of_the_page_and_shows_the_words_there(asked, html):
    visited = asked("erased coin")
    assert len(visited.found) >= 3
    for result in visited.found:
        text = result.locator("p.context").inner_text().lower()
        assert "coin" in text or "erase" in text
        assert len(text) < 300
    links = [result.locator("a").first.get_attribute("href") for result in visited.found]
    assert any("coinrun.html#" in link for link in links)
    for link in links:
        page, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in (html / page).read_text(encoding="utf-8") or not anchor


def test_no_place_is_found_twice(asked):
    found = asked("distinguishing level").found
    links = [result.locator("a").first.get_attribute("href") for result in found]
    assert sorted(links) == sorted(set(links))


def test_a_result_shows_prose_and_not_the_data_of_an_explorer(asked):
    for result in asked("coin").found:
        assert not re.search(r'[{}]|":|viewBox', result.inner_text())


@pytest.mark.parametrize("query", ["erased", "numpy", "7 x 7", "whom does it follow"])
def test_each_result_has_a_summary_and_none_is_an_error(asked, query):
    visited = asked(query)
    assert all(len(result.inner_text().split("\n")) >= 2 for result in visited.found)
    assert visited.errors == []


def pages_of(visited) -> set[str]:
    """The pages among the results, without their sections."""
    links = [result.locator("a").first.get_attribute("href") for result in visited.found]
    return {link.partition("#")[0] for link in links}


# The pages that a query finds, without the summaries, for which each page would be fetched.
FOUND = """query => {
  const found = Search._performSearch(...Search._parseQuery(query));
  return [...new Set(found.map(([page]) => page))].sort();
}"""
INHERITED = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf constructor"]
SPELLINGS = [
    ("misgeneralization", "misgeneralisation"),
    ("behaviour", "behavior"),
    ("generalizes", "generalises"),
    ("labelled", "labeled"),
    ("colour", "color"),
    ("program", "programme"),
    ("learned", "learnt"),
    ("minimize", "minimise"),
    ("100,000", "100 000"),
    ("100,000 steps", "100\u00a0000 steps"),
]


@pytest.fixture(scope="module")
def find(browser, site):
    """Finds the pages of a query, on one page for all."""
    page = browser.new_page()
    page.goto(f"{site}/search.html")
    wait_until(page, "Search.hasIndex()")
    yield lambda query: page.evaluate(FOUND, query)
    page.close()


@pytest.mark.parametrize("query", INHERITED)
def test_a_word_that_every_object_of_javascript_knows_is_a_word_like_others(find, query):
    assert find(query) == []
    assert find(f"{query} coin") == []


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_both_spellings_find_the_same_pages(find, one, other):
    assert len(find(one)) >= 2
    assert find(one) == find(other)


@pytest.mark.parametrize(("one", "other"), [("favour", "favor"), ("spelled", "spelt")])
def test_what_one_page_has_or_has_as_part_of_a_word_is_found_in_both_spellings(find, one, other):
    assert find(one) == find(other) != []


def test_two_numbers_that_no_page_has_as_one_are_two(find):
    assert find("10 310") == find("310 10") != []


def test_a_short_word_that_nobody_wrote_is_left_out_and_a_number_never(find):
    assert find("qx coin") == find("coin")
    assert find("987654 coin") == []


def test_a_query_that_names_a_property_shows_no_error(visit, site):
    visited = visit(f"{site}/search.html?q=constructor")
    wait_until(visited.page, "document.querySelector('.search-summary')?.innerText")
    assert visited.errors == []


@pytest.mark.parametrize(
    ("query", "page", "shown"),
    [
        ("2 %25", "chapters/coinrun.html", r"\b2\s?%"),
        ("2%25", "chapters/coinrun.html", r"\b2\s?%"),
        ("2 percent", "chapters/coinrun.html", r"\b2\s?%"),
        ("1e-6", "chapters/tree_gridworld.html", r"1e-0?6|10\^\{-6\}"),
        ("10000 commands", "chapters/rewards.html", "10,000"),
    ],
)
def test_a_number_is_found_as_it_is_written(asked, query, page, shown):
    visited = asked(query)
    assert page in pages_of(visited)
    found = [one for one in visited.found if page in one.locator("a").first.get_attribute("href")]
    assert re.search(shown, found[0].locator("p.context").inner_text())
    assert visited.errors == []


NUMBERS = "2 % of 10,000, 1_000_000 or 95\u202f%; 1e-06, $10^{-6}$, \u22125; 2nd, 0.5, 2105.14111"


def test_a_query_is_split_as_the_pages_are(tools, tmp_path):
    words = tools("search_words")
    script = f"{words.SPLIT_QUERY}\nconsole.log(JSON.stringify(splitQuery({json.dumps(NUMBERS)})))"
    (tmp_path / "split.cjs").write_text(script, encoding="utf-8")
    if (node := find_node()) is None:
        pytest.skip("There is no Node: `make assets` installs one.")
    run = subprocess.run([node, tmp_path / "split.cjs"], capture_output=True, check=True, text=True)
    asked = json.loads(run.stdout)
    assert asked[:6] == ["2%", "of", "10000", "1000000", "or", "95%"]
    indexed = words.SearchWords({}).split(NUMBERS)
    assert [word for word in asked if word not in indexed] == []


@pytest.mark.parametrize("query", ["50 percent", "50 per cent", "50 Percent", "50%"])
def test_the_word_for_per_cent_asks_for_the_sign(tools, tmp_path, query):
    words = tools("search_words")
    (tmp_path / "split.cjs").write_text(
        f"{words.SPLIT_QUERY}\nconsole.log(splitQuery({json.dumps(query)}).join())",
        encoding="utf-8",
    )
    if (node := find_node()) is None:
        pytest.skip("There is no Node: `make assets` installs one.")
    asked = subprocess.run(
        [node, tmp_path / "split.cjs"], capture_output=True, check=True, text=True
    ).stdout.strip()
    assert asked == "50%"
    assert asked in words.SearchWords({}).split("50\u202f% of the levels")


def test_a_longer_word_behind_a_number_is_a_word_of_its_own(tools):
    split = tools("search_words").SearchWords({}).split
    assert split("50 percentages, 3 centuries") == ["50", "percentages", "3", "centuries"]


def test_nothing_found_is_said_in_words_of_the_book(visit, site):
    page = visit(f"{site}/search.html?q=zyzzyva").page
    wait_until(page, "document.querySelector('.search-summary')?.innerText.includes('glossary')")
    assert page.locator(RESULT).count() == 0


@pytest.mark.parametrize("query", ["", "?q="])
def test_without_a_query_the_page_says_what_to_do(visit, site, query):
    visited = visit(f"{site}/search.html{query}")
    shown = "document.querySelector('.search-summary')?.innerText.includes('field above')"
    wait_until(visited.page, shown)
    assert visited.errors == []


def test_a_lost_index_is_said_and_a_lost_page_leaves_its_title(visit, site):
    visited = visit("about:blank")
    page, uncaught = visited.page, []
    page.on("pageerror", lambda error: uncaught.append(str(error)))
    page.route("**/searchindex.js", lambda route: route.abort())
    page.goto(f"{site}/search.html?q=coin")
    wait_until(page, "document.querySelector('.search-summary')?.innerText.includes('reload')")
    page.unroute("**/searchindex.js")
    page.route("**/chapters/**", lambda route: route.abort())
    page.goto(f"{site}/search.html?q=coin")
    wait_until(page, "document.querySelector('.search-summary')?.innerText.includes('found')")
    assert page.locator(f"{RESULT} a[href*='chapters']").count() >= 3
    assert uncaught == []


def test_without_a_server_the_titles_are_found(browser, html):
    page = browser.new_page()
    page.goto(f"{(html / 'search.html').as_uri()}?q=coin")
    page.wait_for_selector(f"{RESULT} a")
    href = page.locator(f"{RESULT} a").first.get_attribute("href")
    assert (html / href.split("#")[0]).is_file()
    page.close()


def test_the_index_has_no_words_that_grew_together_and_no_names_of_data(html):
    index = (html / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert len(terms) > 1000
    assert [term for term in terms if GROWN_TOGETHER.fullmatch(term)] == []
    assert not {"misgen-state", "viewbox", "numberscommand", "bdata"} & set(terms)


def test_a_title_in_the_index_is_text_without_markup(html):
    index = (html / "searchindex.js").read_text(encoding="utf-8")
    data = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert [title for title in data["alltitles"] if re.search(r"[<>`]|\$", title)] == []
