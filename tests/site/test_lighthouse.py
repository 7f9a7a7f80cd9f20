"""Lighthouse, offline, on three pages."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.site

PAGES = ("intro.html", "chapters/rewards.html", "chapters/tree_gridworld.html")


@pytest.mark.parametrize("page", PAGES)
def test_accessibility_is_100_and_best_practices_at_least_95(tools, site, page):
    found = tools("lighthouse").report(f"{site}/{page}")
    assert found.scores["accessibility"] == 100, found.failed
    assert found.scores["best-practices"] >= 95, found.failed


def test_make_lighthouse_measures_the_same_pages(tools):
    assert tools("lighthouse").PAGES == PAGES


def test_a_page_with_a_fault_has_fewer_points(tools, serve_folder, tmp_path):
    (tmp_path / "page.html").write_text("<!doctype html><title>x</title><img src='data:,'><p>x</p>")
    found = tools("lighthouse").report(f"{serve_folder(tmp_path)}/page.html")
    assert found.scores["accessibility"] < 100
    assert "image-alt" in found.failed
