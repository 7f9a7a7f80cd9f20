"""The order of the book, as `_toc.yml` has it."""

from __future__ import annotations

from pathlib import Path

import yaml

Part = tuple[str, list[str]]
"""The caption of a part of the book, and the names of its pages, without suffix."""


def parts_in(file: Path) -> list[Part]:
    """Returns the parts of a table of contents in order; the first holds the root page alone."""
    contents = yaml.safe_load(file.read_text(encoding="utf-8"))
    parts: list[Part] = [("", [contents["root"]])]
    for part in contents.get("parts", []):
        names = [page["file"] for page in part["chapters"]]
        parts.append((part.get("caption", ""), names))
    return parts


def page_names(file: Path) -> list[str]:
    """Returns the names of all pages in a table of contents, in the order of the book."""
    return [name for _, names in parts_in(file) for name in names]
