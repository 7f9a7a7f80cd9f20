from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

import misgen
from misgen import PPOSettings
from misgen.core.env import Step
from misgen.core.registry import ENVIRONMENTS
from misgen.learn import continuing
from misgen.learn.endless import updates
from misgen.learn.history import History
from misgen.topics.tree_gridworld.env import TreeGridworld, tree_reward

SMALL = PPOSettings(
    steps=1024, num_envs=8, rollout_steps=16, batch_size=64, hidden=8, reward_scale=0.1
)
GROVE = {"size": 4, "max_trees": 3}


def _updates(**changes: object) -> list[History]:
    given = {"seed": 0, "settings": SMALL, "options": GROVE, **changes}
    return list(updates("TreeGridworld", "trees", 3, **given))


def _same(first: misgen.Policy, second: misgen.Policy) -> bool:
    pairs = zip(first.weights, second.weights, strict=True)
    return all(one.tobytes() == other.tobytes() for one, other in pairs)


def test_the_log_is_what_happened(monkeypatch):
    seen: list[tuple[float, list[int]]] = []
    step_of = TreeGridworld.step

    def step(self: TreeGridworld, actions: np.ndarray) -> Step:
        found = step_of(self, actions)
        seen.append((float(found.reward.mean()), self.trees.tolist()))
        return found

    monkeypatch.setattr(TreeGridworld, "step", step)
    history = _updates()[-1]
    rewards, trees = zip(*seen, strict=True)
    assert history.ticks == 1024 // 8 == len(seen)
    np.testing.assert_allclose(history.rewards, rewards, rtol=1e-6)
    shares = [[(np.array(row) == n).mean() for n in range(4)] for row in trees]
    np.testing.assert_allclose(history.shares, shares)
    assert 0 < history.rewards.mean() < 1  # something happened


def test_the_log_holds_what_is_asked_whatever_is_paid():
    fined = {**GROVE, "reward": lambda events: -2.0 * events.chopped}
    paid, counted = (_updates(options=fined, logged=log)[-1] for log in (None, tree_reward))
    assert paid.rewards.min() < 0 <= counted.rewards.min()
    np.testing.assert_allclose(counted.rewards, -paid.rewards / 2, rtol=1e-6)
    assert _same(paid.agent, counted.agent)


def test_the_log_is_that_of_the_other_learner_as_long_as_both_do_the_same():
    # A forest that nothing grows in, and where nobody chops: an agent that stays where it is.
    options = {**GROVE, "r_max": 0.0, "r_min": 0.0, "scarce_trees": 1}
    given = {"distinguishing": 0.5, "seed": 0, "settings": SMALL, "steps": 8, "options": options}
    gauge = continuing.Gauge("trees", 3)
    theirs = continuing.learn("TreeGridworld", gauge, **given)
    *_, ours = updates("TreeGridworld", "trees", 3, **given)
    assert ours.ticks == theirs.ticks == 16
    np.testing.assert_array_equal(ours.shares[0, 1], theirs.shares[0, 1])
    assert ours.shares.shape == theirs.shares.shape


def test_forests_that_are_tampered_with_are_not_counted_unless_all_are():
    options = {**GROVE, "scarce_trees": 1, "r_max": 0.0}
    # Nothing grows. A forest that is left alone starts with three trees, a scarce one with one.
    some, every = (_updates(distinguishing=share, options=options)[-1] for share in (0.5, 1.0))
    assert some.shares[0, 1] == 0.0
    assert every.shares[0, :2].sum() == pytest.approx(1.0)


def test_each_update_brings_the_run_so_far_and_the_agent_now():
    histories = _updates()
    assert [history.ticks for history in histories] == list(range(0, 129, 16))
    for earlier, later in itertools.pairwise(histories):
        np.testing.assert_array_equal(earlier.rewards, later.rewards[: earlier.ticks])
        assert not _same(earlier.agent, later.agent)
        assert earlier.agent.notes["steps"] == 8 * earlier.ticks


def test_a_long_run_keeps_all_of_its_log():
    history = _updates(steps=8 * 2500)[-1]
    assert history.ticks == 2512  # whole rollouts
    assert len(history.binned(10).ticks) == 10
    np.testing.assert_allclose(history.shares.sum(axis=1), 1.0)


def test_the_agent_is_kept_when_the_other_learner_keeps_it():
    theirs = continuing.learn("TreeGridworld", continuing.Gauge("trees", 3), seed=0,
                              settings=SMALL, options=GROVE, checkpoints=4)  # fmt: skip
    ours = _updates(checkpoints=4)
    assert [c.tick for c in ours[-1].checkpoints] == [c.tick for c in theirs.checkpoints]
    assert _same(ours[-1].checkpoints[1].agent, ours[1].agent)


def test_the_same_seed_twice_gives_the_same_run_and_another_seed_does_not():
    first, second, other = (_updates(seed=seed)[-1] for seed in (3, 3, 4))
    assert _same(first.agent, second.agent)
    np.testing.assert_array_equal(first.rewards, second.rewards)
    assert not _same(first.agent, other.agent)


def test_no_steps_give_the_untrained_agent_and_an_empty_log():
    (history,) = _updates(steps=0)
    assert (history.ticks, len(history.checkpoints)) == (0, 1)


def test_the_notes_say_how_the_agent_came_about():
    notes = _updates(seed=5, distinguishing=0.25, steps=600)[-1].agent.notes
    assert (notes["env"], notes["learner"]) == ("TreeGridworld", "NumPy PPO, continuing")
    assert (notes["seed"], notes["distinguishing"], notes["options"]) == (5, 0.25, GROVE)
    assert notes["settings"] == replace(SMALL, steps=600).to_json()
    assert notes["steps"] == 640  # five rollouts of 128


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_every_environment_is_either_for_this_learner_or_refused(name):
    if misgen.core.registry.environment(name).continuing:
        assert next(updates(name, "trees", 10, seed=0)).ticks == 0
    else:
        with pytest.raises(ValueError, match=rf"episodes of {name} end; train on it by misgen"):
            updates(name, "trees", 10, seed=0)


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
        _updates(**arguments)
    assert "\n" not in str(caught.value)
