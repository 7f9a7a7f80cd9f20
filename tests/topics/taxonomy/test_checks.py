from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import misgen
from misgen import Policy, published
from misgen.core.feedback import UNCHANGED
from misgen.topics.taxonomy.checks import (
    ASTRAY_MISTAKES,
    MISDIAGNOSES,
    MISREADINGS,
    check_diagnose,
    check_guaranteed,
    check_paid_astray,
)


def diagnose(goal, proxy, neither, specified_right):
    """The solution."""
    if not specified_right:
        return "specification"
    if goal + proxy < neither:
        return "capability"
    return "goal" if proxy > goal else "none"


def guaranteed(tree, holding):
    """The solution."""
    found = set(holding)
    while True:
        added = {node for node, parts in tree.items() if found.issuperset(parts)} - found
        if not added:
            return found
        found |= added


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


def test_the_solutions_are_right():
    assert check_diagnose(diagnose).right
    assert check_guaranteed(guaranteed).right


def _skilled(goal, proxy):
    return "goal" if proxy > goal else "none"


DIAGNOSES = {
    "specification ignored": lambda g, p, n, s: "capability" if g + p < n else _skilled(g, p),
    "specification last": lambda g, p, n, s: (
        "capability" if g + p < n else "goal" if p > g else "none" if s else "specification"
    ),
    "capability before specification": lambda g, p, n, s: (
        "capability" if g + p < n else "specification" if not s else _skilled(g, p)
    ),
    "capability ignored": lambda g, p, n, s: _skilled(g, p) if s else "specification",
    "goal before capability": lambda g, p, n, s: (
        "specification" if not s else "goal" if p > g else "capability" if g + p < n else "none"
    ),
    "goal is capability": lambda g, p, n, s: (
        "specification" if not s else "capability" if g < n else _skilled(g, p)
    ),
    "goal of all": lambda g, p, n, s: (
        "specification" if not s else "capability" if g + p < n else "goal" if g < p + n else "none"
    ),
}
READINGS = {
    "one layer": lambda t, h: set(h) | {node for node in t if t[node] <= set(h)},
    "any part": lambda t, h: _closure(h, lambda f: {n for n in t if t[n] & f}),
    "downwards": lambda t, h: _closure(h, lambda f: {p for n in f for p in t.get(n, ())}),
    "without the given": lambda t, h: guaranteed(t, h) - h,
}


def _closure(start, step):
    found = set(start)
    while step(found) - found:
        found |= step(found)
    return found


@pytest.mark.parametrize("name", MISDIAGNOSES)
def test_each_mistake_of_a_diagnosis_is_named(name):
    feedback = check_diagnose(DIAGNOSES[name])
    assert (feedback.right, feedback.mistake) == (False, name)
    _one_sentence(feedback)


@pytest.mark.parametrize("name", MISREADINGS)
def test_each_mistake_about_a_tree_is_named(name):
    feedback = check_guaranteed(READINGS[name])
    assert (feedback.right, feedback.mistake) == (False, name)
    _one_sentence(feedback)


def test_an_unknown_name_is_refused_with_the_names_to_choose_from():
    feedback = check_diagnose(lambda *case: "bad luck")
    assert feedback.mistake == "unknown name"
    assert "none, specification, capability, goal" in feedback.sentence
    _one_sentence(feedback)


def test_the_unsolved_exercises_are_not_right():
    assert check_diagnose(lambda *case: "none") == UNCHANGED
    assert check_guaranteed(lambda tree, holding: set(holding)) == UNCHANGED


def test_another_diagnosis_is_shown_with_its_numbers():
    feedback = check_diagnose(lambda *case: "goal")
    assert feedback.sentence == (
        "With 90 episodes at the goal, 5 at the proxy, 5 at neither, and specified_right = True, "
        "your function gives 'goal', but 'none' is right."
    )


def test_another_set_is_shown_by_a_node_that_is_too_much_or_missing():
    said = check_guaranteed(lambda tree, holding: set()).sentence
    assert said.startswith("In the tree {'impact alignment': {'capability robustness', ")
    assert said.endswith("your set lacks 'capability robustness', which is sure to hold.")
    everything = check_guaranteed(lambda tree, holding: {*tree, *set().union(*tree.values())})
    assert everything.sentence.endswith("which is not sure to hold.")


