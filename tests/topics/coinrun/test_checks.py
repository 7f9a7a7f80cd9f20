from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import misgen
from misgen import over_seeds, results
from misgen.core.feedback import UNCHANGED, Feedback
from misgen.topics.coinrun.checks import (
    LEDGERS,
    RATE_MISTAKES,
    SEARCH_MISTAKES,
    check_behind,
    check_capability,
    check_smallest_share,
)

GOAL, PROXY, DIED, TIMED_OUT = range(4)


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def _wrong(feedback: Feedback, mistake: str = "") -> None:
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


# ------------------------------------------------ exercise 1: three rates from outcomes


def capability(outcomes, apart):
    """The solution of the chapter."""
    capable = (outcomes == GOAL) | (outcomes == PROXY)
    return {
        "capability": capable.mean(),
        "goal": (outcomes[apart] == GOAL).mean(),
        "proxy": (outcomes[apart] == PROXY).mean(),
    }


def _with(**changes):
    """The solution with some rates computed in another way."""
    return lambda o, apart: capability(o, apart) | {k: f(o, apart) for k, f in changes.items()}


def test_the_solution_is_right():
    feedback = check_capability(capability)
    assert feedback.right
    assert feedback.mistake == ""
    _one_sentence(feedback)


def test_a_solution_in_plain_python_is_right_too():
    def plain(outcomes, apart):
        told = [o for o, a in zip(outcomes, apart, strict=True) if a]
        return {
            "capability": sum(1 for o in outcomes if o in (0, 1)) / len(outcomes),
            "goal": told.count(0) / len(told),
            "proxy": told.count(1) / len(told),
        }

    assert check_capability(plain).right


RATE_MUTANTS = {
    "swaps goal and proxy": _with(
        goal=lambda o, a: capability(o, a)["proxy"], proxy=lambda o, a: capability(o, a)["goal"]
    ),
    "capable by the coin alone": _with(capability=lambda o, a: (o == GOAL).mean()),
    "capable if alive": _with(capability=lambda o, a: (o != DIED).mean()),
    "capable if not timed out": _with(capability=lambda o, a: (o != TIMED_OUT).mean()),
    "inverts the mask": lambda o, a: {**capability(o, ~a), "capability": (o <= PROXY).mean()},
    "counts ambiguous": _with(
        goal=lambda o, a: (o == GOAL).mean(), proxy=lambda o, a: (o == PROXY).mean()
    ),
    "leaves out ambiguous": lambda o, a: capability(o[a], a[a]),
    "divides by capable episodes": _with(
        goal=lambda o, a: (o[a] == GOAL).sum() / (o[a] <= PROXY).sum(),
        proxy=lambda o, a: (o[a] == PROXY).sum() / (o[a] <= PROXY).sum(),
    ),
    "ignores deaths": lambda o, a: capability(o[o != DIED], a[o != DIED]),
    "gives percent": lambda o, a: {k: 100 * v for k, v in capability(o, a).items()},
    "gives counts": lambda o, a: {
        "capability": (o <= PROXY).sum(),
        "goal": (o[a] == GOAL).sum(),
        "proxy": (o[a] == PROXY).sum(),
    },
}


@pytest.mark.parametrize("mistake", RATE_MISTAKES)
def test_each_named_mistake_with_the_rates_is_recognised(mistake):
    _wrong(check_capability(RATE_MUTANTS[mistake]), mistake)


UNNAMED = {
    "capable whatever happens": _with(capability=lambda o, a: 1.0),
    "goal of ambiguous levels alone": _with(goal=lambda o, a: (o[~a] == GOAL).mean()),
    "one rate constant": _with(goal=lambda o, a: 0.5),
    "right on the first case only": lambda o, a: (
        capability(o, a) if len(o) == 12 else _with(goal=lambda o, a: 0.0)(o, a)
    ),
}


@pytest.mark.parametrize("mutant", UNNAMED)
def test_a_mistake_without_a_name_is_shown_by_a_case(mutant):
    feedback = check_capability(UNNAMED[mutant])
    _wrong(feedback)
    assert "made-up case" in feedback.sentence


def test_who_has_not_computed_the_rates_yet_is_told_so():
    zeros = {"capability": 0.0, "goal": 0.0, "proxy": 0.0}
    assert check_capability(lambda o, a: zeros) == UNCHANGED


