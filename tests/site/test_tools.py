"""The small scripts of `site/`: their examples, and what they print."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from small_replays import study

from misgen.core.registry import ENVIRONMENTS
from misgen.core.topics import topics_with
from misgen.explore import Option, Question, Quiz
from misgen.explore.dial import dial

SITE = Path(__file__).resolve().parents[2] / "site"
WITH_EXAMPLES = [file.stem for file in sorted(SITE.glob("*.py")) if ">>> " in file.read_text()]
QUESTION = Question("Which?", (Option("This", "Yes.", correct=True), Option("That", "No.")))


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_in_a_script_are_true(tools, name):
    results = doctest.testmod(tools(name))
    assert results.attempted > 0
    assert results.failed == 0


def test_there_are_scripts_with_examples():
    assert {"page_text", "page_budget", "explorer_files"} <= set(WITH_EXAMPLES)


def test_no_script_names_a_topic():
    names = {*topics_with("__init__.py"), *ENVIRONMENTS}
    words = {file.name: set(re.findall(r"\w+", file.read_text())) for file in SITE.glob("*.py")}
    assert {name: found for name, all_of in words.items() if (found := names & all_of)} == {}


def test_a_constant_of_the_reports_is_found_by_its_topic(tools):
    constants = tools("contents").constants
    assert constants("README_PICTURE").keys() == constants("EXAMPLE").keys()
    assert constants("NO_SUCH_CONSTANT") == {}


def test_a_chromium_can_be_named_by_the_environment(tools, monkeypatch):
    monkeypatch.setenv("MISGEN_CHROMIUM", "/opt/a/chromium")
    assert tools("browser").find_chromium() == "/opt/a/chromium"


@pytest.mark.parametrize(
    ("ci", "named", "asked"), [("true", "", 1), ("", "", 0), ("true", "/opt/a/chromium", 0)]
)
def test_only_continuous_integration_asks_for_a_faster_chromium(
    tools, monkeypatch, ci, named, asked
):
    browser, calls = tools("browser"), []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("MISGEN_CHROMIUM", named)
    monkeypatch.setattr(
        browser.shutil, "which", lambda name: None if name == browser.SHELL else name
    )
    monkeypatch.setattr(browser, "install_by_apt", calls.append)
    assert browser.main() == 0  # there is another one
    assert calls == [browser.SHELL] * asked


@pytest.mark.parametrize("ci", ["true", ""])
def test_only_continuous_integration_asks_for_firefox_and_goes_on_without_it(
    tools, monkeypatch, ci
):
    browser, calls = tools("browser"), []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(browser, "find_firefox", lambda: None)
    monkeypatch.setattr(browser, "install_by_apt", calls.append)
    monkeypatch.setattr(browser, "is_enough", lambda: True)
    assert browser.main() == 0
    assert calls == [browser.FIREFOX] * bool(ci)


def test_without_any_way_to_get_a_chromium_one_sentence_says_what_to_do(tools, monkeypatch, capsys):
    browser = tools("browser")
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(browser, "install_by_apt", lambda _package: False)
    monkeypatch.setattr(browser, "succeeds", lambda *_command: False)
    assert browser.main() == 1
    assert capsys.readouterr().err.count(".") == 1


@pytest.mark.site
def test_the_budget_waits_for_the_first_explorer_that_has_a_slider(tools, browser, explorer_page):
    address = explorer_page(Quiz([QUESTION]), dial(study()), dial(study(), key="second"))
    times = tools("page_budget").slider_times(browser, address)
    assert all(milliseconds >= 0 for milliseconds in times)


@pytest.mark.site
def test_a_page_without_a_slider_has_no_times(tools, browser, explorer_page):
    address = explorer_page(Quiz([QUESTION]))
    assert tools("page_budget").slider_times(browser, address) == (None, None)
