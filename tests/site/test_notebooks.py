"""The chapters as files: committed without outputs, short cells, one first cell."""

from __future__ import annotations

import ast
import inspect
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browsing import load_tool

from misgen.explore import Explorer
from misgen.explore.charts import Figure, Numbers

LONGEST_CELL = 40
MEDIAN_CELL = 8
WIDEST_LINE = 79  # what fits on a page of 1,280 px
AT_ONCE = {"assistant.finetune"}  # a tenth of a second, see benchmarks/README.md
CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("*.ipynb"))


def code_cells(chapter: Path) -> list[str]:
    cells = nbformat.read(chapter, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def code_lines(cell: str) -> int:
    """The lines of a cell that are neither empty nor a comment alone."""
    lines = (line.strip() for line in cell.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


each_chapter: Callable = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def test_there_are_chapters_to_check():
    assert CHAPTERS


def test_the_table_of_contents_has_each_chapter_once(root):
    pages = load_tool("contents").page_names(root / "_toc.yml")
    listed = [page for page in pages if (root / f"{page}.ipynb").is_file()]
    assert sorted(listed) == [f"chapters/{chapter.stem}" for chapter in CHAPTERS]


@each_chapter
def test_a_chapter_says_at_its_end_how_to_reproduce_it(chapter):
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    *_, last = text.split("\n## ")
    assert last.startswith("Reproduce\n")  # explorers link to this heading
    assert "/chapters/appendix/reproducibility.html" in last


@each_chapter
def test_colab_and_jupyter_show_no_role_and_no_directive_as_it_is_written(chapter):
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.findall(r"\{[\w:+-]+\}`|^\s*(?:`{3,}|:{3,})\s*\{.*|^\([\w-]+\)=$", text, re.M) == []


def test_the_chapters_are_committed_without_outputs():
    command = [sys.executable, "-m", "nbstripout", "--verify", "--keep-id", *map(str, CHAPTERS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `nbstripout --keep-id chapters/*.ipynb`: {done.stdout}"


@each_chapter
def test_no_line_of_visible_code_breaks_on_a_page(chapter):
    hidden = {"remove-cell", "remove-input", "hide-input", "hide-cell"}
    shown = [cell.source for cell in cells_of(chapter) if not tags(cell) & hidden]
    wide = [line for cell in shown for line in cell.splitlines() if len(line) > WIDEST_LINE]
    assert wide == []


@each_chapter
def test_what_a_page_imports_is_folded_under_a_name(chapter):
    folds = [cell.metadata.get("mystnb", {}) for cell in cells_of(chapter) if only_imports(cell)]
    named = {fold.get("code_prompt_show") for fold in folds}
    assert named == {"Show what this page imports"}


@each_chapter
def test_cells_are_short(chapter):
    lengths = [code_lines(cell) for cell in code_cells(chapter)]
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL


def test_all_chapters_begin_with_the_same_code_cell():
    assert len({code_cells(chapter)[0] for chapter in CHAPTERS}) == 1


@each_chapter
def test_only_the_first_cell_installs(chapter):
    assert not [cell for cell in code_cells(chapter)[1:] if re.search(r"\bpip\b", cell)]


@each_chapter
def test_a_chapter_asks_for_a_plain_python_kernel(chapter):
    assert nbformat.read(chapter, as_version=4).metadata.kernelspec.name == "python3"


# ---------------------------------------------------------- what the page shows of a cell


def statements(cell: nbformat.NotebookNode) -> list[ast.stmt]:
    return ast.parse(cell.source).body


def tags(cell: nbformat.NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def cells_of(chapter: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(chapter, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and "remove-cell" not in tags(cell)]


def only_imports(cell: nbformat.NotebookNode) -> bool:
    return all(isinstance(each, ast.Import | ast.ImportFrom) for each in statements(cell))


def imported(chapter: Path) -> dict[str, object]:
    """What the imports of a chapter make known."""
    space: dict[str, object] = {}
    for cell in filter(only_imports, cells_of(chapter)):
        exec(compile(cell.source, chapter.name, "exec"), space)
    return space


def only_shows(cell: nbformat.NotebookNode, space: dict[str, object], *kinds: type) -> bool:
    match statements(cell):
        case [ast.Expr(ast.Call(func=func))] if ast.unparse(func).split(".")[0] in space:
            made = eval(ast.unparse(func), space)
            owner = getattr(made, "__self__", made)  # the class of `Quiz.of`
            kind = owner if isinstance(owner, type) else returned_by(made)
            return isinstance(kind, type) and issubclass(kind, kinds)
    return False


def returned_by(function: Callable) -> object:
    annotation = function.__annotations__.get("return")
    return eval(annotation, function.__globals__) if isinstance(annotation, str) else annotation


@each_chapter
def test_cells_that_only_set_up_are_folded(chapter):
    unfolded = [c for c in cells_of(chapter) if only_imports(c) and "hide-input" not in tags(c)]
    assert [cell.source for cell in unfolded] == [], "tag these cells `hide-input`"


@each_chapter
def test_what_is_folded_says_what_it_is(chapter):
    folded = [cell for cell in cells_of(chapter) if "hide-input" in tags(cell)]
    assert folded
    for cell in folded:
        assert cell.metadata.mystnb.code_prompt_show.startswith("Show "), cell.id
        assert cell.metadata.mystnb.code_prompt_hide.startswith("Hide "), cell.id


@each_chapter
def test_a_call_that_only_shows_an_explorer_is_in_the_notebook_and_not_on_the_page(chapter):
    space = imported(chapter)
    calls = [cell for cell in cells_of(chapter) if only_shows(cell, space, Explorer)]
    assert calls  # each chapter has a quiz
    assert [c.source for c in calls if "remove-input" not in tags(c)] == [], "tag it `remove-input`"


@each_chapter
def test_what_is_not_on_the_page_shows_an_explorer_or_a_figure(chapter):
    space = imported(chapter)
    hidden = [cell for cell in cells_of(chapter) if "remove-input" in tags(cell)]
    assert [c.source for c in hidden if not only_shows(c, space, Explorer, Figure, Numbers)] == []


def found(called: ast.expr, space: dict[str, Any]) -> object:
    """What the name of a function stands for among what a chapter imports, or None."""
    name = ast.unparse(called)
    is_imported = re.fullmatch(r"[\w.]+", name) and name.split(".")[0] in space
    return eval(name, space) if is_imported else None


@each_chapter
def test_what_can_show_the_time_left_does(chapter):
    space: dict[str, Any] = {}
    silent = []
    for cell in code_cells(chapter)[1:]:  # the first one installs
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                exec(compile(ast.Module([node], []), chapter.name, "exec"), space)
            elif isinstance(node, ast.Call) and inspect.isfunction(found(node.func, space)):
                shown = {each.arg: ast.unparse(each.value) for each in node.keywords}
                can_show = "progress" in inspect.signature(found(node.func, space)).parameters
                if can_show and shown.get("progress") != "True":
                    silent.append(ast.unparse(node.func))
    assert {*silent} <= AT_ONCE
