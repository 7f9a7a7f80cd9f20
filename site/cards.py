"""What other sites show of a page: its description, and a card with a picture.

A description is the first paragraph of its page. Addresses are absolute, as those who make cards
require, and follow the one value `html.baseurl` in `_config.yml`.
"""

from __future__ import annotations

import shutil
import struct
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

PICTURE = Path(__file__).resolve().parent.parent / "assets" / "figures" / "dial.png"
PICTURE_NAME = "_static/card.png"
PICTURE_ALT = (
    "Agents that were trained to take a coin run past it, or take it, as a slider is moved"
)
START = "index"
"""The page that leads to the first one; see `site_files`."""
LONGEST = 200
"""Characters of a description: what search engines and cards show."""


def site_address(config: Config) -> str:
    """Returns the address of the site with a slash at its end, or nothing where none is known.

    It is `html.baseurl` of `_config.yml`, else the GitHub Pages of its `repository.url`.
    """
    if config.html_baseurl:
        return f"{config.html_baseurl.rstrip('/')}/"
    return github_pages(config.html_theme_options.get("repository_url", ""))


def github_pages(repository: str) -> str:
    """Returns where GitHub publishes a repository's pages, or nothing for another host.

    >>> github_pages("https://github.com/Ann/book"), github_pages("https://example.org/ann/book")
    ('https://ann.github.io/book/', '')
    >>> github_pages("https://github.com/Ann/ann.github.io")
    'https://ann.github.io/'
    """
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").removesuffix(".git").partition("/")
    if parts.hostname != "github.com" or not name:
        return ""
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def first_paragraph(doctree: nodes.document) -> str:
    """Returns the text of the first paragraph that stands directly in a section."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            return " ".join(paragraph.astext().split())
    return ""


def shortened(text: str, longest: int = LONGEST) -> str:
    """Returns the whole sentences of a text that fit, else the words that do.

    >>> shortened("It sits. It gets a biscuit. It sits again.", 30)
    'It sits. It gets a biscuit.'
    >>> shortened("It sits whenever it is told to", 20)
    'It sits whenever …'
    """
    if len(text) <= longest:
        return text
    fitting = text[: longest + 1]
    ends = [fitting.rfind(f"{mark} ") for mark in ".?!"]
    if max(ends) > 0:
        return fitting[: max(ends) + 1]
    return f"{fitting[: longest - 1].rsplit(' ', 1)[0]} …"


def descriptions(app: Sphinx) -> dict[str, str]:
    """Returns the description of each page that has been resolved, by its name."""
    if not hasattr(app.env, "misgen_descriptions"):
        app.env.misgen_descriptions = {}
    return app.env.misgen_descriptions


def note_description(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keeps the description of a page for its card and for the lists of pages."""
    descriptions(app)[docname] = shortened(first_paragraph(doctree))


def description_of(app: Sphinx, pagename: str) -> str:
    """Returns the description of a page, or that of the book where it has none."""
    known = descriptions(app)
    return known.get(pagename) or known.get(app.config.root_doc, "")


def card(app: Sphinx, pagename: str, title: str) -> str:
    """Returns the tags of a page's description and card.

    Args:
        app: The builder.
        pagename: Name of the page, without `.html`.
        title: Its title as plain text.
    """
    address, text = site_address(app.config), description_of(app, pagename)
    is_start = pagename in (START, app.config.root_doc)
    tags = [
        _tag("name", "description", text),
        _tag("property", "og:type", "website" if is_start else "article"),
        _tag("property", "og:site_name", app.config.html_title),
        _tag("property", "og:title", title),
        _tag("property", "og:description", text),
        _tag("name", "twitter:card", "summary_large_image" if address else "summary"),
    ]
    if address:
        page = "" if pagename == START else f"{pagename}.html"
        tags += [_tag("property", "og:url", urljoin(address, page)), *picture_tags(address)]
    return "\n" + "\n".join(tags)


def picture_tags(address: str) -> list[str]:
    """Returns the tags of the card's picture."""
    width, height = png_size(PICTURE)
    return [
        _tag("property", "og:image", urljoin(address, PICTURE_NAME)),
        _tag("property", "og:image:width", str(width)),
        _tag("property", "og:image:height", str(height)),
        _tag("property", "og:image:alt", PICTURE_ALT),
    ]


def _tag(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content, quote=True)}">'


def png_size(file: Path) -> tuple[int, int]:
    """Returns width and height of a PNG in pixels."""
    width, height = struct.unpack(">II", file.read_bytes()[16:24])
    return width, height


def add_card(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Adds description and card to the head of a page of the book."""
    if pagename in app.env.all_docs or pagename == START:
        title = plain_title(app, pagename)
        context["metatags"] = context.get("metatags", "") + card(app, pagename, title)


def plain_title(app: Sphinx, pagename: str) -> str:
    """Returns the title of a page without markup."""
    if pagename == START:
        return str(app.config.html_title)
    return str(app.env.titles[pagename].astext())


def copy_picture(app: Sphinx) -> None:
    """Copies the card's picture beside the site's own files."""
    target = Path(app.outdir) / PICTURE_NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PICTURE, target)


def set_address(_app: Sphinx, config: Config) -> None:
    """Sets the address of the site where only its repository is configured."""
    config.html_baseurl = site_address(config)


def setup(app: Sphinx) -> None:
    """Registers the events."""
    app.connect("config-inited", set_address, priority=200)
    app.connect("builder-inited", copy_picture)
    app.connect("doctree-resolved", note_description)
    app.connect("html-page-context", add_card, priority=850)
