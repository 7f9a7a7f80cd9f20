"""The reader's own record: all predictions of his browser, beside what came out."""

from __future__ import annotations

from typing import ClassVar

from misgen.explore.base import Explorer

TITLE = "What you expected, and what came out"


class Guesses(Explorer):
    """Lists the predictions that this browser keeps; the reader exports or clears them.

    Nothing leaves the browser. A front end that gives each output an address of its own, as Colab
    does, shows only what was predicted in the same output.
    """

    module: ClassVar[str] = "explore/js/guesses"

    def __init__(self, *, title: str = TITLE, key: str | None = None) -> None:
        """Creates the list.

        Args:
            title: Heading.
            key: See `Explorer`.
        """
        super().__init__({"title": title}, {}, {}, key)

    def sentence(self) -> str:
        """Says what is listed."""
        return "The predictions that you made in this browser stand here beside what came out."
