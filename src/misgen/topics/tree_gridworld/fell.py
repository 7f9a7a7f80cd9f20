"""Fell the forest yourself: the last 300 steps of a run, one for each press, beside an agent's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from misgen.explore import Control
from misgen.explore.base import Explorer, Sentence
from misgen.explore.replays import canvas_sprites
from misgen.explore.study import Source
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.live import (
    LAST_STEPS,
    RUN_SEED,
    START_TREES,
    WORLD,
    agent_run,
    packed,
)
from misgen.topics.tree_gridworld.published import runs

PACE = 10
"""Steps over which the curve adds up what was chopped."""
_ACTIONS = (
    ("left", "←", "Left", ("ArrowLeft", "a")),
    ("up", "↑", "Up", ("ArrowUp", "w")),
    ("down", "↓", "Down", ("ArrowDown", "s")),
    ("right", "→", "Right", ("ArrowRight", "d")),
    ("stay", "Stay", "Stay", (" ",)),
)
"""Of each action its name in the environment, what its button shows and is called, and its keys."""
_LINES = (
    {"name": "trees", "label": "trees left", "colour": "good", "top": START_TREES},
    {"name": "chopped", "label": f"chopped in {PACE} steps", "colour": "ink", "top": START_TREES},
)
_ENDED: Sentence = [
    ("", "You chopped "), ("first", "{mine}"), ("", " and leave "), ("first", "{left}"),
    ("", ". In the same forest the agent of step {tick} chops "), ("second", "{theirs}"),
    ("", " and leaves "), ("second", "{theirLeft}"), ("", "."),
]  # fmt: skip


class Fell(Explorer):
    """A forest in the reader's hands, and an agent in one that starts alike."""

    module: ClassVar[str] = "topics/tree_gridworld/fell"
    live: ClassVar[str] = "tree_gridworld"

    def __init__(self, *, title: str = "Fell the forest yourself", key: str | None = None) -> None:
        """Creates the first forest, with the runs of all published agents in it.

        Args:
            title: Heading.
            key: See `Explorer`.
        """
        self._ticks = [moment.tick for moment in runs(WORLD).runs[RUN_SEED].moments]
        moment = self._moments()
        super().__init__(
            table={"title": title, **self._texts(), "control": moment.to_json()},
            arrays=packed([agent_run(0, k) for k in range(len(self._ticks))]),
            state={moment.name: moment.values[moment.start]},
            key=key,
        )

    def _moments(self) -> Control:
        ends = tuple(f"{tick:,}" for tick in self._ticks)
        label = "The agent beside you: its step of the run"
        return Control("moment", label, tuple(self._ticks), ends, start=len(ends) - 1)

    def _texts(self) -> dict[str, Any]:
        names = TreeGridworld.action_names
        return {
            "subtitle": f"You have the last {LAST_STEPS} steps of a run. Each tree that you walk "
            "onto is chopped and pays 1. The more trees stand, the sooner a new one grows.",
            "help": "Your forest. Arrow keys: walk. Space: stay.",
            "begin": "Arrow keys or buttons: one step for each press. What counts is up to you: "
            "what you chop, or what you leave.",
            "start": "Start Python below the forests, then walk.",
            "goOn": "Your run is at step {step}: it goes on once Python runs.",
            "ended": _ENDED,
            "kept": "Runs to the end: {runs}. Your best felled {most} trees. This is kept in your "
            "browser.",
            "actions": [
                {"action": names.index(name), "label": label, "called": called, "keys": keys}
                for name, label, called, keys in _ACTIONS
            ],
            "wait": {"action": names.index("stay"), "steps": PACE, "label": f"Stay {PACE} steps"},
            "steps": LAST_STEPS, "pace": PACE,
            "lines": _LINES,
            "axes": {
                "xLabel": "steps", "yLabel": "trees", "top": LAST_STEPS,
                "runs": ["you", "the agent beside you"],
                "yTicks": [[n / START_TREES, str(n)] for n in (0, 5, START_TREES)],
            },
            "sprites": {name: canvas_sprites([name])[name] for name in ("meadow", "tree", "agent")},
            "source": asdict(self._source()),
        }  # fmt: skip

    def _source(self) -> Source:
        return Source(
            f"The forest of the recovery below: no edges, r_max {WORLD.r_max:g}, r_min "
            f"{WORLD.r_min:g}, so that a dead forest waits {1 / WORLD.r_min:,.0f} steps on "
            f"average. The agents are those of one published run (seed {RUN_SEED}), frozen.",
            reproduce="#reproduce",
        )

    def sentence(self) -> str:
        """Returns what the reader can do."""
        return "A forest that can be felled where Python runs in the page or in a kernel."
