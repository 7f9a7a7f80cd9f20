"""Lighthouse, offline, on three pages."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.site


def test_the_pages_are_the_first_one_and_those_with_the_most_explorers_and_formulas(tools, html):
    first, *others = tools("lighthouse").pages(html)
    assert first == "intro.html"
    assert len(set(others)) == 2
    assert all(page.startswith("chapters/") for page in others)


@pytest.mark.parametrize("place", range(3))
def test_accessibility_is_100_and_best_practices_at_least_95(tools, html, site, place):
    lighthouse = tools("lighthouse")
    measured = lighthouse.report(f"{site}/{lighthouse.pages(html)[place]}")
    assert measured.scores["accessibility"] == 100, measured.failed
    assert measured.scores["best-practices"] >= 95, measured.failed


def test_a_page_with_a_fault_has_fewer_points(tools, serve_folder, tmp_path):
    (tmp_path / "page.html").write_text("<!doctype html><title>x</title><img src='data:,'><p>x</p>")
    measured = tools("lighthouse").report(f"{serve_folder(tmp_path)}/page.html")
    assert measured.scores["accessibility"] < 100
    assert "image-alt" in measured.failed
