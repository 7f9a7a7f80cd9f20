"""The modules and styles of the explorers: what is copied to the site, and what is fetched first.

Their paths below `_static/misgen` are those in the package, so that the imports among them lead to
the same files.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from misgen.core.atomic import write_text
from misgen.explore.base import PACKAGE, STYLES, imports_of, styles

FOLDER = "misgen"
"""Where they are below `_static`."""


def address_of(file: Path) -> str:
    """Returns the address below `_static` of a file of the package.

    >>> address_of(PACKAGE / "explore" / "js" / "quiz.js")
    'misgen/explore/js/quiz.js'
    """
    return f"{FOLDER}/{file.relative_to(PACKAGE).as_posix()}"


STYLE_SHEET = address_of(STYLES)


def copy_to(static: Path) -> None:
    """Copies all modules and styles below the folder `_static` of a site."""
    for source in sorted(PACKAGE.rglob("*.js")):  # of the kit and of all topics
        target = static / address_of(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    write_text(static / STYLE_SHEET, styles())


def with_imports(modules: Iterable[str]) -> list[str]:
    """Returns the addresses of modules and of all that they import, each of them once.

    >>> with_imports(["explore/js/shared"])
    ['misgen/explore/js/shared.js']
    """
    found: list[Path] = []
    waiting = [PACKAGE / f"{module}.js" for module in modules]
    while waiting:
        file = waiting.pop(0)  # breadth first: what is near is fetched first
        if file not in found and file.is_file():  # modules may import each other's imports
            found.append(file)
            waiting += imports_of(file.read_text(encoding="utf-8"), file)
    return [address_of(file) for file in found]
