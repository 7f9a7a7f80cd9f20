"""Writes the pages that repeat what the code says, and the table of results in the README.

    .venv/bin/python site/generate_pages.py            # writes them
    .venv/bin/python site/generate_pages.py --check    # fails if a page is not what it would write

The environments come from the docstrings of their classes, the results from the published ledger,
other pages from the topics that have them. No number on these pages is typed by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from page_environments import environments_page
from page_readme import readme
from page_reproducibility import reproducibility_page
from page_text import PageError, note
from page_topics import constants

from misgen.core.atomic import write_text
from misgen.ledger.report import Page

ROOT = Path(__file__).resolve().parent.parent


def _of_topic(page: Page) -> Callable[[], str]:
    return lambda: note(page.origin) + page.text()


PAGES: Mapping[str, Callable[[], str]] = {
    "chapters/appendix/environments.md": environments_page,
    **{
        f"chapters/appendix/{file}": _of_topic(page)
        for pages in constants("PAGES")
        for file, page in pages.items()
    },
    "chapters/appendix/reproducibility.md": reproducibility_page,
    "README.md": readme,
}


def stale_pages(folder: Path) -> dict[str, str]:
    """Returns the pages of `folder` that are not what they would be now, with their new text."""
    pages = {name: page() for name, page in PAGES.items()}
    return {name: text for name, text in pages.items() if _read(folder / name) != text}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def update(folder: Path, *, check: bool) -> None:
    """Writes the pages of `folder` that are old, or refuses them.

    Raises:
        PageError: If a page cannot be written, or `check` is set and one is old.
    """
    stale = stale_pages(folder)
    if check and stale:
        raise PageError(
            f"{' and '.join(stale)} no longer say what the code and the ledger "
            "say: run site/generate_pages.py."
        )
    for name, text in stale.items():
        write_text(folder / name, text)
        print(f"{name} is written.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the pages, or checks them; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a page is old")
    options = parser.parse_args(arguments)
    try:
        update(ROOT, check=options.check)
    except (PageError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
