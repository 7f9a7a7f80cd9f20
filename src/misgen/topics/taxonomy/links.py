"""Links into the book: to the state of an explorer, or to a section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

Scalar = str | int | float | bool

CHAPTERS = {
    "distributions": 1,
    "coin_grid": 1,
    "rewards": 2,
    "many_goals": 2,
    "coinrun": 3,
    "coinrun_changes": 3,
    "coinrun_inside": 3,
    "tree_gridworld": 4,
    "forest_changes": 4,
    "induced_shift": 4,
    "assistant": 5,
    "persuasion": 5,
    "language_model": 5,
    "taxonomy": 6,
    "mitigations": 6,
}
"""Name of a notebook -> number of its chapter; a companion has that of the chapter it is below."""


@dataclass(frozen=True)
class Link:
    """A place in the book. Addresses are relative to the folder of the chapters."""

    page: str
    """Name of the notebook of a chapter or a companion, without `.ipynb`."""
    key: str = ""
    """Key of an explorer on it; or give a section."""
    state: Mapping[str, Scalar] = field(default_factory=dict)
    """What is chosen in the explorer; what is left out stays as it is there at the start."""
    section: str = ""
    """Anchor of a section, where no explorer shows it."""

    def __post_init__(self) -> None:
        if self.page not in CHAPTERS:
            raise ValueError(f"A page is one of {', '.join(CHAPTERS)}, not {self.page!r}.")
        if bool(self.key) == bool(self.section):  # both or neither
            raise ValueError("Give a link either the key of an explorer or a section.")
        if self.state and not self.key:
            raise ValueError("Only an explorer has a state; give the link its key.")

    @property
    def address(self) -> str:
        """The address from any chapter.

        >>> Link("coinrun", "dial", {"distinguishing": 0, "seed": 3}).address
        'coinrun.html?dial.distinguishing=0&dial.seed=3#explorer-dial'
        >>> Link("coinrun", section="quiz").address
        'coinrun.html#quiz'
        """
        if self.section:
            return f"{self.page}.html#{self.section}"
        query = urlencode({f"{self.key}.{name}": _text(v) for name, v in self.state.items()})
        return f"{self.page}.html{'?' if query else ''}{query}#explorer-{self.key}"


def _text(value: Scalar) -> str:
    """Writes a value as the page's host does.

    >>> _text(True), _text(0.97), _text(2.0)
    ('true', '0.97', '2')
    """
    if isinstance(value, bool):  # first, as True is an int in Python
        return str(value).lower()  # JavaScript's true, not Python's True
    return f"{value:.10g}" if isinstance(value, float) else str(value)  # as JavaScript: 2, not 2.0
