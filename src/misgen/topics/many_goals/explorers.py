"""The painter: paint a reward, see the best moves, and which other rewards have the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.explore import Control
from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.study import Source
from misgen.topics.many_goals.figures import ARROWS, HATCH, STRONGEST
from misgen.topics.many_goals.gallery import (
    CONSTANT,
    FACTOR,
    HILLS,
    LETTERS,
    LEVEL_TEXTS,
    LEVELS,
    NAMES,
    OF_POTENTIAL,
    POTENTIALS,
    PRESETS,
    REASONS,
    SAME,
    Rival,
    reward_of,
    rivals,
)
from misgen.topics.many_goals.gridworld import (
    ACTIONS,
    CELLS,
    OR,
    SIZE,
    TIE,
    WALLS,
    Dynamics,
    count_policies,
    named_room,
    optimal_actions,
    sweeps,
)

TITLE = "What is it after?"
SUBTITLE = (
    "Paint rewards. The arrows are the best moves; dots mean stay. A small number is a cell's "
    "value: its reward, and the discounted rewards of the best way on."
)
GALLERY = "Other rewards: is the same behaviour optimal?"
HINT = (
    "Click a cell, or reach the room with Tab: arrow keys move, + and − change the reward, space "
    "paints with the brush."
)
NOTE = (
    "The shaped reward pays {discount} × potential of the next cell − potential of this cell on "
    "top of each move, so it is not one number for each cell: its picture shows the potential. "
    "Even and random steps give the cells other values in the same order; the rewards for that are "
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


# ---------------------------------------------------------------------------------- words

MOST_COUNTED = 999_999
"""Larger counts are told by their power of ten."""
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
VERDICTS = {
    "same": ("✓", "the same moves"),
    "among": ("✓", "these and more"),
    "other": ("✗", "other moves"),
}
"""Verdict -> its mark and its words."""

_MOVES: Sentence = [
    ("", "The arrows are all the best moves; "),
    ("first", "{policies}"),
    ("", " {take} one of them in each cell. "),
]
TEMPLATES: Mapping[str, Sentence] = {
    "open": [
        *_MOVES,
        ("", "This behaviour is optimal under "),
        ("first", "{explain} of the {all}"),
        ("", " other rewards, too. Under {same} of them its moves are the only best ones."),
    ],
    "wall": [
        ("", "A wall stands in the way. "),
        *_MOVES,
        ("", "Of the {before} rewards that explain the behaviour in the open room, "),
        ("first", "{kept}"),
        ("", " explain it here, too."),
    ],
}
"""The sentence without and with the wall; the page fills in words in braces as `say` does."""
WORDS = {
    "one": "1 policy",
    "many": "{count} policies",
    "large": "over 10{power}",
    "takes": "takes",
    "take": "take",
    "none": "none",
    "cell": "Row {row}, column {column}: reward {reward}, best {best}, value {value}",
    "or": OR,
    "picture": "{name}, row by row: {rewards}",
}
"""What else the page says with numbers."""


def policies_text(count: int) -> str:
    """Returns how many policies are optimal in words.

    >>> policies_text(1), policies_text(4096), policies_text(2_654_208_000_000_000)
    ('1 policy', '4,096 policies', 'over 10¹⁵ policies')
    """
    if count == 1:
        return WORDS["one"]
    # digits less one: the power of ten
    power = "".join(_SUPERSCRIPTS[int(digit)] for digit in str(len(str(count)) - 1))
    text = f"{count:,}" if count <= MOST_COUNTED else WORDS["large"].format(power=power)
    return WORDS["many"].format(count=text)


def say(policies: int, here: Sequence[Rival], before: Sequence[Rival], wall: bool) -> Sentence:
    """Returns the painter's sentence.

    Args:
        policies: Number of policies that are optimal under the painted reward.
        here: The other rewards, judged in the room that is shown.
        before: The same, judged in the open room.
        wall: Whether the wall stands.
    """
    explained = [rival.explains for rival in before]
    # of those that explain it in the open room
    kept = [was and rival.explains for was, rival in zip(explained, here, strict=True)]
    words = {
        "policies": policies_text(policies),
        "take": WORDS["takes" if policies == 1 else "take"],
        "explain": sum(rival.explains for rival in here),
        "same": sum(rival.verdict == SAME for rival in here),
        "all": len(here),
        "before": sum(explained),
        "kept": sum(kept) or WORDS["none"],
    }
    return [(tag, text.format(**words)) for tag, text in TEMPLATES["wall" if wall else "open"]]


# ------------------------------------------------------------------------------- explorer


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
        """Creates a painter.

        Args:
            paint: The rewards at the start as 25 letters, row by row, see `gallery.LETTERS`.
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
        controls = [
            Control("discount", "Discount of later rewards", DISCOUNTS,
                    tuple(f"{d:g}" for d in DISCOUNTS), start=DISCOUNTS.index(discount)),
            Control("wall", "Put up a wall", (False, True), kind="switch", start=int(wall)),
            Control("potential", "The potential", tuple(POTENTIALS),
                    tuple(POTENTIAL_LABELS[name] for name in POTENTIALS), "choice",
                    [*POTENTIALS].index(potential)),
        ]  # fmt: skip
        table = _table(title, source) | {"start": paint}
        super().__init__(
            table=table | {"controls": [control.to_json() for control in controls]},
            arrays={
                # (room, cell, action)
                "next": np.stack([_successors(named_room(room)) for room in ROOMS]),
                # the page makes as many as Python
                "sweeps": np.array([sweeps(d) for d in DISCOUNTS], np.uint16),
            },
            state={"paint": paint, "discount": discount, "potential": potential, "wall": wall},
            key=key,
        )

    def rivals(self, room: str) -> list[Rival]:
        """Returns the other rewards, judged in one of `ROOMS`, as the page shows them."""
        return rivals(self._reward, self._discount, self._potential, named_room(room))

    def sentence(self) -> str:
        """Returns how many other rewards explain the behaviour at the start, in words."""
        room = ROOMS[int(self._wall)]
        best = optimal_actions(named_room(room), self._reward, self._discount)
        here, before = self.rivals(room), self.rivals(ROOMS[0])  # ROOMS[0] is open
        return text_of(say(count_policies(best), here, before, self._wall))


def _successors(dynamics: Dynamics) -> NDArray[np.uint8]:
    return np.where(dynamics.available, dynamics.successors, NOWHERE).astype(np.uint8)


def _table(title: str, source: Source) -> dict[str, Any]:
    return {
        "title": title, "subtitle": SUBTITLE, "gallery": GALLERY, "hint": HINT, "note": NOTE,
        "letters": LETTERS, "levels": LEVELS, "levelTexts": LEVEL_TEXTS,
        "presets": [{"label": name, "paint": word} for name, word in PRESETS.items()],
        "names": NAMES, "reasons": REASONS,
        "ofPotential": OF_POTENTIAL, "verdicts": VERDICTS, "templates": TEMPLATES,
        "words": WORDS,
        "mostCounted": MOST_COUNTED, "actions": ACTIONS, "arrows": ARROWS, "hatch": HATCH,
        "strongest": STRONGEST, "walls": WALLS[ROOMS[1]], "size": SIZE, "tie": TIE,
        "affine": (FACTOR, CONSTANT),
        "hills": [heights.tolist() for heights in (np.arange(CELLS), *HILLS)],
        "potentials": {name: height.tolist() for name, height in POTENTIALS.items()},
        "source": asdict(source),
    }  # fmt: skip
