"""What the site says and carries of its edition: the wheel, the foot of each page, the links.

A site whose wheel is not the one noted for its edition is a draft and says so. That of a published
edition leads to the notebooks of its own tag: a branch would move on below the reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from edition import WHEELS, EditionError, address, build_wheel, is_noted
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from misgen import __version__


def carry_wheel(app: Sphinx) -> None:
    """Builds the wheel into the site, and settles whether this is the published edition."""
    if app.builder.name != "html":
        return
    try:
        wheel = build_wheel(Path(app.outdir) / WHEELS)
    except EditionError as error:
        raise ExtensionError(str(error)) from error
    if is_noted(wheel):
        app.config.html_theme_options["repository_branch"] = f"v{__version__}"
    vars(app)["misgen_edition"] = wheel


def foot(wheel: Path, link: str, site: str) -> str:
    """Returns what the foot of a page says of its edition.

    Args:
        wheel: The wheel of the site.
        link: The address of the wheel, as seen from the page.
        site: The address of the site, or nothing.
    """
    published = is_noted(wheel)
    name = f"Edition {__version__}" if published else f"Draft of edition {__version__}"
    others = f' · <a href="{site}editions/">All editions</a>' if published and site else ""
    package = f' · <a href="{link}">Its package for Python</a>'
    return f'<p class="misgen-edition"><span>{name}</span>{package}{others}</p>'


def name_edition(
    app: Sphinx,
    _pagename: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Names the edition at the foot of each page."""
    wheel: Path | None = vars(app).get("misgen_edition")
    if wheel is not None:
        link = context["pathto"](f"{WHEELS}/{wheel.name}", 1)
        below = context.get("theme_extra_footer") or ""  # the links of `make print`
        context["theme_extra_footer"] = foot(wheel, link, address()) + below


def setup(app: Sphinx) -> None:
    """Registers the events."""
    app.connect("builder-inited", carry_wheel)
    app.connect("html-page-context", name_edition)
