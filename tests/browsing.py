"""Opens pages in a Chromium that may talk to this machine only; the fixtures are in `conftest`.

Playwright is imported where a browser is started: the unit tests do without it.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Frame, Locator, Page, Request, WebSocket

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
LOCAL = {"127.0.0.1", "localhost", ""}
WEB = {"http", "https", "ws", "wss"}
RESTING_MS = 100
MOVING_MS = 130  # a step of a game, which is drawn on its way
PATIENCE_MS = 30_000
HOLDS = """async ([arg, patience]) => {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const value = (CONDITION);
    if (await (typeof value === "function" ? value(arg) : value)) return true;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return false;
}"""
# By the clock of the page's own frames, so that a busy machine changes nothing. What was in motion
# when this began has ended by then.
COME_TO_REST = """() => new Promise((resolve) => {
  const began = performance.now();
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const next = (now) => requestAnimationFrame(isStill || now - began > MOVING ? resolve : next);
  requestAnimationFrame(next);
})"""
# One call for a whole page: each question from here to the browser and back costs milliseconds.
BRING_NEAR = """async ([selector, done]) => {
  const moment = () => new Promise((resolve) => setTimeout(resolve, 10));
  const end = performance.now() + 30_000;
  for (const element of document.querySelectorAll(selector)) {
    element.scrollIntoView({ behavior: "instant", block: "center" });
    while (!element.dataset[done]) {
      if (performance.now() > end) throw new Error(`${element.id} is not ${done}`);
      await moment();
    }
  }
  scrollTo({ top: 0, behavior: "instant" });
}"""


def load_tool(name: str) -> ModuleType:
    """Imports `site/<name>.py`, whose folder is no package (`build` is another one's name)."""
    spec = importlib.util.spec_from_file_location(f"site_{name}", ROOT / "site" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def built_pages() -> list[str]:
    """Every page in `_build/html`, the search too; the intro at least, so that no test is empty.

    The slides are no pages: they have neither the theme nor its menus.
    """
    files = [file.relative_to(HTML) for file in HTML.rglob("*.html")]
    apart = {"_static", "slides"}
    pages = [file for file in files if file.parts[0] not in apart and file.name != "index.html"]
    return sorted(page.as_posix() for page in pages) or ["intro.html"]


@dataclass
class Visit:
    """One page in the browser, and what went wrong while it was open."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    count_bytes: Callable[[], int] = lambda: 0
    """What has come over the wire so far, compressed."""

    def scroll_through(self) -> None:
        """Brings each explorer and each chart near the viewport, and waits until it is there."""
        self.mount_explorers()
        self.bring_near(".misgen-plot", "drawn")

    def mount_explorers(self) -> None:
        """Does so for the explorers alone: charts take longer."""
        self.bring_near(".misgen-explorer", "mounted")

    def bring_near(self, selector: str, done: str) -> None:
        """Brings what matches near the viewport, one after the other, until each is `done`."""
        self.page.evaluate(BRING_NEAR, [selector, done])


def happens(
    page: Page | Frame, script: str, arg: object = None, within_ms: float = PATIENCE_MS
) -> bool:
    """Whether a condition comes true on a page in so many milliseconds."""
    try:
        wait_until(page, script, arg=arg, timeout=within_ms)
    except TimeoutError:
        return False
    return True


def wait_until(
    page: Page | Frame, script: str, arg: object = None, timeout: float = PATIENCE_MS
) -> None:
    """Waits until a condition, an expression or a function of `arg`, comes true on a page.

    It is asked in each frame, in the page that stands there then. Playwright's own
    `wait_for_function` evaluates a string in each, which the policy of the site refuses.

    Args:
        page: The page, which may go to another address meanwhile.
        script: The condition in JavaScript.
        arg: What the function gets.
        timeout: How long, in milliseconds.

    Raises:
        TimeoutError: The condition did not come true.
    """
    from playwright.sync_api import Error

    end = time.monotonic() + timeout / 1000
    while (left := end - time.monotonic()) > 0:
        try:
            if page.evaluate(HOLDS.replace("CONDITION", script), [arg, 1000 * left]):
                return
        except Error as error:
            if "context was destroyed" not in error.message:
                raise
    raise TimeoutError(f"This did not come true within {timeout:g} ms: {script}")


def says(visit: Visit, words: str) -> None:
    """Waits until the first explorer of a page says some words."""
    spoken = "words => document.querySelector('.mg-root').innerText.includes(words)"
    wait_until(visit.page, spoken, arg=words)


def let_it_move(page: Page) -> None:
    """Waits until a step of a game that is under way is over: what is pressed before is dropped."""
    page.evaluate(COME_TO_REST.replace("MOVING", str(MOVING_MS)))


def resting_box(locator: Locator) -> FloatRect:
    """Returns where something is once it has stopped moving: a page that loads still shifts."""
    locator.scroll_into_view_if_needed()
    before, box = None, locator.bounding_box()
    while box != before:
        locator.page.wait_for_timeout(RESTING_MS)
        before, box = box, locator.bounding_box()
    return box


def opened_in(browser: Browser, address: str, *, covered: bool = False, **options: Any) -> Visit:
    """Opens an address in a fresh context; what a prediction covers only if `covered`."""
    context = browser.new_context(**options)
    if not covered:
        context.add_init_script(load_tool("browser").NOTHING_COVERED)
    page = context.new_page()
    visit = Visit(page, count_bytes=load_tool("page_budget").count_bytes(page))
    watch(visit)
    visit.page.goto(address)
    return visit


def watch(visit: Visit) -> None:
    """Records errors and foreign requests of a page from now on.

    The browser is told that there is no other host (`site/browser.py`). Were each request held
    back here instead, the browser would keep nothing from one page to the next.
    """

    def note(request: Request | WebSocket) -> None:
        if urlsplit(request.url).scheme in WEB and urlsplit(request.url).hostname not in LOCAL:
            visit.foreign.append(request.url)

    page = visit.page
    page.context.on("request", note)
    page.on("websocket", note)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("console", lambda m: visit.errors.append(m.text) if m.type == "error" else None)
    page.on(
        "response",
        lambda r: visit.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None,
    )
