from __future__ import annotations

import itertools
import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import misgen
from misgen import PPOSettings
from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.registry import ENVIRONMENTS
from misgen.learn import kernels, ppo
from misgen.learn.ppo import Episodes, Learner, generalized_advantages, train, updates

SMALL = PPOSettings(steps=2048, num_envs=16, rollout_steps=32, batch_size=128, hidden=8)


def _same(first: misgen.Policy, second: misgen.Policy) -> bool:
    pairs = zip(first.weights, second.weights, strict=True)
    return all(one.tobytes() == other.tobytes() for one, other in pairs)


# ------------------------------------------------------------------------ a rollout


def test_advantages_are_those_of_the_definition():
    # Schulman et al. (2016), equation 16: a discounted sum of surprises up to the episode's end.
    rng = np.random.default_rng(0)
    settings = PPOSettings(discount=0.9, gae_lambda=0.8)
    reward, going_on = rng.random((12, 5)).astype(np.float32), rng.random((12, 5)) > 0.2
    values = rng.random((13, 5)).astype(np.float32)
    ours = generalized_advantages(reward, values, going_on.astype(np.float32), settings)
    for i in range(5):
        for t in range(12):
            expected, weight = 0.0, 1.0
            for later in range(t, 12):
                nxt = values[later + 1, i] if going_on[later, i] else 0.0
                expected += weight * (reward[later, i] + 0.9 * nxt - values[later, i])
                if not going_on[later, i]:
                    break
                weight *= 0.9 * 0.8
            assert ours[t, i] == pytest.approx(expected, abs=1e-5)


def test_rollouts_hold_the_transitions_of_the_environment_one_after_the_other():
    learner = Learner(misgen.make("CoinRun", 16, seed=0), SMALL, 0, watcher=lambda *_: None)
    env = misgen.make("CoinRun", 16, seed=0)
    obs = env.reset()
    for number in (1, 2):  # the second goes on where the first stopped
        rollout = learner.collect()
        assert learner.steps == number * len(rollout.actions) == number * 16 * 32
        p = learner.network.policy({}).probabilities(rollout.obs[:, :-1])
        chosen = p[np.arange(len(p)), rollout.actions]
        np.testing.assert_allclose(np.exp(rollout.log_probability), chosen, rtol=1e-4)
        assert (rollout.obs[:, -1] == 1).all()
        for t in range(32):
            rows = slice(16 * t, 16 * (t + 1))
            np.testing.assert_array_equal(rollout.obs[rows, :-1], obs)
            step = env.step(rollout.actions[rows])
            obs, done = step.obs.copy(), step.terminated | step.truncated
            obs[done] = env.reset(done)


# ------------------------------------------------------------------------- updates


def test_the_agents_of_a_training_come_one_by_one_and_the_last_is_that_of_train():
    agents = [update.policy for update in updates("CoinRun", seed=0, settings=SMALL)]
    assert [agent.notes["steps"] for agent in agents] == [0, 512, 1024, 1536, 2048]
    assert not any(_same(one, other) for one, other in itertools.pairwise(agents))
    assert _same(agents[-1], train("CoinRun", seed=0, settings=SMALL))
    untrained = misgen.Policy.random(obs_size=310, num_actions=6, hidden=8, seed=0)
    assert _same(agents[0], untrained)


def test_trainings_that_take_turns_come_out_as_they_do_alone():
    turns = list(zip(*(updates("CoinRun", seed=s, settings=SMALL) for s in (0, 1)), strict=True))
    for seed, update in enumerate(turns[-1]):
        assert _same(update.policy, train("CoinRun", seed=seed, settings=SMALL))


def test_the_same_seed_twice_gives_identical_weights_and_another_seed_does_not():
    first, second, other = (train("CoinRun", seed=seed, settings=SMALL) for seed in (3, 3, 4))
    assert _same(first, second)
    assert not _same(first, other)


def test_a_run_stops_once_it_is_good_enough_over_a_full_window():
    # Standing still for two steps is rewarded, so that success is a matter of the environment.
    settings = replace(SMALL, steps=100_000)
    agent = train("CoinLine", seed=0, settings=settings, until=0.0)
    first = next(u for u in updates("CoinLine", seed=0, settings=settings) if u.episodes == 1000)
    assert agent.notes["steps"] == first.steps
    assert 0 < first.steps < 100_000


