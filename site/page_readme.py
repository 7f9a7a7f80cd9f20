"""What the README repeats: the list of chapters, and what topics say there of their results."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from page_text import PageError, title_of
from page_topics import constants

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def readme() -> str:
    """Returns the README with the present chapters and results between their markers.

    Raises:
        PageError: If the markers are gone.
    """
    text = _between_markers(README.read_text(encoding="utf-8"), "chapters", chapter_list(ROOT))
    for parts in constants("README"):
        for name, write in parts.items():
            text = _between_markers(text, name, write())
    return text


def _between_markers(text: str, name: str, content: str) -> str:
    marked = re.compile(rf"(<!-- {name}: start[^>]*-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    if not marked.search(text):
        raise PageError(f"README.md has lost its markers `<!-- {name}: start -->` and `end`.")
    return marked.sub(lambda marks: marks[1] + content + marks[2], text)


def chapter_list(root: Path) -> str:
    """Returns the notebooks of the table of contents as a list, by their headings."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [f"{page['file']}.ipynb" for part in contents["parts"] for page in part["chapters"]]
    chapters = [page for page in pages if (root / page).is_file()]
    titles = [title_of(root / page) for page in chapters]
    lines = zip(titles, chapters, strict=True)
    return "".join(f"{i}. [{title}]({page})\n" for i, (title, page) in enumerate(lines, start=1))
