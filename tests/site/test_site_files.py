"""The lists of pages for machines, and the page that is shown where there is none."""

from __future__ import annotations

import os
import re
import shutil
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import edition
import pytest

pytestmark = pytest.mark.site

ADDRESS = edition.address()
NO_CONTENT = {"404.html", "search.html", "index.html", "licences.html"}
MARK = "_static/favicon.svg"  # by which the page finds the folder of the site
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def pages(html) -> set[str]:
    files = (file.relative_to(html) for file in html.rglob("*.html"))
    names = {file.as_posix() for file in files if file.parts[0] not in ("_static", "slides")}
    return names - NO_CONTENT


def test_the_site_map_lists_each_page_once(html):
    places = [item.text for item in ET.parse(html / "sitemap.xml").iter(LOCATION)]
    assert sorted(places) == sorted(ADDRESS + name for name in pages(html))


def test_robots_may_read_all_and_are_told_of_the_site_map(html):
    rules = (html / "robots.txt").read_text(encoding="utf-8").split("\n")
    assert "Disallow" not in " ".join(rules)
    assert f"Sitemap: {ADDRESS}sitemap.xml" in rules


def test_llms_txt_has_the_form_of_llmstxt_org_and_a_sentence_for_each_page(html):
    text = (html / "llms.txt").read_text(encoding="utf-8")
    title, summary, about, *_ = text.split("\n\n")
    assert title == "# Right Skill, Wrong Goal"
    assert summary.startswith("> ")
    assert not about.startswith(("#", "-", ">"))
    links = re.findall(r"^- \[([^\]]+)\]\((\S+)\): (\S.*)$", text, re.MULTILINE)
    assert len(links) == text.count("\n- ")
    assert sorted(address for _, address, _ in links) == sorted(ADDRESS + n for n in pages(html))
    assert all(len(note.split()) >= 5 for _, _, note in links)
    assert {"## Chapters", "## Appendix"} <= set(text.split("\n"))


def test_the_sources_that_llms_txt_names_are_there(html):
    for page in pages(html):
        name = page.removesuffix(".html")
        sources = [html / "_sources" / f"{name}{suffix}" for suffix in (".md", ".ipynb")]
        assert any(source.is_file() for source in sources)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("place", ["gone.html", "a/b/c/gone.html", "chapters/coin-run/"])
def test_an_address_without_a_page_shows_one_that_leads_back_at_any_depth(visit, site, place):
    assert status(f"{site}/{place}") == 404
    visited = visit(f"{site}/{place}")
    page = visited.page
    assert page.locator("h1").inner_text() == "There is no such page"
    lost = [error for error in visited.errors if "://" in error and MARK not in error]
    assert lost == [f"404 {site}/{place}"]
    links = page.eval_on_selector_all("article a", "links => links.map((link) => link.href)")
    assert f"{site}/chapters/coinrun.html" in links
    assert {status(link) for link in links} == {200}
    page.locator("article input[type=search]").fill("coin")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/search.html?q=coin")


def test_the_skip_link_of_that_page_stays_on_it(visit, site):
    page = visit(f"{site}/a/b/gone").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url == f"{site}/a/b/gone#main-content"


def copy_of(html: Path, folder: Path) -> None:
    """Puts the site into another folder; hard links, as the server follows no symbolic ones."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:  # on another disk
            shutil.copyfile(source, target)

    shutil.copytree(html, folder, copy_function=link)


def test_below_a_path_of_its_own_the_page_finds_its_files_too(visit, html, serve_folder, tmp_path):
    copy_of(html, tmp_path / "book")
    visited = visit(f"{serve_folder(tmp_path)}/book/404.html")
    links = visited.page.eval_on_selector_all("article a", "links => links.map((a) => a.pathname)")
    assert "/book/intro.html" in links
    assert visited.errors == []


@pytest.mark.parametrize("place", ["preview/pr-7/", "book/preview/pr-7/", "book/", "a b/"])
def test_a_copy_below_any_path_shows_the_page_with_its_own_links(
    visit, html, serve_folder, tmp_path, place
):
    copy_of(html, tmp_path / place)
    base = serve_folder(tmp_path)
    page = visit("about:blank").page
    lost = (html / "404.html").read_text(encoding="utf-8")
    page.route("**/gone.html", lambda route: route.fulfill(
        status=404, body=lost, content_type="text/html; charset=utf-8"))  # fmt: skip
    page.goto(f"{base}/{place}chapters/deeper/gone.html")
    links = page.eval_on_selector_all("article a", "links => links.map((link) => link.href)")
    assert f"{base}/{place.replace(' ', '%20')}intro.html" in links
    assert page.evaluate("document.styleSheets.length") > 5


def test_pages_load_at_most_40_megabytes_live_python_30_and_both_60(html):
    files = [file for file in html.rglob("*") if file.is_file()]
    loaded = [file for file in files if edition.WHEELS not in file.relative_to(html).parts[:1]]
    assert len(loaded) < len(files)  # a wheel is there for Colab alone
    python = html / "_static" / "live"
    live = sum(file.stat().st_size for file in loaded if python in file.parents)
    everything = sum(file.stat().st_size for file in loaded)
    assert 0 < live <= 30_000_000
    assert everything - live <= 40_000_000
    assert everything <= 60_000_000  # one may come to its limit, not both
