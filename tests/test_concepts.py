"""A concept is used only after it was introduced: a chapter links each term at its first use.

Each chapter can be read alone, so the first use in *each* chapter counts.
"""

import re
from typing import NamedTuple

import pytest
from browsing import load_tool
from test_prose import ROOT, glossary_terms, markdown_of, slug

EVERYDAY = {"control", "outcome", "return", "selection", "step", "value"}
"""Terms that are also everyday words: most of their uses are not the term."""
GUIDE = "chapters/appendix/instructors.md"
"""What an instructor reads alone, as a chapter is read."""
OWN_PAGE = {"CoinRun", "Ledger"}
"""Terms that have a page of their own in the book, to which the text links instead."""


class Use(NamedTuple):
    """One place where a term stands in a text."""

    start: int
    introduced: bool
    """It stands in a link, or in a quoted definition."""
    context: str


def reading_order() -> list[str]:
    """The notebooks of the book, in the order of its table of contents."""
    pages = load_tool("contents").page_names(ROOT / "_toc.yml")
    return [page for page in pages if (ROOT / f"{page}.ipynb").is_file()]


def running_text(markdown: str) -> str:
    """Blanks whatever is not running text; each character keeps its place.

    >>> running_text("# Agent\\nan `agent` and [x](agent.md)")
    '       \\nan         and [x]          '
    """
    fenced = r"^(`{3,}|:{3,}).*?^\1\s*$|<details>.*?</details>|\$\$.*?\$\$"
    markdown = re.sub(fenced, _blank, markdown, flags=re.MULTILINE | re.DOTALL)
    small = r"^#.*$|\{[\w:]+\}`[^`]*`|`[^`\n]*`|\$[^$\n]+\$|<[^>\n]+>|(?<=\])\([^)\s]*\)"
    return re.sub(small, _blank, markdown, flags=re.MULTILINE)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def pattern_of(term: str) -> re.Pattern[str]:
    """Finds a term, its plural too; abbreviations only as they are written."""
    word = rf"{re.escape(term[:-1])}(?:y|ies)" if term.endswith("y") else rf"{re.escape(term)}s?"
    return re.compile(rf"(?<![\w-]){word}(?![\w-])", 0 if term.isupper() else re.IGNORECASE)


def first_use(term: str, markdown: str) -> Use | None:
    """The first use of a term that is not a part of a longer term."""
    text = running_text(markdown)
    for longer in glossary_terms():
        if term != longer and term.lower() in longer.lower():
            text = pattern_of(longer).sub(_blank, text)
    found = pattern_of(term).search(text)
    if not found:
        return None
    line = markdown[markdown.rfind("\n", 0, found.start()) + 1 : found.start()]
    linked = re.match(r"[^\[\]]*\]\(", markdown[found.end() :])
    context = " ".join(markdown[max(0, found.start() - 60) : found.end() + 40].split())
    return Use(found.start(), bool(linked) or line.startswith("> **"), context)


@pytest.mark.parametrize("page", [*map("{}.ipynb".format, reading_order()), GUIDE])
def test_each_term_is_linked_or_defined_where_a_page_first_uses_it(page):
    markdown = markdown_of(ROOT / page)
    uses = {term: first_use(term, markdown) for term in glossary_terms()}
    bare = {
        term: use.context
        for term, use in uses.items()
        if use and not use.introduced and term.lower() not in EVERYDAY and term not in OWN_PAGE
    }
    assert not bare, "\n".join(f"{term}: ... {context} ..." for term, context in bare.items())


@pytest.mark.parametrize("term", glossary_terms())
def test_each_term_is_linked_from_a_page(term):
    chapters = [ROOT / f"{chapter}.ipynb" for chapter in reading_order()]
    pages = [markdown_of(page) for page in (ROOT / "intro.md", *chapters)]
    assert term in OWN_PAGE or any(f"glossary.md#{slug(term)})" in page for page in pages)


def test_a_bare_first_use_would_be_found():
    linked = "A [policy](appendix/glossary.md#policy) acts. The policy learns."
    assert first_use("Policy", linked).introduced
    assert not first_use("Policy", "Two policies. " + linked).introduced
    assert first_use("Policy", "An optimal policy acts.") is None
    assert first_use("REINFORCE", "This will reinforce it.") is None