def test_half_a_window_is_not_enough_to_stop():
    few = ppo.Update(512, misgen.Policy.random(obs_size=2, num_actions=2, hidden=2, seed=0),
                     episodes=999, mean_return=1.0, success=1.0, goal=1.0, proxy=0.0)  # fmt: skip
    assert not few.reached(0.5)
    assert replace(few, episodes=1000).reached(0.5)


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_it_learns_in_every_environment_from_any_reward_and_with_any_number_of_units(name):
    given = {"reward": lambda events: 2.0 * events.goal - 1.0 * events.died}
    settings = replace(SMALL, steps=1024, hidden=13)
    first, *_, last = updates(name, distinguishing=0.5, seed=0, settings=settings, options=given)
    assert last.policy.action_bias.any()  # it starts at zero
    assert first.policy.hidden_weight.shape[1] == 13
    assert "events.died" in last.policy.notes["options"]["reward"]
    assert 0 <= last.capability <= 1


def test_the_notes_say_how_the_agent_was_trained(tmp_path):
    agent = train(
        "CoinRun", distinguishing=0.1, seed=5, settings=SMALL, options={"placement": "behind"}
    )
    agent.save(tmp_path / "agent.npz")
    notes = misgen.load(tmp_path / "agent.npz").notes
    assert (notes["env"], notes["learner"]) == ("CoinRun", "NumPy PPO")
    assert (notes["distinguishing"], notes["seed"], notes["steps"]) == (0.1, 5, 2048)
    assert notes["options"] == {"placement": "behind"}
    assert notes["settings"] == SMALL.to_json()
    assert notes["interrupted"] is False


def test_no_steps_give_the_untrained_agent():
    agent = train("CoinRun", seed=0, settings=SMALL, steps=0)
    assert agent.notes["steps"] == agent.notes["settings"]["steps"] == 0


def test_an_interrupted_training_returns_the_agent_so_far(monkeypatch):
    advance_to = ppo.Progress.advance_to

    def interrupted(self: ppo.Progress, done: int, remark: str) -> None:
        if done == 1024:
            raise KeyboardInterrupt
        advance_to(self, done, remark)

    monkeypatch.setattr(ppo.Progress, "advance_to", interrupted)
    with pytest.warns(UserWarning, match="interrupted after 1,024 of 2,048 steps"):
        agent = train("CoinRun", seed=0, settings=SMALL)
    assert agent.notes["interrupted"] is True
    assert _same(agent, train("CoinRun", seed=0, settings=SMALL, steps=1000))