@pytest.mark.parametrize("answer", [0.5, (0.1, 0.2, 0.3), {"capability": 0.1}])
def test_an_answer_of_another_form_is_refused(answer):
    feedback = check_capability(lambda o, a: answer)
    _wrong(feedback)
    assert "Return a dictionary" in feedback.sentence


def test_an_answer_that_raises_is_told_in_one_sentence():
    def broken(outcomes, apart):
        raise ZeroDivisionError("division\n by zero")

    feedback = check_capability(broken)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."
    assert not check_smallest_share(broken).right


def test_a_function_that_changes_its_arrays_does_not_deceive_the_check():
    def cunning(outcomes, apart):
        outcomes[:] = GOAL
        return {"capability": 1.0, "goal": 1.0, "proxy": 0.0}

    assert not check_capability(cunning).right


# ---------------------------------------- exercise 2: from which setting on the goal is meant


def _find(above):
    """A search of the kind that a reader writes, with its own test of one setting."""

    def find(ledger):
        shares = sorted({trial.distinguishing for trial in ledger.where().trials})
        for share in shares:
            of = ledger.where(share)
            if above(ledger, of.estimate("shifted", "goal"), of.estimate("erased", "goal")):
                return share
        return None

    return find


def _above(ledger, share):
    of = ledger.where(share)
    return of.estimate("shifted", "goal").low > of.estimate("erased", "goal").high


def test_the_search_of_the_solution_is_right():
    feedback = check_smallest_share(_find(lambda _, goal, chance: goal.low > chance.high))
    assert feedback.right
    _one_sentence(feedback)


SEARCH_MUTANTS = {
    "takes the last share": lambda ledger: max(
        share
        for share in {trial.distinguishing for trial in ledger.where().trials}
        if _above(ledger, share)
    ),
    "compares means only": _find(lambda _, goal, chance: goal.mean > chance.mean),
    "forgets the interval of the accidental rate": _find(lambda _, g, c: g.low > c.mean),
    "forgets the interval of the goal": _find(lambda _, g, c: g.mean > c.high),
    "uses erased of another setting": _find(
        lambda ledger, g, _: g.low > ledger.where(0.0).estimate("erased", "goal").high
    ),
    "uses erased of the last setting": _find(
        lambda ledger, g, _: g.low > ledger.where(1.0).estimate("erased", "goal").high
    ),
    "takes apart for above": _find(lambda _, g, c: g.low > c.high or g.high < c.low),
    "compares with zero": _find(lambda _, goal, chance: goal.low > 0),
}


@pytest.mark.parametrize("mistake", SEARCH_MISTAKES)
def test_each_named_mistake_with_the_search_is_recognised(mistake):
    _wrong(check_smallest_share(SEARCH_MUTANTS[mistake]), mistake)


@pytest.mark.parametrize(
    "mutant",
    [
        lambda ledger: 0.01,
        lambda ledger: 1.0,
        lambda ledger: 100 * _find(lambda _, g, c: g.low > c.high)(ledger),
        _find(lambda _, g, c: g.high > c.high),
        _find(lambda _, g, c: g.low > c.low),
        _find(lambda _, g, c: g.low > 0.2),
    ],
)
def test_other_searches_are_wrong_too(mutant):
    feedback = check_smallest_share(mutant)
    assert not feedback.right
    _one_sentence(feedback)


@pytest.mark.parametrize("mutant", [lambda ledger: 1.0, _find(lambda _, goal, __: goal.mean > 0.6)])
def test_who_names_the_last_share_for_another_reason_is_not_told_to_stop_at_the_first(mutant):
    feedback = check_smallest_share(mutant)
    _wrong(feedback)
    assert "case 1 of 4 your function gives 1.0, but 0.05 is right" in feedback.sentence


def test_a_search_among_the_agents_of_other_experiments_is_wrong():
    def find(ledger):
        for share in sorted({trial.distinguishing for trial in ledger.trials}):
            trials = [trial for trial in ledger.trials if trial.distinguishing == share]
            goal, chance = (
                over_seeds([trial.rate(test, "goal") for trial in trials])
                for test in ("shifted", "erased")
            )
            if goal.low > chance.high:
                return share
        return None

    assert not check_smallest_share(find).right


def test_who_has_not_searched_yet_is_told_so():
    assert check_smallest_share(lambda ledger: 0.0) == UNCHANGED


def test_a_search_that_finds_nothing_in_some_results_is_told_so():
    answers = iter([0.01, *[None] * len(LEDGERS)])
    _wrong(check_smallest_share(lambda ledger: next(answers)))


