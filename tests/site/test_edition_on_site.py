"""The built site: each page names its edition, and the site carries what the pages install."""

from __future__ import annotations

import re
from pathlib import Path

import edition
import edition_on_site
import pytest

import misgen

FOOT = re.compile(r'<p class="misgen-edition"><span>([^<]+)</span> · <a href="([^"]+)">')
NAMES = (f"Edition {misgen.__version__}", f"Draft of edition {misgen.__version__}")


@pytest.fixture
def wheel(tmp_path) -> Path:
    """A wheel that no edition has noted."""
    path = tmp_path / edition.wheel_name(misgen.__version__)
    path.write_text("a draft")
    return path


def test_a_wheel_that_is_not_the_noted_one_makes_a_draft_without_older_editions(wheel):
    foot = edition_on_site.foot(wheel, "wheels/x.whl", "https://book.example/")
    assert FOOT.search(foot).groups() == (NAMES[1], "wheels/x.whl")
    assert "editions/" not in foot


def test_the_noted_wheel_makes_the_edition_and_leads_to_the_others(wheel, monkeypatch):
    monkeypatch.setattr(edition_on_site, "is_noted", lambda _: True)
    foot = edition_on_site.foot(wheel, "wheels/x.whl", "https://book.example/")
    assert FOOT.search(foot)[1] == NAMES[0]
    assert 'href="https://book.example/editions/"' in foot
    assert "All editions" not in edition_on_site.foot(wheel, "wheels/x.whl", "")


@pytest.mark.site
def test_each_page_names_its_edition_and_leads_to_its_wheel(html, page_name):
    named = FOOT.findall((html / page_name).read_text(encoding="utf-8"))
    assert len(named) == 1
    (name, link) = named[0]
    assert name in NAMES
    assert (html / page_name).parent.joinpath(link).resolve().is_file()


@pytest.mark.site
def test_the_site_carries_the_one_wheel_of_its_tree(html, tmp_path):
    (carried,) = (html / edition.WHEELS).iterdir()
    assert carried.read_bytes() == edition.build_wheel(tmp_path).read_bytes()


@pytest.mark.site
def test_a_notebook_of_an_edition_installs_what_its_site_carries(html):
    page = (html / "chapters" / "coinrun.html").read_text(encoding="utf-8")
    (notebook,) = re.findall(r'href="\.\./(_sources/chapters/coinrun\.ipynb)"', page)
    (carried,) = (html / edition.WHEELS).iterdir()
    text = (html / notebook).read_text(encoding="utf-8")
    (installed,) = re.findall(r"#sha256=([0-9a-f]{64})", text)
    is_draft = NAMES[1] in page
    assert (installed == edition.sha256_of(carried)) != is_draft
    assert installed == edition.newest().sha256


@pytest.mark.site
def test_the_button_for_colab_opens_the_notebook_of_the_edition_that_the_page_shows(html):
    page = (html / "chapters" / "coinrun.html").read_text(encoding="utf-8")
    opened = re.findall(r"colab\.research\.google\.com/github/[^/]+/[^/]+/blob/([^/]+)/", page)
    (branch,) = set(opened)
    assert branch == ("main" if NAMES[1] in page else f"v{misgen.__version__}")
