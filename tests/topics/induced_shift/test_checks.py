import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.topics.induced_shift.checks import MISTAKES, check_split
from misgen.topics.induced_shift.recommender import simulate


def chance(tastes, kinds):
    return tastes[np.arange(len(kinds)), kinds].mean()


def solution(before, now, first, last):
    as_they_were = chance(before, last)
    return {
        "suggestions": as_they_were - chance(before, first),
        "users": chance(now, last) - as_they_were,
    }


def in_a_loop(before, now, first, last):
    gains = {"suggestions": 0.0, "users": 0.0}
    for user, (then, today) in enumerate(zip(first, last, strict=True)):
        gains["suggestions"] += before[user][today] - before[user][then]
        gains["users"] += now[user][today] - before[user][today]
    return {name: gain / len(first) for name, gain in gains.items()}


@pytest.mark.parametrize("split", [solution, in_a_loop])
def test_the_solution_is_right_however_it_is_written(split):
    assert check_split(split).right


def both(suggestions, users):
    return {"suggestions": suggestions, "users": users}


def drift(before, now):
    return abs(now - before).sum(axis=1).mean() / 2


def favourite(tastes, kinds):
    return (tastes.argmax(axis=1) == kinds).mean()


MUTANTS = {
    "splits in the other order": lambda b, n, f, s: both(
        chance(n, s) - chance(n, f), chance(n, f) - chance(b, f)
    ),
    "measures both from the first day": lambda b, n, f, s: both(
        chance(b, s) - chance(b, f), chance(n, s) - chance(b, f)
    ),
    "gives a level for a gain": lambda b, n, f, s: both(chance(b, s), chance(n, s) - chance(b, s)),
    "gives the drift": lambda b, n, f, s: both(chance(b, s) - chance(b, f), drift(b, n)),
    "mixes up the users": lambda b, n, f, s: both(
        b[:, s].mean() - b[:, f].mean(), n[:, s].mean() - b[:, s].mean()
    ),
    "counts favourites": lambda b, n, f, s: both(
        favourite(b, s) - favourite(b, f), favourite(n, s) - favourite(b, s)
    ),
    "swaps the two": lambda b, n, f, s: both(
        chance(n, s) - chance(b, s), chance(b, s) - chance(b, f)
    ),
    "adds up the users": lambda b, n, f, s: both(
        *(len(f) * gain for gain in solution(b, n, f, s).values())
    ),
    "gives shares": lambda b, n, f, s: both(
        *(gain / (chance(n, s) - chance(b, f)) for gain in solution(b, n, f, s).values())
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mistake_is_named_in_one_sentence(name):
    feedback = check_split(MUTANTS[name])
    assert not feedback.right
    assert feedback.mistake == name
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


def test_every_named_mistake_has_a_mutant():
    assert set(MUTANTS) == set(MISTAKES)


def test_a_mistake_without_a_name_is_shown_by_a_case():
    feedback = check_split(lambda *case: both(0.1, 0.0))
    assert not feedback.right
    assert feedback.mistake == ""
    assert "case 1 of 3" in feedback.sentence
    assert "gives 0.1 for 'suggestions'" in feedback.sentence


def test_who_has_changed_nothing_is_told_so():
    assert check_split(lambda *case: both(0.0, 0.0)) == UNCHANGED


@pytest.mark.parametrize("answer", [0.5, (0.1, 0.2), {"users": 0.1}])
def test_what_is_no_pair_of_gains_is_refused(answer):
    feedback = check_split(lambda *case: answer)
    assert not feedback.right
    assert "'suggestions' and 'users'" in feedback.sentence


def test_a_function_that_raises_is_told_in_one_sentence():
    feedback = check_split(lambda *case: 1 / 0)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."


def test_a_function_that_changes_its_arguments_does_not_deceive_the_check():
    def cunning(before, now, first, last):
        answer = solution(before, now, first, last)
        before[:], now[:], first[:], last[:] = 0, 0, 0, 0
        return answer

    assert check_split(cunning).right
    assert check_split(solution).right


def test_the_two_gains_of_the_recommender_add_up_to_its_rise():
    evenings = simulate([0.0, 0.02], seeds=[0])
    for feedback, changed in ((0, False), (1, True)):
        (before, now), (first, last) = evenings.tastes[feedback, 0], evenings.shown[feedback, 0]
        gains = solution(before, now, first, last)
        assert sum(gains.values()) == pytest.approx(chance(now, last) - chance(before, first))
        assert (gains["users"] > 0.4) == changed
        assert gains["suggestions"] > 0.05


ANSWERS = {"check_split": (MUTANTS, lambda mistake: (MUTANTS[mistake],))}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
