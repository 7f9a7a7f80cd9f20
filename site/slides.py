"""Builds the slides of `slides/` into a built site, as decks of reveal.js: `make site` calls it.

Sphinx and sphinx-revealjs convert them, strictly. They show figures of the pages, so these must be
there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path

import policy

FOLDER = "slides"
"""Where the decks lie in the site."""

# What the decks ask for; Sphinx and sphinx-revealjs bring more along.
KEPT = (
    "_static/inline/*",
    "_static/favicon.svg",
    "_static/slides.css",
    "_static/theme.js",
    "_static/revealjs/dist/reveal.css",
    "_static/revealjs/dist/reveal.js",
    "_static/revealjs/plugin/notes/notes.js",
    "*.html",
)


class SlidesError(Exception):
    """The slides have warnings or errors, which Sphinx has listed."""


def add_slides(sources: Path, html: Path, run: Callable[..., bool]) -> None:
    """Builds the decks into a site.

    Args:
        sources: The folder of the decks; a book need not have one.
        html: The folder of the site.
        run: Runs a Python command, and returns whether it went well.

    Raises:
        SlidesError: The strict build has warnings or errors.
    """
    if not sources.is_dir():
        return
    out = html / FOLDER
    command = ["-m", "sphinx", "-b", "revealjs", "-q", "-n", "-W", "--keep-going"]
    command += ["-d", str(out / ".doctrees"), "-D", f"book_pages={html}"]
    if not run(*command, str(sources), str(out)):
        raise SlidesError("the slides have warnings or errors: they are listed above")
    policy.move_scripts(out)
    keep(out, KEPT)


def keep(folder: Path, patterns: Sequence[str]) -> None:
    """Removes all files below a folder that fit none of the patterns, and what is empty then."""
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not any(fnmatch(name, pattern) for pattern in patterns):
            path.unlink()
