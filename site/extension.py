"""The Sphinx extension of this book: everything from our own host, explorers on any page.

Jupyter Book 1 loads it through `local_extensions` in `_config.yml`, plain Sphinx through
`site/plain_sphinx/conf.py`; neither needs another setting of ours.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import answers
import cards
import citations
import code_cells
import covers
import edition_on_site
import explorer_files
import folded_exercises
import licences
import live_python
import notebook_links
import notebooks
import policy
import prose
import search_words
import site_files
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import misgen.explore
from misgen.core.topics import topics_with
from misgen.explore.base import Explorer

SITE = Path(__file__).resolve().parent
VENDOR = SITE / "vendor"

EXECUTED = SITE.parent / "_build" / ".jupyter_cache"
"""The outputs of the notebooks, wherever the pages are built."""
PRINT_MARK = "<!-- print --><!-- /print -->"  # empty until `make print`
FOREIGN_SCRIPT = re.compile(r"thebe|https?://", re.IGNORECASE)
EXPLORER_MODULE = re.compile(r'data-module="([\w/-]+)"')
# a head with nothing but an empty paragraph
EMPTY_HEAD = re.compile(r'<th class="[^"]*head[^"]*">\s*(?:<p>\s*</p>)?\s*</th>')

# of a page in the navigation with others below it
TOGGLE = re.compile(r"(<a [^>]*>)([^<]*)(</a><details[^>]*><summary)>")

logger = logging.getLogger(__name__)


class ExplorerDirective(SphinxDirective):
    """Shows an explorer on a page without code.

    ```` ```{explorer} maze dial ```` shows what `misgen.topics.maze.explorers.dial()` returns, and
    ```` ```{explorer} Guesses ```` what `misgen.explore.Guesses()` does.
    """

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Returns the explorer's HTML; an unknown name is an error that names the line."""
        *topic, name = self.arguments
        make = getattr(self._room(*topic), name, None)
        try:
            if not isinstance(made := make() if callable(make) else None, Explorer):
                raise self.error(f"there is no explorer {' '.join(self.arguments)}.")
            return [nodes.raw("", made.html(), format="html")]
        except (TypeError, ValueError, OSError) as error:
            raise self.error(f"explorer {' '.join(self.arguments)}: {error}") from error

    def _room(self, topic: str | None = None) -> ModuleType:
        if topic is None:
            return misgen.explore
        if topic not in (known := topics_with("explorers.py")):
            raise self.error(f"there is no topic {topic} with explorers, but {', '.join(known)}.")
        # only the one topic is imported
        return importlib.import_module(f"misgen.topics.{topic}.explorers")


def serve_from_own_host(_app: Sphinx, config: Config) -> None:
    """Replaces every address of another host among the defaults by a vendored file."""
    if not VENDOR.is_dir():
        raise ExtensionError("site/vendor is missing: run `make site`, which fills it.")
    config.html_static_path = [*config.html_static_path, str(SITE / "static"), str(VENDOR)]
    config.templates_path = [str(SITE / "templates"), *config.templates_path]
    config.mathjax_path = "mathjax/tex-chtml.js"
    # The menu would load speech rules that are not vendored; assistive MathML stays on.
    config.mathjax3_config = {"options": {"enableMenu": False}}
    config.nb_execution_cache_path = config.nb_execution_cache_path or str(EXECUTED)
    config.nb_ipywidgets_js = {}  # MyST-NB would load them from a CDN
    config.html_context = {**config.html_context, "default_mode": "light"}  # without scripts
    config.html_use_index = False  # the book has a glossary; the theme's index would be empty
    config.html_theme_options = {
        **config.html_theme_options,
        "navbar_persistent": [],  # else a second search bar on top
        "use_fullscreen_button": False,
        "extra_footer": PRINT_MARK,  # site/print_book.py puts its link here
    }


def copy_explorers(app: Sphinx) -> None:
    """Copies the explorers' modules and styles to the site."""
    explorer_files.copy_to(Path(app.outdir) / "_static")


