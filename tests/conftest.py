"""What several test folders share: the root, the scripts of `site/`, a served site, a browser."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from answering import answering
from browsing import HTML, ROOT, Visit, built_pages, load_tool, opened_in
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A busy machine is not a bug: nothing here is a timed test.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

# Where the tests run in the background, interrupts are ignored, and a child inherits that: the
# tests that interrupt one would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

sys.path.append(str(ROOT / "site"))  # at the end: the scripts import each other
PAGE_OF_TEST = re.compile(r"\[([\w/]+\.html)\]$")
TOPIC_OF_TEST = re.compile(r"tests/topics/(\w+)/")
FILE_OF_TEST = re.compile(
    r"tests/(jupyter/\w+|site/test_(?:cells_of_chapters|code_cells|colab|covers|firefox|live))\.py"
)
SEEDS = tuple(f"[{seed}]" for seed in range(100))
PHONE = {"width": 305, "height": 740}  # 320 pixels with a scroll bar of 15, which tests hide
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """([within, only]) =>
  axe.run(within ?? document, { runOnly: only, resultTypes: ["violations"] })"""
SHOW_STILLS = ".misgen-explorer > .misgen-still { display: block !important }"
BEYOND_THE_EDGE = """elements => elements
  .filter((element) => element.getBoundingClientRect().right > innerWidth)
  .map((element) => element.outerHTML.slice(0, 120))"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test with the argument `page_name` once for each page."""
    if "page_name" in metafunc.fixturenames:
        # The scope puts the tests of a page side by side, so that they can share `at_desk`.
        metafunc.parametrize("page_name", built_pages(), scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs what fails in a browser once more, on a machine that is busy; the summary names it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


class SchedulingByWhatIsShared(LoadScopeScheduling):
    """Runs tests that share something costly in one process.

    Those are the tests of a built page, which share its visits, the tests of a topic, which share
    trainings (but for the ones of a single seed), and the files that start a server or a Python in
    a page. What shares the most begins first, so that no process waits at the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        page, topic = PAGE_OF_TEST.search(nodeid), TOPIC_OF_TEST.match(nodeid)
        shared = page or (not nodeid.endswith(SEEDS) and topic) or FILE_OF_TEST.match(nodeid)
        return shared[1] if shared else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Tells pytest-xdist in which process a test runs."""
    return SchedulingByWhatIsShared(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tools() -> Callable[[str], ModuleType]:
    """Imports a script of `site/` by its name."""
    return load_tool


@pytest.fixture
def without_a_loop() -> Iterator[None]:
    """No event loop runs in this thread, whatever an open browser has left there."""
    running = asyncio._get_running_loop()  # public by `asyncio.__all__`, for who runs loops
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """Serves folders on free ports of this machine; returns the address of each."""
    serve = load_tool("serve")
    with ExitStack() as running:
        yield lambda folder: running.enter_context(serve.served(folder))


EXPLORER_PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Explorers</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/book.css">
<link rel="stylesheet" href="_static/misgen/explore/js/explorer.css">
<script type="module" src="_static/host.js"></script></head>
<body style="margin: 12px"><main><h1>Explorers</h1>{}</main></body></html>"""


@pytest.fixture(scope="session")
def explorer_page(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]
) -> Callable[..., str]:
    """Serves a page of explorers that no chapter shows; returns its address."""

    def serve(*explorers: Any) -> str:
        return (
            f"{serve_folder(_page_of(explorers, tmp_path_factory.mktemp('explorers')))}/page.html"
        )

    return serve


@pytest.fixture(scope="session")
def answered_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Serves a page of explorers whose Python is this process; returns its address."""
    with answering() as live, ExitStack() as running:

        def serve(*explorers: Any) -> str:
            folder = _page_of(explorers, tmp_path_factory.mktemp("explorers"))
            (folder / "_static" / "live.js").write_text(live, encoding="utf-8")
            # no policy: Python is on another port
            served = load_tool("serve").served(folder, headers={})
            return f"{running.enter_context(served)}/page.html"

        yield serve


def _page_of(explorers: Sequence[Any], folder: Path) -> Path:
    shutil.copytree(ROOT / "site" / "static", folder / "_static")
    load_tool("explorer_files").copy_to(folder / "_static")
    body = "".join(explorer.html() for explorer in explorers)
    (folder / "page.html").write_text(EXPLORER_PAGE.replace("{}", body), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built site."""
    assert (HTML / "intro.html").is_file(), "There is no site to test: run `make site` first."
    return HTML


@pytest.fixture(scope="session")
def site(html: Path, serve_folder: Callable[[Path], str]) -> str:
    """The address of the built site."""
    return serve_folder(html)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; a page test without one is a failure."""
    tool = load_tool("browser")
    assert tool.find_chromium(), "There is no Chromium: run `make chromium` first."
    with tool.opened() as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """Finds what axe-core has against a page, or against what one selector matches on it."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def violations(page: Page, within: str | None = None, rule: str | None = None) -> list[str]:
        page.evaluate(source)
        only = {"type": "rule", "values": [rule]} if rule else AXE_TAGS
        return [
            f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
            for violation in page.evaluate(RUN_AXE, [within, only])["violations"]
            for node in violation["nodes"]
        ]

    return violations


@pytest.fixture(scope="session")
def axe_of_explorers(axe: Callable[..., list[str]]) -> Callable[[Page, str], list[str]]:
    """Finds what axe-core has against the explorers of a page in a theme, and their stills."""

    def violations(page: Page, theme: str) -> list[str]:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        alive = axe(page, ".misgen-explorer")
        page.add_style_tag(content=SHOW_STILLS)
        return alive + axe(page, ".misgen-explorer")

    return violations


@pytest.fixture(scope="session")
def beyond_the_edge() -> Callable[..., list[str]]:
    """Finds what of a page's explorers lies beyond the right edge of the window."""

    def cut_off(page: Page, selector: str = ".misgen-view *") -> list[str]:
        sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return ["the page"] * sideways + page.eval_on_selector_all(selector, BEYOND_THE_EDGE)

    return cut_off


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens an address in a fresh context; requests to other hosts are cut and recorded."""
    visits: list[Visit] = []

    def open_address(address: str, **options: Any) -> Visit:
        visits.append(opened_in(browser, address, **options))
        return visits[-1]

    yield open_address
    for visit in visits:
        visit.page.context.close()


@pytest.fixture(scope="session")
def at_desk(browser: Browser, site: str, page_name: str) -> Iterator[Visit]:
    """A page scrolled through on a wide screen; all tests that only look at it share it."""
    visit = opened_in(browser, f"{site}/{page_name}")
    visit.scroll_through()
    yield visit
    visit.page.context.close()


@pytest.fixture(scope="session")
def on_phone(browser: Browser, site: str, page_name: str) -> Iterator[Visit]:
    """The same on a narrow one."""
    visit = opened_in(browser, f"{site}/{page_name}", viewport=PHONE)
    visit.scroll_through()
    yield visit
    visit.page.context.close()
