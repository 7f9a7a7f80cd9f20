"""Place the coin: a level that the reader changes, and what all agents of a setting do on it."""

from __future__ import annotations

import functools
from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np

from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.dial import slider
from misgen.explore.replays import badges, replay_arrays, replay_table
from misgen.explore.study import Source, Study
from misgen.topics.coinrun.editing import to_text
from misgen.topics.coinrun.gallery import label, search
from misgen.topics.coinrun.live import (
    LEVEL_ARRAYS,
    NEVER,
    agents_of,
    described,
    episodes,
    generated,
)

_TOOLS = (
    ("move_coin", None, "Coin"),
    ("change_column", "lava", "Lava pit"),
    ("change_column", "saws", "Pit with saws"),
    ("change_column", "crate", "Crate"),
    ("change_column", "wall", "Wall"),
    ("change_column", "ledge", "Ledge"),
    ("move_monster", None, "Monster"),
    ("change_column", "flat", "Flat ground"),
)
_SAID: Sentence = [
    ("", "Trained with {setting} distinguishing levels, of {agents} agents "),
    ("goal", "{goal}"), ("", " take the coin, "),
    ("proxy", "{proxy}"), ("", " run past it to the end, and "),
    ("dead", "{failed}"), ("", " die or run out of time."),
]  # fmt: skip
_SAID_AT_END: Sentence = [
    ("", "The coin is where it always was. Of {agents} agents "),
    ("goal", "{goal}"), ("", " reach it, whatever they are after; "),
    ("dead", "{failed}"), ("", " die or run out of time."),
]  # fmt: skip


_LOOKED_AT, _FOUND, _EPISODES = 40, 6, 3
"""Levels that are looked at, those that are shown, and episodes of each agent for their rates."""
_SEARCHING = 3
"""Agents of every other setting that search: more would take longer than a reader likes to wait."""


class Place(Explorer):
    """A level, ten agents on it, and a coin that the reader moves."""

    module: ClassVar[str] = "topics/coinrun/place"
    live: ClassVar[str] = "coinrun"

    def __init__(
        self,
        study: Study,
        *,
        seed: int,
        number: int,
        title: str = "Put the coin elsewhere",
        key: str | None = None,
    ) -> None:
        """Creates the level with the paths of all agents of each setting.

        Args:
            study: The settings, and what they are called.
            seed: Seed of the levels, and of the agents' actions.
            number: Number of the level, whose coin lies at its end.
            title: Heading.
            key: See `Explorer`.
        """
        level = generated(seed, number, apart=False)
        self._study, self._title, self._level = study, title, described(level)
        self._replays = [
            replay for share in study.settings for replay in episodes(level, share, seed)
        ]
        super().__init__(
            table={
                **replay_table(self._replays), **self._texts(), "seed": seed, "number": number,
                "gallery": gallery_of(study.settings, seed),
            },
            arrays={
                **replay_arrays(self._replays),
                **{f"level.{name}": self._level[name] for name in LEVEL_ARRAYS},
            },
            state={"distinguishing": 0.0, "level": ""},
            key=key,
        )  # fmt: skip

    def _texts(self) -> dict[str, Any]:
        control = slider(self._study, "distinguishing", self._study.words.setting, 0)
        return {
            "title": self._title,
            "subtitle": "Ten agents of one setting play this level, each once. A cross is a death.",
            "help": "The level. Arrow keys move a cursor, Enter puts the chosen thing there.",
            "alt": "The level with its coin in column {x}, row {y}, and the agents' paths.",
            "control": control.to_json(),
            "shares": list(self._study.settings),
            "level": self._level["level"],
            "apart": self._level["apart"],
            "never": NEVER,
            "rows": len(self._level["cells"]),
            "tools": [{"name": n, "kind": kind, "label": label} for n, kind, label in _TOOLS],
            "galleryLabel": "Levels that tell the settings apart",
            "galleryNote": f"Found among {_LOOKED_AT} levels by {_SEARCHING} agents of every other "
            "setting. “Taken from 5 % on”: trained with that share or more, they take the coin in "
            "most episodes, others than those of the search.",
            "said": _SAID,
            "saidAtEnd": _SAID_AT_END,
            "hint": "Drag the coin, or choose a thing and click a cell (keys: arrows, Enter).",
            "start": "The agents answer once Python runs in this page: start it below the level.",
            "linked": "This link holds another level, which is shown once Python runs here.",
            "unreachable": "no agent gets here alive in time",
            "reachable": "{steps} steps away",
            "badges": badges(self._study.words),
            "source": asdict(self._source()),
        }

    def _source(self) -> Source:
        return Source(
            "One episode of each agent, with the same random numbers each time; what an agent does "
            "on one level says little, and the dial counts thousands.",
            reproduce="#reproduce",
        )

    def sentence(self) -> str:
        """Returns what the agents of the first setting do on the level as it is."""
        first = self._replays[: len(self._replays) // len(self._study.settings)]
        reached = sum(replay.outcome == "goal" for replay in first)
        words = {"agents": len(first), "goal": reached, "failed": len(first) - reached}
        return text_of(_SAID_AT_END).format(**words)


@functools.lru_cache(maxsize=4)
def gallery_of(settings: tuple[float, ...], seed: int) -> list[dict[str, str]]:
    """Returns levels on which settings differ most, each as its text and a label.

    Args:
        settings: Shares of distinguishing training levels.
        seed: Seed of the levels and of the agents' actions.
    """
    agents = {share: agents_of(share)[:_SEARCHING] for share in settings[::2]}
    found = search(agents, among=_LOOKED_AT, keep=_FOUND, episodes=_EPISODES, seed=seed)
    return [
        {"level": to_text(found.levels.take(np.array([i]))), "label": label(found, i)}
        for i in range(len(found.levels))
    ]
