"""The guide for instructors has all that the book has, and names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import load_tool
from guide import ENTRIES, PAGE, exercises, frame_code, state_links
from test_prose import ROOT, markdown_of

from misgen.grading.assignment import Assignment, from_source

LABELS = ["Aim", "Afterwards", "Guess first", "Misconceptions", "On the projector", "Exercises"]
CODE = sorted(ROOT.glob("src/misgen/**/*.js")) + sorted(ROOT.glob("site/static/*.js"))


def pages_of_chapters() -> list[Path]:
    """The chapters and companions, in the order of the table of contents."""
    parts = dict(load_tool("contents").parts_in(ROOT / "_toc.yml"))
    files = [ROOT / f"{name}.ipynb" for name in parts["Chapters"]]
    return [file if file.is_file() else file.with_suffix(".md") for file in files]


def title_of(page: Path) -> str:
    return re.search(r"^# (.+)$", markdown_of(page), re.MULTILINE)[1]


each_page = pytest.mark.parametrize("page", pages_of_chapters(), ids=lambda page: page.stem)


def test_there_is_an_entry_for_each_chapter_and_companion_in_their_order():
    assert list(ENTRIES) == [title_of(page) for page in pages_of_chapters()]


@each_page
def test_an_entry_says_all_that_an_instructor_asks(page):
    entry = ENTRIES[title_of(page)]
    assert re.findall(r"^\*\*([\w ]+?)\.?\*\*", entry, re.MULTILINE) == LABELS
    assert re.search(rf"\]\(\.\./{page.name}\): \d+ minutes of text\.", entry)
    assert len(re.findall(r"^- \*", entry, re.MULTILINE)) >= 2


@each_page
def test_each_exercise_is_listed_with_its_number_and_minutes(page):
    listed = re.findall(r"^- ([^*].*) \((\d+) minutes\)$", ENTRIES[title_of(page)], re.MULTILINE)
    assert [title for title, _ in listed] == exercises(page)
    assert all(5 <= int(minutes) <= 90 for _, minutes in listed)


def test_what_an_exercise_is_is_found_on_a_page():
    assert len(exercises(ROOT / "chapters" / "taxonomy.ipynb")) == 4
    only = exercises(ROOT / "chapters" / "induced_shift.ipynb")
    assert only == ["Exercise 1: who deserves the credit?"]


@each_page
def test_an_entry_shows_a_state_of_an_explorer_of_its_page(page):
    of_entry = state_links(ENTRIES[title_of(page)])
    assert [link.page for link in of_entry] == [page.stem] * (page.suffix == ".ipynb")
    assert all(link.state for link in of_entry)


def test_the_minutes_of_the_lecture_add_up():
    lecture = PAGE.split("### One lecture")[1].split("###")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", lecture, re.MULTILINE))) == 75


def assignments() -> list[Assignment]:
    """The assignments of the book, read from their sources."""
    there = [file.parent for file in ROOT.glob("assignments/*/wrong.toml")]
    return [from_source(folder / f"{folder.name}.ipynb") for folder in there]


def test_all_assignments_are_listed_with_their_minutes_and_points():
    listed = r"^- \*(.+)\* \(`(\w+)`, (\d+) minutes, (\d+) points\)\."
    rows = re.findall(listed, PAGE, re.MULTILINE)
    wanted = []
    for one in assignments():
        first = one.parts[0].source
        minutes = re.search(r"about (\d+) minutes", first)[1]
        wanted.append((one.title, one.name, minutes, f"{one.points:g}"))
    assert sorted(rows) == sorted(wanted)
    assert "--assignment coinrun" in PAGE
    assert re.search(r"^assignments:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


def test_the_frame_is_of_the_address_of_the_site():
    assert f'src="{load_tool("edition").address()}chapters/' in frame_code()


def names_kept() -> set[str]:
    """What the code keeps in a browser: the names that it gives to `keep` and their beginnings."""
    named = r'const (?:KEPT|GUESSES|COVERS) = "([\w.]+)"|#name = `(cell\.)'
    found = {name for file in CODE for name in re.findall(named, file.read_text(encoding="utf-8"))}
    return {whole or start for whole, start in found}


def test_all_that_is_kept_in_the_browser_is_listed():
    assert {"guess.", "cell.", "covers", "coinrun.play", "notebook"} <= names_kept()
    assert {name for name in names_kept() if f"| `misgen.{name}`" not in PAGE} == set()


def test_each_module_that_keeps_something_is_known():
    keeping = {
        file.name for file in CODE if re.search(r"(?<![.#\w])keep\(", file.read_text("utf-8"))
    }
    known = {"kept.js", "prediction.js", "guesses.js", "edits.js", "play.js", "fell.js"}
    assert keeping == known | {"notebook.js", "training.js"}, (
        "Name what is kept in the guide for instructors."
    )
