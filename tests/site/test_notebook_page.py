"""The page on which a student works on an assignment: from his file to one that is graded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from browsing import ROOT, opened_in
from cell_site import PATIENCE_MS, Cell

from misgen.core.atomic import write_json
from misgen.grading.build import read_source, student_notebook
from misgen.grading.grade import Grader
from misgen.grading.sandbox import NONE
from misgen.grading.submissions import Handed, Roster, submissions

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

site = pytest.mark.site
SOURCE = read_source(ROOT / "assignments" / "distributions")
NAME = 'student = "Ada Lovelace"'
ANSWER = "It was *never* asked.\nSo nobody knows, naïve or not."
INSTALL = "import sys\n\nif 'google.colab' in sys.modules:\n    raise SystemExit"
DROP = """([name, text]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector(".cm-content").dispatchEvent(drop);
}"""

UNTIL_KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const files = [location.href, "../../_static/editor/editor.js"];
  const found = () => Promise.all(files.map((file) => caches.match(file)));
  while (!(await found()).every(Boolean)) await new Promise((resolve) => setTimeout(resolve, 50));
}"""


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory) -> Path:
    """The notebook that students get, in a file."""
    path = tmp_path_factory.mktemp("out") / "distributions.ipynb"
    write_json(path, student_notebook(SOURCE, INSTALL))
    return path


@pytest.fixture(scope="module")
def address(html, tools):
    """Serves the built page under the policy of the readers."""
    with tools("serve").served(html) as running:
        yield f"{running}/chapters/appendix/notebook.html"


@pytest.fixture
def student(browser, address):
    """Opens the page; nothing that a test does there is an error or asks another host."""
    visit = opened_in(browser, address)
    visit.page.locator(".misgen-notebook[data-state=empty]").wait_for()
    yield visit.page
    assert visit.errors == visit.foreign == []
    visit.page.context.close()


def says(page: Page, text: str) -> None:
    page.locator(".misgen-said", has_text=text).wait_for(timeout=PATIENCE_MS)


def open_file(page: Page, path: Path) -> None:
    page.get_by_label("Open a notebook").set_input_files(path)


def cell(page: Page, path: Path, name: str) -> Cell:
    """Returns the cell that nbgrader's metadata call so."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = [each["metadata"].get("nbgrader", {}).get("grade_id") for each in cells]
    return Cell(page, str(names.index(name)))


def saved(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the notebook").first.press("Enter")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@site
def test_an_assignment_is_solved_there_and_graded(student, handed_out, tmp_path):
    open_file(student, handed_out)
    says(student, "distributions.ipynb is open.")
    assert student.get_by_role("heading", name="Question 1").count() == 1
    assert student.get_by_text("google.colab").count() == 0, "here nothing is to be installed"
    bounds, check = (cell(student, handed_out, name) for name in ("bounds", "test_bounds"))
    assert check.button("Edit").is_hidden(), "it is locked"
    cell(student, handed_out, "student").edit(NAME)
    (mistake,) = [w for w in SOURCE.wrong if w.name == "takes the share in the test"]
    bounds.edit(mistake.code.strip())
    assert "misgen-unlike" in check.press("Run").says("Not yet. That is the share in the test")
    (solution,) = [part for part in SOURCE.assignment.parts if part.name == "bounds"]
    bounds.edit(solution.source)
    assert "misgen-right" in check.press("Run").says("Right. This check finds nothing wrong.")
    words = student.get_by_label("Your answer: Question 5")
    words.fill(ANSWER)
    student.evaluate(UNTIL_KEPT)
    student.context.set_offline(True)
    student.reload()
    says(student, "distributions.ipynb is open, as you left it.")
    assert words.input_value() == ANSWER
    assert "misgen-right" in check.press("Run").says("Right. This check finds nothing wrong.")
    grade_saved(saved(student, tmp_path), handed_out)
    says(student, "Saved as distributions.ipynb, with 3 changed cells")


def grade_saved(path: Path, handed_out: Path) -> None:
    """The file is the one that was handed out, but for three sources, and has all points."""
    before, after = (json.loads(p.read_text(encoding="utf-8")) for p in (handed_out, path))
    changed = [i for i, each in enumerate(before["cells"]) if each != after["cells"][i]]
    assert len(changed) == 3
    rest = path.read_text(encoding="utf-8")
    for number in changed:
        assert (
            after["cells"][number] | {"source": before["cells"][number]["source"]}
            == (before["cells"][number])
        )
        old, new = (json.dumps(x["cells"][number]["source"], indent=1, ensure_ascii=False)
                    .replace("\n", "\n   ") for x in (before, after))  # fmt: skip
        rest = rest.replace(new, old, 1)
    assert rest == handed_out.read_text(encoding="utf-8"), "byte for byte"
    only = SOURCE.assignment.only("bounds")
    file = Handed(("Ada Lovelace",), path.name, path.read_bytes())
    (one,) = submissions([file], only, Roster((), ()))
    assert (one.written["explain"], one.remarks) == (ANSWER, ())
    (test,) = Grader(only, NONE)(one.config).result["tests"]
    assert (test["score"], test["told"]) == (8, "")


@site
def test_a_file_that_is_no_notebook_is_refused_in_a_sentence_and_nothing_is_lost(
    student, handed_out, tmp_path
):
    open_file(student, handed_out)
    cell(student, handed_out, "student").edit(NAME)
    wrong = {
        "text.ipynb": ("no JSON", "it is no JSON in UTF-8"),
        "list.ipynb": ("null", "it has no cells"),
        "old.ipynb": ('{"nbformat": 3, "cells": []}', "its format is not version 4"),
        "cut.ipynb": ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "has no source"),
        "large.ipynb": (" " * 5_000_001, "has more than 5 MB"),
    }
    for name, (text, reason) in wrong.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        open_file(student, tmp_path / name)
        says(student, reason)
        says(student, "distributions.ipynb stays open.")
    assert NAME in cell(student, handed_out, "student").editor.inner_text()
    student.reload()
    cell(student, handed_out, "student").editor.wait_for()
    student.get_by_role("button", name="Forget it and my changes").press("Enter")
    student.get_by_role("button", name="Remove it").press("Enter")
    says(student, "distributions.ipynb is forgotten")
    assert student.evaluate("Object.keys(localStorage).filter((key) => /notebook/.test(key))") == []
    assert student.locator(".misgen-cells > *").count() == 0


FOREIGN = """# Mine <script>alert(1)</script>

