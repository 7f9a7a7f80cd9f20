from __future__ import annotations

import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.learn.endless import updates
from misgen.topics.tree_gridworld.checks import (
    ASKED_MISTAKES,
    LASTING_MISTAKES,
    RATE_MISTAKES,
    check_asked,
    check_lasting,
    check_lumberjack,
    check_rates,
)
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def _wrong(feedback, mistake: str = "") -> None:
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


# ----------------------------------------------------- exercise 1: was it asked for?


def worth(rewards, discount):
    return sum(discount**t * now for t, now in enumerate(rewards))


def kept(greedy, patient, discount):
    """The solution."""
    return worth(greedy, discount).mean() / worth(patient, discount).mean()


def test_the_share_of_the_solution_is_right():
    feedback = check_asked(kept)
    assert feedback.right
    _one_sentence(feedback)


ASKED_MUTANTS = {
    "forgets the discount": lambda g, p, d: g.sum() / p.sum(),
    "turned over": lambda g, p, d: kept(p, g, d),
    "what is lost": lambda g, p, d: 1 - kept(g, p, d),
    "gives the difference": lambda g, p, d: worth(p, d).mean() - worth(g, d).mean(),
    "mean of shares": lambda g, p, d: (worth(g, d) / worth(p, d)).mean(),
    "counts the end most": lambda g, p, d: kept(g, p, 1 / d),
}


@pytest.mark.parametrize("mistake", ASKED_MISTAKES)
def test_each_named_mistake_with_the_share_is_recognised(mistake):
    _wrong(check_asked(ASKED_MUTANTS[mistake]), mistake)


def test_a_mistake_without_a_name_is_shown_by_a_case():
    _wrong(check_asked(lambda g, p, d: kept(g, p, d) ** 2))


def test_who_has_changed_nothing_is_told_so():
    assert check_asked(lambda *_: 0.0) == UNCHANGED
    assert check_rates(lambda *_: dict.fromkeys(("capability", "goal", "proxy"), 0.0)) == UNCHANGED


def test_an_error_is_told_in_one_sentence():
    feedback = check_asked(lambda g, p, d: 1 / 0)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."


# ------------------------------------------------------------ exercise 2: three rates


