"""Conversations that are told line by line: who says what, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, ClassVar, Literal

from misgen.explore.base import Explorer, Scalar
from misgen.explore.panel_controls import Control
from misgen.explore.study import Source

Side = Literal["you", "it", "aside"]
"""The reader's line, somebody else's, or what is told beside them."""


@dataclass(frozen=True)
class Said:
    """One line of a dialogue."""

    side: Side
    who: str
    """Who says it, or what kind of remark it is; may be empty for a remark."""
    text: str


@dataclass(frozen=True)
class Dialogue:
    """A conversation from its first line to its last."""

    name: str
    """Value in the address: small letters and hyphens."""
    label: str
    """What the list calls it."""
    lines: tuple[Said, ...]
    note: str = ""
    """What is said of it once it is over."""

    def __post_init__(self) -> None:
        if len(self.lines) < 2:
            raise ValueError(f"Give two or more lines to the dialogue {self.name!r}.")


class Conversation(Explorer):
    """Dialogues to go through at the reader's own pace; the reader's lines are on the button."""

    module: ClassVar[str] = "explore/js/conversation"

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        source: Source,
        *,
        title: str,
        subtitle: str = "",
        key: str | None = None,
    ) -> None:
        """Creates the explorer.

        Args:
            dialogues: Two or more.
            source: Where they come from; it says so if nobody ever held them.
            title: Heading.
            subtitle: A line below it.
            key: See `Explorer`.

        Raises:
            ValueError: If there are fewer than two dialogues.
        """
        if len(dialogues) < 2:
            raise ValueError("Give the conversation two or more dialogues.")
        self._dialogues, self._subtitle = tuple(dialogues), subtitle
        table: dict[str, Any] = {
            "title": title,
            "subtitle": subtitle,
            "dialogues": [asdict(each) for each in dialogues],
            "controls": [control.to_json() for control in self._controls()],
            "source": asdict(source),
        }
        state: dict[str, Scalar] = {"dialogue": dialogues[0].name, "line": 1}
        super().__init__(table=table, arrays={}, state=state, key=key)

    def _controls(self) -> list[Control]:
        names, labels = zip(*((each.name, each.label) for each in self._dialogues), strict=True)
        lines = tuple(range(1, max(len(each.lines) for each in self._dialogues) + 1))
        return [
            Control("dialogue", "Dialogue", names, labels, "choice", next="Next dialogue"),
            Control("line", "Line", lines, tuple(map(str, lines))),
        ]

    def sentence(self) -> str:
        """Returns the first line."""
        return _told(self._dialogues[0].lines[0])

    def numbers(self) -> str:
        """Returns all dialogues, each in an element that opens."""
        return "".join(map(_dialogue_html, self._dialogues))


def _told(said: Said) -> str:
    return f"{said.who}: {said.text}" if said.who else said.text


def _dialogue_html(dialogue: Dialogue) -> str:
    lines = "".join(f"<li>{escape(_told(said))}</li>" for said in dialogue.lines)
    note = f"<p>{escape(dialogue.note)}</p>" if dialogue.note else ""
    return f"<details><summary>{escape(dialogue.label)}</summary><ol>{lines}</ol>{note}</details>"
