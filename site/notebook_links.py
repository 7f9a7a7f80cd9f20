"""Citations and links to the appendix that read well in a notebook, too.

Jupyter and Colab show a role such as {cite:t} as it is written, and find no heading of another
file. So chapters have ordinary links to the pages of the site, with the author and the year as
text. Authors may write the short forms; `generate_pages.py` turns them into such links. While the
site is built, `to_sphinx` turns these back, so that Sphinx checks them and styles the citations.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from citations import label
from page_text import PageError
from pybtex.database import parse_file
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
SHORT_CITATION = re.compile(r"\{cite:([pt])\}`(\w+)`")
SHORT_LINK = re.compile(r"\]\(appendix/(\w+)\.md((?:#[\w-]+)?)\)")
_SITE = r"\]\(https?://[^\s()]+/chapters/appendix/"
LONG_CITATIONS = {
    "t": re.compile(rf"\[[^\[\]]+ \(\d{{4}}\){_SITE}bibliography\.html#(\w+)\)"),
    "p": re.compile(rf"\(\[[^\[\]]+, \d{{4}}{_SITE}bibliography\.html#(\w+)\)\)"),
}
LONG_LINK = re.compile(rf"{_SITE}(\w+)\.html((?:#[\w-]+)?)\)")


def to_notebook(text: str, site: str) -> str:
    """Returns a notebook's text with links to the site in place of the short forms.

    Args:
        text: The text of the file, or of a part of it.
        site: Address of the site, with a slash at its end.

    >>> to_notebook("{cite:t}`cobbe2019` has [levels](appendix/glossary.md#level).", "https://a.org/")
    ... # doctest: +ELLIPSIS
    '[Cobbe et al. (2019)](https://a.org/.../bibliography.html#cobbe2019) has [levels](https://...'

    Raises:
        PageError: The bibliography lacks a source.
    """
    text = from_notebook(text)  # those that lead to an earlier address of the site, too
    appendix = f"{site}chapters/appendix/"

    def citation(role: re.Match[str]) -> str:
        kind, key = role.groups()
        if key not in labels():
            raise PageError(f"A chapter cites {key}, which references.bib lacks; add it there.")
        names, year = labels()[key].rsplit(", ", 1)
        address = f"{appendix}bibliography.html#{key}"
        return (
            f"[{names} ({year})]({address})" if kind == "t" else f"([{names}, {year}]({address}))"
        )

    text = SHORT_CITATION.sub(citation, text)
    return SHORT_LINK.sub(lambda link: f"]({appendix}{link[1]}.html{link[2]})", text)


def from_notebook(text: str) -> str:
    """Returns the text with the short forms in place of the links to the site.

    >>> from_notebook("[Cobbe et al. (2019)](https://a.org/chapters/appendix/bibliography.html#cobbe2019)")
    '{cite:t}`cobbe2019`'
    """
    for kind, long in LONG_CITATIONS.items():
        text = long.sub(rf"{{cite:{kind}}}`\1`", text)
    return LONG_LINK.sub(r"](appendix/\1.md\2)", text)


@cache
def labels() -> dict[str, str]:
    """Returns how each source is cited, such as "Cobbe et al., 2019", by its key."""
    entries = parse_file(ROOT / "references.bib", encoding="utf-8").entries
    return {key: label(entry) for key, entry in entries.items()}


def to_sphinx(app: Sphinx, docname: str, source: list[str]) -> None:
    """Gives Sphinx the short forms of a chapter."""
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = from_notebook(source[0])


def setup(app: Sphinx) -> None:
    """Registers the event."""
    app.connect("source-read", to_sphinx)
