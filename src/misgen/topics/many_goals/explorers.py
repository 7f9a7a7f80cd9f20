"""The painter: paint a reward, see the best moves, and which other rewards have the same."""

from __future__ import annotations

from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Explorer, Sentence, caption_html, figure_html, html_of, text_of
from misgen.explore.study import Source
from misgen.explore.tables import source_table
from misgen.topics.many_goals import words as painter_words
from misgen.topics.many_goals.gallery import (
    CONSTANT,
    FACTOR,
    HILLS,
    LETTERS,
    LEVELS,
    NAMES,
    POTENTIALS,
    PRESETS,
    Rival,
    reward_of,
    rivals,
)
from misgen.topics.many_goals.gridworld import (
    ACTIONS,
    CELLS,
    SIZE,
    TIE,
    WALLS,
    Dynamics,
    count_policies,
    named_room,
    optimal_actions,
    optimal_values,
    sweeps,
)
from misgen.topics.many_goals.room_svg import (
    ARROWS,
    HATCH,
    LEVEL_TEXTS,
    STRONGEST,
    picture_svg,
    rewards_text,
    room_svg,
)
from misgen.topics.many_goals.words import VERDICTS, policies_text

TITLE = "What is it after?"
SUBTITLE = "Paint rewards. The arrows are the best moves; dots mean stay; small numbers are values."
GALLERY = "Other rewards: is the same behaviour optimal?"
HINT = (
    "Click a cell, or reach the room with Tab: arrow keys move, + and − change the reward, space "
    "paints with the brush."
)
NOTE = (
    "The shaped reward pays {discount} × potential of the next cell − potential of this cell on "
    "top of each move, so it is not one number for each cell: its picture shows the potential. "
    "Even steps and hills give the cells other values in the same order; the rewards for that are "
    "scaled to reach from −1 to 1."
)
DISCOUNTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
ROOMS = ("open room", "a wall")
POTENTIAL_LABELS = {
    "left": "rises to the left", "down": "rises to the bottom", "centre": "rises to the centre",
    "checks": "a chessboard",
}  # fmt: skip
SOURCE = Source(
    "Computed in the page by value iteration; the book's Python computes the same, as a test "
    "checks. Condition of Ng & Russell (2000), shaping of Ng, Harada & Russell (1999)."
)
NOWHERE = 255
"""Successor of an action that is not available, in the packed array."""


