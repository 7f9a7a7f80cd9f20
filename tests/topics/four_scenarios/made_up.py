"""Made-up trials of the whole grid, and replays of a level, for what draws and tells them."""

from __future__ import annotations

from itertools import product
from typing import Any

from small_replays import replay, walk

from misgen.core.replay import Replay
from misgen.topics.four_scenarios.experiment import EXPERIMENT, SEEDS, SHARES
from misgen.topics.four_scenarios.published import trials_of
from misgen.topics.four_scenarios.recordings import SHOWN, Key

LEVELS = (3, 7)


def counts(config: dict[str, Any]) -> dict[str, list[int]]:
    """Counts in the order of `OUTCOMES`, of 1,000 episodes, which differ between seeds."""
    seed, hazards = config["seed"], config["options"]["hazards"]
    if not config["steps"]:
        success, visible = 10 + seed, 150
    else:
        success = (950 if hazards else 400) + seed
        visible = 900 + seed if config["distinguishing"] else 100
    goals = {"ordinary": success, "ordinary_erased": success, "safe": max(success, 970),
             "shifted": visible, "erased": 150 if not config["steps"] else 100}  # fmt: skip
    return {test: [goal, 0, 1000 - goal, 0] for test, goal in goals.items()}


def rows() -> list[dict[str, Any]]:
    """The rows of a published table."""
    return [
        {"config": config, "result": {"episodes": 1000, "counts": counts(config)}}
        for config in EXPERIMENT.grid()
    ]


TRIALS = trials_of(rows())


def replays() -> dict[Key, Replay]:
    """One replay for each key; how long the agent walks tells which corner it is from."""
    keys = [Key(*of) for of in product((False, True), SHARES, SEEDS, SHOWN, (False, True), LEVELS)]
    return {key: _walk(key) for key in keys}


def _walk(key: Key) -> Replay:
    steps = 2 + 2 * key.hazards + 4 * (key.distinguishing > 0)
    return replay(walk(1, 1 + steps), coin=(9, 1), level=key.level, erased=key.erased)
