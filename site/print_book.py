"""Writes the whole book as one HTML file that needs no script, and as a PDF: `make print`.

It opens each built page in Chromium, takes its text with the stills of `stills.py`, joins the pages
in the order of the book, and lets MathJax draw the formulas. Both files are copied beside the site,
whose pages then name them in their footers.
"""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from browser import find_chromium, opened
from contents import page_names
from explorer_files import STYLE_SHEET
from playwright.sync_api import Browser, Page, Route
from serve import HTML, served
from stills import PAPER

from misgen.core.atomic import write_bytes, write_text

SITE = Path(__file__).resolve().parent
ROOT = SITE.parent
OUT = ROOT / "_build" / "print"
NAME = "right-skill-wrong-goal"
MATHJAX = ROOT / "node_modules" / "mathjax" / "es5" / "tex-svg.js"
EXTRACT = (SITE / "print" / "extract.js").read_text(encoding="utf-8")
STYLES = ("_static/pygments.css", f"_static/{STYLE_SHEET}", "_static/book.css")
MARK = re.compile(r"<!-- print -->.*?<!-- /print -->", re.DOTALL)

EDITION = re.compile(r'class="misgen-edition"><span>([^<]*)</span>')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*/)[^"/]*"')
SET_FORMULAS = """async () => {
  await MathJax.startup.promise;
  const left = document.querySelectorAll("script, mjx-container [tabindex]");
  for (const item of left) {
    if (item.tagName === "SCRIPT") item.remove();
    else item.removeAttribute("tabindex");
  }
  return "<!doctype html>\\n" + document.documentElement.outerHTML;
}"""
MATHJAX_SETTINGS = """window.MathJax = {
  svg: { fontCache: "global" },
  options: { enableMenu: false, processHtmlClass: "math", ignoreHtmlClass: ".*" },
}"""
FOOTER = (  # Chromium fills in the element `pageNumber`
    '<div style="width:100%;font:8px sans-serif;color:#566070;text-align:center">'
    '<span class="pageNumber"></span></div>'
)


@dataclass(frozen=True)
class Extract:
    """The text of one page."""

    id: str
    html: str
    headings: Sequence[Mapping[str, Any]]


def extracts(browser: Browser, base: str, names: Sequence[str], address: str) -> Iterator[Extract]:
    """Yields the text of each page for paper, in order.

    Args:
        browser: Chromium.
        base: Where the site is served now.
        names: The pages of the book.
        address: Where readers find it, or nothing.
    """
    page = browser.new_page(viewport=PAPER, color_scheme="light")  # paper is light
    page.route("**/mathjax/**", _leave_out)  # the formulas are drawn at the end, once for all
    page.route(re.compile(r"/host\.js"), _leave_out)  # so that the stills stay
    for name in names:
        page.goto(f"{base}/{name}.html", wait_until="load")  # styles and images are there
        book = {"pages": names, "page": name, "address": address}
        yield Extract(**page.evaluate(EXTRACT, book))
    page.close()


def _leave_out(route: Route) -> None:
    route.abort()


def document(title: str, head: str, parts: Sequence[Extract], styles: str) -> str:
    """Returns the book as one HTML document, formulas still as TeX."""
    pages = "".join(f'<article class="page" id="{p.id}">{p.html}</article>\n' for p in parts)
    return (
        '<!doctype html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{styles}</style>'
        f"</head><body>{head}{contents(parts)}<main>{pages}</main></body></html>"
    )


def edition_of(page: Path) -> str:
    """Returns what a built page says of its edition, such as "Edition 0.2.0"."""
    named = EDITION.search(page.read_text(encoding="utf-8"))
    return named[1] if named else ""


def cover(title: str, edition: str, address: str) -> str:
    """Returns the title page."""
    online = f'<p>On the web: <a href="{address}">{address}</a></p>' if address else ""
    return (
        f'<header class="cover"><h1>{escape(title)}</h1><p>{edition}</p>'
        "<p>The printable version of an interactive book. An interactive figure is shown as its "
        "first picture, with its numbers; its caption leads to the figure that can be moved.</p>"
        f"{online}</header>\n"
    )


def contents(parts: Sequence[Extract]) -> str:
    """Returns the table of contents: pages and their sections."""
    return f'<nav class="contents"><h2>Contents</h2><ul>{"".join(map(_entry, parts))}</ul></nav>\n'


def _entry(part: Extract) -> str:
    links = [
        f'<a href="#{heading["id"]}">{escape(heading["text"])}</a>' for heading in part.headings
    ]
    # the first is the page's own title
    sections = "".join(f"<li>{link}</li>" for link in links[1:])
    return f"<li>{links[0]}{f'<ul>{sections}</ul>' if sections else ''}</li>"


def styles_of(folder: Path) -> str:
    """Returns the styles of the site that the text needs, and those of paper."""
    files = [*(folder / name for name in STYLES), SITE / "print" / "print.css"]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def with_formulas(page: Page, html: str) -> str:
    """Returns the document with its formulas drawn as SVG, and without any script."""
    page.set_content(html)
    page.add_script_tag(content=MATHJAX_SETTINGS)
    page.add_script_tag(path=MATHJAX)
    return page.evaluate(SET_FORMULAS)


def print_book(html_folder: Path, out: Path) -> tuple[Path, Path]:
    """Writes the book of a built site as HTML and PDF; returns both files."""
    names = page_names(ROOT / "_toc.yml")
    title, address = title_and_address(html_folder, names[0])
    files = out / f"{NAME}.html", out / f"{NAME}.pdf"
    with served(html_folder) as base, opened() as browser:
        parts = list(extracts(browser, base, names, address))
        page = browser.new_page(viewport=PAPER)
        head = cover(title, edition_of(html_folder / f"{names[0]}.html"), address)
        html = document(title, head, parts, styles_of(html_folder))
        # no script is left, so that it works offline
        write_text(files[0], with_formulas(page, html))
        page.goto(files[0].as_uri())  # the file as readers have it
        write_bytes(files[1], pdf(page))
    return files


def title_and_address(html_folder: Path, root_page: str) -> tuple[str, str]:
    """Returns the book's title, and the address of its site or nothing, from the built files."""
    # see `site_files`
    heading = (html_folder / "llms.txt").read_text(encoding="utf-8").split("\n")[0]
    canonical = CANONICAL.search((html_folder / f"{root_page}.html").read_text(encoding="utf-8"))
    return heading.removeprefix("# "), canonical[1] if canonical else ""


def pdf(page: Page) -> bytes:
    """Returns an open page as a PDF with page numbers, an outline and tags for screen readers."""
    return page.pdf(
        prefer_css_page_size=True,
        display_header_footer=True,
        header_template="<span></span>",  # empty: Chromium's own has date and title
        footer_template=FOOTER,
        print_background=True,
        outline=True,
        tagged=True,
    )


def publish(files: Sequence[Path], html_folder: Path) -> None:
    """Copies the files beside the site, and names them in the footer of each of its pages."""
    target = html_folder / "_static" / "print"
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / file.name)
    for page in html_folder.rglob("*.html"):
        if "_static" not in page.parts:  # those are no pages of the book
            text = page.read_text(encoding="utf-8")
            linked = MARK.sub(footer_link(page.relative_to(html_folder), files), text)
            if linked != text:
                write_text(page, linked)


