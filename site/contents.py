"""What the book consists of: its pages, in the order of `_toc.yml`, and what its topics say."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx_external_toc.parsing import parse_toc_yaml

from misgen.core.topics import topic_text, topics_with

ROOT = Path(__file__).resolve().parent.parent
Part = tuple[str, list[str]]
"""The caption of a part of the book, and the names of its pages, without suffix."""


def parts_in(file: Path) -> list[Part]:
    """Returns the parts of a table of contents in order; the first holds the root page alone."""
    root, below = parse_toc_yaml(file).root, companions(file)
    parts = [
        (part.caption or "", [page for name in part.files() for page in (name, *below[name])])
        for part in root.subtrees
    ]
    return [("", [root.docname]), *parts]


def companions(file: Path) -> dict[str, list[str]]:
    """Returns the pages right below the parts, in order, with their companions.

    A companion is a section below a page in the table of contents: it goes on where a chapter ends,
    and has no number of its own.
    """
    contents = parse_toc_yaml(file)
    names = [name for part in contents.root.subtrees for name in part.files()]
    return {name: contents[name].child_files() for name in names}


def page_names(file: Path) -> list[str]:
    """Returns the names of all pages in a table of contents, in the order of the book."""
    return list(parse_toc_yaml(file))


def constants(name: str) -> dict[str, Any]:
    """Returns a constant of the modules `report` that have it, by the names of their topics.

    `misgen.ledger.report` says which constants there are. Only modules that have it are imported.
    """
    assigned = re.compile(rf"^{name}\b", re.MULTILINE)  # at the top of a module, not within
    reports = {topic: topic_text(topic, "report.py") for topic in topics_with("report.py")}
    return {
        topic: getattr(import_module(f"misgen.topics.{topic}.report"), name)
        for topic, text in reports.items()  # searched as text: the others are not imported
        if assigned.search(text)
    }
