"""What other sites show of a page: its description, and a card with a picture.

A description is the first paragraph of its page. Addresses are absolute, as those who make cards
require, and follow the one value `html.baseurl` in `_config.yml`. sphinxext-opengraph would cut a
description within a word, and the start page, which has no doctree, would get no card from it.
"""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urljoin

from contents import ROOT, constants
from docutils import nodes
from edition import site_address
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.images import get_image_size

PICTURE = ROOT / "assets" / "figures" / "dial.png"
START = "index"
"""The page that leads to the first one; see `site_files`."""
LONGEST = 200
"""Characters of a description: what search engines and cards show."""


def first_paragraph(doctree: nodes.document) -> str:
    """Returns the text of the first paragraph that stands directly in a section."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):  # not in a note or a list
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
    fitting = text[: longest + 1]  # one more: the space behind a last sentence that just fits
    end = max(fitting.rfind(f"{mark} ") for mark in ".?!")
    # - 1 below: room for the ellipsis
    return fitting[: end + 1] if end > 0 else f"{fitting[: longest - 1].rsplit(' ', 1)[0]} …"


def descriptions(app: Sphinx) -> dict[str, str]:
    """Returns the description of each page that has been resolved, by its name."""
    # in the environment, which Sphinx keeps
    known: dict[str, str] = vars(app.env).setdefault("misgen_descriptions", {})
    return known


def note_description(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keeps the description of a page for its card and for the lists of pages."""
    descriptions(app)[docname] = shortened(first_paragraph(doctree))


def description_of(app: Sphinx, pagename: str) -> str:
    """Returns the description of a page, or that of the book where it has none."""
    known = descriptions(app)
    return known.get(pagename) or known.get(app.config.root_doc, "")  # also for an empty one


def title_of(app: Sphinx, pagename: str) -> str:
    """Returns the title of a page as plain text."""
    return str(app.config.html_title if pagename == START else app.env.titles[pagename].astext())


def card(app: Sphinx, pagename: str) -> dict[str, str]:
    """Returns description and card of a page, by the names of their tags."""
    address, text = app.config.html_baseurl, description_of(app, pagename)
    is_website = pagename in (START, app.config.root_doc)
    tags = {
        "description": text,
        "og:type": "website" if is_website else "article",
        "og:site_name": app.config.html_title,
        "og:title": title_of(app, pagename),
        "og:description": text,
        # a picture needs an absolute address
        "twitter:card": "summary_large_image" if address else "summary",
    }
    if not address:
        return tags
    width, height = map(str, get_image_size(str(PICTURE)))
    (alt,) = constants("README_PICTURE_ALT").values()  # exactly one topic has the picture
    return tags | {
        "og:url": urljoin(address, "" if pagename == START else f"{pagename}.html"),
        "og:image": urljoin(address, f"_static/{PICTURE.name}"),
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": alt,
    }


def add_card(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Adds description and card to the head of a page of the book."""
    if pagename in app.env.all_docs or pagename == START:
        tags = context.get("metatags", "")
        for name, content in card(app, pagename).items():
            kind = "property" if name.startswith("og:") else "name"  # as Open Graph asks for
            tags += f'\n<meta {kind}="{name}" content="{escape(content)}">'
        context["metatags"] = tags


def set_options(_app: Sphinx, config: Config) -> None:
    """Sets the address of the site where only its repository is configured; adds the picture."""
    config.html_baseurl = site_address(
        config.html_baseurl, config.html_theme_options.get("repository_url", "")
    )
    config.html_static_path = [*config.html_static_path, str(PICTURE)]


def setup(app: Sphinx) -> None:
    """Registers the events."""
    app.connect("config-inited", set_options, priority=200)  # before others read the address
    app.connect("doctree-resolved", note_description)
    app.connect("html-page-context", add_card, priority=850)  # before `tidy_page` and `find_root`
