"""Made-up runs of the whole grid, for what draws and tells them."""

from __future__ import annotations

from typing import Any

from misgen.topics.mitigations.experiment import EXPERIMENT, SEEDS, SHARES
from misgen.topics.mitigations.trial import BUDGETS, LABELS, WEIGHTS
from misgen.topics.shared_budget.experiment import EXPERIMENT as SHARED_BUDGET

EPISODES = 1000
GOALS = {"random": (110, 150, 550, 750), "regret": (110, 500, 700, 760)}
"""Moved coins taken at each of `SHARES`, to which the seed is added."""


def counts(goal: int, ordinary: int = 980) -> dict[str, list[int]]:
    return {
        "ordinary": [ordinary, 0, EPISODES - ordinary, 0],
        "shifted": [goal, 980 - goal, 20, 0],
        "erased": [100, 880, 20, 0],
    }


def agent(config: dict[str, Any], method: str, seed: int) -> dict[str, list[int]]:
    goal = GOALS[method][SHARES.index(config["distinguishing"])]
    return counts(goal + seed + (config["world"] == "CoinGrid") * 20)


def ensemble(config: dict[str, Any], seed: int) -> dict[str, Any]:
    """It asks in as many levels as it may, and more often where it met moved coins."""
    share = config["distinguishing"]
    start = GOALS["random"][SHARES.index(share)]
    asked = [round(EPISODES * min(1.0, budget * (1 + 20 * share))) for budget in BUDGETS]
    goals = [start + seed + round((950 - start) * each / EPISODES) for each in asked]
    return {
        "separated": 0.5 + share + seed / 1000,
        "counts": {"ordinary": [counts(0)["ordinary"]] * len(BUDGETS),
                   "shifted": [counts(min(goal, 980))["shifted"] for goal in goals]},
        "asked": {"ordinary": [round(EPISODES * b) for b in BUDGETS], "shifted": asked},
    }  # fmt: skip


def pair(weight: float, seed: int) -> dict[str, Any]:
    """Two heads of which the first is better by the weight, and is chosen by many labels."""
    return {
        "counts": [counts(110 + seed + int(weight)), counts(110 + seed)],
        "apart": weight / 20,
        "first": [0.5 + labels / 40 for labels in LABELS],
    }


def result(config: dict[str, Any]) -> dict[str, Any]:
    match config["method"]:
        case "regret":
            found: dict[str, Any] = {"counts": agent(config, "regret", config["seed"])}
        case "random":
            each = [agent(config, "random", seed) for seed in SEEDS]
            found = {
                "singles": {test: [of[test] for of in each] for test in each[0]},
                "ensembles": [ensemble(config, seed) for seed in SEEDS],
            }
        case _:
            found = {"weights": [pair(weight, config["seed"]) for weight in WEIGHTS]}
    return {"episodes": EPISODES, **found}


def of_a_fifth(config: dict[str, Any]) -> dict[str, Any]:
    """A result of ensembles that share a budget: they order more pairs, and take fewer coins."""
    found = result(config)
    for one in found["ensembles"]:
        one["separated"] += 0.1
        for counted in one["counts"]["shifted"]:
            counted[0] -= 50
            counted[1] += 50
    return found


ROWS = [{"config": config, "result": result(config)} for config in EXPERIMENT.grid()]
SHARED = [{"config": config, "result": of_a_fifth(config)} for config in SHARED_BUDGET.grid()]
