"""Descriptions and social cards, and the one address that they follow."""

from __future__ import annotations

import functools
from html.parser import HTMLParser
from urllib.parse import urlsplit

import edition
import pytest
from docutils import nodes
from sphinx.util.images import get_image_size

ADDRESS = edition.address()


@pytest.fixture
def cards(tools):
    """The part of the extension that writes them."""
    return tools("cards")


def test_the_address_is_the_configured_one_or_that_of_the_repositorys_pages():
    site = edition.site_address
    assert site("https://book.example", "https://github.com/ann/book") == "https://book.example/"
    assert site("https://book.example/a/", "") == "https://book.example/a/"
    assert site("", "https://github.com/ann/book") == "https://ann.github.io/book/"
    assert site("", "https://git.example/ann/book") == ""
    assert site("", "") == ""


def test_the_description_is_the_first_paragraph_that_is_no_quotation(cards):
    quoted = nodes.block_quote("", nodes.paragraph("", "Quoted."))
    first = nodes.paragraph(
        "", "", nodes.Text("An "), nodes.emphasis("", "agent"), nodes.Text("\nacts.")
    )
    section = nodes.section("", quoted, first, nodes.paragraph("", "Then."))
    assert cards.first_paragraph(section) == "An agent acts."
    assert cards.first_paragraph(nodes.section("", quoted.deepcopy())) == ""


class Head(HTMLParser):
    """The tags of a page's head by their names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: dict[str, list[str]] = {}
        self.canonical = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        name = attributes.get("property") or attributes.get("name", "")
        if tag == "meta":
            self.tags.setdefault(name, []).append(attributes.get("content", ""))
        if attributes.get("rel") == "canonical":
            self.canonical = attributes["href"]


@functools.cache  # each page is compared with all others
def head(html, name: str) -> Head:
    return Head((html / name).read_text(encoding="utf-8"))


NO_CARD = {"404.html", "licences.html", "search.html"}


@pytest.mark.site
def test_each_page_has_one_description_that_is_its_own(html, page_name):
    if page_name in NO_CARD:
        assert head(html, page_name).tags["robots"] == ["noindex"]
        return
    tags = head(html, page_name).tags
    (description,) = tags["description"]
    assert 20 < len(description) <= 200
    assert tags["og:description"] == [description]
    others = [page for page in html.rglob("*.html") if "_static" not in page.parts]
    alone = {"index.html", page_name}
    for other in (page.relative_to(html).as_posix() for page in others):
        assert other in alone or head(html, other).tags.get("description") != [description]


@pytest.mark.site
def test_each_page_has_a_card_with_a_title_a_picture_and_its_own_address(html, page_name):
    if page_name in NO_CARD:
        return
    page = head(html, page_name)
    assert all(len(page.tags[f"og:{name}"]) == 1 for name in ("title", "type", "url", "image"))
    assert page.tags["og:site_name"] == ["Right Skill, Wrong Goal"]
    assert page.tags["twitter:card"] == ["summary_large_image"]
    assert page.tags["og:url"] == [page.canonical] == [f"{ADDRESS}{page_name}"]
    assert page.tags["og:title"][0] in (html / page_name).read_text(encoding="utf-8")
    (picture,) = page.tags["og:image"]
    assert picture.startswith(ADDRESS)
    file = html / urlsplit(picture).path.removeprefix(urlsplit(ADDRESS).path)
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.site
def test_the_picture_has_the_size_that_its_tags_name(html, cards):
    tags = head(html, "intro.html").tags
    named = tuple(int(tags[f"og:image:{side}"][0]) for side in ("width", "height"))
    picture = html / "_static" / cards.PICTURE.name
    assert get_image_size(str(picture)) == named
    assert min(named) >= 600
    assert picture.stat().st_size < 1_000_000


@pytest.mark.site
def test_the_start_page_leads_to_the_first_page_and_has_the_books_card(html):
    text = (html / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=intro.html"' in text
    assert head(html, "index.html").tags["og:url"] == [ADDRESS]
    assert "<html lang=" in text
