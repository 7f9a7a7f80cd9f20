"""Draws the still pictures of the built site: each by the script that draws it live.

It opens each page in Chromium and takes what the explorers show in their first state, and what
plotly drew. Readers see the stills on paper, without JavaScript, and until the scripts have come.
Where there is no Chromium, the explorers of a page keep their sentences and numbers.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from browser import NOTHING_COVERED, opened
from playwright.sync_api import Error, Page, ViewportSize
from serve import served
from tqdm import tqdm

from misgen.core.atomic import write_bytes, write_text

FOLDER = "_static/stills"
TAKE = (Path(__file__).resolve().parent / "still.js").read_text(encoding="utf-8")
PAPER: ViewportSize = {"width": 720, "height": 1000}  # CSS pixels
SECONDS_WITHOUT_BAR = 2.0
ALL_IS_NEAR = """window.IntersectionObserver = class {
  constructor(act) { this.act = act; }
  observe(target) { setTimeout(() => this.act([{ isIntersecting: true, target }])); }
  unobserve() {}
  disconnect() {}
};"""
"""Nothing waits until a reader scrolls to it."""

UNSCRIPTED = (
    '<p class="misgen-unscripted">The figures of this page stand still, as scripts are switched '
    "off or blocked here: "
    '<a href="{}chapters/appendix/troubleshooting.html#a-slider-does-nothing">what to do</a>.</p>'
)
"""For readers without scripts; `first.js` hides it for all others, before anything is shown."""

# the title on the page, and not the one above it that the theme prints on paper
_TITLE = re.compile(
    r'<a class="headerlink"[^>]*>[^<]*</a></h1>(\s*<p class="misgen-effort">.*?</p>)?', re.DOTALL
)
_VIEW = re.compile(r'(<div class="misgen-explorer" id="([^"]+)"[^>]*>.*?<div class="mg-still-view)'
                   r'">.*?</div><!-- view -->', re.DOTALL)  # fmt: skip
_PLACE = re.compile(r'<img data-canvas="(\d+)" ([^>]*)>')
_PLOT = re.compile(r'(<div class="misgen-plot" id="([^"]+)"[^>]*>)</div>')

_LABEL = re.compile(r'aria-label="([^"]*)"')


class StillError(Exception):
    """A picture was not drawn; the message names the page."""


Files = dict[str, bytes]
"""Name of a picture -> its bytes."""


def draw_stills(html_folder: Path) -> int:
    """Puts the stills into the pages of a built site; returns how many pages have some."""
    pages = [
        page
        for page in sorted(html_folder.rglob("*.html"))
        if _moves(page.read_text(encoding="utf-8"))
    ]
    with served(html_folder) as base, opened() as browser:
        # 1.5 pixels for each of PAPER
        tab = browser.new_page(viewport=PAPER, device_scale_factor=1.5, reduced_motion="reduce")
        # before the scripts of each page
        tab.add_init_script(f"{ALL_IS_NEAR}\n{NOTHING_COVERED}")
        for page in with_bar(pages):
            name = page.relative_to(html_folder).as_posix()
            tab.goto(f"{base}/{name}", wait_until="load")
            text, files = with_stills(name, page.read_text(encoding="utf-8"), _take(tab, name))
            for file, picture in files.items():
                write_bytes(html_folder / FOLDER / file, picture)
            write_text(page, text)
    return len(pages)


def with_bar(pages: Sequence[Path]) -> Iterator[Path]:
    """Yields pages, and shows how many are done once it takes so long that one wonders."""
    yield from tqdm(pages, desc="site: stills", unit="page", delay=SECONDS_WITHOUT_BAR)


def _take(tab: Page, name: str) -> Mapping[str, Any]:
    try:
        return tab.evaluate(TAKE)
    except Error as error:
        raise StillError(f"The still pictures of {name} could not be drawn: {error}.") from error


def _moves(text: str) -> bool:
    return bool(_VIEW.search(text) or _PLOT.search(text))


def with_stills(name: str, text: str, taken: Mapping[str, Any]) -> tuple[str, Files]:
    """Returns a page with its stills, and the files of its pictures.

    Args:
        name: Path of the page below the site, such as "chapters/maze.html".
        text: Its HTML.
        taken: What `still.js` returns for it.
    """
    files: Files = {}
    folder = "../" * name.count("/") + FOLDER  # relative, so that it works below any address
    page = name.removesuffix(".html").replace("/", "-")

    def image(file: str, picture: bytes, attributes: str) -> str:
        files[file] = picture
        return f'<img src="{folder}/{file}" loading="lazy" {attributes}>'

    def view(match: re.Match[str]) -> str:
        explorer = match[2]

        def canvas(place: re.Match[str]) -> str:
            """Returns an image for each theme; a browser loads only the one that is shown."""
            number, attributes = int(place[1]), place[2]
            return "".join(
                image(f"{page}-{explorer}-{number}-{theme}.webp", _decoded(of[explorer][number]),
                      f'class="only-{theme}" {attributes}')
                for theme, of in taken["canvases"].items()
            )  # fmt: skip

        html = _PLACE.sub(canvas, taken["views"][explorer])
        return f'{match[1]} mg-root">{html}</div><!-- view -->'

    def plot(match: re.Match[str]) -> str:
        drawn = taken["charts"][match[2]]
        told = _LABEL.search(match[1])
        words = (
            f'alt="{told[1] if told else ""}" width="{drawn["width"]}" height="{drawn["height"]}"'
        )
        return f"{match[1]}{image(f'{match[2]}.svg', drawn['svg'].encode(), words)}</div>"

    drawn = _PLOT.sub(plot, _VIEW.sub(view, text))
    return with_reason(drawn, "../" * name.count("/")), files  # `files` is filled on the way


def with_reason(text: str, root: str) -> str:
    """Puts below the title why nothing moves, for who reads without scripts.

    Args:
        text: The HTML of a page.
        root: The way from it to the root of the site.

    >>> title = '<h1>Mazes<a class="headerlink" href="#">#</a></h1>'
    >>> with_reason(title, "../").removeprefix(title)[:30]
    '<p class="misgen-unscripted">T'
    """
    return _TITLE.sub(lambda title: f"{title[0]}{UNSCRIPTED.format(root)}", text, count=1)


def _decoded(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])  # a data address: type, comma, base64
