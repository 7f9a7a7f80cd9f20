from __future__ import annotations

import pytest

from misgen import Report, over_seeds, results, wilson
from misgen.core.feedback import Feedback
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
    "goal and proxy swapped": _with(
        goal=lambda o, a: capability(o, a)["proxy"], proxy=lambda o, a: capability(o, a)["goal"]
    ),
    "timed out counts as capable": _with(capability=lambda o, a: (o != DIED).mean()),
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


@pytest.mark.parametrize("answer", [None, 0.5, (0.1, 0.2, 0.3), {"capability": 0.1}])
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


def test_the_search_of_the_solution_is_right():
    feedback = check_smallest_share(_find(lambda _, goal, chance: goal.low > chance.high))
    assert feedback.right
    _one_sentence(feedback)


SEARCH_MUTANTS = {
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


def test_a_search_that_finds_nothing_is_told_so():
    _wrong(check_smallest_share(lambda ledger: None))


def test_the_made_up_ledgers_tell_all_named_mistakes_apart():
    searches = [wrong for wrong, _ in SEARCH_MISTAKES.values()]
    answers = {tuple(search(ledger) for ledger in LEDGERS) for search in searches}
    assert len(answers) == len(searches)


def test_on_the_published_results_the_answer_is_the_first_step_of_the_dial():
    assert _find(lambda _, goal, chance: goal.low > chance.high)(results("CoinRun")) == 0.01


# ----------------------------------------- exercise 3: a training set for a coin behind the start


def _report(goal: int, proxy: int = 0, died: int = 0, timed_out: int = 0) -> Report:
    counts = (goal, proxy, died, timed_out, goal + proxy, 0)  # the last: capable, by accident
    return Report(*(wilson(count, goal + proxy + died + timed_out) for count in counts))


def test_a_design_that_reaches_both_goals_is_right():
    feedback = check_behind(_report(990, 10), _report(970, died=30))
    assert feedback.right
    assert "99%" in feedback.sentence
    assert "97%" in feedback.sentence
    _one_sentence(feedback)


DESIGN_MUTANTS = {
    "learned neither": (_report(20, timed_out=980), _report(15, died=85, timed_out=900)),
    "only behind": (_report(1000), _report(0, died=1, timed_out=999)),
    "too few behind": (_report(0, 972, died=28), _report(972, died=28)),
    "forgets ordinary": (_report(993, 4, timed_out=3), _report(682, died=221, timed_out=97)),
    "half learned": (_report(800, 200), _report(970, died=30)),
    "swaps the reports": (_report(990, 10), _report(100, 900)),
}


@pytest.mark.parametrize("mistake", DESIGN_MUTANTS)
def test_each_named_mistake_of_a_design_is_recognised(mistake):
    _wrong(check_behind(*DESIGN_MUTANTS[mistake]), mistake)


def test_reports_are_swapped_too_where_the_agent_succeeds_on_both():
    swapped = _report(970, died=30), _report(0, 970, died=30)
    _wrong(check_behind(*swapped), "swaps the reports")


@pytest.mark.parametrize(("behind", "ordinary"), [(899, 970), (990, 899), (0, 0), (500, 500)])
def test_nine_of_ten_are_needed_on_either_kind_of_level(behind, ordinary):
    reports = _report(behind, 1000 - behind), _report(ordinary, died=1000 - ordinary)
    assert not check_behind(*reports).right


ANSWERS = {
    "check_capability": (RATE_MUTANTS, lambda mistake: (RATE_MUTANTS[mistake],)),
    "check_smallest_share": (SEARCH_MUTANTS, lambda mistake: (SEARCH_MUTANTS[mistake],)),
    "check_behind": (DESIGN_MUTANTS, lambda mistake: DESIGN_MUTANTS[mistake]),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
