"""Two heads, and labels that choose one."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.core.registry import make
from misgen.topics.coin_grid.env import CELLS
from misgen.topics.mitigations import heads
from misgen.topics.mitigations.heads import Shown, first_chosen, shown, two_heads
from misgen.topics.mitigations.trial import helper_of, shortest_way


@pytest.fixture(scope="module")
def two_cues() -> tuple[Shown, np.ndarray]:
    """Two inputs say the same in what is shown; in what is not shown they are independent."""
    rng = np.random.default_rng(0)
    both = rng.integers(0, 2, 4000)
    source = np.eye(2)[both]
    apart = rng.integers(0, 2, (4000, 2))
    seen = np.concatenate([source, source], axis=1).astype(np.float32)
    target = np.concatenate([np.eye(2)[apart[:, 0]], np.eye(2)[apart[:, 1]]], axis=1)
    return Shown(seen, both), target.astype(np.float32)


def agreement(pair, obs) -> float:
    first, second = (head.probabilities(obs).argmax(axis=1) for head in pair)
    return float((first == second).mean())


def test_where_two_cues_come_apart_disagreement_gives_each_head_a_cue(two_cues, monkeypatch):
    monkeypatch.setattr(heads, "UPDATES", 300)
    source, target = two_cues
    pair = two_heads(source, target, 10.0, seed=0)
    for head in pair:
        assert (head.probabilities(source.obs).argmax(axis=1) == source.actions).mean() > 0.98
    assert agreement(pair, source.obs) > 0.98
    assert agreement(pair, target) < 0.7
    alike = two_heads(source, target, 0.0, seed=0)
    assert agreement(alike, target) > agreement(pair, target)


def test_a_seed_repeats_both_heads(two_cues, monkeypatch):
    monkeypatch.setattr(heads, "UPDATES", 5)
    source, target = two_cues
    first, second = (two_heads(source, target, 1.0, seed=3) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert all(map(np.array_equal, one.weights, other.weights))


def test_what_is_shown_is_what_the_teacher_does_where_the_agent_goes():
    agent = Policy.random(obs_size=2 * CELLS, num_actions=4, hidden=8, seed=0)
    env = make("CoinGrid", 30, distinguishing=1.0, seed=0)
    told = shown(agent, helper_of("CoinGrid"), env, 20, 0)
    assert told.obs.shape == (600, 2 * CELLS)
    assert np.array_equal(told.actions, shortest_way(told.obs))
    own = shown(agent, agent, make("CoinGrid", 30, distinguishing=1.0, seed=0), 20, 0)
    assert np.array_equal(told.obs, own.obs)
    assert not np.array_equal(told.actions, own.actions)


def constant(action: int) -> Policy:
    """An agent that is nearly sure of one action."""
    base = Policy.random(obs_size=3, num_actions=4, hidden=2, seed=0)
    arrays = base.to_arrays()
    arrays["action_bias"] = 5.0 * np.eye(4)[action]
    return Policy.from_arrays(arrays)


def test_labels_choose_the_head_that_finds_them_likelier():
    pool = Shown(np.zeros((50, 3), np.float32), np.array([2] * 40 + [1] * 10))
    pair = (constant(2), constant(1))
    rng = np.random.default_rng(0)
    assert first_chosen(pair, pool, 0, 200, rng) == 0.5  # without labels it is a toss
    assert first_chosen(pair, pool, 1, 2000, rng) == pytest.approx(0.8, abs=0.05)
    assert first_chosen(pair, pool, 16, 500, rng) > 0.95
    assert first_chosen(pair[::-1], pool, 16, 500, rng) < 0.05
