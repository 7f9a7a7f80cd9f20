"""The agents of Tree Gridworld, on the plane of capability and goal.

An endless run has many agents, one at each moment. On the map is the one of its end, frozen.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from misgen.topics.taxonomy.book_map import MappedAgent, Place
from misgen.topics.taxonomy.links import Link, Scalar
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    DIALS,
    FILMED_SEEDS,
    RECOVERING,
    SUSTAINING,
    WITH_WALLS,
    with_one,
)
from misgen.topics.tree_gridworld.frozen import FIRST
from misgen.topics.tree_gridworld.published import YARDSTICK_SEED, all_runs
from misgen.topics.tree_gridworld.runs import ForestRun, Setting
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk
from misgen.topics.tree_gridworld.watch import Actor, watch

FORESTS = 200
"""Forests in which the two yardsticks chop; as many as those of the agents."""
STORIES = {"collapse": BASE, "recovery": RECOVERING, "sustained": SUSTAINING}
"""Names of the filmed settings in the explorer of endless runs."""
SHOWN_TREES = 2
"""Trees of the forest in which a replay shows its agent: few enough to call for restraint."""


def forest_agents() -> list[MappedAgent]:
    """Return the agents of the ends of all published runs, setting by setting."""
    order = list(dict.fromkeys(run.setting for run in all_runs()))
    runs = sorted(all_runs(), key=lambda run: (order.index(run.setting), run.seed))
    return [_agent(run) for run in runs]


def _agent(run: ForestRun) -> MappedAgent:
    link, replay = _link(run)
    training, slug = _training(run.setting)
    return MappedAgent(
        "tree-gridworld", training, slug, run.setting.distinguishing, run.seed,
        {"shifted": place_of(run)}, link, replay,
    )  # fmt: skip


def place_of(run: ForestRun) -> Place:
    """Return where the agent of a run's end is; the indices are described in `book_map.WORLDS`."""
    end = run.moments[-1]
    chance, greed = chopping(run.setting)
    chops = end.windows.first_reward[-1]  # of the fullest forests
    capability = float(np.clip((chops - chance) / (greed - chance), 0.0, 1.0))
    return Place(capability, 1.0 - end.unforgiven.extinct)


@lru_cache(maxsize=32)
def chopping(setting: Setting) -> tuple[float, float]:
    """Return the reward per step of random and of greedy chopping in full forests, at first."""
    greedy = NearestTree(TreeGridworld(1, seed=0, **setting.options), 1)
    return _chopping(RandomWalk(), setting), _chopping(greedy, setting)


def _chopping(actor: Actor, setting: Setting) -> float:
    full = TreeGridworld(1, seed=0, **setting.options).max_trees
    options = {**setting.options, "start_trees": full}
    env = TreeGridworld(FORESTS, seed=YARDSTICK_SEED, **options)
    return float(watch(actor, env, steps=FIRST, seed=YARDSTICK_SEED).chopped.mean())


def _training(setting: Setting) -> tuple[str, str]:
    """Return a setting in words, and its name in an address."""
    words = [
        f"discount {setting.discount:g}",
        f"r_max {setting.r_max:g}",
        f"r_min {setting.r_min:.6f}".rstrip("0"),
    ]
    if setting.walls:
        words.append("with edges")
    values = (setting.discount, setting.r_max, f"{setting.r_min:.6f}".rstrip("0"))
    slug = "-".join(map(str, values)) + ("-edges" if setting.walls else "")
    if setting.distinguishing:
        slug += f"-{100 * setting.distinguishing:g}"
    return ", ".join(words), slug


def _link(run: ForestRun) -> tuple[Link, bool]:
    """Return where a run is shown, and whether its agent is seen there at work."""
    story = next((name for name, setting in STORIES.items() if setting == run.setting), None)
    if story and run.seed in FILMED_SEEDS:
        last = len(run.series.ticks) - 1
        state: dict[str, Scalar] = {
            "run": story,
            "seed": run.seed,
            "time": last,
            "trees": SHOWN_TREES,
        }
        return Link("tree_gridworld", "forest", state), True
    return _dial_link(run.setting, story), False


def _dial_link(setting: Setting, story: str | None) -> Link:
    for name, values in DIALS.items():
        value = getattr(setting, name)
        if value in values and setting == with_one(name, value):
            return Link("tree_gridworld", "forest-" + name.replace("_", "-"), {name: value})
    if setting == WITH_WALLS or story:
        return Link("tree_gridworld", section="recovery")
    raise ValueError(f"No page shows {setting}; add where it is shown to forest_agents.")
