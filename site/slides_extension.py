"""Sphinx extension of the slides: a figure of the book on a slide, alone, in one state.

```{shown} maze.html?dial.distinguishing=1#explorer-dial
:title: The dial of the maze at one level in a hundred
```

The page must be there when slides are built, as must the figure and the choices in the address.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

CHAPTERS = "../chapters/"
"""Where the chapters lie, as the slides see them."""


class Shown(SphinxDirective):
    """Shows one figure of a chapter."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec | None] = {
        "title": directives.unchanged_required,
        "whole": directives.flag,  # smaller, so that the words below a tall figure are seen as well
    }

    def run(self) -> list[nodes.Node]:
        """Returns a frame, which loads when its slide comes near."""
        page, query, figure = self._parts()
        if "title" not in self.options:
            raise self.error(f"{self.arguments[0]} needs a :title: that says what it shows.")
        address = f"{CHAPTERS}{page}?alone{query and '&'}{query}#{figure}"
        title = escape(self.options["title"])
        size = ' class="whole"' if "whole" in self.options else ""
        frame = f'<iframe{size} title="{title}" data-src="{escape(address)}"></iframe>'
        return [nodes.raw("", frame, format="html")]

    def _parts(self) -> tuple[str, str, str]:
        """Returns page, query and figure of the address; what is not there is an error."""
        split = urlsplit(self.arguments[0])
        path = Path(self.config.book_pages, "chapters", split.path)
        if not path.is_file():
            raise self.error(f"there is no page {split.path} to show on a slide.")
        html = path.read_text(encoding="utf-8")
        if f'id="{split.fragment}"' not in html:
            raise self.error(f"{split.path} has no figure {split.fragment}.")
        choices = choices_in(html, split.fragment)
        if unknown := [name for name, _ in parse_qsl(split.query) if name not in choices]:
            raise self.error(f"{split.fragment} has no choice {', '.join(unknown)}.")
        return split.path, split.query, split.fragment


def choices_in(html: str, figure: str) -> set[str]:
    """Returns the names that an explorer's choices have in an address.

    Args:
        html: The page.
        figure: The explorer's id; anything else has no choices.

    >>> choices_in('<div id="explorer-a" data-key="a"><script class="misgen-state">'
    ...            '{"state": {"seed": 0}}</script></div>', "explorer-a")
    {'a.seed'}
    """
    tag, _, rest = html.partition(f'id="{figure}"')[2].partition(">")
    key = re.search(r'data-key="([\w-]+)"', tag)
    saved = re.search(r"<script[^>]*misgen-state[^>]*>(.*?)</script>", rest, re.DOTALL)
    if key is None or saved is None:
        return set()
    return {f"{key[1]}.{name}" for name in json.loads(unescape(saved[1])).get("state") or {}}


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directive; `book_pages` is the folder of the built site."""
    app.add_config_value("book_pages", "", "env")
    app.add_directive("shown", Shown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
