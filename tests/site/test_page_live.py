"""The table of what is computed on the page."""

from __future__ import annotations

import json
from pathlib import Path

import page_live
import pytest
from contents import page_names
from page_text import PageError

from misgen.ledger.report import Live

TRAIN = Live("toy", "An agent", ("train(",))


@pytest.fixture
def chapters(tmp_path, monkeypatch) -> Path:
    """A folder with one chapter of two cells."""
    cells = [("markdown", "# Toy: a chapter"), ("code", "train(seed=1_000)\n"),
             ("code", "train(seed=7); test(seed=8)"), ("code", "draw(seed=seed)")]  # fmt: skip
    notebook = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}
    (tmp_path / "toy.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setattr(page_live, "CHAPTERS", tmp_path)
    return tmp_path


def test_a_figure_is_listed_with_its_chapter_its_cells_and_their_seeds(chapters):
    row = page_live.live_section([TRAIN]).splitlines()[-1]
    assert row == "| [Toy: a chapter](../toy.ipynb) | An agent | `train(...)` | 7, 8, 1,000 |"


def test_seeds_that_are_not_in_the_cell_are_told(chapters):
    entry = Live("toy", "A picture", ("draw(",), seeds="0 to 9")
    assert page_live.live_section([entry]).endswith("| `draw(...)` | 0 to 9 |")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Live("gone", "A", ("train(",)), r"no chapter gone\.ipynb: correct"),
        (Live("toy", "A", ("evaluate(",)), r"toy has no cell with 'evaluate\('"),
        (Live("toy", "A picture", ("draw(",)), "Nothing tells the seeds of 'A picture'"),
    ],
)
def test_an_entry_that_the_chapter_does_not_bear_out_is_refused(chapters, entry, message):
    with pytest.raises(PageError, match=message):
        page_live.live_section([entry])


def test_the_book_computes_something_on_its_pages():
    figures = page_live.live_figures()
    assert figures
    assert len(page_live.live_section(figures).splitlines()) == 6 + len(figures)


def test_the_chapters_come_in_the_order_of_the_book(root):
    shown = list(dict.fromkeys(f"chapters/{each.chapter}" for each in page_live.live_figures()))
    assert shown == [page for page in page_names(root / "_toc.yml") if page in shown]