def footer_link(page: Path, files: Sequence[Path]) -> str:
    """Returns the footer's links to the files, as seen from a page of the site."""
    up = "../" * (len(page.parts) - 1)  # relative, so that it works below any address
    links = [
        f'<a href="{up}_static/print/{file.name}">{file.suffix[1:].upper()}</a> '
        f"({file.stat().st_size / 1e6:.0f} MB)"
        for file in files
    ]
    text = f"The book on paper: {' or '.join(links)}"
    return f'<!-- print --><p class="misgen-print">{text}</p><!-- /print -->'


def main() -> int:
    """Writes and publishes the files; returns the exit code."""
    pages = [HTML / f"{name}.html" for name in page_names(ROOT / "_toc.yml")]
    missing = [page.name for page in (HTML / "llms.txt", *pages) if not page.is_file()]
    if missing:
        print(f"print: the site has no {missing[0]}: run `make site` first.", file=sys.stderr)
        return 1
    if find_chromium() is None:
        print("print: there is no Chromium: run `make chromium` first.", file=sys.stderr)
        return 1
    start = time.perf_counter()
    try:
        files = print_book(HTML, OUT)
        publish(files, HTML)
    except OSError as error:  # a disk that is full or may not be written
        print(f"print: {error}", file=sys.stderr)
        return 1
    sizes = " and ".join(f"{file.name} ({file.stat().st_size / 1e6:.1f} MB)" for file in files)
    print(f"print: {sizes} in {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
