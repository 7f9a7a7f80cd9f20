"""Writes what repeats the code or the edition: pages, lists, first cells and links of chapters.

    .venv/bin/python site/generate_pages.py            # writes them
    .venv/bin/python site/generate_pages.py --check    # fails if a page is not what it would write

The environments come from the docstrings of their classes, the results from the published ledger,
other pages from the topics that have them. No number on these pages is typed by hand. The first
cell of each chapter and what there is to cite follow the edition (`edition.py`). Citations and
links to the appendix in the chapters become links to the site (`notebook_links.py`).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from contents import ROOT, companions, constants
from edition import address, repository
from first_cell import with_own_first_cell
from notebook_links import to_notebook
from page_environments import environments_page
from page_reproducibility import reproducibility_page
from page_text import PageError, generated, title_of

from misgen import __version__
from misgen.core.atomic import write_text
from misgen.ledger.report import Page

README = ROOT / "README.md"


def readme() -> str:
    """Returns the README with the present chapters and results between their markers.

    Raises:
        PageError: If the markers are gone.
    """
    text = _between_markers(README.read_text(encoding="utf-8"), "chapters", chapter_list(ROOT))
    for parts in constants("README").values():
        for name, write in parts.items():
            text = _between_markers(text, name, write())
    return text


def _between_markers(text: str, name: str, content: str) -> str:
    # .*?: up to the nearest end
    marked = re.compile(rf"(<!-- {name}: start[^>]*-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    if not marked.search(text):
        raise PageError(f"README.md has lost its markers `<!-- {name}: start -->` and `end`.")
    # a function, as a text may hold backslashes
    return marked.sub(lambda marks: marks[1] + content + marks[2], text)


def chapter_list(root: Path) -> str:
    """Returns the notebooks of the table of contents as a list, with their companions below them.

    They are listed by their headings, and chapters alone are counted.
    """
    below = companions(root / "_toc.yml")
    # other pages are Markdown
    chapters = [name for name in below if (root / f"{name}.ipynb").is_file()]
    lines = []
    for number, chapter in enumerate(chapters, start=1):
        lines.append(f"{number}. {_link(root, chapter)}")
        lines += [f"   - {_link(root, companion)}" for companion in below[chapter]]
    return "".join(f"{line}\n" for line in lines)


def _link(root: Path, name: str) -> str:
    return f"[{title_of(root / f'{name}.ipynb')}]({name}.ipynb)"


def _of_topic(page: Page) -> Callable[[], str]:
    # in a function, so that each has its own page
    return lambda: generated(page.origin, page.text())


def citation(text: str) -> str:
    r"""Returns CITATION.cff with the version of the book and the address of its repository.

    >>> citation("title: A book\nversion: 0.0.1\n").split("\n")[1] == f"version: {__version__}"
    True
    """
    values = {"version": __version__, "repository-code": repository()}
    for key, value in values.items():
        text = re.sub(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
    return text


def chapter(path: Path) -> str:
    """Returns a chapter with its first cell and its links as they should be.

    Raises:
        PageError: It has no code cell, the bibliography lacks a source, or nobody knows the address
            of the site.
    """
    return to_notebook(with_own_first_cell(path), address())


PAGES: Mapping[str, Callable[[], str]] = {
    "chapters/appendix/environments.md": environments_page,
    **{
        f"chapters/appendix/{file}": _of_topic(page)
        for pages in constants("PAGES").values()
        for file, page in pages.items()
    },
    "chapters/appendix/reproducibility.md": reproducibility_page,
    "README.md": readme,
    "CITATION.cff": lambda: citation((ROOT / "CITATION.cff").read_text(encoding="utf-8")),
    **{
        f"chapters/{path.name}": partial(chapter, path)
        for path in sorted((ROOT / "chapters").glob("*.ipynb"))
    },
}


def update(folder: Path, *, check: bool) -> None:
    """Writes the pages of `folder` that are old, or refuses them.

    Raises:
        PageError: If a page cannot be written, or `check` is set and one is old.
    """
    pages = {name: page() for name, page in PAGES.items()}  # all before the first is written
    stale = {name: text for name, text in pages.items() if _read(folder / name) != text}
    if check and stale:
        raise PageError(
            f"{' and '.join(stale)} no longer say what the code and the ledger "
            "say: run site/generate_pages.py."
        )
    for name, text in stale.items():
        write_text(folder / name, text)
        print(f"{name} is written.")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


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
