"""Reads the guide for instructors."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

from test_prose import ROOT, markdown_of

from misgen.topics.taxonomy.links import Link, Scalar

PAGE = (ROOT / "chapters" / "appendix" / "instructors.md").read_text(encoding="utf-8")
STATE = re.compile(r'<a href="\.\./(\w+)\.html\?([^#"]+)#explorer-([\w-]+)">')


def _entries() -> dict[str, str]:
    chapters = PAGE.split("\n## Chapters and companions\n")[1].split("\n## ")[0]
    parts = re.split(r"^### (.+)$", chapters, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


ENTRIES = _entries()
"""Title of a chapter or a companion -> what the guide says of it."""


def exercises(page: Path) -> list[str]:
    """The titles of the exercises of a page, in order."""
    below = re.split(r"^## Exercises?$", markdown_of(page), flags=re.MULTILINE)
    section = re.split(r"^## ", below[1], flags=re.MULTILINE)[0] if len(below) > 1 else ""
    return re.findall(r"^### (.+)$", section, re.MULTILINE)


def state_links(text: str) -> list[Link]:
    """The links to states of explorers in a text."""
    return [
        Link(page, key, {name: _value(text) for name, text in _chosen(key, unescape(query))})
        for page, query, key in STATE.findall(text)
    ]


def _chosen(key: str, query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, strict_parsing=True)
    assert all(name.startswith(f"{key}.") for name, _ in pairs), f"{query} is not all of {key}."
    return [(name.removeprefix(f"{key}."), text) for name, text in pairs]


def _value(text: str) -> Scalar:
    """A value of an address: a number, true, false or a word."""
    try:
        value: Scalar = json.loads(text)
    except json.JSONDecodeError:
        return text
    return value


def frame_code() -> str:
    """The code of the frame that an instructor copies."""
    return re.search(r"^```html\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