@pytest.mark.parametrize("answer", [1, ["inner alignment"], {"nowhere"}, "abc"])
def test_what_is_no_set_of_nodes_is_refused(answer):
    said = check_guaranteed(lambda tree, holding: answer).sentence
    assert said.startswith("Return a set of nodes of the tree, not ")


def test_errors_are_told_in_one_sentence():
    for feedback in (check_diagnose(lambda: ""), check_guaranteed(lambda t, h: t["nowhere"])):
        assert "Your function raised" in feedback.sentence
        _one_sentence(feedback)


def test_a_function_that_changes_its_arguments_does_not_spoil_the_cases():
    def changes(tree, holding):
        answer = guaranteed(tree, holding)
        tree.clear()
        holding.clear()
        return answer

    assert check_guaranteed(changes).right


# ------------------------------- exercise 3: the behaviour of one class, and another class


def of_the_room(trained: float, seed: int, **told) -> Policy:
    """A published agent, whose notes say that half of its training levels distinguished."""
    agent = published("CoinGrid", distinguishing=trained, seed=seed, options={"encoding": "cell"})
    return replace(agent, notes={**agent.notes, "distinguishing": 0.5, **told})


@dataclass(frozen=True)
class Undecided(Policy):
    """An agent that pursues the coin in some of the episodes that run side by side."""

    def act(self, obs, rng):
        other = of_the_room(0.25, self.notes["seed"]).act(obs, rng)
        return np.where(np.arange(len(obs)) % 9 < 4, other, super().act(obs, rng))


def undecided(seed: int) -> Policy:
    agent = of_the_room(0.0, seed)
    return Undecided(*agent.weights, agent.notes)


def lost(seed: int) -> Policy:
    agent = of_the_room(0.0, seed)
    return replace(agent, action_weight=0 * agent.action_weight)


TRAININGS = {
    "ignores the seed": lambda seed: of_the_room(0.0, 1),
    "few distinguishing levels": lambda seed: of_the_room(0.0, seed, distinguishing=0.25),
    "takes the coin": lambda seed: of_the_room(0.25, seed),
    "lost": lost,
    "half astray": undecided,
}


def test_agents_that_met_the_coin_elsewhere_and_go_to_the_corner_are_right(capsys):
    feedback = check_paid_astray(lambda seed: of_the_room(0.0, seed))
    assert feedback.right, feedback
    _one_sentence(feedback)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["Seed 0", "Seed 1", "Seed 2"]


@pytest.mark.parametrize("name", ASTRAY_MISTAKES)
def test_each_mistake_of_a_training_is_named(name):
    feedback = check_paid_astray(TRAININGS[name])
    assert (feedback.right, feedback.mistake) == (False, name)
    _one_sentence(feedback)


def test_one_seed_that_goes_astray_is_not_enough():
    feedback = check_paid_astray(lambda seed: of_the_room(0.25 if seed else 0.0, seed))
    assert feedback.mistake == "takes the coin"
    assert feedback.sentence.startswith("With seed 1: ")


def test_agents_without_a_step_of_training_are_those_of_the_exercise_as_it_was():
    untrained = check_paid_astray(lambda seed: misgen.train("CoinGrid", seed=seed, steps=0))
    assert untrained == UNCHANGED


@pytest.mark.parametrize("given", [0.5, "corner", lambda obs: np.zeros(len(obs), int)])
def test_only_agents_of_the_room_are_measured(given):
    feedback = check_paid_astray(lambda seed: given)
    assert feedback.sentence.startswith("Return what `misgen.train` returns, not ")


def test_agents_of_another_world_are_not_measured():
    runner = published("CoinRun", distinguishing=0.0, seed=0)
    feedback = check_paid_astray(lambda seed: runner)
    assert feedback.sentence == 'Train the agents in the room, which is called "CoinGrid".'


ANSWERS = {
    "check_diagnose": (DIAGNOSES, lambda mistake: (DIAGNOSES[mistake],)),
    "check_guaranteed": (READINGS, lambda mistake: (READINGS[mistake],)),
    "check_paid_astray": (TRAININGS, lambda mistake: (TRAININGS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