def tidy_page(
    _app: Sphinx,
    _pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Drops foreign scripts, preloads explorers and shows the Colab link without a menu."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not _is_foreign(asset)]
    body = context["body"] = with_valid_markup(context.get("body") or "")
    files = explorer_files.with_imports(EXPLORER_MODULE.findall(body))  # fetched at once
    links = [context["pathto"](f"_static/{file}", 1) for file in files]
    preloads = "".join(f'\n<link rel="modulepreload" href="{link}">' for link in links)
    live = live_python.mark(VENDOR, context["pathto"]("_static/", 1))
    first = f"<script>{policy.FIRST}</script>"  # before the theme's, which read what it guards
    tags = context.get("metatags", "") + live + covers.head(body)
    context["metatags"] = tags + first + preloads
    context["header_buttons"] = list(map(_unfold_menu_of_one, context.get("header_buttons", [])))
    if navigation := context.get("generate_toctree_html"):  # of the theme
        context["generate_toctree_html"] = lambda *args, **options: with_named_toggles(
            str(navigation(*args, **options))
        )


def with_named_toggles(navigation: str) -> str:
    """Returns the navigation with a name on each switch that shows the pages below a page.

    >>> with_named_toggles('<a href="a.html">Mazes</a><details><summary>')
    '<a href="a.html">Mazes</a><details><summary aria-label="Pages below Mazes">'
    """
    return TOGGLE.sub(r'\1\2\3 aria-label="Pages below \2">', navigation)


def with_valid_markup(body: str) -> str:
    """Returns HTML without what docutils writes and assistive technology stumbles over.

    A bibliography is a list of items (its own role was withdrawn), the empty corner of a table
    heads nothing, and a folded cell is called what one reads on it.

    >>> with_valid_markup('<div role="list"><div role="doc-biblioentry">')
    '<div role="list"><div role="listitem">'
    >>> with_valid_markup('<tr><th class="head"><p></p></th><th>goal</th></tr>')
    '<tr><td></td><th>goal</th></tr>'
    >>> with_valid_markup('<summary aria-label="Toggle hidden content"><p>Show it</p>')
    '<summary><p>Show it</p>'
    """
    listed = body.replace('role="doc-biblioentry"', 'role="listitem"')
    listed = listed.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    return EMPTY_HEAD.sub("<td></td>", listed)


def _is_foreign(asset: object) -> bool:
    attributes = getattr(asset, "attributes", {})
    return bool(FOREIGN_SCRIPT.search(f"{asset} {attributes.get('body') or ''}"))  # address or text


def _unfold_menu_of_one(button: dict[str, Any]) -> dict[str, Any]:
    inside = button.get("buttons", [])
    if button.get("label") != "launch-buttons" or len(inside) != 1:
        return button
    return {**inside[0], "text": f"Open in {inside[0]['text']}", "label": "launch"}


def copy_service_worker(app: Sphinx, exception: Exception | None) -> None:
    """Copies the keeper of live Python to the root of the site, as far down as it may keep."""
    if app.builder.name == "html" and not exception:
        name = live_python.SERVICE_WORKER
        shutil.copyfile(live_python.SOURCES / name, Path(app.outdir) / name)


def move_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Moves the scripts that stand in pages into files."""
    if app.builder.name == "html" and not exception:
        policy.move_scripts(Path(app.outdir))


def require_alt_text(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Warns of each image without alt text, which stops the strict build."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():  # spaces are no description
            logger.warning("image %s has no alt text", image["uri"], location=image.parent)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the extension with Sphinx."""
    os.environ.update(notebooks.KERNEL_ENVIRONMENT)  # before any kernel starts
    citations.register()
    for part in (
        answers, cards, code_cells, covers, edition_on_site, folded_exercises, licences,
        notebook_links, prose, search_words, site_files,
    ):  # fmt: skip
        part.setup(app)
    app.connect("config-inited", serve_from_own_host, priority=100)
    app.connect("builder-inited", copy_explorers)
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", tidy_page, priority=900)  # after what adds scripts and buttons
    app.connect("build-finished", copy_service_worker)
    app.connect("build-finished", move_scripts)
    app.add_directive("explorer", ExplorerDirective)
    app.add_css_file(explorer_files.STYLE_SHEET, priority=900)  # after the theme's
    app.add_css_file("icons.css", priority=901)
    app.add_css_file("book.css", priority=902)
    app.add_css_file("code_cells.css", priority=903)
    app.add_js_file("host.js", type="module")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
