"""Every cell that says it runs in the page does so, in Chromium: as it is, solved, and mistaken.

They go past the editor, to one started Python; `test_code_cells.py` has the editor.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import cell_site
import numpy as np
import pytest
from browsing import ROOT, opened_in
from exercises import code_cells, exercises

import misgen
from misgen.grading.assignment import SOLUTION, TEST
from misgen.grading.build import read_source, student_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.site
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "assignments").glob("*/wrong.toml"))
SECONDS = 60
"""Tests of assignments whose calls may take so long train there, and are not run."""
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
TRAIN = """import misgen
agent = misgen.train("CoinRun", distinguishing=0.0, seed=0)
shifted = misgen.evaluate(agent, "CoinRun", distinguishing=1.0, seed=1)
[shifted.goal.mean, shifted.proxy.mean, shifted.capability.mean]"""
each_chapter: Callable = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
LONG = {"rewards", "tree_gridworld"}
"""Chapters whose other cells train dogs, or try forests, for half a minute."""


@pytest.fixture(scope="module")
def page(tmp_path_factory, serve_folder, browser) -> Page:
    """A page whose Python for cells runs."""
    folder = tmp_path_factory.mktemp("cells")
    cell_site.make(folder)
    visit = opened_in(browser, f"{serve_folder(folder)}/index.html")
    cell_site.connect(visit.page)
    yield visit.page
    assert visit.errors == []
    visit.page.context.close()


@each_chapter
def test_each_exercise_runs_in_the_page_and_is_not_solved_yet(page, chapter):
    for exercise in exercises(chapter):
        assert exercise.cell.runs, exercise.check
        outcome = cell_site.run(page, [*exercise.above, exercise.cell.source])
        assert outcome["feedback"]["right"] is False, exercise.check


@each_chapter
def test_each_solution_of_a_chapter_is_right_there(page, chapter):
    for exercise in exercises(chapter):
        outcome = cell_site.run(page, [*exercise.above, exercise.solved()])
        assert outcome.get("feedback", {}).get("right") is True, (exercise.check, outcome)


@each_chapter
def test_each_named_mistake_is_recognised_there(page, chapter):
    for exercise in exercises(chapter):
        outcome = cell_site.run(page, [*exercise.above, *exercise.mistaken()])
        assert ast.literal_eval(outcome["value"]) == exercise.mistakes(), exercise.check


@pytest.mark.parametrize("chapter", [
    pytest.param(path, id=path.stem, marks=pytest.mark.retrains if path.stem in LONG else ())
    for path in CHAPTERS
])  # fmt: skip
def test_each_other_cell_of_a_chapter_runs_there(page, chapter):
    checked = {exercise.cell.id for exercise in exercises(chapter)}
    above = []
    for cell in code_cells.cells_of(chapter):
        above.append(cell.source)
        if cell.runs and cell.id not in checked:
            assert "error" not in cell_site.run(page, above), cell.id


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_cells_of_an_assignment_run_there(page, name, tmp_path):
    """Nothing that students get needs more than a page has; the solution shows that it works."""
    source = read_source(ROOT / "assignments" / name)
    handed_out = tmp_path / f"{name}.ipynb"
    handed_out.write_text(json.dumps(student_notebook(source)), encoding="utf-8")
    assert all(cell.runs for cell in code_cells.cells_of(handed_out))
    above = []
    for part in source.assignment.without_hidden().parts:
        if part.role == TEST and part.seconds < SECONDS:
            outcome = cell_site.run(page, [*above, part.source])
            assert "error" not in outcome, (part.name, outcome)
        elif part.code:
            solved = {each.name: each.source for each in source.assignment.of_role(SOLUTION)}
            above.append(solved.get(part.name, part.source))


def test_an_agent_that_is_trained_there_does_what_the_published_ones_do(page):
    # Floating point differs, so that it is a new seed: within 2 points of what ten seeds span.
    rates = ast.literal_eval(cell_site.run(page, [TRAIN])["value"])
    published = misgen.results("CoinRun").where(0.0)
    for what, rate in zip(("goal", "proxy", "capability"), rates, strict=True):
        seeds = published.rates("shifted", what)
        assert np.min(seeds) - 0.02 <= rate <= np.max(seeds) + 0.02, (what, rate)