![A plot](https://example.com/plot.png) [here](javascript:alert(1)) <img src="https://example.com/x">"""


@site
def test_another_notebook_is_dropped_there_and_brings_no_html(student, handed_out, axe, tmp_path):
    open_file(student, handed_out)
    cell(student, handed_out, "student").press("Edit").editor.wait_for()
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": FOREIGN},
        {"cell_type": "code", "metadata": {}, "source": "side = 3", "outputs": []},
        {"cell_type": "code", "metadata": {}, "source": ["side * 2"], "outputs": []},
        {"cell_type": "raw", "metadata": {}, "source": "as it is"},
    ]
    text = json.dumps({"nbformat": 4, "cells": cells})
    student.evaluate(DROP, ["own.ipynb", text])
    says(student, "own.ipynb is open.")
    shown = student.locator(".misgen-cells > div").first
    assert shown.locator("script, img, a").count() == 0
    assert "[A plot]" in shown.inner_text()
    assert "<script>" in shown.get_by_role("heading").inner_text()
    product = Cell(student, "2").press("Run")
    product.says("Done.")
    assert product.gives() == "6"
    assert saved(student, tmp_path).read_text(encoding="utf-8") == text, "nothing has changed"
    assert axe(student, ".misgen-notebook") == []


@site
def test_it_fits_a_phone_in_the_dark(browser, address, handed_out, beyond_the_edge, axe):
    viewport = {"width": 360, "height": 740}
    visit = opened_in(browser, address, viewport=viewport, has_touch=True)
    page = visit.page
    open_file(page, handed_out)
    says(page, "distributions.ipynb is open.")
    cell(page, handed_out, "bounds").press("Edit").editor.wait_for()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert beyond_the_edge(page, ".misgen-notebook *:not(span)") == []
    assert axe(page, ".misgen-notebook") == []
    page.context.close()


def test_each_package_of_the_reader_of_markdown_is_named_among_the_licences(tools, tmp_path):
    editor, names = tools("editor"), {each.name for each in tools("licences").COMPONENTS}
    packages = editor.bundle(tmp_path / "markdown.js", editor.MARKDOWN_SOURCE)
    assert {"markdown-it"} < set(packages) <= names
    assert (tmp_path / "markdown.js").stat().st_size < 120_000
