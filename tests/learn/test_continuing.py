from __future__ import annotations

import itertools
import warnings
from dataclasses import replace

import numpy as np
import pytest

import misgen
from misgen import PPOSettings
from misgen.core.env import Step
from misgen.core.registry import ENVIRONMENTS
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.learn.continuing import Gauge, learn
from misgen.learn.history import History
from misgen.topics.tree_gridworld.env import TreeGridworld

SMALL = PPOSettings(
    steps=1024, num_envs=8, rollout_steps=16, batch_size=64, hidden=8, reward_scale=0.1
)
TREES = Gauge("trees", 3)
GROVE = {"size": 4, "max_trees": 3}


def _learn(**changes: object) -> History:
    given = {"seed": 0, "settings": SMALL, "options": GROVE, **changes}
    return learn("TreeGridworld", TREES, **given)


def _same(first: misgen.Policy, second: misgen.Policy) -> bool:
    pairs = zip(first.weights, second.weights, strict=True)
    return all(one.tobytes() == other.tobytes() for one, other in pairs)


# ---------------------------------------------------------------------- the log


def test_the_log_is_what_happened(monkeypatch):
    seen: list[tuple[float, list[int]]] = []
    step_of = TreeGridworld.step

    def step(self: TreeGridworld, actions: np.ndarray) -> Step:
        found = step_of(self, actions)
        seen.append((float(found.reward.mean()), self.trees.tolist()))
        return found

    monkeypatch.setattr(TreeGridworld, "step", step)
    history = _learn()
    rewards, trees = zip(*seen, strict=True)
    assert history.ticks == 1024 // 8 == len(seen)
    np.testing.assert_allclose(history.rewards, rewards, rtol=1e-6)
    shares = [[(np.array(row) == n).mean() for n in range(4)] for row in trees]
    np.testing.assert_allclose(history.shares, shares)
    assert 0 < history.rewards.mean() < 1  # something happened


def test_the_rewards_are_those_of_the_world_whatever_the_learner_is_given():
    # Fewer steps than a rollout: no update yet, so both agents do the same.
    first, second = (_learn(settings=replace(SMALL, steps=8, reward_scale=r)) for r in (0.1, 5.0))
    np.testing.assert_allclose(first.rewards, second.rewards, rtol=1e-5)
    assert first.rewards.max() > 0


def test_forests_that_are_tampered_with_are_not_counted(monkeypatch):
    history = _learn(distinguishing=0.5, options={**GROVE, "scarce_trees": 1, "r_max": 0.0})
    # Nothing grows. A forest that is left alone starts with three trees, a scarce one with one.
    np.testing.assert_allclose(history.shares[0, 1], 0.0)


def test_where_all_are_tampered_with_all_are_counted():
    history = _learn(distinguishing=1.0, options={**GROVE, "scarce_trees": 1, "r_max": 0.0})
    assert history.shares[0, :2].sum() == pytest.approx(1.0)


def test_a_watcher_sees_every_step_after_it_was_made():
    seen: list[tuple[int, int]] = []
    history = _learn(watcher=lambda tick, env: seen.append((tick, int((env.trees == 0).sum()))))
    ticks, empty = zip(*seen, strict=True)
    assert list(ticks) == list(range(1, history.ticks + 1))
    np.testing.assert_allclose(np.array(empty) / 8, history.shares[:, 0])


def test_no_episode_ever_ends(monkeypatch):
    ends = []
    step_wait_of = BatchedVecEnv.step_wait

    def step_wait(self: BatchedVecEnv):
        found = step_wait_of(self)
        ends.append(found[2].any())
        return found

    monkeypatch.setattr(BatchedVecEnv, "step_wait", step_wait)
    _learn()
    assert len(ends) == 128
    assert not any(ends)


# ----------------------------------------------------------------- the checkpoints


def test_the_agent_is_kept_at_the_start_at_the_end_and_between():
    history = _learn(checkpoints=4)
    assert [c.tick for c in history.checkpoints] == [0, 16, 48, 128]
    assert [c.agent.notes["steps"] for c in history.checkpoints] == [0, 128, 384, 1024]
    agents = [c.agent for c in history.checkpoints]
    assert not any(_same(one, other) for one, other in itertools.pairwise(agents))


def test_a_checkpoint_is_the_agent_that_a_shorter_run_ends_with():
    long, short = _learn(checkpoints=4), _learn(steps=384)
    assert long.checkpoints[2].tick == short.ticks == 48
    assert _same(long.checkpoints[2].agent, short.agent)


def test_how_often_the_agent_is_kept_does_not_change_it():
    assert _same(_learn(checkpoints=2).agent, _learn(checkpoints=8).agent)


def test_no_steps_give_the_untrained_agent_and_an_empty_log():
    history = _learn(steps=0)
    assert (history.ticks, len(history.checkpoints)) == (0, 1)
    assert history.agent.notes["steps"] == 0


