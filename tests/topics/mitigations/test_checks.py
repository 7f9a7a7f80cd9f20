from dataclasses import replace

import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.learn.ppo import Learner
from misgen.topics.coin_grid.env import CoinGrid
from misgen.topics.mitigations import checks
from misgen.topics.mitigations.checks import RULE_MISTAKES, check_rule, trained_by
from misgen.topics.mitigations.env import CoinGridByRegret


def by_regret(success):
    """The solution of the page."""
    return 1 - success


RULE_MUTANTS = {
    "draws by success": lambda success: 3 * success,
    "draws the half solved": lambda success: 4 * success * (1 - success),
    "draws evenly": lambda success: np.full(len(success), 0.5),
}


@pytest.fixture
def untrained(monkeypatch):
    """Nothing is trained; whoever asks is told that each agent takes so many of the coins."""

    def takes(*goals: float) -> list[int]:
        seeds: list[int] = []
        monkeypatch.setattr(checks, "trained_by", lambda rule, seed: seeds.append(seed))
        monkeypatch.setattr(checks, "_goal_of", lambda agent: goals[len(seeds) - 1])
        return seeds

    return takes


def test_a_rule_whose_three_agents_take_the_coins_is_right(untrained, capsys):
    seeds = untrained(0.7, 0.61, 0.8)
    assert check_rule(by_regret).right
    assert seeds == [0, 1, 2]
    assert "Seed 1: takes 61% of the moved coins." in capsys.readouterr().out


@pytest.mark.parametrize("mistake", RULE_MISTAKES)
def test_each_named_mistake_is_recognised_by_the_rule_of_an_agent_that_fails(mistake, untrained):
    untrained(0.7, 0.5)
    feedback = check_rule(RULE_MUTANTS[mistake])
    assert (feedback.right, feedback.mistake) == (False, mistake)
    assert feedback.sentence.startswith("With seed 1: ")


def test_another_rule_that_fails_is_told_what_came_out(untrained):
    untrained(0.2)
    feedback = check_rule(lambda success: success > 0.8)
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "fewer than 60%" in feedback.sentence


def test_a_rule_of_another_kind_that_works_is_right_too(untrained):
    untrained(0.9, 0.9, 0.9)
    assert check_rule(lambda success: [(1 - each) ** 2 for each in success]).right


def test_who_has_not_changed_it_is_told_so():
    assert check_rule(lambda success: 0 * success) == UNCHANGED


@pytest.mark.parametrize("answer", [None, 1.0, [1.0, 2.0], "abc", [-1.0, 1, 1, 1, 1]])
def test_what_is_no_rule_is_refused_before_anything_is_trained(answer, untrained):
    seeds = untrained()
    feedback = check_rule(lambda success: answer)
    assert not feedback.right
    assert feedback.sentence.startswith("Return ")
    assert seeds == []


def test_a_rule_that_is_the_regret_draws_as_the_ledger_does(monkeypatch):
    short = replace(CoinGrid.ppo, steps=12_288)
    monkeypatch.setattr(CoinGrid, "ppo", short)
    env = CoinGridByRegret(short.num_envs, distinguishing=checks.FEW, seed=4)
    learner = Learner(env, short, 4, watcher=lambda *_: None)
    for _ in learner.run():
        pass
    pairs = zip(trained_by(by_regret, 4).weights, learner.network.policy({}).weights, strict=True)
    assert all(np.allclose(own, usual, atol=1e-5) for own, usual in pairs)


ANSWERS = {"check_rule": (RULE_MUTANTS, lambda mistake: (RULE_MUTANTS[mistake],))}
"""Name of a check -> the mistakes of its exercise, and what it is given for each."""