class Painter(Explorer):
    """A room of 5 x 5 cells to paint, and a gallery of other rewards.

    Value iteration runs in the page, since what a reader may paint fits no table: 5 to the power
    of 25 rewards.
    """

    module: ClassVar[str] = "topics/many_goals/painter"

    def __init__(
        self,
        *,
        paint: str = PRESETS["goal and pit"],
        discount: float = 0.9,
        potential: str = "left",
        wall: bool = False,
        title: str = TITLE,
        source: Source = SOURCE,
        key: str | None = None,
    ) -> None:
        """Create a painter.

        Args:
            paint: The rewards at the start as 25 letters, see `gallery.paint_of`.
            discount: One of `DISCOUNTS`.
            potential: One of `gallery.POTENTIALS`.
            wall: Whether the wall stands at the start.
            title: Heading.
            source: What the caption says.
            key: See `Explorer`.

        Raises:
            ValueError: If a choice is not among those that the painter offers.
        """
        self._reward = reward_of(paint)
        if discount not in DISCOUNTS:
            raise ValueError(f"Choose one of the discounts {DISCOUNTS}, not {discount}.")
        if potential not in POTENTIALS:
            raise ValueError(f"There is no potential {potential!r}; choose of {[*POTENTIALS]}.")
        self._discount, self._potential, self._wall = discount, potential, wall
        self._title, self._source = title, source
        super().__init__(
            table=_table(title, source) | {"start": paint, "controls": self._controls()},
            arrays={
                "next": np.stack([_successors(named_room(room)) for room in ROOMS]),
                "sweeps": np.array([sweeps(d) for d in DISCOUNTS], np.uint16),
            },
            state={"paint": paint, "discount": discount, "potential": potential, "wall": wall},
            key=key,
        )

    @property
    def _room(self) -> str:
        return ROOMS[int(self._wall)]

    def _controls(self) -> list[dict[str, Any]]:
        discounts = {"values": DISCOUNTS, "labels": [f"{d:g}" for d in DISCOUNTS]}
        labels = [POTENTIAL_LABELS[name] for name in POTENTIALS]
        return [
            {"name": "discount", "kind": "slider", "label": "Discount of later rewards",
             "start": DISCOUNTS.index(self._discount), "playable": False, **discounts},
            {"name": "wall", "kind": "switch", "label": "Put up a wall",
             "start": int(self._wall), "values": [False, True]},
            {"name": "potential", "kind": "choice", "label": "Potential",
             "start": [*POTENTIALS].index(self._potential), "values": [*POTENTIALS],
             "labels": labels},
        ]  # fmt: skip

    def rivals(self, room: str) -> list[Rival]:
        """Return the other rewards, judged in one of `ROOMS`, as the page shows them."""
        return rivals(self._reward, self._discount, self._potential, named_room(room))

    def say(self) -> Sentence:
        """Return the sentence of the start."""
        best = optimal_actions(named_room(self._room), self._reward, self._discount)
        here, before = self.rivals(self._room), self.rivals(ROOMS[0])
        return painter_words.say(count_policies(best), here, before, self._wall)

    def sentence(self) -> str:
        """Say how many other rewards explain the behaviour at the start."""
        return text_of(self.say())

    def still(self) -> str:
        """Return the room, the other rewards with their verdicts, and the sentence."""
        here = named_room(self._room)
        label = (
            f"A room of {SIZE} by {SIZE} cells with rewards, best moves and values. Rewards, row "
            f"by row: {rewards_text(self._reward)}."
        )
        picture = room_svg(
            self._reward, optimal_actions(here, self._reward, self._discount),
            optimal_values(here, self._reward, self._discount), WALLS[self._room], label,
        )  # fmt: skip
        minis = "".join(map(_rival_html, self.rivals(self._room)))
        return figure_html(
            f'<p class="mg-title">{escape(self._title)}</p><p class="mg-sub">{SUBTITLE}</p>',
            f'<div class="mg-still-parts"><div>{picture}</div>'
            f'<div><p class="mg-heading">{GALLERY}</p><div class="mg-rivals">{minis}</div></div>'
            "</div>",
            f"<p>{html_of(self.say())}</p>",
            caption=caption_html(self._source),
        )


def _rival_html(rival: Rival) -> str:
    mark, words = VERDICTS[rival.verdict]
    picture = picture_svg(rival.picture, f"{rival.name}, row by row: {rewards_text(rival.picture)}")
    return (
        f'<div class="mg-rival">{picture}<p class="mg-name">{escape(rival.name)}</p>'
        f'<p class="mg-verdict">{mark} {words}</p>'
        f'<p class="mg-count">{policies_text(rival.policies)}</p></div>'
    )


def _successors(dynamics: Dynamics) -> NDArray[np.uint8]:
    return np.where(dynamics.available, dynamics.successors, NOWHERE).astype(np.uint8)


def _table(title: str, source: Source) -> dict[str, Any]:
    return {
        "title": title, "subtitle": SUBTITLE, "gallery": GALLERY, "hint": HINT, "note": NOTE,
        "letters": LETTERS, "levels": LEVELS, "levelTexts": LEVEL_TEXTS,
        "presets": [{"label": name, "paint": word} for name, word in PRESETS.items()],
        "names": NAMES, "verdicts": VERDICTS, "templates": painter_words.TEMPLATES,
        "mostCounted": painter_words.MOST_COUNTED,
        "actions": ACTIONS, "arrows": ARROWS, "hatch": HATCH, "strongest": STRONGEST,
        "walls": WALLS[ROOMS[1]], "size": SIZE, "tie": TIE,
        "affine": (FACTOR, CONSTANT),
        "hills": [heights.tolist() for heights in (np.arange(CELLS), *HILLS)],
        "potentials": {name: height.tolist() for name, height in POTENTIALS.items()},
        "source": source_table(source),
    }  # fmt: skip
