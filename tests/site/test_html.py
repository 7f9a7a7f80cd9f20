"""The built HTML as text: links, pictures, hosts."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.site

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
LOADING_RELATIONS = {"stylesheet", "preload", "modulepreload", "icon", "preconnect", "dns-prefetch"}
FILE_NAME = re.compile(r"\.(png|svg|jpe?g|gif|webp)$", re.IGNORECASE)
STYLE_FILE = re.compile(r"""url\(\s*["']?([^"')]+)""")
CSS_ADDRESS = re.compile(r"(?:url\(|@import\s+)[\"']?(https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """The ids, links, loaded files and pictures of one page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.unnamed: list[str] = []
        self.inside_hidden = 0
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        self._note_loaded(tag, attributes)
        if tag in ("img", "svg") and not self._is_named(tag, attributes):
            self.unnamed.append(str(attributes))

    def _note_loaded(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in LOADING and attributes.get(LOADING[tag]):
            self.loaded.append(attributes[LOADING[tag]])
        if tag == "link" and LOADING_RELATIONS & set(attributes.get("rel", "").split()):
            self.loaded.append(attributes["href"])

    @staticmethod
    def _is_named(tag: str, attributes: dict[str, str]) -> bool:
        if attributes.get("aria-hidden") == "true" or "logo__mark" in attributes.get("class", ""):
            return True
        name = attributes.get("alt" if tag == "img" else "aria-label", "").strip()
        return bool(name) and not FILE_NAME.search(name)


@cache
def parsed(file: Path) -> Page:
    return Page(file)


def is_local(link: str) -> bool:
    parts = urlsplit(link)
    return not parts.scheme and not parts.netloc


def fault(file: Path, link: str, html: Path) -> str | None:
    parts = urlsplit(link)
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_relative_to(html) or not target.is_file():
        return f"{link}: no such file"
    if parts.fragment and target.suffix == ".html":
        wanted = unquote(parts.fragment)
        return None if wanted in parsed(target).ids else f"{link}: no such anchor"
    return None


def test_each_internal_link_and_anchor_resolves(html, page_name):
    file = html / page_name
    links = [link for link in parsed(file).links if is_local(link) and link not in ("", "#")]
    assert [found for link in links if (found := fault(file, link, html))] == []


def test_each_local_file_that_a_page_loads_is_there(html, page_name):
    file = html / page_name
    files = [name for name in parsed(file).loaded if is_local(name)]
    assert [found for name in files if (found := fault(file, name, html))] == []


def test_a_page_names_no_file_of_another_host(html, page_name):
    assert [name for name in parsed(html / page_name).loaded if not is_local(name)] == []


def test_each_picture_has_a_name_that_is_no_file_name(html, page_name):
    assert parsed(html / page_name).unnamed == []


def test_the_styles_name_no_file_of_another_host(html):
    styles = [file for file in html.rglob("*.css") if "vendor" not in file.parts]
    foreign = [file.name for file in styles if CSS_ADDRESS.search(file.read_text("utf-8"))]
    assert styles
    assert foreign == []


def test_each_file_that_a_style_names_is_there(html):
    named = {
        (style.parent / unquote(urlsplit(name).path)).resolve()
        for style in html.rglob("*.css")
        for name in STYLE_FILE.findall(style.read_text("utf-8"))
        if not name.startswith(("data:", "#"))
    }
    assert named
    assert [str(file) for file in named if not file.is_file()] == []


def test_each_page_that_has_code_opens_in_colab(html, root, page_name):
    chapter = (root / page_name).with_suffix(".ipynb")
    links = [link for link in parsed(html / page_name).links if "colab.research" in link]
    # of which edition: test_edition_on_site.py
    wanted = f"/{Path(page_name).with_suffix('.ipynb').as_posix()}"
    assert any(link.endswith(wanted) for link in links) == chapter.is_file()


def test_the_link_checker_finds_a_missing_file_and_a_missing_anchor(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<a href="#here" id="there">x</a><a href="gone.html">y</a>')
    links = parsed(page).links
    assert [fault(page, link, tmp_path) for link in links] == [
        "#here: no such anchor",
        "gone.html: no such file",
    ]


def test_the_picture_check_finds_what_a_screen_reader_cannot_say(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<img src="a.png"><img src="b.png" alt="b.png"><svg></svg><img alt="A coin">')
    assert len(parsed(page).unnamed) == 3
