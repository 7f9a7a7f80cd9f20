"""The duel: two agents on one level, in step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from misgen.core.measure import OUTCOMES
from misgen.core.replay import Replay
from misgen.explore.base import Segment, Sentence
from misgen.explore.dial import choices, slider
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control
from misgen.explore.panel_parts import Replays
from misgen.explore.replays import badges
from misgen.explore.study import ReplayKey, Study, Words, check_complete

TITLE = "Two agents, one level"
SUBTITLE = "Same level, same training seed, same steps. Only the training levels differed."
SIDES = {"distinguishing_a": "First agent", "distinguishing_b": "Second agent"}
# names in addresses of earlier editions
ALIASES = {"a": "distinguishing_a", "b": "distinguishing_b"}
_TAGS = {"goal": "goal", "proxy": "proxy", "died": "dead", "timed_out": "dead"}


def duel(
    study: Study,
    erased: Mapping[ReplayKey, Replay],
    *,
    settings: tuple[float, float] | None = None,
    title: str = TITLE,
    subtitle: str = SUBTITLE,
    seed: int | None = None,
    level: int | None = None,
    key: str = "duel",
) -> Panel:
    """Returns two settings side by side, with the goal visible or erased.

    Args:
        study: Results, and replays on distinguishing levels with a visible goal.
        erased: The same replays with the goal erased from what the agent sees.
        settings: Which two agents meet at the start; the first and the last by default.
        title: Heading.
        subtitle: What the two agents share.
        seed: Training seed at the start.
        level: Level at the start.
        key: See `Explorer`.

    Raises:
        ValueError: A replay is missing, or the study does not have a setting.
    """
    check_complete(erased, study.keys, "replay with the goal erased")
    starts = [study.index(x) for x in settings or (study.settings[0], study.settings[-1])]
    label = f"{study.words.target_label} visible to the agents"
    coin = Control("coin", label, (False, True), kind="switch", start=1)  # at first they see it
    # as `over`: coin first
    replays = [source[each] for source in (erased, study.replays) for each in study.keys]
    return Panel(
        title=title,
        subtitle=f"{subtitle} The sliders: {study.words.setting.lower()}.",
        controls=[
            *(slider(study, side, who, start)
              for (side, who), start in zip(SIDES.items(), starts, strict=True)),
            coin, *choices(study, seed, level),
        ],
        parts=[
            Replays("", replays=replays, over=("coin", side, "seed", "level"),
                    badges=badges(study.words), named=("seed", "level"), caption=side)
            for side in SIDES
        ],
        sentences=[
            sentence
            for is_erased in (True, False)
            for row in comparisons(study.words, erased=is_erased)
            for sentence in row
        ],
        which=(_which(study, replays), ["coin", *SIDES, "seed", "level"]),
        source=study.source,
        key=key,
        aliases=ALIASES,
    )  # fmt: skip


def _which(study: Study, replays: list[Replay]) -> np.ndarray:
    """Returns the number of the sentence, `(coin, first setting, second setting, seed, level)`."""
    shape = (2, len(study.settings), len(study.seeds), len(study.levels))  # 2: erased, visible
    # (coin, setting, seed, level)
    outcomes = np.array([OUTCOMES.index(replay.outcome) for replay in replays]).reshape(shape)
    pairs = len(OUTCOMES) * outcomes[:, :, None] + outcomes[:, None]  # first agent: rows of 4
    # 16 sentences with the coin erased come first
    return pairs + len(OUTCOMES) ** 2 * np.arange(2)[:, None, None, None, None]


def comparisons(words: Words, *, erased: bool) -> list[list[Sentence]]:
    """Returns the comparison for every pair of outcomes.

    Args:
        words: What the goals are called.
        erased: Whether the goal is erased from what the agents see.

    Returns:
        Sentences, rows and columns in the order of `OUTCOMES`; the sliders' values name the agents.
    """
    note = f"With {words.target} erased from what they see: the" if erased else "The"
    who = f"{note} {{distinguishing_a}} agent", "the {distinguishing_b} agent"
    return compared(who, badges(words), erased=erased)


def compared(
    who: tuple[str, str], doing: Mapping[str, str], *, erased: bool
) -> list[list[Sentence]]:
    """Returns what two agents do, for every pair of outcomes.

    Args:
        who: What they are called, the first as the sentence begins.
        doing: Outcome, or "accidental" -> what an agent does.
        erased: Whether the goal is erased from what the agents see.

    Returns:
        Sentences, rows and columns in the order of `OUTCOMES`.
    """
    done = [(_TAGS[each], doing[_told(each, erased)]) for each in OUTCOMES]
    return [[_compare(who, first, second) for second in done] for first in done]


def _told(outcome: str, erased: bool) -> str:
    return "accidental" if erased and outcome == "goal" else outcome


def _compare(who: tuple[str, str], first: Segment, second: Segment) -> Sentence:
    start = [("", f"{who[0]} "), first]
    if first == second:
        return [*start, ("", f"; so does {who[1]}.")]
    return [*start, ("", f"; {who[1]} "), second, ("", ".")]
