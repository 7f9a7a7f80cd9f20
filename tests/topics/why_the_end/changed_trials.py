"""Made-up trials of the whole grid, for what draws and tells them."""

from __future__ import annotations

from typing import Any

from misgen.topics.why_the_end.experiment import EXPERIMENT
from misgen.topics.why_the_end.published import trials_of


def counts(config: dict[str, Any]) -> dict[str, list[int]]:
    """Counts in the order of `OUTCOMES`, which differ between settings, shares and seeds."""
    changed = {**config["options"], **config["learner"]}
    signal = changed.get("coin_signal", 1.0)
    goal = 100 + config["seed"]
    if config["distinguishing"]:
        goal += 300 + min(450, int(150 * signal))
    elif changed.get("coin_high", 1) == 3:
        goal += 300
    return {
        "ordinary": [970 + config["seed"], 0, 30 - config["seed"], 0],
        "shifted": [goal, 980 - goal, 20, 0],
        "erased": [100, 880, 20, 0],
    }


def rows() -> list[dict[str, Any]]:
    """The rows of a published table."""
    return [
        {"config": config, "result": {"episodes": 1000, "counts": counts(config)}}
        for config in EXPERIMENT.grid()
    ]


TRIALS = trials_of(rows())
