"""Markdown of the generated pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

_NAME = r"[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)*"  # letters of any alphabet, capitals first
_MENTION = re.compile(rf"\b(?P<name>{_NAME})(?: et al\.| and {_NAME})? \((?P<year>\d{{4}})\)")


class PageError(Exception):
    """A page cannot be written; the message says what to do."""


def paragraphs(*texts: str) -> str:
    """Returns texts with an empty line between them; an empty text is left out."""
    return "\n\n".join(filter(None, texts))


def generated(origin: str, *texts: str) -> str:
    """Returns a page that says at its top what to change instead of it."""
    return (
        f"% Written by site/generate_pages.py. Change {origin} instead, and run\n"
        f"% .venv/bin/python site/generate_pages.py\n\n{paragraphs(*texts).rstrip()}\n"
    )


def definitions(items: Mapping[str, str]) -> str:
    """Returns a Markdown definition list.

    >>> print(definitions({"Goal": "Chop trees."}))
    Goal
    : Chop trees.
    """
    return paragraphs(*(f"{term}\n: {text}" for term, text in items.items()))


def title_of(notebook: Path) -> str:
    """Returns the heading of a notebook, which is the first line of its first cell."""
    first = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]
    return "".join(first["source"]).split("\n")[0].removeprefix("# ")  # a list of lines in the file


def one_line(text: str) -> str:
    """Returns `text` with its line breaks and indents turned into spaces."""
    return " ".join(text.split())


def cited(text: str, keys: frozenset[str]) -> str:
    """Turns mentions of a source such as "Cobbe et al. (2019)" into citations.

    Args:
        text: Running text. Before the year there may be one author, two joined by "and", or the
            first "et al."; a name may have several words.
        keys: Keys of the bibliography, such as "cobbe2019" or "abdelsadek2025".

    Raises:
        PageError: If the bibliography lacks one.

    >>> cited("After Cobbe et al. (2019) for the game", frozenset({"cobbe2019"}))
    'After {cite:t}`cobbe2019` for the game'
    >>> cited("Abdel Sadek et al. (2025)", frozenset({"abdelsadek2025"}))
    '{cite:t}`abdelsadek2025`'
    """

    def citation(mention: re.Match[str]) -> str:
        words = mention["name"].split()
        # A capitalized word before the name, such as "After", belongs to the sentence.
        for start in range(len(words)):
            key = f"{''.join(words[start:]).lower()}{mention['year']}"
            if key in keys:
                return "".join(f"{word} " for word in words[:start]) + f"{{cite:t}}`{key}`"
        raise PageError(f"A docstring names {mention[0]}: add {key} to references.bib.")

    return _MENTION.sub(citation, text)