def test_weights_that_overflow_are_refused_in_one_sentence():
    huge = {"reward": lambda events: np.full(len(events.goal), 1e38)}
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="weights that are not finite"):
        train("CoinLine", seed=0, settings=SMALL, options=huge)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"seed": -1}, "seed must be a whole number"),
        ({"distinguishing": 2.0}, "distinguishing must lie between 0 and 1"),
        ({"steps": -1}, "steps must be a whole number of at least 0"),
        ({"until": 2.0}, "until must lie between 0 and 1"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        train("CoinRun", **{"seed": 0, "settings": SMALL, **arguments})
    assert "\n" not in str(caught.value)


def test_a_rollout_that_does_not_fit_into_memory_is_refused_before_it_is_made():
    with pytest.raises(ValueError, match="does not fit into memory; choose rollout_steps"):
        updates("CoinRun", seed=0, settings=PPOSettings(rollout_steps=10**6, num_envs=1000))


def test_bad_arguments_are_refused_before_the_first_update():
    with pytest.raises(ValueError, match="There is no environment"):
        updates("CoinRum", seed=0)


# ------------------------------------------------------------- what the episodes came to


@pytest.mark.parametrize("name", ["CoinGrid", "CoinRun", "Dogs"])
def test_the_rates_of_a_training_are_those_of_a_test_on_the_same_levels(name):
    # One episode of each environment, counted by both; the agent is as it was before the update.
    agent = misgen.Policy.random(obs_size=misgen.make(name, 1, seed=0).obs_size, seed=0, hidden=8,
                                 num_actions=misgen.make(name, 1, seed=0).num_actions)  # fmt: skip
    env = misgen.make(name, 800, distinguishing=0.6, seed=3)
    outcomes, _ = run_episodes(agent, env, np.random.default_rng(5))
    env = misgen.make(name, 800, distinguishing=0.6, seed=3)
    episodes, obs, rng = Episodes(env), env.reset(), np.random.default_rng(5)
    over = np.zeros(800, bool)
    while not over.all():
        step = env.step(agent.act(obs, rng))
        done = step.terminated | step.truncated
        episodes.add(step, done & ~over)
        over |= done
        obs = step.obs
    count, _, _, goal, proxy = episodes.latest()
    assert count == 800
    assert goal == pytest.approx((outcomes == OUTCOMES.index("goal")).mean())
    assert proxy == pytest.approx((outcomes == OUTCOMES.index("proxy")).mean())
    assert 0 < goal < 1


def test_only_the_latest_thousand_episodes_count():
    env = misgen.make("Dogs", 400, seed=0)  # each episode is one step
    episodes = Episodes(env)
    for reward in (1.0, 2.0, 3.0):
        env.reset()
        step = env.step(np.zeros(400, np.int64))
        episodes.add(replace(step, reward=np.full(400, reward, np.float32)), np.ones(400, bool))
    count, mean_return, *_ = episodes.latest()
    assert count == 1000
    assert mean_return == pytest.approx((200 * 1.0 + 400 * 2.0 + 400 * 3.0) / 1000)


# ----------------------------------------------------------------- other kernels, the page


class _Counting(kernels.NumpyKernels):
    lanes = 16
    calls = 0

    def adam(self, network, settings) -> None:
        super().adam(network, settings)
        self.calls += 1


def test_a_training_uses_the_kernels_that_are_in_use_when_it_begins():
    before, counting = kernels.in_use(), _Counting()
    kernels.use(counting)
    try:
        training = updates("CoinRun", seed=0, settings=SMALL)
    finally:
        kernels.use(before)
    *_, last = training
    assert counting.calls == 4 * 3 * 4  # updates, epochs, batches
    assert last.policy.hidden_weight.shape == (310, 8)


@pytest.fixture
def page(monkeypatch):
    """A page: without torch, stable-baselines3 and tqdm."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    for name in ("torch", "stable_baselines3", "tqdm"):
        monkeypatch.setitem(sys.modules, name, None)


def test_in_a_page_the_numpy_learner_trains_and_says_so(page, capsys):
    agent = misgen.train("CoinRun", seed=0, settings=SMALL)
    shown = capsys.readouterr()
    assert shown.out == "A page has no PyTorch; the book's NumPy learner trains this agent.\n"
    assert shown.err == ""
    assert agent.notes["learner"] == "NumPy PPO"
    assert _same(agent, train("CoinRun", seed=0, settings=SMALL))


def test_in_a_page_progress_is_a_line_for_each_tenth_with_the_time_left_and_for_the_end(
    page, capsys
):
    settings = replace(SMALL, steps=100 * 512)
    ppo.train("CoinLine", seed=0, settings=settings, until=0.0, progress=True)
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("5,120 of 51,200 steps, mean return ")
    assert 2 <= len(told) <= 10
    assert all(re.search(r", about \d+ s left$", line) for line in told[:-1])
    assert re.search(r"success.*, \d+ s$", told[-1])


def test_in_a_page_the_time_left_follows_from_the_time_so_far(page, capsys, monkeypatch):
    now = iter([0.0, 10.0, 40.0])
    clock = SimpleNamespace(monotonic=lambda: next(now))
    monkeypatch.setattr("misgen.learn.progress.time", clock)
    with ppo.Progress(100, "step") as bar:
        bar.advance_to(5, "")
        bar.advance_to(20, "fair")
        bar.advance_to(100, "good")
    assert capsys.readouterr().err.splitlines() == [
        "20 of 100 steps, fair, about 40 s left",
        "100 of 100 steps, good, 40 s",
    ]


def test_a_bar_that_is_not_shown_needs_no_package_even_for_nothing(page, capsys):
    with ppo.Progress(0, "step", shown=False) as bar:
        bar.advance_to(0, "")
        bar.advance_to(1, "more than all")
    assert capsys.readouterr() == ("", "")


def test_elsewhere_a_missing_package_is_named_and_nothing_is_trained(page, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delitem(sys.modules, "misgen.learn.sb3", raising=False)
    monkeypatch.delattr("misgen.learn.sb3", raising=False)
    with pytest.raises(ImportError, match=r"install 'misgen\[train\]'\.$"):
        misgen.train("CoinRun", seed=0, settings=SMALL)
    assert capsys.readouterr().out == ""
