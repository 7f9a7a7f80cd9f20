"""Exercises are folded below their titles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from code_cells import chapters
from docutils import nodes
from docutils.utils import new_document
from folded_exercises import CLOSE, OPEN, fold

WITH_A_CELL = re.compile(r"# your \w+ here")
"""What the line of an exercise says that a reader is to replace."""


def page(title: str, *parts: nodes.Node) -> nodes.section:
    """A page with one section."""
    section = nodes.section("", nodes.title("", title), *parts)
    document = new_document("page")
    document += section
    fold(None, document)
    return section


def cell() -> nodes.container:
    return nodes.container(nb_element="cell_code")


def test_the_title_stays_and_all_below_it_is_folded():
    task, hint = nodes.paragraph(text="Compute."), nodes.paragraph(text="A hint.")
    section = page("Exercise 1: rates", task, cell(), hint, cell())
    kinds = [child.astext() for child in section]
    assert kinds == ["Exercise 1: rates", OPEN, "Compute.", "", "A hint.", "", CLOSE]


@pytest.mark.parametrize("title", ["The dial", "Exercises", "An exercise 1: no"])
def test_no_other_section_is_folded(title):
    assert len(page(title, cell())) == 2


def test_an_exercise_without_a_cell_is_not_folded():
    assert len(page("Exercise 3: a case of your own", nodes.paragraph(text="Find one."))) == 2


@pytest.mark.site
@pytest.mark.parametrize("notebook", list(chapters()), ids=lambda path: path.stem)
def test_each_exercise_of_the_book_that_has_a_cell_is_folded(html, notebook: Path):
    source = notebook.read_text(encoding="utf-8")
    built = (html / "chapters" / f"{notebook.stem}.html").read_text(encoding="utf-8")
    assert built.count(OPEN) == len(WITH_A_CELL.findall(source))


@pytest.mark.site
def test_a_folded_exercise_opens_by_keyboard_and_its_cell_runs(visit, site):
    page = visit(f"{site}/chapters/coinrun.html").page
    cell = page.locator(".misgen-exercise .misgen-runs").first
    assert not cell.is_visible()
    page.locator(".misgen-exercise > summary").first.press("Enter")
    cell.get_by_role("button", name="Run").wait_for()
