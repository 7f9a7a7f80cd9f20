"""Chapters in a real JupyterLab 4 and Notebook 7: keys, a kernel that answers, saved notebooks.

One server serves both front ends. The chapters are cut to the cells that show explorers: what
trains is tested elsewhere.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from browsing import ROOT, Visit, opened_in, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.jupyter

CHAPTERS = ("taxonomy", "coinrun")
FRONT_ENDS = {"JupyterLab": "lab/tree/{}?reset", "Notebook 7": "notebooks/{}"}
SHOWS_AN_EXPLORER = re.compile(r"explorers\.\w+\(\)|[A-Z]\w+(?:\.\w+)?\(.*\)")
PATIENCE_MS = 240_000  # of a busy machine
SAVED_MS = 500
STEP_MS = 200  # a step in CoinRun is drawn for 130
SETTINGS = {  # all cells stand in the page, only a key saves, and nothing asks for news
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
VIEW = {"width": 1300, "height": 1000}
ACTIVE_CELL = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
  .findIndex((cell) => cell.classList.contains('jp-mod-active'))"""
KERNEL_NAME = ".jp-NotebookPanel-toolbar >> text=Python 3"  # "No Kernel" until there is one
CONNECTED = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
IDLE = """() => ![...document.querySelectorAll('.jp-InputPrompt')]
  .some((prompt) => prompt.textContent.includes('*'))"""
CHOSEN = """(element) => element.type !== 'radio' ? element.value
  : [...document.getElementsByName(element.name)].findIndex((radio) => radio.checked)"""
SLOW_MS = 3000  # anywidget waits for 2000
# A browser that needs so long for each module of more than a few lines, as one that is busy.
SLOW = """globalThis.Blob = class extends Blob {
  constructor(parts, options) {
    const isLong = options?.type === "text/javascript" && parts.join("").split("\\n").length > 100;
    const wait = `await new Promise((resolve) => setTimeout(resolve, ${SLOW_MS}));`;
    super(isLong ? [wait, ...parts] : parts, options);
  }
};""".replace("${SLOW_MS}", str(SLOW_MS))
HAS_FOCUS = (
    "(element) => element === document.activeElement || document.activeElement.type === 'radio'"
)


