"""Through its eyes: what an agent sees at each step, what it would do, and what changes that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.replay import Replay
from misgen.explore.base import Explorer, Sentence
from misgen.explore.dial import slider
from misgen.explore.panel_controls import Control
from misgen.explore.replays import LAST_STEP, badges, replay_arrays, replay_table
from misgen.explore.study import Source, Study
from misgen.topics.coinrun.editing import to_text
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import VIEW_X, VIEW_Y, Levels
from misgen.topics.coinrun.live import generated, watched

AGENTS = 3
"""Training seeds whose agents travel with the page, of each setting."""
_LOWEST, _HIGHEST = -0.5, 1.5
"""Values of the critic that the page can show, where a coin is worth 1."""
_DOES = tuple(f"go {name}" if name in ("left", "right") else name for name in CoinRun.action_names)
"""Of each action a verb, as a sentence needs one: a jump and a stay are verbs already."""
_SAID: Sentence = [
    ("", "Step {step}: it would most likely "), ("", "{action}"),
    ("", " ({probability}), and its critic expects {value} of a coin's reward. {hangs}"),
]  # fmt: skip


class Eyes(Explorer):
    """A replay, with what the agent makes of each of its steps."""

    module: ClassVar[str] = "topics/coinrun/eyes"
    live: ClassVar[str] = "coinrun"

    def __init__(
        self,
        study: Study,
        *,
        seed: int,
        number: int,
        title: str = "Through its eyes",
        key: str | None = None,
    ) -> None:
        """Creates the replays of some agents of each setting on one distinguishing level.

        Args:
            study: The settings, and what they are called.
            seed: Seed of the levels, and of the agents' actions.
            number: Number of the level.
            title: Heading.
            key: See `Explorer`.
        """
        self._study, self._title = study, title
        level = generated(seed, number, apart=True)
        self._controls = self._all_controls()
        replays, overlays = self._watched(level, seed)
        super().__init__(
            table={
                **replay_table(replays), **self._texts(), "level": to_text(level),
                "seed": seed, "number": number,
            },
            arrays={**replay_arrays(replays), **_for_page(overlays)},
            state={c.name: c.values[c.start] for c in self._controls} | {"step": LAST_STEP},
            key=key,
        )  # fmt: skip

    def _watched(
        self, level: Levels, seed: int
    ) -> tuple[list[Replay], list[dict[str, NDArray[Any]]]]:
        found = [
            watched(level, share, agent, seed)
            for share in self._study.settings
            for agent in self._study.seeds[:AGENTS]
        ]
        return [replay for replay, _ in found], [overlay for _, overlay in found]

    def _all_controls(self) -> list[Control]:
        seeds = self._study.seeds[:AGENTS]
        return [
            slider(self._study, "distinguishing", self._study.words.setting, 0),
            Control("agent", "Seed of the agent", seeds, tuple(map(str, seeds)), kind="choice"),
            Control("window", "Only what it sees", (False, True), kind="switch"),
            Control(
                "hangs",
                "How much its next step depends on each cell",
                (False, True),
                kind="switch",
                start=1,
            ),
        ]

    def _texts(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "subtitle": "The tint of a cell is by how much the probabilities of the next step "
            "would change if that cell were erased from what the agent sees.",
            "alt": "An agent on a level whose coin has moved.",
            "controls": [control.to_json() for control in self._controls],
            "shares": list(self._study.settings),
            "view": [VIEW_X, VIEW_Y],
            "actions": list(_DOES),
            "range": [_LOWEST, _HIGHEST],
            "said": _SAID,
            "coinHangs": "Without the coin in view its probabilities would change by {coin}.",
            "coinUnseen": "It does not see the coin.",
            "probabilities": "What it would do",
            "badges": badges(self._study.words),
            "source": asdict(self._source()),
        }

    def _source(self) -> Source:
        return Source(
            "One episode of each agent. The tint is the total variation distance between what the "
            "agent would do with the cell and without it: it is about this one step, not about "
            "what the agent is after.",
            reproduce="#reproduce",
        )

    def sentence(self) -> str:
        """Returns what is to be seen."""
        return "What an agent sees at each step, what it would do, and which cells change that."


def _for_page(overlays: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Returns the overlays of all replays, one after the other, as shares of 8 or 16 bits."""
    value = np.concatenate([overlay["value"] for overlay in overlays])
    shares = (np.clip(value, _LOWEST, _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST)
    parts = {
        name: np.concatenate([overlay[name] for overlay in overlays]).clip(0, 1).astype(np.float16)
        for name in ("probabilities", "changes")
    }
    return {"value": shares, **parts}
