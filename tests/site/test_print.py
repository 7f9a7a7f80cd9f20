"""The book on paper: one file without scripts, and a PDF."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

pytestmark = pytest.mark.site

NAME = "right-skill-wrong-goal"


class Facts(HTMLParser):
    """What the checks need to know of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [its for _, its in self.tags if name in its.get("class", "").split()]


@pytest.fixture(scope="session")
def files(root):
    """Both files."""
    folder = root / "_build" / "print"
    assert (folder / f"{NAME}.pdf").is_file(), "The book is not printed: run `make print`."
    return folder / f"{NAME}.html", folder / f"{NAME}.pdf"


@pytest.fixture(scope="session")
def paper(files) -> Facts:
    """The facts of the one file."""
    return Facts(files[0].read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(html) -> dict[str, Facts]:
    """The facts of each page of the book on the site, by name."""
    text = (html / "llms.txt").read_text(encoding="utf-8")
    names = re.findall(r"/book/([\w/]+)\.html\)", text)
    assert len(names) > 5
    return {name: Facts((html / f"{name}.html").read_text(encoding="utf-8")) for name in names}


def test_each_page_is_there_in_the_order_of_the_book(paper, built):
    pages = [its["id"] for its in paper.with_class("page")]
    assert pages == [name.replace("/", "-") for name in built]


def test_each_explorer_has_its_still(paper, built):
    on_site = [
        f"{name.replace('/', '-')}--{its['id']}"
        for name, facts in built.items()
        for its in facts.with_class("misgen-explorer")
    ]
    assert [its["id"] for its in paper.with_class("misgen-explorer")] == on_site
    assert len(on_site) > 20
    assert len(paper.with_class("misgen-still")) == len(on_site)


def test_each_chart_is_a_picture_with_a_description(paper, built):
    charts = [
        its["aria-label"] for facts in built.values() for its in facts.with_class("misgen-plot")
    ]
    pictures = paper.with_class("chart")
    assert [its["alt"] for its in pictures] == charts
    assert all(its["src"].startswith("data:image/svg+xml") for its in pictures)
    assert len(charts) > 10


def test_each_formula_is_drawn(paper, built):
    formulas = sum(len(facts.with_class("math")) for facts in built.values())
    drawn = [its for tag, its in paper.tags if tag == "mjx-container"]
    assert len(drawn) == formulas > 10
    assert [its for tag, its in paper.tags if tag in ("merror", "mjx-merror")] == []


def test_it_needs_no_script_and_no_other_file(paper, files):
    assert [tag for tag, _ in paper.tags if tag in ("script", "iframe", "video")] == []
    loaded = [its["src"] for _, its in paper.tags if "src" in its]
    loaded += [its["href"] for tag, its in paper.tags if tag == "link"]
    assert [place for place in loaded if not place.startswith("data:")] == []
    assert not re.search(r"@import|url\([\"']?(https?:|/)", files[0].read_text(encoding="utf-8"))


def test_the_keyboard_goes_to_links_only(paper):
    assert [tag for tag, its in paper.tags if "tabindex" in its] == []


def test_opened_without_scripts_it_shows_everything_and_asks_nobody(visit, files):
    visited = visit(files[0].as_uri(), java_script_enabled=False)
    page = visited.page
    assert visited.foreign == visited.errors == []
    for still in page.locator(".misgen-still").all():
        assert still.is_visible()
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("img.chart").first.bounding_box()["height"] > 100


def test_ids_are_unique_and_links_inside_lead_somewhere(paper):
    ids = [its["id"] for _, its in paper.tags if "id" in its]
    assert sorted(ids) == sorted(set(ids))
    inside = [
        its["href"][1:]
        for tag, its in paper.tags
        if tag == "a" and its.get("href", "").startswith("#")
    ]
    assert len(inside) > 100
    assert [name for name in inside if name not in ids] == []


def test_links_to_other_places_are_whole_addresses(paper):
    links = [its["href"] for tag, its in paper.tags if tag == "a" and its.get("href")]
    assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == []
    assert [link for link in links if "127.0.0.1" in link] == []


def test_axe_finds_nothing_on_paper(visit, axe, files):
    page = visit(files[0].as_uri(), viewport={"width": 1000, "height": 900}).page
    assert axe(page) == []


def test_the_pdf_has_pages_an_outline_and_tags_and_a_sane_size(files):
    html, pdf = files
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF-")
    assert 50 < len(re.findall(rb"/Type\s*/Page\b(?!s)", data)) < 600
    assert b"/Outlines" in data
    assert b"/StructTreeRoot" in data
    assert html.stat().st_size < 15_000_000
    assert pdf.stat().st_size < 20_000_000


def test_the_site_names_the_files_in_its_footer(at_desk, html, files):
    links = at_desk.page.locator(".misgen-print a")
    for link in links.all():
        target = link.evaluate("link => new URL(link.href).pathname")
        assert (html / target.lstrip("/")).read_bytes()[:4] in (b"<!do", b"%PDF")
    assert links.count() == 2


def test_printing_twice_leaves_one_link(tools, tmp_path):
    printing = tools("print_book")
    page = tmp_path / "chapters" / "a.html"
    page.parent.mkdir()
    page.write_text("<footer><!-- print --><!-- /print --></footer>")
    book = tmp_path / "book.pdf"
    book.write_bytes(b"%PDF")
    for _ in range(2):
        printing.publish([book], tmp_path)
    assert page.read_text().count("<a ") == 1
    assert 'href="../_static/print/book.pdf"' in page.read_text()
