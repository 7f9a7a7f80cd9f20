"""Code cells on a page: which are marked, and what a reader does with them, in two browsers."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from types import SimpleNamespace

import cell_site
import nbformat
import pytest
from browsing import ROOT, opened_in, wait_until
from cell_site import PATIENCE_MS, Cell
from docutils import nodes
from docutils.utils import new_document
from exercises import code_cells, exercises

# ------------------------------------------------------------------- which cells are marked


def notebook(folder, *cells):
    """Writes a notebook of code cells, each a source or a source with a tag; returns its path."""
    book = nbformat.v4.new_notebook()
    for number, cell in enumerate(cells):
        source, *tags = cell if isinstance(cell, tuple) else (cell,)
        new = nbformat.v4.new_code_cell(source, id=f"id{number}", metadata={"tags": tags})
        book.cells += [nbformat.v4.new_markdown_cell("text"), new]
    nbformat.write(book, folder / "book.ipynb")
    return folder / "book.ipynb"


def running(path) -> list[str]:
    return [cell.source for cell in code_cells.cells_of(path) if cell.runs]


def test_what_needs_the_core_alone_runs_and_what_needs_a_chart_far_away_does_not(tmp_path):
    cells = (
        "import numpy as np\nfrom misgen.topics.coinrun import checks, figures\nimport torch",
        "a = np.ones(3)", "a", "checks.check_capability(a)", "figures.level_diversity(a)",
        "torch.ones(3)", "import torch\na",
    )  # fmt: skip
    assert running(notebook(tmp_path, *cells)) == list(cells[1:4])


def test_what_is_fetched_when_it_is_asked_for_counts(tmp_path):
    above = "from misgen.topics import assistant"
    cells = above, "assistant.weeks_of('ordinary', seed=0)", "b = assistant.pretrain(seed=0)", "b"
    assert running(notebook(tmp_path, *cells)) == [cells[1]]


def test_nothing_to_run_are_imports_and_what_lacks_a_name(tmp_path):
    cells = "import math\nimport json", ("import re", "hide-input"), "unknown + 1", "# a comment"
    assert running(notebook(tmp_path, *cells)) == []


def test_a_folded_cell_runs_as_any_other_one(tmp_path):
    path = notebook(tmp_path, ("1 + 1", "hide-input"), "2")
    assert running(path) == ["1 + 1", "2"]


def test_what_a_reader_does_not_see_gives_him_nothing(tmp_path):
    path = notebook(tmp_path, ("a = 1", "remove-cell"), "a", ("b = 1", "remove-input"), "b", "2")
    assert running(path) == ["2"]
    assert [cell.id for cell in code_cells.cells_of(path)] == ["id1", "id3", "id4"]


def test_cells_of_a_page_get_their_classes_and_an_id_that_stays(tmp_path):
    path = notebook(tmp_path, "import math", "math.pi", ("3", "remove-input"))
    doctree = new_document("book")
    for number in (1, 3, 5):  # a text before each
        doctree += nodes.container(nb_element="cell_code", cell_index=number, classes=["cell"])
    code_cells.mark_cells(app_of(tmp_path), doctree)
    assert [(cell["ids"], cell["classes"]) for cell in doctree.children] == [
        (["cell-id0"], ["cell", "misgen-code"]),
        (["cell-id1"], ["cell", "misgen-code", "misgen-runs"]),
        ([], ["cell"]),
    ]
    assert path.is_file()


def app_of(folder):
    """Returns what is used of Sphinx for the page of a notebook."""
    env = SimpleNamespace(docname="book", doc2path=lambda name: str(folder / f"{name}.ipynb"))
    options = {
        "launch_buttons": {"colab_url": "https://colab.example"},
        "repository_url": "https://github.com/somebody/book/", "repository_branch": "v1",
    }  # fmt: skip
    return SimpleNamespace(env=env, config=SimpleNamespace(html_theme_options=options))


def test_a_cell_that_only_another_place_can_run_says_where(tmp_path):
    above = "import torch", "hide-input"
    folded = "torch.ones(2)", "hide-input"
    notebook(tmp_path, above, "import torch\ntorch.ones(3)", "2", "import re", folded)
    doctree = new_document("book")
    for number in (1, 3, 5, 7, 9):
        inside = nodes.container(nb_element="cell_code_source")
        of = {"nb_element": "cell_code", "cell_index": number}
        doctree += nodes.container("", inside, nodes.container(), **of)
    code_cells.mark_cells(app_of(tmp_path), doctree)
    cells = [list(cell.findall(nodes.reference)) for cell in doctree.children]
    assert [len(links) for links in cells] == [0, 1, 0, 0, 1]
    (link,) = cells[1]
    assert link["refuri"] == "https://colab.example/github/somebody/book/blob/v1/book.ipynb"
    assert link.astext() == "Open in Colab"
    assert doctree.children[1].index(link.parent) == 1, "between the code and what it gives"
    (inside,) = cells[4]
    assert doctree.children[4][0].index(inside.parent) == 0, "folded with the code"


def test_each_exercise_of_the_book_runs_in_the_page():
    found = [exercise for chapter in code_cells.chapters() for exercise in exercises(chapter)]
    assert len(found) > 10
    assert [exercise.check for exercise in found if not exercise.cell.runs] == []


def test_each_package_in_the_editor_is_named_among_the_licences(tools, tmp_path):
    names = {component.name.lower() for component in tools("licences").COMPONENTS}
    for package in tools("editor").bundle(tmp_path / "editor.js"):
        owner, _, name = package.rpartition("/")
        assert {owner.removeprefix("@"), name} & names, package
    assert (tmp_path / "editor.js").stat().st_size < 400_000


def test_an_editor_that_cannot_be_made_is_one_sentence(tools, tmp_path, monkeypatch):
    editor = tools("editor")
    monkeypatch.setattr(editor, "BUNDLER", tmp_path / "esbuild")
    with pytest.raises(editor.EditorError, match=r"needs Node and esbuild: run `make assets`\.$"):
        editor.bundle(tmp_path / "editor.js")


@pytest.mark.site
def test_the_built_pages_have_cells_that_run(html):
    for chapter in code_cells.chapters():
        page = (html / "chapters" / f"{chapter.stem}.html").read_text(encoding="utf-8")
        for cell in code_cells.cells_of(chapter):
            assert page.count(f'id="cell-{cell.id}"') == 1
        assert page.count("misgen-runs") == sum(c.runs for c in code_cells.cells_of(chapter))


# --------------------------------------------------------------------- what a reader does

site = pytest.mark.site
ABOVE = "from misgen.topics.coin_line import checks\nlengths = [4]"
STUB = '''def share_taken(length):
    """Return the share."""
    return 0.0  # your code here


checks.check_always_right(share_taken)'''
SOLVED = STUB.replace("0.0", "(length + 2) / (2 * (length + 1))")
PERCENT = SOLVED.replace("return ", "return 100 * ")
CELLS = {
    "above": ABOVE, "exercise": STUB, "loop": "n = 0\nwhile True:\n    n += 1", "sum": "lengths",
    "folded": "lengths[0]",
}  # fmt: skip


@pytest.fixture(scope="module")
def new_site(tmp_path_factory, tools):
    """Serves a site of cells under the policy of the readers."""
    with ExitStack() as running:

        def make(**cells):
            folder = tmp_path_factory.mktemp("cells")
            html = [
                cell_site.html_of(name, source, folded=name == "folded")
                for name, source in cells.items()
            ]
            cell_site.make(folder, *html)
            return f"{running.enter_context(tools('serve').served(folder))}/index.html"

        yield make


@pytest.fixture(scope="module")
def address(new_site) -> str:
    return new_site(**CELLS)


@pytest.fixture(scope="module")
def asleep(tmp_path_factory, tools):
    """The same without Python, for what a reader does before he runs anything."""
    folder = tmp_path_factory.mktemp("asleep")
    cell_site.make(folder, *[cell_site.html_of(*cell) for cell in CELLS.items()], live=False)
    live = folder / "_static" / "live" / "none"
    live.mkdir(parents=True)
    shutil.copyfile(ROOT / "site" / "live" / "python.js", live / "python.js")
    page = folder / "index.html"
    mark = '<meta name="misgen-live" content="_static/live/none/" data-megabytes="10"></head>'
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", mark), encoding="utf-8")
    with tools("serve").served(folder) as running:
        yield f"{running}/index.html"


@pytest.fixture
def reader(browser, address):
    """Opens a page of its own, with Python asleep; returns how to get its cells."""
    visit = opened_in(browser, address)
    cell = Cell(visit.page, "exercise")
    cell.button("Run").wait_for()
    yield lambda name="exercise": Cell(visit.page, name)
    assert visit.errors == visit.foreign == []
    visit.page.context.close()


@pytest.fixture(scope="module")
def started(browser, address):
    """A page whose cells have run; the tests leave each cell as it was."""
    visit = opened_in(browser, address)
    visit.requests = []
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.reload()
    Cell(visit.page, "exercise").button("Run").wait_for()
    visit.page.locator("#one .mg-live button").wait_for()
    assert not [url for url in visit.requests if "/live/" in url or "/editor/" in url]
    assert "Starts Python in this page: 10 MB." in Cell(visit.page, "sum").element.inner_text()
    Cell(visit.page, "exercise").press("Run").says("Done.")
    loaded = "document.querySelector('.cm-editor, .misgen-editor') !== null"
    assert not visit.page.evaluate(loaded), "nobody has edited anything; the file may be kept"
    yield lambda name="exercise": Cell(visit.page, name)
    assert visit.errors == visit.foreign == []
    visit.page.context.close()


@site
def test_a_folded_cell_runs_where_it_is_opened_and_what_it_gives_is_not_folded(started):
    cell = started("folded")
    fold = cell.element.locator("summary")
    assert cell.button("Run").is_hidden()
    fold.click()
    cell.press("Run").says("Done.")
    fold.click()
    assert cell.button("Run").is_hidden()
    assert cell.element.locator("pre", has_text="4").last.is_visible()
    assert cell.gives() == "4"


@site
def test_a_cell_runs_as_it_is_with_what_it_needs_of_those_above(started):
    cell = started().press("Run")
    assert "misgen-unlike" in cell.says("Not yet. You have not changed this yet")
    assert cell.element.locator(".cell_output").is_hidden(), "what the build got is out of the way"


@site
def test_an_exercise_is_edited_checked_and_reset(started):
    cell = started().edit(PERCENT)
    cell.page.keyboard.press("Shift+Enter")
    assert "misgen-mistake" in cell.says("Not yet: a common mistake. Return a share")
    cell.edit(SOLVED).page.keyboard.press("Control+Enter")
    assert "misgen-right" in cell.says("Right. Your function agrees")
    cell.press("Reset")
    assert "0.0  # your code here" in cell.editor.inner_text()
    cell.press("Bring back my text")
    assert "length + 2" in cell.editor.inner_text()
    cell.press("Reset")
    assert cell.element.locator(".cell_output").is_visible()


@site
def test_what_is_printed_and_the_value_and_an_error_with_its_line(started):
    cell = started("sum").edit("print('so')\nlengths * 2").press("Run")
    cell.says("Done.")
    assert cell.gives() == "so\n[4, 4]"
    cell.edit("print('far')\n1 / 0").press("Run")
    assert "misgen-error" in cell.says("It stopped. Line 2: ZeroDivisionError: division by zero.")
    assert cell.gives() == "far\n"
    assert cell.element.get_by_text("Done.").count() == 0
    cell.edit("import plotly").press("Run").says("Line 1: there is no plotly in the page: open th")
    cell.press("Reset")


@site
def test_what_stands_above_counts_as_it_is_now(started):
    started("above").edit(ABOVE.replace("[4]", "[5, 6]"))
    cell = started("sum").press("Run")
    cell.says("Done.")
    assert cell.gives() == "[5, 6]"
    started("above").press("Reset")


@site
def test_tab_indents_and_after_escape_leaves_the_editor(started):
    cell = started("sum").edit("if True:\n")
    cell.page.keyboard.press("Tab")
    cell.page.keyboard.insert_text("1")
    assert "if True:\n    1" in cell.editor.inner_text()
    cell.page.keyboard.press("Escape")
    cell.page.keyboard.press("Tab")
    assert cell.button("Run").evaluate("button => button === document.activeElement")
    hint = cell.editor.get_attribute("aria-describedby")
    assert "press Escape first" in cell.page.locator(f"#{hint}").inner_text()
    cell.press("Reset")


def wait_for_workers(page, count: int) -> None:
    """Waits until so many are left: one that was ended is listed a moment longer."""
    while len(page.workers) != count:
        page.wait_for_timeout(50)  # the test's own time limit ends it


@site
def test_stopping_a_cell_leaves_the_explorers_python_alone_and_lets_the_next_cell_run(started):
    page = started().page
    page.locator("#one").get_by_role("button", name="Run Python here").click()
    page.locator("#one .mg-live button").wait_for(state="detached", timeout=PATIENCE_MS)
    remember = "() => toys.one.ask('remember')"
    assert page.evaluate(remember) == 1
    loop, waiting = started("loop").press("Run"), started("sum")
    loop.says("Runs …")
    waiting.press("Run").says("Waits for its turn.")
    assert page.evaluate(remember) == 2, "the explorers have a Python of their own"
    loop.press("Stop").says("Stopped.")
    waiting.says("Done.")
    assert waiting.gives() == "[4]"
    assert page.evaluate(remember) == 3
    wait_for_workers(page, 2)


@site
def test_a_cell_that_waits_can_be_stopped(started):
    loop, waiting = started("loop").press("Run"), started("sum")
    loop.says("Runs …")
    waiting.press("Run").says("Waits for its turn.")
    waiting.press("Stop").says("Stopped.")
    loop.press("Stop").says("Stopped.")


@site
def test_a_loop_that_does_not_end_is_ended_in_python(started):
    cell_site.connect(started().page)
    told = cell_site.run(started().page, ["n = 0\nwhile True:\n    n += 1"], seconds=0.3)
    assert told["error"].startswith("Line ")
    assert "stopped after 0.3 s: is there a loop that does not end?" in told["error"]
    told = cell_site.run(started().page, ["import warnings\nwarnings.warn('so')"])
    assert "<cell 1>:2: UserWarning: so" in told["printed"]


@site
def test_a_cell_that_ends_its_python_says_so(started):
    cell = started("sum").edit("import os\nos._exit(1)").press("Run")
    cell.says("It stopped. Python ended unexpectedly, and what it held is lost: start it again.")
    cell.press("Reset")


# --------------------------------------------------------------------- what is kept


@site
def test_an_edit_is_there_after_a_reload_and_gone_after_a_reset(reader):
    cell = reader().edit(SOLVED)
    cell.page.reload()
    cell.button("Run").wait_for()
    assert cell.button("Edit").is_hidden(), "the editor comes by itself"
    cell.editor.wait_for()
    assert "length + 2" in cell.editor.inner_text()
    cell.press("Reset").page.reload()
    cell.button("Bring back my text").wait_for()
    assert cell.element.get_by_role("textbox").count() == 0, "the original, without an editor"


@site
@pytest.mark.parametrize("choice", ["Keep mine", "Show the new one"])
def test_a_cell_that_a_new_edition_has_changed_says_so_and_loses_nothing(reader, choice):
    cell = reader().edit(SOLVED)
    kept = "() => localStorage['misgen.cell.index.cell-exercise']"
    other = json.loads(cell.page.evaluate(kept)) | {"of": "0"}  # as if of another original
    cell.page.evaluate(f"text => {{ {kept[6:]} = text; }}", json.dumps(other))
    cell.page.reload()
    cell.button(choice).wait_for()
    assert "This edition of the book has changed the cell" in cell.element.inner_text()
    cell.editor.wait_for()
    assert "length + 2" in cell.editor.inner_text()
    cell.press(choice)
    cell.button(choice).wait_for(state="hidden")
    assert ("length + 2" in cell.editor.inner_text()) == (choice == "Keep mine")
    cell.page.reload()
    cell.button("Reset" if choice == "Keep mine" else "Bring back my text").wait_for()
    assert cell.button(choice).is_hidden()


@site
def test_two_tabs_that_edit_a_cell_lose_neither_text(browser, asleep):
    page = browser.new_context().new_page()
    page.goto(asleep)
    cell = Cell(page, "exercise").edit(SOLVED)
    tab = cell.page.context.new_page()
    tab.goto(cell.page.url)
    other = Cell(tab, "exercise").edit(PERCENT)
    cell.says("Another tab of this page has changed this cell")
    assert "return 100 *" not in cell.editor.inner_text(), "nothing changes under one's hands"
    cell.editor.press("Control+End")
    cell.page.keyboard.insert_text("  # mine")
    other.says("Another tab of this page has changed this cell")
    for one in (cell, other):
        one.page.reload()
        one.editor.wait_for()
        assert "# mine" in one.editor.inner_text()
    other.press("My other text")
    wait_until(
        other.page, "() => document.querySelector('#cell-exercise').innerText.includes('100 *')"
    )
    other.press("My other text")
    wait_until(
        other.page, "() => document.querySelector('#cell-exercise').innerText.includes('# mine')"
    )
    page.context.close()


@site
def test_where_the_browser_keeps_nothing_a_cell_works_and_says_so(browser, address):
    page = browser.new_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('refused'); };")
    page.goto(address)
    cell = Cell(page, "exercise").edit(SOLVED)
    cell.says("Your browser keeps no texts: copy yours before you leave the page.")
    cell.press("Reset")
    assert "0.0  # your code here" in cell.editor.inner_text()
    page.context.close()


@site
def test_without_the_editor_there_is_a_plain_field(browser, asleep):
    page = browser.new_page()
    page.route("**/editor.js", lambda route: route.abort())
    page.goto(asleep)
    cell = Cell(page, "exercise").press("Edit")
    cell.editor.wait_for()
    hint = page.locator(f"#{cell.editor.get_attribute('aria-describedby')}").inner_text()
    assert "plain field" in hint
    assert "Tab" not in hint
    cell.editor.fill(SOLVED)
    page.reload()
    cell.editor.wait_for()
    assert cell.editor.input_value() == SOLVED
    page.context.close()


KEEP_THE_PAGE = """async () => {
  const { Python } = await import("/_static/live/none/python.js");
  const note = await new Python(() => {}).keep();
  const kept = await caches.match("/_static/editor/editor.js");
  return [note, Boolean(kept)];
}"""


@site
def test_what_is_kept_for_a_visit_offline_has_the_editor_too(browser, asleep):
    page = browser.new_page()
    page.goto(asleep)
    Cell(page, "exercise").button("Edit").wait_for()
    assert page.evaluate(KEEP_THE_PAGE) == ["", True]
    page.context.close()


# --------------------------------------------------------------------- for all readers


@site
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_their_editors_and_what_they_give_are_accessible(started, axe, theme):
    cell = started().edit(PERCENT).press("Run")
    cell.says("Not yet: a common mistake.")
    started("sum").edit("print('so')\n1 / 0").press("Run").says("It stopped.")
    cell.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    assert axe(cell.page, "main") == []
    for name in ("exercise", "sum"):
        started(name).press("Reset")
    cell.page.evaluate("document.documentElement.dataset.theme = 'light'")


@site
def test_on_a_phone_nothing_is_cut_off_and_buttons_are_large_enough(
    browser, address, beyond_the_edge
):
    page = browser.new_context(viewport={"width": 305, "height": 740}, has_touch=True).new_page()
    page.goto(address)
    cell = Cell(page, "exercise").edit("a" * 200)
    assert beyond_the_edge(page, ".misgen-live-cell *, .misgen-editor") == []
    assert cell.button("Run").bounding_box()["height"] >= 44
    page.context.close()


READY_AGAIN = """() => new Promise((resolve) => {
  const look = ({ state }) => state === "ready" && resolve();
  toys.one.line.watch(look);
  look(toys.one.line.state);
})"""


@site
def test_on_a_phone_one_python_does_for_cells_and_explorers(browser, address):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#one").get_by_role("button", name="Run Python here").tap()
    Cell(page, "sum").press("Run").says("Done.")
    assert page.evaluate("() => toys.one.ask('remember')") == 1
    assert len(page.workers) == 1
    loop = Cell(page, "loop").press("Run")
    loop.says("Runs …")
    loop.press("Stop").says("Stopped.")
    page.evaluate(READY_AGAIN)
    assert page.evaluate("() => toys.one.ask('remember')") == 1, "it began anew"
    context.close()


@site
def test_paper_shows_no_buttons(reader):
    reader().page.emulate_media(media="print")
    assert reader().button("Run").is_hidden()