@dataclass
class Jupyter:
    """A running server."""

    address: str
    folder: Path

    def ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(f"{self.address}/api/{path}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def stop_kernels(self) -> None:
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")


def cut(chapter: str) -> nbformat.NotebookNode:
    """A chapter without the code that shows no explorer and imports nothing."""
    notebook = nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell for cell in code[2:] if SHOWS_AN_EXPLORER.fullmatch(cell.source)]
    assert len(shown) >= 3
    notebook.cells = [notebook.cells[0], *code[:2], *shown]
    return notebook


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory) -> Iterator[Jupyter]:
    """A server of its own, which knows nothing of this machine's settings."""
    names = ("jupyterlab", "notebook")
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    assert not missing, f"There is no {missing[0]}: run `make test`, which installs it."
    home = tmp_path_factory.mktemp("jupyter")
    folder, settings = home / "chapters", home / "settings"
    folder.mkdir()
    for plugin, values in SETTINGS.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    own = {
        f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    environment = {
        **os.environ, **own, "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings), "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    environment.pop("MISGEN_BOOK", None)
    port = free_port()
    options = {
        "ServerApp.port": port, "ServerApp.root_dir": folder, "IdentityProvider.token": "",
        "ServerApp.disable_check_xsrf": True,
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, *(f"--{name}={value}" for name, value in options.items())],
            env=environment, stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    server = Jupyter(f"http://127.0.0.1:{port}", folder)
    wait_for(server, process, home / "log")
    yield server
    server.stop_kernels()
    process.kill()  # asked politely, it may wait for ever for its extensions
    process.wait()


def wait_for(server: Jupyter, process: subprocess.Popen, log: Path) -> Any:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            return server.ask("status")
        time.sleep(0.2)  # a server says nowhere but here that it listens
    return pytest.fail(f"The server did not answer: {log.read_text()}")


def menu(page: Page, *entries: str) -> None:
    bar, command = entries
    page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{bar}$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{command}")).first.click()


def opened_notebook(browser: Browser, jupyter: Jupyter, front_end: str, name: str) -> Visit:
    visit = opened_in(
        browser, f"{jupyter.address}/{FRONT_ENDS[front_end].format(name)}", viewport=VIEW
    )
    visit.page.set_default_timeout(PATIENCE_MS)
    visit.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    return visit


@dataclass
class Executed:
    """A notebook in which all cells were run, and its explorers were looked at; it is saved."""

    visit: Visit
    name: str

    @property
    def page(self) -> Page:
        return self.visit.page


@pytest.fixture(scope="module")
def executed(browser, jupyter) -> Iterator[Callable[[str, str], Executed]]:
    """Opens a chapter in a front end and runs all cells; each pair once."""
    done: dict[tuple[str, str], Executed] = {}

    def run(front_end: str, chapter: str) -> Executed:
        if (front_end, chapter) not in done:
            name = f"{chapter}-{front_end.split()[0].lower()}.ipynb"
            nbformat.write(cut(chapter), jupyter.folder / name)
            visit = opened_notebook(browser, jupyter, front_end, name)
            run_all(visit.page, len(cut(chapter).cells) - 3)
            done[front_end, chapter] = Executed(visit, name)
        return done[front_end, chapter]

    yield run
    for notebook in done.values():
        notebook.page.context.close()


def run_all(page: Page, explorers: int) -> None:
    page.locator(KERNEL_NAME).wait_for()
    page.locator(CONNECTED).wait_for(state="attached")
    menu(page, "Run", "Run All Cells")
    roots = page.locator(".mg-root")
    roots.nth(explorers - 1).wait_for(state="attached")
    wait_until(page, IDLE)
    for k in range(explorers):
        roots.nth(k).scroll_into_view_if_needed()
        # the front end has taken the picture, and the kernel has put it into the output below
        page.locator(".misgen-saved").nth(k).locator("img").wait_for(state="attached")


CASES = [("JupyterLab", "taxonomy"), ("JupyterLab", "coinrun"), ("Notebook 7", "coinrun")]
each_case = pytest.mark.parametrize(("front_end", "chapter"), CASES)


def focusable(page: Page, selector: str) -> list[Locator]:
    found = page.locator(f".mg-root :is({selector})").all()
    return [each for each in found if each.is_visible() and each.is_enabled()]


def press_until(page: Page, key: str, said: Locator, words: str) -> None:
    """Presses a key until something is said; a press that comes too early is dropped."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while words not in said.inner_text():
        assert time.monotonic() < end, f"{words!r} was never said, but {said.inner_text()!r}."
        page.keyboard.press(key)
        page.wait_for_timeout(STEP_MS)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_browser_may_take_longer_for_an_explorer_than_anywidget_waits(
    browser, jupyter, front_end
):
    notebook = cut("taxonomy")
    notebook.cells = notebook.cells[:4]  # the first explorer
    name = f"slow-{front_end.split()[0].lower()}.ipynb"
    nbformat.write(notebook, jupyter.folder / name)
    visit = opened_notebook(browser, jupyter, front_end, name)
    visit.page.context.add_init_script(SLOW)
    visit.page.reload()
    run_all(visit.page, 1)
    assert not [error for error in visit.errors if "Failed to initialize" in error]
    assert visit.page.locator(".mg-root :is(button, input, select)").first.is_enabled()
    visit.page.context.close()


@pytest.mark.parametrize(("front_end", "chapter"), CASES[1:])
def test_the_kernel_answers_a_reader_who_plays_by_keys(executed, front_end, chapter):
    page = executed(front_end, chapter).page
    play = page.locator(".mg-root", has_text="Play it yourself")
    said, canvas = play.locator(".mg-say"), play.locator("canvas")
    fetched, workers = list[str](), len(page.workers)
    page.on("request", lambda request: fetched.append(request.url))
    play.locator(".mg-live").wait_for(state="hidden")  # no button that starts Python in the page
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    play.locator(".mg-player").focus()
    press_until(page, "ArrowRight", said, "You died.")  # in the saw, two steps ahead
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    play.locator("button", has_text="Show the agents' paths").click()
    play.locator(".mg-say", has_text="Of 10 agents on this level 10 reach the coin").wait_for()
    assert not [url for url in fetched if re.search(r"pyodide|\.wasm|\.whl|\.zip", url)]
    assert len(page.workers) == workers  # as Python in a page would be one


@each_case
def test_arrows_move_each_control_and_no_key_moves_or_makes_a_cell(executed, front_end, chapter):
    page = executed(front_end, chapter).page
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    controls = focusable(page, "input:not([type=checkbox], [type=file]), select")
    assert len(controls) > 5
    for control in controls:
        control.focus()
        active, before = page.evaluate(ACTIVE_CELL), control.evaluate(CHOSEN)
        for key in ("ArrowUp", "ArrowDown", "ArrowDown"):  # whatever end it stands at
            page.keyboard.press(key)
            if control.evaluate(CHOSEN) != before:
                break
        told = control.evaluate("element => element.outerHTML.slice(0, 200)")
        assert control.evaluate(CHOSEN) != before or control.evaluate("e => e.length === 1"), told
        page.keyboard.press("b")
        assert control.evaluate(HAS_FOCUS), told
        assert page.evaluate(ACTIVE_CELL) == active, told
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@each_case
def test_a_button_that_came_later_keeps_its_keys_too(executed, front_end, chapter):
    page = executed(front_end, chapter).page
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for button in focusable(page, "button, summary, [tabindex='0']"):
        button.focus()
        active = page.evaluate(ACTIVE_CELL)
        for key in ("b", "j", "ArrowDown"):
            page.keyboard.press(key)
        assert page.evaluate(ACTIVE_CELL) == active
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@each_case
def test_no_link_leads_to_a_page_that_a_notebook_does_not_have(executed, front_end, chapter):
    page = executed(front_end, chapter).page
    links = page.locator(":is(.mg-root, .misgen-saved) a[href]:not([hidden])")
    targets = links.evaluate_all("all => all.map((link) => link.getAttribute('href'))")
    assert [target for target in targets if not target.startswith("https://")] == []
    live, saved = (
        page.locator(each).all_text_contents() for each in (".mg-source", ".misgen-saved")
    )
    named = "“Reproduce” at the end says how"  # in its place, and the same words in what is saved
    assert sum(named in text for text in live) == sum(named in text for text in saved)


@each_case
def test_control_and_s_saves_from_within_an_explorer(executed, jupyter, front_end, chapter):
    notebook = executed(front_end, chapter)
    notebook.page.locator(".mg-root :is(input, select, button):enabled:visible").first.focus()

    def saved_at() -> str:
        return jupyter.ask(f"contents/{notebook.name}?content=0")["last_modified"]

    before, end = saved_at(), time.monotonic() + PATIENCE_MS / 1000
    while saved_at() == before:  # a key that comes while a notebook is saved is dropped
        assert time.monotonic() < end, "It is not saved."
        notebook.page.keyboard.press("Control+s")
        notebook.page.wait_for_timeout(SAVED_MS)


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
@pytest.mark.parametrize(("front_end", "chapter"), CASES[1:])
def test_a_saved_notebook_shows_its_stills_without_its_kernel(
    executed, browser, jupyter, front_end, chapter, trusted
):
    notebook = executed(front_end, chapter)
    menu(notebook.page, "File", "Save Notebook")
    wait_until(notebook.page, "() => !document.querySelector('.jp-mod-dirty')")
    jupyter.stop_kernels()
    saved = nbformat.read(jupyter.folder / notebook.name, as_version=4)
    name = notebook.name
    if not trusted:
        saved.metadata["changed"] = "so its signature is no longer that of this server"
        name = f"foreign-{name}"
        nbformat.write(saved, jupyter.folder / name)
    visit = opened_notebook(browser, jupyter, front_end, name)
    stills = visit.page.locator(".misgen-saved")
    count = sum("misgen-saved" in json.dumps(cell.get("outputs", [])) for cell in saved.cells)
    assert count >= 3
    for still in [stills.nth(k) for k in range(count)]:
        still.scroll_into_view_if_needed()
        assert still.is_visible()
        assert (
            still.locator("img").evaluate("image => image.decode().then(() => image.width)") > 300
        )
        assert len(still.inner_text()) > 40
    visible = visit.page.locator(".jp-Notebook").inner_text()
    assert not re.search(r"model not found|Loading widget|object at 0x|MISSING", visible)
    visit.page.context.close()
