"""One endless run for the ledger: let an agent learn, freeze it now and then, and measure that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.policy import Policy
from misgen.core.settings import PPOSettings
from misgen.learn.history import Checkpoint, History, span_ends
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.film import Snapshots
from misgen.topics.tree_gridworld.frozen import chop_probabilities, long_run, windows
from misgen.topics.tree_gridworld.runs import Ending, Moment, to_json

BINS, FIRST_SPAN = 80, 64
"""Spans of time in which a run is published, and steps of the first; see `History.binned`."""
CHECKPOINTS = 12
"""How often the agent of a run is frozen; see `checkpoint_ticks`."""
FORESTS = 6
"""How many of the forests of a run are shown."""
TEST_SEED = 1_000_000
"""Plus the training seed: frozen agents act in forests that no run has seen."""


def live_and_measure(
    config: Mapping[str, Any], settings: PPOSettings, *, in_detail: bool
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Let one agent live and learn without end, and measure it.

    Args:
        config: `distinguishing`, `seed`, `steps`, `options` and `discount` of the run.
        settings: All other settings of the learner.
        in_detail: Whether all frozen agents are measured, not only the last, and returned with
            what the first forests looked like.

    Returns:
        The run as `runs.to_json` has it; and, if `in_detail`, the weights of all
        frozen agents as float16, `(checkpoints, ...)`, and the forests. It is the rounded agents
        that are measured.
    """
    from misgen.learn.continuing import Gauge, learn

    settings = replace(settings, steps=config["steps"], discount=config["discount"])
    snapshots = Snapshots(_ends_of_spans(settings), FORESTS)
    history = learn(
        "TreeGridworld", Gauge("trees", TreeGridworld(1, seed=0).max_trees),
        distinguishing=config["distinguishing"], seed=config["seed"], settings=settings,
        checkpoints=CHECKPOINTS, options=config["options"], watcher=snapshots,
    )  # fmt: skip
    kept = history.checkpoints if in_detail else history.checkpoints[-1:]
    # as they are published, in 16 bits
    agents = [checkpoint.agent.rounded() for checkpoint in kept]
    moments = [_measured(c, agent, config) for c, agent in zip(kept, agents, strict=True)]
    result = to_json(history.binned(BINS, FIRST_SPAN), _ending(history), moments)
    return result, _arrays(agents, snapshots) if in_detail else {}


def _ending(history: History) -> Ending:
    last = slice(-max(1, history.ticks // 10), None)  # the last tenth, at least one step
    return Ending(float(history.rewards[last].mean()), float(history.shares[last, 0].mean()))


def _ends_of_spans(settings: PPOSettings) -> list[int]:
    rollout = settings.rollout_steps * settings.num_envs
    ticks = -(-settings.steps // rollout) * settings.rollout_steps  # rounded up to whole rollouts
    return span_ends(ticks, BINS, FIRST_SPAN).tolist()


def _measured(checkpoint: Checkpoint, agent: Policy, config: Mapping[str, Any]) -> Moment:
    seed, options = TEST_SEED + config["seed"], config["options"]  # no scarce forests among them
    return Moment(
        tick=checkpoint.tick,
        windows=windows(agent, seed=seed, options=options),
        chops=chop_probabilities(agent, seed=seed, options=options),
        long_run=long_run(agent, seed=seed, options=options),
        unforgiven=long_run(agent, seed=seed, options={**options, "r_min": 0.0}),
    )


def _arrays(agents: list[Policy], snapshots: Snapshots) -> dict[str, NDArray[Any]]:
    weights = [agent.to_arrays(np.float16) for agent in agents]
    names = [name for name in weights[0] if weights[0][name].dtype == np.float16]  # not the notes
    return {
        **{name: np.stack([each[name] for each in weights]) for name in names},  # (checkpoint, ...)
        "trees": np.packbits(snapshots.trees, axis=-1),  # (bin, forest, byte)
        "agents": snapshots.agents,
    }
