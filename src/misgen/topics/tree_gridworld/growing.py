"""Watch the forest go: an endless run in the reader's hands, beside what published runs came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Control
from misgen.explore.base import Sentence
from misgen.explore.dial import share_slider
from misgen.explore.learning import Band, Knob, LiveTraining, pay, seeds, units
from misgen.explore.panel_formats import written
from misgen.explore.replays import canvas_sprites
from misgen.explore.study import Source, percent
from misgen.topics.tree_gridworld.env import VIEWS, TreeGridworld
from misgen.topics.tree_gridworld.experiment import DIALS, IN_DETAIL, STEPS, WITH_WALLS, with_one
from misgen.topics.tree_gridworld.figures import REWARD_TOP
from misgen.topics.tree_gridworld.film import NOWHERE, Rollout, record
from misgen.topics.tree_gridworld.live import FORESTS, SHOWN_TREES, WORLD, packed
from misgen.topics.tree_gridworld.published import ForestRuns, runs
from misgen.topics.tree_gridworld.runs import Setting
from misgen.topics.tree_gridworld.scripted import RandomWalk

DISCOUNTS = (0.9, 0.97, 0.98, 0.99, 0.995)
_TURNED = ("discount", "r_min", "distinguishing")
"""Dials of the published runs that are knobs here; r_max makes room for what is paid."""
_EVERY = 3  # of the 80 spans of a published run; more would not be seen
_SAID: Sentence = [
    ("", "At step {steps} of each forest the run chops "), ("goal", "{chopped}"),
    ("", " trees a step. Its forests are {trees} full, and "), ("dead", "{empty}"),
    ("", " of them have no tree."),
]  # fmt: skip


class Growing(LiveTraining):
    """An endless run of the reader's own."""

    module: ClassVar[str] = "topics/tree_gridworld/growing"
    live: ClassVar[str] = "tree_gridworld"

    def __init__(self, *, title: str = "Let one live here", key: str | None = None) -> None:
        """Creates a run that has not begun.

        Args:
            title: Heading.
            key: See `Explorer`.
        """
        dials = [with_one(name, value) for name in _TURNED for value in DIALS[name]]
        published = dict.fromkeys((*IN_DETAIL, *dials, WITH_WALLS))  # each setting once
        super().__init__(
            _knobs(), [_band(runs(setting)) for setting in published],
            {**_texts(), "title": title}, arrays=packed([_first()]), source=_source(),
            key="growing" if key is None else key,
        )  # fmt: skip


def _knobs() -> list[Knob]:
    def number(name: str, label: str, values: Sequence[float], start: float) -> Control:
        texts = tuple(written(value, "plain") for value in values)
        return Control(name, label, tuple(values), texts, start=list(values).index(start))

    shares = DIALS["distinguishing"]
    scarce = share_slider(shares, "distinguishing", "Forests that are kept scarce", 0)
    view = Control("view", "It sees the forest", VIEWS, ("centred on itself", "as two images"),
                   kind="choice")  # fmt: skip
    return [
        Knob(number("discount", "Discount", DISCOUNTS, WORLD.discount), ("discount",)),
        Knob(number("r_min", "Growth rate of a dead forest, r_min", DIALS["r_min"], WORLD.r_min),
             ("options", "r_min")),
        Knob(scarce, ("distinguishing",), gives=shares),
        pay("tree", "Pay for a tree", "chopped", most=1, start=1),
        Knob(view, ("options", "view")),
        Knob(Control("walls", "With edges", (False, True), kind="switch"), ("options", "walls")),
        units(TreeGridworld.ppo.hidden),
        seeds(),
    ]  # fmt: skip


def _texts() -> dict[str, Any]:
    return {
        "subtitle": f"256 forests, and one agent that learns in all of them. Below, the agent so "
        f"far in a forest of {SHOWN_TREES} trees. Bands: the published runs of this setting.",
        "alt": f"The agent so far, in a forest that begins with {SHOWN_TREES} trees.",
        "lines": [
            {"name": "chopped", "label": "trees chopped per step", "colour": "goal",
             "top": REWARD_TOP, "format": "fixed3"},
            {"name": "trees", "label": "how full they are", "colour": "good", "format": "percent"},
            {"name": "empty", "label": "forests without trees", "colour": "dead",
             "format": "percent"},
        ],
        "axes": {
            "xLabel": "steps of each forest, logarithmic", "yLabel": "trees chopped per step",
            "first": TreeGridworld.ppo.rollout_steps, "top": STEPS // TreeGridworld.ppo.num_envs,
            "yTicks": [[trees / REWARD_TOP, f"{trees:g}"] for trees in (0, 0.1, 0.2, 0.3)],
            "right": {"label": "share", "ticks": [[s, percent(s)] for s in (0, 0.5, 1)]},
            "runs": ["", "the one before"],
        },
        "said": _SAID,
        "sprites": {name: canvas_sprites([name])[name] for name in ("meadow", "tree", "agent")},
    }  # fmt: skip


def _first() -> Rollout:
    """Returns the thin forest, in which nothing has happened yet."""
    forest = record(RandomWalk(), trees=SHOWN_TREES, steps=1, seed=FORESTS, options=WORLD.options)
    stands = np.full(1, NOWHERE, np.uint8)
    return Rollout(forest.start, forest.agent[[0, 0]], stands)


def _band(found: ForestRuns) -> Band:
    setting, ticks = found.setting, found.ticks[::_EVERY].tolist()

    def interval(values: NDArray[np.float64]) -> list[tuple[float, ...]]:
        _, low, high = band(values[:, ::_EVERY])
        ends = zip(np.maximum(low, 0.0).tolist(), high.tolist(), strict=True)
        return [(tick, round(a, 3), round(b, 3)) for tick, (a, b) in zip(ticks, ends, strict=True)]

    return Band(
        _stands(setting),
        {
            "chopped": interval(found.of_each(lambda run: run.series.rewards)),
            "empty": interval(found.of_each(lambda run: run.series.empty)),
        },
    )


def _stands(setting: Setting) -> dict[str, float]:
    """Returns where the knobs of a published setting stand."""
    return {
        "discount": setting.discount, "r_min": setting.r_min,
        "distinguishing": 100 * setting.distinguishing, "walls": setting.walls,
    }  # fmt: skip


def _source() -> Source:
    return Source(
        "Bands: 95 % t-intervals over six to ten published runs, trained with stable-baselines3; "
        "here the same algorithm runs in NumPy.",
        reproduce="#reproduce",
    )
