"""The small scripts of `site/`: their examples, and what they print."""

from __future__ import annotations

import doctest

import pytest


@pytest.mark.parametrize("name", ["colab_drift", "extension", "page_budget"])
def test_the_examples_in_a_script_are_true(tools, name):
    results = doctest.testmod(tools(name))
    assert results.attempted > 0
    assert results.failed == 0


def test_the_budget_table_marks_what_is_over_its_budget(tools):
    budget = tools("page_budget")
    pages = [budget.Measured("a.html", 100_000, 2_000_000, 300.0, 70.0)]
    line = budget.table(pages).splitlines()[2].split("  ")
    cells = [cell.strip() for cell in line if cell.strip()]
    assert cells == ["a.html", "100 kB", "2000 kB (!)", "300 ms", "70 ms (!)"]


def test_a_chromium_can_be_named_by_the_environment(tools, monkeypatch):
    monkeypatch.setenv("MISGEN_CHROMIUM", "/opt/a/chromium")
    assert tools("browser").find_chromium() == "/opt/a/chromium"


def test_without_any_way_to_get_a_chromium_one_sentence_says_what_to_do(tools, monkeypatch, capsys):
    browser = tools("browser")
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(browser, "_install_by_apt", lambda: False)
    monkeypatch.setattr(browser, "_install_by_playwright", lambda: False)
    assert browser.main() == 1
    assert capsys.readouterr().err.count(".") == 1