def test_the_made_up_ledgers_tell_all_named_mistakes_apart():
    searches = [wrong for wrong, _ in SEARCH_MISTAKES.values()]
    answers = {tuple(search(ledger) for ledger in LEDGERS) for search in searches}
    assert len(answers) == len(searches)


def test_on_the_published_results_the_answer_is_the_first_step_of_the_dial():
    assert _find(lambda _, goal, chance: goal.low > chance.high)(results("CoinRun")) == 0.01


# ------------------------------------- exercise 3: a training for a coin behind the start

LEFT = 1
SEES_COIN = slice(3, -2, 4)  # of the observation: the last of four bits of each cell
ON_THE_LEFT = np.tile(np.arange(11) < 5, 7)  # of 7 rows of 11 cells


class Scripted:
    """A published agent that goes left where a rule of its own says so."""

    def __init__(self, seed: int, goes_left) -> None:
        self._agent = misgen.published("CoinRun", distinguishing=0.0, seed=seed)
        self._goes_left = goes_left

    def act(self, obs, rng):
        return np.where(self._goes_left(obs), LEFT, self._agent.act(obs, rng))


def _coin_behind(obs):
    return obs[:, SEES_COIN][:, ON_THE_LEFT].any(axis=1)


def _among(share: float):
    """The same share of the episodes, which are the rows, at each step."""
    return lambda obs: np.arange(len(obs)) < share * len(obs)


DESIGN_MUTANTS = {
    "ignores the seed": lambda seed: Scripted(0, _coin_behind),
    "learned neither": lambda seed: lambda obs: np.zeros(len(obs), int),
    "only behind": lambda seed: lambda obs: np.full(len(obs), LEFT),
    "too few behind": lambda seed: misgen.published("CoinRun", distinguishing=0.0, seed=seed),
    "forgets ordinary": lambda seed: Scripted(
        seed, lambda obs: _coin_behind(obs) | _among(0.3)(obs)
    ),
    "half learned": lambda seed: Scripted(seed, lambda obs: _coin_behind(obs) & _among(0.8)(obs)),
}


def test_a_training_whose_agents_take_both_coins_is_right(capsys):
    feedback = check_behind(lambda seed: Scripted(seed, _coin_behind))
    assert feedback.right, feedback
    _one_sentence(feedback)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["Seed 0", "Seed 1", "Seed 2"]


@pytest.mark.parametrize("mistake", DESIGN_MUTANTS)
def test_each_named_mistake_of_a_training_is_recognised(mistake):
    _wrong(check_behind(DESIGN_MUTANTS[mistake]), mistake)


def test_agents_without_a_step_of_training_are_those_of_the_exercise_as_it_was():
    feedback = check_behind(lambda seed: misgen.train("CoinRun", seed=seed, steps=0))
    assert feedback == UNCHANGED


def test_one_seed_that_works_is_not_enough():
    def lucky(seed):
        return Scripted(seed, _coin_behind if seed == 0 else _among(0.0))

    feedback = check_behind(lucky)
    _wrong(feedback, "too few behind")
    assert feedback.sentence.startswith("With seed 1: ")


def test_the_first_agent_that_fails_is_the_last_that_is_trained():
    asked = []

    def failing(seed):
        asked.append(seed)
        return misgen.published("CoinRun", distinguishing=0.0, seed=seed)

    check_behind(failing)
    assert asked == [0]


def _report(agent):
    return misgen.evaluate(agent, "CoinRun", seed=1, distinguishing=0.0, episodes=20)


@pytest.mark.parametrize(
    "given",
    [
        lambda: lambda seed: None,
        lambda: lambda seed: _report(Scripted(seed, _among(0.0))),
        lambda: lambda seed: SimpleNamespace(goal=1.0, capability=1.0),
        lambda: _report(Scripted(0, _among(0.0))),
        lambda: Scripted(0, _coin_behind),
    ],
)
def test_only_agents_that_the_check_can_measure_count(given):
    _wrong(check_behind(given()))


ANSWERS = {
    "check_capability": (RATE_MUTANTS, lambda mistake: (RATE_MUTANTS[mistake],)),
    "check_smallest_share": (SEARCH_MUTANTS, lambda mistake: (SEARCH_MUTANTS[mistake],)),
    "check_behind": (DESIGN_MUTANTS, lambda mistake: (DESIGN_MUTANTS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
