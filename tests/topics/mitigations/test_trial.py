"""Runs on tiny settings."""

from __future__ import annotations

import json

import numpy as np
import pytest

import misgen
from misgen.core.registry import make
from misgen.ledger.runs import Run
from misgen.topics.coin_grid.env import CoinGrid
from misgen.topics.mitigations import heads
from misgen.topics.mitigations.experiment import EXPERIMENT, WORLDS
from misgen.topics.mitigations.published import ensembles, rates
from misgen.topics.mitigations.published import heads as published_heads
from misgen.topics.mitigations.trial import BUDGETS, LABELS, WEIGHTS, run_of, shortest_way, trained

STEPS, EPISODES = 4096, 40


def test_the_agents_of_coinrun_on_random_levels_are_those_of_its_ledger():
    agent = trained("CoinRun", 0.01, 3, 500_000)
    of_the_book = misgen.published("CoinRun", distinguishing=0.01, seed=3)
    assert all(map(np.array_equal, agent.weights, of_the_book.weights))


def test_where_none_is_published_an_agent_is_trained_as_the_book_does():
    usual = misgen.train("CoinGrid", distinguishing=0.01, seed=2, steps=STEPS).rounded()
    own = trained("CoinGrid", 0.01, 2, STEPS)
    assert all(map(np.array_equal, own.weights, usual.weights))


def test_the_shortest_way_takes_every_coin_and_no_step_too_many():
    env = make("CoinGrid", 300, distinguishing=1.0, seed=0)
    obs = env.reset()
    agent, coin = obs[:, :49].argmax(axis=1), obs[:, 49:].argmax(axis=1)
    far = abs(agent // 7 - coin // 7) + abs(agent % 7 - coin % 7)
    taken = np.zeros(300, int)
    for t in range(1, CoinGrid.ppo.rollout_steps):
        step = env.step(shortest_way(obs))
        obs = step.obs
        taken = np.where((taken == 0) & step.events.goal, t, taken)
    assert np.array_equal(taken, far)


@pytest.mark.parametrize("world", WORLDS)
def test_every_method_gives_what_is_read_back(world, tmp_path, monkeypatch):
    monkeypatch.setattr(heads, "UPDATES", 3)
    shared = {"world": world, "distinguishing": 0.001}
    configs = [
        {**shared, "method": "regret", "seed": 0},
        {**shared, "method": "random", "seeds": [0, 1]},
        {"world": world, "method": "heads", "seed": 0},
    ]
    runs = [
        Run(EXPERIMENT.name, config, "code", run_of(config, STEPS, EPISODES), {}, {}, "here", 1.0)
        for config in configs
    ]
    EXPERIMENT.collect(runs, tmp_path)
    rows = json.loads((tmp_path / "results.json").read_text())["runs"]
    assert rates(rows, "regret", world, 0.001, "erased").shape == (1,)
    assert rates(rows, "random", world, 0.001, "shifted", "proxy").shape == (2,)
    found = ensembles(rows, world, 0.001)
    assert found.goal.shape == (2, len(BUDGETS))
    assert not found.asked[:, 0].any()
    assert found.asked[:, -1].all()
    pairs = published_heads(rows, world, 0)
    assert pairs.first.shape == (1, len(LABELS))
    assert pairs.first[0, 0] == 0.5
    assert len(rows[2]["result"]["weights"]) == len(WEIGHTS)


def test_the_training_by_regret_is_another_one():
    config = {"method": "regret", "world": "CoinGrid", "distinguishing": 0.01, "seed": 2}
    found = run_of(config, 20 * STEPS, 400)["counts"]["shifted"]
    agent = trained("CoinGrid", 0.01, 2, 20 * STEPS)
    usual = misgen.evaluate(agent, "CoinGrid", episodes=400, seed=1_000_002)
    assert found[0] != round(400 * usual.goal.mean)
