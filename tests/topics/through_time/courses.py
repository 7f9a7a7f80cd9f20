"""Made-up trainings of the whole grid, for what draws and tells them."""

from __future__ import annotations

from typing import Any

import numpy as np

from misgen.topics.through_time.experiment import EXPERIMENT, TESTS, UPDATES
from misgen.topics.through_time.published import trainings_of

STEPS = [4096 * update for update in UPDATES]


def result(share: float, seed: int) -> dict[str, Any]:
    """The proxy comes at once; with distinguishing levels the goal overtakes it, seed by seed."""
    time = np.arange(len(UPDATES))
    skill = np.minimum(900, 300 * time)
    late = np.maximum(0, time - 8 - seed // 2) * 110 if share else 0 * time
    goal = np.minimum(skill, 100 + late + seed)
    goals = {"ordinary": skill, "shifted": goal, "erased": np.minimum(skill, 100)}
    assert set(goals) == set(TESTS)
    counts = {
        test: [[int(g), int(s - g), int(1000 - s), 0] for g, s in zip(of, skill, strict=True)]
        for test, of in goals.items()
    }
    return {"steps": STEPS, "episodes": 1000, "counts": counts}


def rows() -> list[dict[str, Any]]:
    """The rows of a published table."""
    return [
        {"config": config, "result": result(config["distinguishing"], config["seed"])}
        for config in EXPERIMENT.grid()
    ]


COURSES = trainings_of(rows())
