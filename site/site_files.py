"""The files of the site that are no page of the book: lists for machines, and the 404 page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from cards import START, description_of, plain_title, site_address
from contents import page_names, parts_in
from sphinx.application import Sphinx

NOT_FOUND = "404"
NOT_LISTED = '<meta name="robots" content="noindex">'

# A host sends the page for any address below the site, so that a relative link leads astray. On
# another host than the configured one the site begins at "/", as `make serve` has it.
FIND_ROOT = """<base href="{path}">
<script>
  (() => {{
    const base = document.querySelector("base");
    if (location.protocol === "file:") base.remove();
    else if (!location.pathname.startsWith("{path}")) base.setAttribute("href", "/");
    addEventListener("DOMContentLoaded", () => {{
      for (const link of document.querySelectorAll('a[href^="#"]'))
        link.href = location.pathname + link.getAttribute("href");
    }});
  }})();
</script>"""


def contents_of(app: Sphinx) -> Path:
    """Returns the file with the table of contents."""
    return Path(app.srcdir, app.config.external_toc_path)


def sitemap(app: Sphinx, address: str) -> str:
    """Returns the list of pages for search engines."""
    places = [urljoin(address, f"{name}.html") for name in page_names(contents_of(app))]
    entries = "".join(f"  <url><loc>{escape(place)}</loc></url>\n" for place in places)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n"
    )


def robots(address: str) -> str:
    """Returns the rules for robots: all may read all, and this is where the list is."""
    return f"User-agent: *\nAllow: /\nSitemap: {urljoin(address, 'sitemap.xml')}\n"


def llms(app: Sphinx, address: str) -> str:
    """Returns the index of the pages for language models, in the form of llmstxt.org."""
    (_, [root]), *parts = parts_in(contents_of(app))
    about = (
        f"Each page is also there as its source: `{address}_sources/` with the page's name and "
        "`.ipynb` for a chapter, `.md` for the others. Pages may be quoted under CC BY 4.0."
    )
    blocks = [f"# {app.config.html_title}", f"> {description_of(app, root)}", about]
    blocks += [f"- {_llms_link(app, root, address)}"]
    for caption, names in parts:
        links = "\n".join(f"- {_llms_link(app, name, address)}" for name in names)
        blocks.append(f"## {caption}\n\n{links}")
    return "\n\n".join(blocks) + "\n"


def _llms_link(app: Sphinx, name: str, address: str) -> str:
    title = plain_title(app, name).replace("[", "(").replace("]", ")")
    return f"[{title}]({address}{name}.html): {description_of(app, name)}"


def write_lists(app: Sphinx, exception: Exception | None) -> None:
    """Writes llms.txt, and where the site's address is known also sitemap.xml and robots.txt."""
    if exception or app.builder.name != "html":
        return
    address, out = site_address(app.config), Path(app.outdir)
    (out / "llms.txt").write_text(llms(app, address), encoding="utf-8")
    if address:
        (out / "sitemap.xml").write_text(sitemap(app, address), encoding="utf-8")
        (out / "robots.txt").write_text(robots(address), encoding="utf-8")


def own_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yields the page that is shown where there is none, and the one that leads to the book."""
    parts = [
        (caption, [(f"{name}.html", plain_title(app, name)) for name in names])
        for caption, names in parts_in(contents_of(app))
    ]
    yield NOT_FOUND, {"title": "There is no such page", "parts": parts}, "404.html"
    yield (
        START,
        {"title": app.config.html_title, "start": f"{app.config.root_doc}.html"},
        "start.html",
    )


def find_root(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: object,
) -> None:
    """Makes the links of the 404 page right at any depth; search engines list only the book."""
    if pagename in (NOT_FOUND, "search"):
        context["metatags"] = NOT_LISTED + context.get("metatags", "")
    if pagename == NOT_FOUND:
        path = urlsplit(site_address(app.config)).path or "/"
        context["metatags"] = FIND_ROOT.format(path=path) + context["metatags"]
        context["pageurl"] = None


def setup(app: Sphinx) -> None:
    """Registers the events."""
    app.connect("html-collect-pages", own_pages)
    app.connect("html-page-context", find_root, priority=950)
    app.connect("build-finished", write_lists)
