"""What runs without end for the Tree Gridworld chapter.

The settings were chosen by demands, on single runs of seeds 0 and 1, before the ten seeds ran:

- `BASE` is to rise above 0.12 trees a step, and then to fall below 0.02 with at least 90 % of its
  forests dead.
- `RECOVERING` is to lose at least 30 % of its forests, and to win most of them back.
- `SUSTAINING` is to end with at most 10 % of its forests dead, and with at least 75 % of the reward
  of the best yardstick.

All other settings change one number of `BASE`. They have fewer seeds, to spare computing time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.runs import Setting

BASE = Setting()
RECOVERING = Setting(discount=0.98, r_min=1e-3)  # a dead forest waits 1,000 steps on average
SUSTAINING = Setting(discount=0.99, r_min=1e-3)
IN_DETAIL = (BASE, RECOVERING, SUSTAINING)
"""Settings whose frozen agents are all measured and published."""
DIALS: Mapping[str, Sequence[float]] = {
    "discount": (0.9, 0.97, 0.99, 0.995),
    "r_max": (0.1, 0.3, 0.6),
    "r_min": (1e-6, 1e-3, 1e-2),
    "distinguishing": (0.0, 0.1, 0.25, 0.5),
}
"""Numbers of a setting that are changed one at a time, and their values."""
WITH_WALLS = replace(BASE, walls=True)  # as in the paper; all others are tori
SEEDS = tuple(range(10))
"""Training seeds of the settings in detail."""
DIAL_SEEDS = tuple(range(6))
"""Training seeds where one number of `BASE` is changed."""
STEPS = 3_000_000
"""Of all forests together: 11,744 of each."""
FILMED_SEEDS = (0, 1, 2)
"""Seeds whose agents and pictures are published."""


class TreeGridworldExperiment:
    """The collapse, the recovery, the sustained forest, and one number changed at a time."""

    name = "tree_gridworld"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All runs: the settings in detail, then the dials, then the forest with walls."""
        changed_once = [with_one(name, v) for name, values in DIALS.items() for v in values]
        dials = dict.fromkeys((*changed_once, WITH_WALLS))  # each dial holds `BASE` once more
        in_detail = [config_of(setting, seed) for setting in IN_DETAIL for seed in SEEDS]
        changed = [s for s in dials if s not in IN_DETAIL]
        return in_detail + [config_of(setting, seed) for setting in changed for seed in DIAL_SEEDS]

    def run(self, config: Config) -> Outcome:
        """Let one agent live and learn, and measure it."""
        from misgen.topics.tree_gridworld.trial import live_and_measure

        # The dials measure their last agent alone, and keep neither weights nor pictures.
        in_detail = setting_of(config) in IN_DETAIL
        return Outcome(*live_and_measure(config, TreeGridworld.ppo, in_detail=in_detail))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publish the results, and agents and pictures of some seeds."""
        from misgen.ledger.publishing import publish_table
        from misgen.topics.tree_gridworld.published import publish_films

        publish_table(runs, folder)
        publish_films(runs, folder, filmed=_is_filmed)


def with_one(name: str, value: float) -> Setting:
    """Returns `BASE` with one number changed.

    >>> with_one("discount", 0.9).discount
    0.9
    """
    changes: dict[str, Any] = {name: value}
    return replace(BASE, **changes)


def config_of(setting: Setting, seed: int) -> Config:
    """Returns the configuration of a run."""
    return {
        "distinguishing": setting.distinguishing, "discount": setting.discount, "seed": seed,
        "steps": STEPS, "options": setting.options,
    }  # fmt: skip


def setting_of(config: Mapping[str, Any]) -> Setting:
    """Returns the setting of a configuration."""
    return Setting(config["discount"], **config["options"], distinguishing=config["distinguishing"])


def _is_filmed(config: Mapping[str, Any]) -> bool:
    return setting_of(config) in IN_DETAIL and config["seed"] in FILMED_SEEDS


EXPERIMENT = TreeGridworldExperiment()
