"""A build without solutions, for those who assign the book's exercises."""

from __future__ import annotations

import json
import re

import pytest
from answers import ANSWER, leave_out, setup, without_answers
from code_cells import chapters
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def page() -> nodes.document:
    document = new_document("page")
    document += nodes.section(
        "",
        nodes.title("", "Exercise 1: rates"),
        raw("<details>\n<summary>Hint</summary>"),
        nodes.paragraph(text="A hint."),
        raw("</details>"),
        raw("<details>\n<summary>Solution</summary>"),
        nodes.literal_block("", "return 42"),
        nodes.paragraph(text="Because."),
        raw("</details>"),
        nodes.paragraph(text="The next task."),
    )
    leave_out(None, document)
    return document


def test_solutions_go_and_all_else_stays(monkeypatch):
    monkeypatch.setenv("MISGEN_ANSWERS", "no")
    texts = [node.astext() for node in page()[0]]
    assert texts == [
        "Exercise 1: rates",
        "<details>\n<summary>Hint</summary>",
        "A hint.",
        "</details>",
        "The next task.",
    ]


@pytest.mark.parametrize("switch", ["", "yes"])
def test_without_the_switch_all_stays(monkeypatch, switch):
    monkeypatch.setenv("MISGEN_ANSWERS", switch)
    assert "return 42" in page().astext()


@pytest.mark.parametrize("slip", ["No", "false", "0"])
def test_a_slip_puts_no_solutions_on_a_site(monkeypatch, slip):
    monkeypatch.setenv("MISGEN_ANSWERS", slip)
    with pytest.raises(ExtensionError, match=f"ANSWERS is yes or no, not '{slip}'"):
        setup(None)


def test_the_pattern_knows_the_folds_of_all_chapters():
    cells = [
        "".join(cell["source"])
        for path in chapters()
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]
    named = re.compile(r"<summary>[^<]*(?:solution|model answer)", re.IGNORECASE)
    assert sum(len(named.findall(cell)) for cell in cells) > 25
    assert [cell for cell in cells if len(named.findall(cell)) != len(ANSWER.findall(cell))] == []


def test_the_notebooks_lose_each_of_their_solutions_and_nothing_else():
    """Each fold of a chapter is in one cell, with the task above it and the next one below."""
    for path in chapters():
        before = path.read_text(encoding="utf-8")
        after = without_answers(before)
        assert ANSWER.search("\n".join(texts(after))) is None
        lost = sum(len(ANSWER.findall(text)) for text in texts(before))
        folds = [sum(text.count("</details>") for text in texts(each)) for each in (before, after)]
        assert folds[0] - folds[1] == lost
        assert (after == before) == (lost == 0)


def texts(notebook):
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]