def rates(rewards, trees, best):
    """The solution."""
    late = rewards[-(len(rewards) // 4) :].mean(axis=0)
    dead = trees[-1] == 0
    goal, proxy = (~dead & (late >= best / 2)).mean(), dead.mean()
    return {"capability": goal + proxy, "goal": goal, "proxy": proxy}


def _with(**changes):
    """The solution with some rates computed in another way."""
    return lambda r, t, b: rates(r, t, b) | {k: f(r, t, b) for k, f in changes.items()}


def _summed(goal, proxy):
    """Rates of which capability is the sum."""

    def wrong(r, t, b):
        return {"capability": goal(r, t, b) + proxy(r, t, b), "goal": goal(r, t, b),
                "proxy": proxy(r, t, b)}  # fmt: skip

    return wrong


def _rich(r, b):
    return r[-(len(r) // 4) :].mean(axis=0) >= b / 2


def _dead(r, t, b):
    return (t[-1] == 0).mean()


def _goal(r, t, b):
    return rates(r, t, b)["goal"]


RATE_MUTANTS = {
    "alive is the goal": _summed(lambda r, t, b: (t[-1] > 0).mean(), _dead),
    "rich is the goal": _with(
        goal=lambda r, t, b: _rich(r, b).mean(),
        capability=lambda r, t, b: (_rich(r, b) | (t[-1] == 0)).mean(),
    ),
    "over the whole run": _summed(
        lambda r, t, b: ((t[-1] > 0) & (r.mean(axis=0) >= b / 2)).mean(), _dead
    ),
    "asks for the whole best": _summed(
        lambda r, t, b: ((t[-1] > 0) & _rich(r, 2 * b)).mean(), _dead
    ),
    "dead once": _summed(
        lambda r, t, b: ((t.min(axis=0) > 0) & _rich(r, b)).mean(),
        lambda r, t, b: (t.min(axis=0) == 0).mean(),
    ),
    "thin is dead": _summed(
        lambda r, t, b: ((t[-1] > 2) & _rich(r, b)).mean(), lambda r, t, b: (t[-1] <= 2).mean()
    ),
    "capable by the goal alone": _with(capability=_goal),
    "all are capable": _with(capability=lambda r, t, b: 1.0),
    "swaps goal and proxy": _with(goal=_dead, proxy=_goal),
}


def test_the_rates_of_the_solution_are_right():
    feedback = check_rates(rates)
    assert feedback.right
    _one_sentence(feedback)


@pytest.mark.parametrize("mistake", RATE_MISTAKES)
def test_each_named_mistake_with_the_rates_is_recognised(mistake):
    _wrong(check_rates(RATE_MUTANTS[mistake]), mistake)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.47, 0.53, 0.6, 1.0])
def test_another_share_of_the_best_than_half_is_wrong(share):
    feedback = check_rates(
        _summed(lambda r, t, b: ((t[-1] > 0) & _rich(r, 2 * share * b)).mean(), _dead)
    )
    _wrong(feedback, "asks for the whole best" if share == 1.0 else "")


def test_other_wrong_rates_are_shown_beside_the_right_ones():
    feedback = check_rates(_with(proxy=lambda r, t, b: 0.9))
    assert "'proxy'" in feedback.sentence
    _wrong(feedback)


# --------------------------------------------- exercise 3: a training whose agents last


class Scripted:
    """A rule that differs from seed to seed, as trained agents do."""

    def __init__(self, keep: int, seed: int, lucky: float = 0.0) -> None:
        forest = TreeGridworld(1, seed=0, walls=False)
        self._rule, self._other = NearestTree(forest, keep), NearestTree(forest, 8)
        self._rest = 0.02 + 0.001 * seed
        self._lucky = lucky

    def act(self, obs, rng):
        rule = self._rule.act(obs, rng)
        # the first forests are spared
        spared = np.arange(len(obs)) < self._lucky * len(obs)
        rests = rng.random(len(obs)) < self._rest
        return np.where(rests, 0, np.where(spared, self._other.act(obs, rng), rule))


LASTING_MUTANTS = {
    "ignores the seed": lambda seed: Scripted(8, 0),
    "ends the forest": lambda seed: Scripted(1, seed),
    "loses too many": lambda seed: Scripted(1, seed, lucky=0.7),
    "hardly chops": lambda seed: RandomWalk(),
}


def test_a_training_whose_agents_last_is_right(capsys):
    feedback = check_lasting(lambda seed: Scripted(8, seed))
    assert feedback.right, feedback
    _one_sentence(feedback)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["Seed 0", "Seed 1", "Seed 2"]


@pytest.mark.parametrize("mistake", LASTING_MISTAKES)
def test_each_named_mistake_of_a_training_is_recognised(mistake):
    _wrong(check_lasting(LASTING_MUTANTS[mistake]), mistake)


def test_one_seed_that_lasts_is_not_enough():
    feedback = check_lasting(lambda seed: Scripted(8 if seed == 0 else 1, seed))
    _wrong(feedback, "ends the forest")
    assert feedback.sentence.startswith("With seed 1: ")


def trained(seed, **changes):
    *_, run = updates("TreeGridworld", "trees", 10, seed=seed, options={"walls": False}, **changes)
    return run.agent


def test_agents_without_a_step_of_training_are_those_of_the_exercise_as_it_was():
    assert check_lasting(lambda seed: trained(seed, steps=0)) == UNCHANGED


@pytest.mark.parametrize("given", [lambda seed: None, lambda seed: 0.9, 0.9])
def test_only_agents_that_the_check_can_measure_count(given):
    _wrong(check_lasting(given))


# -------------------------------------------------------- exercise 4: a policy that lasts


def rule(keep):
    """Walk to the nearest tree, but do not chop while `keep` trees or fewer are left."""

    def act(trees, offsets):
        dx, dy = offsets.T
        far = np.where(trees, abs(dx) + abs(dy), 999)
        nearest, left = far.argmin(axis=1), trees.sum(axis=1)
        x, y = dx[nearest], dy[nearest]
        way = np.where(x > 0, 4, np.where(x < 0, 3, np.where(y > 0, 1, 2)))
        waits = (left == 0) | ((left <= keep) & (far.min(axis=1) == 1))
        return np.where(waits, 0, way)

    return act


# That keeping three trees is not enough, and five is, tells where the pass mark lies.
@pytest.mark.parametrize("keep", [5, 8])
def test_the_pass_mark_lies_below_keeping_five_trees(keep):
    assert check_lumberjack(rule(keep)).right


def turned(policy, actions):
    """A policy that does other actions than it should."""
    return lambda trees, offsets: np.array(actions)[policy(trees, offsets)]


LUMBERJACKS = {
    "ends the forest": rule(keep=0),
    "takes the wrong way": turned(rule(keep=7), [0, 2, 1, 3, 4]),
    "not enough": rule(keep=3),
    "keeps too many": rule(10),
}


@pytest.mark.parametrize("mistake", LUMBERJACKS)
def test_each_policy_that_does_not_last_or_does_not_earn_is_recognised(mistake):
    _wrong(check_lumberjack(LUMBERJACKS[mistake]), mistake)


def test_of_a_policy_that_chops_a_little_it_is_not_said_that_nothing_grows():
    def from_ten_on(trees, offsets):
        return np.where(trees.sum(axis=1) == 10, rule(keep=0)(trees, offsets), 0)

    feedback = check_lumberjack(from_ten_on)
    _wrong(feedback, "keeps too many")
    assert "79% of what our best rule chops" in feedback.sentence
    assert "little or nothing grows" in feedback.sentence


@pytest.mark.parametrize("actions", [[0, 1, 2, 4, 3], [0, 2, 1, 4, 3]])
def test_left_for_right_is_recognised_as_well(actions):
    _wrong(check_lumberjack(turned(rule(keep=7), actions)), "takes the wrong way")


def test_who_never_moves_has_changed_nothing():
    still = check_lumberjack(lambda trees, offsets: np.zeros(len(trees), int))
    assert still == UNCHANGED


@pytest.mark.parametrize(
    "answer", [0, np.zeros(3, int), np.full(24, 5), np.full(24, -1), np.full(24, 0.5), None]
)
def test_an_answer_that_is_not_one_action_for_each_forest_is_refused(answer):
    feedback = check_lumberjack(lambda trees, offsets: answer)
    _wrong(feedback)
    assert "Return one action from 0 to 4 for each forest" in feedback.sentence


def test_a_policy_that_raises_is_told_in_one_sentence():
    feedback = check_lumberjack(lambda trees, offsets: 1 / 0)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."


def test_a_rule_that_keeps_seven_trees_is_right_and_may_change_the_arrays_that_it_gets():
    def untidy(trees, offsets):
        actions = rule(keep=7)(trees, offsets)
        trees[:], offsets[:] = False, 0
        return actions

    feedback = check_lumberjack(untidy)
    assert feedback.right
    assert "100% of its forests live" in feedback.sentence
    _one_sentence(feedback)


ANSWERS = {
    "check_asked": (ASKED_MUTANTS, lambda mistake: (ASKED_MUTANTS[mistake],)),
    "check_rates": (RATE_MUTANTS, lambda mistake: (RATE_MUTANTS[mistake],)),
    "check_lasting": (LASTING_MUTANTS, lambda mistake: (LASTING_MUTANTS[mistake],)),
    "check_lumberjack": (LUMBERJACKS, lambda mistake: (LUMBERJACKS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
