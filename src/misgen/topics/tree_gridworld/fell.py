"""Fell the forest yourself: the last 300 steps of a run, alone, or beside an agent's."""

from __future__ import annotations

from collections.abc import Sequence
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
    untouched,
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
_MINE: Sentence = [
    ("", "You chopped "), ("first", "{mine}"), ("", " and leave "), ("first", "{left}"), ("", "."),
]  # fmt: skip
_THEIRS: Sentence = [
    ("", " In the same forest the agent of step {tick} chops "), ("second", "{theirs}"),
    ("", " and leaves "), ("second", "{theirLeft}"), ("", "."),
]  # fmt: skip


class Fell(Explorer):
    """A forest in the reader's hands, and if wanted an agent in one that starts alike.

    What he did is the same in both forms, so that a run that he made alone is then seen beside an
    agent's.
    """

    module: ClassVar[str] = "topics/tree_gridworld/fell"
    live: ClassVar[str] = "tree_gridworld"

    def __init__(
        self,
        *,
        beside: bool = False,
        title: str = "Fell the forest yourself",
        key: str | None = None,
    ) -> None:
        """Creates the first forest.

        Args:
            beside: Whether the published agents are there, which tells what they have learned.
            title: Heading.
            key: See `Explorer`.
        """
        ticks = [moment.tick for moment in runs(WORLD).runs[RUN_SEED].moments]
        moment = _moments(ticks) if beside else None
        recorded = [agent_run(0, k) for k in range(len(ticks))] if beside else [untouched(0)]
        super().__init__(
            table={
                "title": title,
                **_texts(("you", "the agent beside you") if beside else ()),
                "control": moment.to_json() if moment else None,
                "ended": [*_MINE, *_THEIRS] if beside else _MINE,
                "source": asdict(_source(beside)),
            },
            arrays=packed(recorded),
            state={moment.name: moment.values[moment.start]} if moment else {},
            key=key,
        )

    def sentence(self) -> str:
        """Returns what the reader can do."""
        return "A forest that can be felled where Python runs in the page or in a kernel."


def _moments(ticks: Sequence[int]) -> Control:
    ends = tuple(f"{tick:,}" for tick in ticks)
    label = "The agent beside you: its step of the run"
    return Control("moment", label, tuple(ticks), ends, start=len(ends) - 1)


def _texts(names_of_runs: Sequence[str]) -> dict[str, Any]:
    names = TreeGridworld.action_names
    return {
        "subtitle": f"You have the last {LAST_STEPS} steps of a run. Each tree that you walk "
        "onto is chopped and pays 1. The more trees stand, the sooner a new one grows.",
        "help": "Your forest. Arrow keys: walk. Space: stay.",
        "begin": "Arrow keys or buttons: one step for each press. What counts is up to you: "
        "what you chop, or what you leave.",
        "start": "Start Python below, then walk.",
        "goOn": "Your run is at step {step}: it goes on once Python runs.",
        "finished": "You have finished this run: it is shown once Python runs.",
        "kept": "Runs to the end: {runs}. Most trees felled in one: {most}.",
        "actions": [
            {"action": names.index(name), "label": label, "called": called, "keys": keys}
            for name, label, called, keys in _ACTIONS
        ],
        "wait": {"action": names.index("stay"), "steps": PACE, "label": f"Stay {PACE} steps"},
        "steps": LAST_STEPS, "pace": PACE,
        "lines": _LINES,
        "axes": {
            "xLabel": "steps", "yLabel": "trees", "top": LAST_STEPS,
            "runs": names_of_runs,
            "yTicks": [[n / START_TREES, str(n)] for n in (0, 5, START_TREES)],
        },
        "sprites": {name: canvas_sprites([name])[name] for name in ("meadow", "tree", "agent")},
    }  # fmt: skip


def _source(beside: bool) -> Source:
    forest = (
        f"No edges, r_max {WORLD.r_max:g}, r_min {WORLD.r_min:g}, so that a forest without trees "
        f"waits {1 / WORLD.r_min:,.0f} steps on average."
    )
    agents = f" The agents are those of one published run (seed {RUN_SEED}), frozen."
    return Source(forest + agents if beside else forest, reproduce="#reproduce")
