"""A site of one page with code cells that run there, and the way to its Python past the editor."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import live_site
from browsing import load_tool
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE_MS = 120_000  # of a busy machine
CELL = """<section><h2>{title}</h2>
<div class="cell misgen-code{runs} docutils container" id="cell-{name}">
{fold[0]}<div class="cell_input docutils container"><div class="highlight-ipython3">{code}</div>
</div>{fold[1]}
<div class="cell_output docutils container"><pre>{output}</pre></div>
</div></section>"""
FOLD = '<details class="admonition hide above-input"><summary>Show it</summary>', "</details>"
STYLES = """<link rel="stylesheet" href="_static/code_cells.css"><style>{}
body {{ background: var(--mg-bg); color: var(--mg-ink) }} pre {{ overflow: auto }}</style></head>"""
THEMES = {"light": "a11y-high-contrast-light", "dark": "a11y-high-contrast-dark"}  # of the pages
CONNECT = """async () => {
  const [host, live, kit] = await Promise.all(
    ["model.js", "live.js", "misgen/explore/js/ask.js"].map((file) => import(`/_static/${file}`)));
  const model = new host.Model({});
  live.connectCell(model, { key: "test", topic: "cells" });
  const line = kit.lineOf(model);
  const isReady = new Promise((resolve) => {
    line.watch(({ state }) => state === "ready" && resolve());
  });
  line.tell("start");
  await isReady;
  globalThis.runCells = async (cells, seconds) => {
    const printed = [];
    const onProgress = ({ text }) => printed.push(text);
    const outcome = await kit.ask(model, "run", { cells, seconds }, { onProgress });
    return { ...outcome, printed: printed.join("") };
  };
}"""


def html_of(
    name: str, source: str, title: str = "", runs: bool = True, folded: bool = False
) -> str:
    """Returns a cell as the built page has it."""
    code = highlight(source, PythonLexer(), HtmlFormatter())
    runs_class = " misgen-runs" if runs else ""
    return CELL.format(
        name=name,
        title=escape(title or name),
        code=code,
        runs=runs_class,
        output="of the build",
        fold=FOLD if folded else ("", ""),
    )


def make(folder: Path, *cells: str, **options: Any) -> None:
    """Writes the site into a folder: cells as `html_of` returns them, and an explorer, "one"."""
    live_site.make(folder, "one", **options)
    load_tool("editor").bundle(folder / "_static" / load_tool("editor").FILE)
    page = folder / "index.html"
    text = page.read_text(encoding="utf-8").replace("</main>", f"{''.join(cells)}</main>")
    rules = [
        HtmlFormatter(style=style).get_style_defs(f"[data-theme={theme}] .highlight")
        for theme, style in THEMES.items()
    ]
    styles = STYLES.format("".join(rules))
    page.write_text(text.replace("</head>", styles), encoding="utf-8")


def connect(page: Page) -> None:
    """Starts the Python of a page's cells."""
    page.evaluate(CONNECT)


def run(page: Page, cells: Sequence[str], seconds: float = 600.0) -> dict[str, Any]:
    """Runs the last of some cells.

    Args:
        page: A page that is connected.
        cells: The cells of a page, up to the one that is to run.
        seconds: What the session allows it.

    Returns:
        What the session returns, and what was `printed`.
    """
    call = "([cells, seconds]) => runCells(cells, seconds)"
    outcome: dict[str, Any] = page.evaluate(call, [list(cells), seconds])
    return outcome


class Cell:
    """A cell of a page, as a reader sees it."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.element = page.locator(f"#cell-{name}")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> Cell:
        self.button(name).focus()
        self.page.keyboard.press("Enter")  # the keyboard alone reaches everything
        return self

    def edit(self, text: str) -> Cell:
        """Takes the place of what stands there, key by key where it matters."""
        self.element.get_by_role("button").first.wait_for()  # is_visible does not wait
        if self.button("Edit").is_visible():
            self.press("Edit")
        self.editor.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        return self

    @property
    def editor(self) -> Locator:
        return self.element.get_by_role("textbox")

    def says(self, text: str) -> str:
        """Waits until it says so; returns its verdict."""
        said = self.element.locator(".misgen-live-cell [role=status]", has_text=text)
        said.first.wait_for(timeout=PATIENCE_MS)
        return self.verdict.get_attribute("class") or ""

    @property
    def verdict(self) -> Locator:
        return self.element.locator("p[role=status]")

    def gives(self) -> str:
        return self.element.locator(".misgen-live-cell > pre").text_content()
