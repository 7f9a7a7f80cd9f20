"""The files of the site that are no page of the book: lists, the 404 page, that of licences.

sphinx-sitemap writes the site map. The 404 page is our own because sphinx-notfound-page writes one
path into all links: this page is right below a path as on GitHub Pages, at "/" and from a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import licences
import policy
from cards import START, description_of, title_of
from contents import Part, parts_in
from sphinx.application import Sphinx
from sphinx.config import Config

NOT_FOUND = "404"
NOT_LISTED = '<meta name="robots" content="noindex">'


def set_options(_app: Sphinx, config: Config) -> None:
    """Makes the site map one of the pages of the book; without an address there is none."""
    config.sitemap_url_scheme = "{link}"  # the address has no version in it
    config.sitemap_excludes = [
        f"{name}.html" for name in (NOT_FOUND, START, "search", licences.PAGE)
    ]
    # it warns where there is no address
    config.suppress_warnings = [*config.suppress_warnings, "sitemap.configuration"]


def parts_of(app: Sphinx) -> list[Part]:
    """Returns the parts of the book with their pages."""
    return parts_in(Path(app.srcdir, app.config.external_toc_path))


def llms(app: Sphinx) -> str:
    """Returns the index of the pages in the form of llmstxt.org."""
    address = app.config.html_baseurl
    blocks = [
        f"# {app.config.html_title}",
        f"> {description_of(app, app.config.root_doc)}",
        f"Each page is also there as its source: `{address}_sources/` with the page's name and "
        "`.ipynb` for a chapter, `.md` for the others. Pages may be quoted under CC BY 4.0.",
    ]
    for caption, names in parts_of(app):
        # brackets would end the link
        titles = [title_of(app, name).replace("[", "(").replace("]", ")") for name in names]
        links = [
            f"- [{title}]({address}{name}.html): {description_of(app, name)}"
            for title, name in zip(titles, names, strict=True)
        ]
        blocks += [*([f"## {caption}"] if caption else []), "\n".join(links)]
    return "\n\n".join(blocks) + "\n"


def write_lists(app: Sphinx, exception: Exception | None) -> None:
    """Writes llms.txt, and where the site's address is known also robots.txt."""
    if exception or app.builder.name != "html":  # nothing beside a failed build
        return
    address, out = app.config.html_baseurl, Path(app.outdir)
    (out / "llms.txt").write_text(llms(app), encoding="utf-8")
    if address:
        rules = f"User-agent: *\nAllow: /\nSitemap: {urljoin(address, 'sitemap.xml')}\n"
        (out / "robots.txt").write_text(rules, encoding="utf-8")


def own_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yields the page that is shown where there is none, the start, and the page of licences."""
    parts = [
        (caption, [(f"{name}.html", title_of(app, name)) for name in names])
        for caption, names in parts_of(app)
    ]
    start = {"title": app.config.html_title, "start": f"{app.config.root_doc}.html"}
    yield NOT_FOUND, {"title": "There is no such page", "parts": parts}, "404.html"
    yield START, start, "start.html"
    works = {"title": "Licences", "components": licences.COMPONENTS, "folder": licences.FOLDER}
    yield licences.PAGE, works, "licences.html"


def finish_own_pages(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Makes the links of the 404 page right at any depth; search engines list only the book."""
    if pagename in (NOT_FOUND, "search", licences.PAGE):
        context["metatags"] = NOT_LISTED + context.get("metatags", "")
    if pagename == NOT_FOUND:
        path = urlsplit(app.config.html_baseurl).path or "/"  # such as /book/ on GitHub Pages
        find_root = f'<base href="{path}">\n<script>{policy.FIND_ROOT}</script>\n'
        context["metatags"] = find_root + context["metatags"]
        context["pageurl"] = None  # no canonical address: the page is shown at any


def setup(app: Sphinx) -> None:
    """Registers the events."""
    app.setup_extension("sphinx_sitemap")
    app.connect("config-inited", set_options)
    app.connect("html-collect-pages", own_pages)
    # last, so that the base stands before what others add
    app.connect("html-page-context", finish_own_pages, priority=950)
    app.connect("build-finished", write_lists)