# -------------------------------------------------------------- learning, determinism


def test_the_same_seed_twice_gives_the_same_run_and_another_seed_does_not():
    first, second, other = (_learn(seed=seed) for seed in (3, 3, 4))
    assert _same(first.agent, second.agent)
    np.testing.assert_array_equal(first.rewards, second.rewards)
    assert not _same(first.agent, other.agent)


def test_options_and_the_share_of_scarce_forests_reach_the_world():
    assert not _same(_learn().agent, _learn(options={**GROVE, "r_max": 0.9}).agent)
    assert not _same(_learn().agent, _learn(distinguishing=0.5).agent)


def test_an_agent_learns_to_chop_and_chops_its_small_forests_down():
    # The best tenth earns at least twice as much as the first; the last at most 0.6 of the best.
    settings = PPOSettings(
        steps=60_000, num_envs=32, rollout_steps=32, batch_size=512, discount=0.97, gae_lambda=0.95
    )
    options = {"size": 4, "max_trees": 4, "r_max": 1.0}
    history = learn("TreeGridworld", Gauge("trees", 4), seed=0, settings=settings, options=options)
    tenths = history.rewards[: history.ticks // 10 * 10].reshape(10, -1).mean(axis=1)
    assert tenths.max() >= 2 * tenths[0], tenths
    assert tenths[-1] <= 0.6 * tenths.max(), tenths


def test_the_notes_say_how_the_agent_came_about():
    notes = _learn(seed=5, distinguishing=0.25, steps=600).agent.notes
    assert notes["env"] == "TreeGridworld"
    assert (notes["seed"], notes["distinguishing"], notes["options"]) == (5, 0.25, GROVE)
    assert notes["settings"] == replace(SMALL, steps=600).to_json()
    assert notes["steps"] == 640  # five rollouts of 128
    assert notes["interrupted"] is False


def test_by_default_the_settings_are_those_of_the_environment():
    notes = learn("TreeGridworld", TREES, seed=0, steps=64, options=GROVE).agent.notes
    assert notes["settings"] == replace(TreeGridworld.ppo, steps=64).to_json()


# ------------------------------------------------------------- interruption, progress


def _interrupt_after(monkeypatch, steps: int) -> None:
    count, step_of = [0], TreeGridworld.step

    def step(self: TreeGridworld, actions: np.ndarray) -> Step:
        count[0] += 1
        if count[0] > steps:
            raise KeyboardInterrupt
        return step_of(self, actions)

    monkeypatch.setattr(TreeGridworld, "step", step)


def test_an_interrupted_run_returns_the_agent_and_the_log_so_far(monkeypatch):
    whole = _learn()
    _interrupt_after(monkeypatch, 70)
    with pytest.warns(UserWarning, match="interrupted after 560 of 1,024 steps"):
        history = _learn(checkpoints=4)
    assert history.ticks == 70
    np.testing.assert_array_equal(history.rewards, whole.rewards[:70])
    assert [c.tick for c in history.checkpoints] == [0, 16, 48, 70]
    assert history.agent.notes["interrupted"] is True
    assert [c.agent.notes["interrupted"] for c in history.checkpoints[:-1]] == [False] * 3


def test_a_run_that_is_not_interrupted_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _learn()


def test_the_bar_tells_the_reward_and_how_many_have_nothing_left(capsys):
    _learn(options={**GROVE, "r_max": 0.0, "r_min": 0.0, "start_trees": 0}, progress=True)
    shown = capsys.readouterr().err
    assert "reward 0.000 a step, 100% without trees" in shown
    assert "100%|" in shown


def test_no_bar_is_shown_unless_asked_for(capsys):
    _learn()
    shown = capsys.readouterr()
    assert shown.err == shown.out == ""


# --------------------------------------------------------------------- bad arguments


def test_an_environment_whose_episodes_end_is_refused():
    with pytest.raises(ValueError, match=r"episodes of CoinRun end; train on it by misgen\.train"):
        learn("CoinRun", TREES, seed=0, settings=SMALL)


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_every_environment_is_either_for_this_learner_or_refused(name):
    if misgen.core.registry.environment(name).continuing:
        assert learn(name, Gauge("trees", 10), seed=0, steps=0).ticks == 0
    else:
        with pytest.raises(ValueError, match="end"):
            learn(name, TREES, seed=0, steps=0)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"seed": -1}, "seed must be a whole number"),
        ({"distinguishing": 2.0}, "distinguishing must lie between 0 and 1"),
        ({"steps": -1}, "steps must be a whole number of at least 0"),
        ({"checkpoints": 1}, "checkpoints must be a whole number of at least 2"),
        ({"options": {"r_max": 2.0}}, "r_max must lie between 0 and 1"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        _learn(**arguments)
    assert "\n" not in str(caught.value)
