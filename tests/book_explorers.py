"""Finds the explorers of the book where they are kept by convention; nobody lists them."""

from __future__ import annotations

from importlib import import_module

from misgen.explore.base import PACKAGE, Explorer


def explorers() -> dict[str, type[Explorer]]:
    """Every explorer by its name: those of the kit, and those of the topics."""
    files = [*PACKAGE.glob("explore/*.py"), *PACKAGE.glob("topics/*/*explorer*.py")]
    for file in sorted(files):
        import_module(".".join(("misgen", *file.relative_to(PACKAGE).with_suffix("").parts)))
    below = [kind for kind in _below(Explorer) if kind.__module__.startswith("misgen.")]
    own = [kind for kind in below if "module" in vars(kind)]
    found = {kind.name(): kind for kind in own}
    assert len(found) == len(own), "Two explorers have one name."
    return found


def _below(kind: type[Explorer]) -> set[type[Explorer]]:
    return {below for child in kind.__subclasses__() for below in {child, *_below(child)}}
