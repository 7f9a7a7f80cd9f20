"""A reader trains an agent update by update."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from misgen import Policy
from misgen.core.env import Events
from misgen.core.measure import OUTCOMES
from misgen.core.registry import environment
from misgen.live.training import OfEpisodes, paying


class OfDogs(OfEpisodes):
    environment: ClassVar[str] = "Dogs"


BEGINNING = {"seed": 0, "distinguishing": 0.0, "hidden": 8, "reward": {"goal": 1.0}, "options": {}}


@pytest.fixture
def session() -> OfDogs:
    return OfDogs()


def end_of(steps):
    """All that an answer yields, and what it returns."""
    told = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return told, end.value


@pytest.fixture
def ask(session: OfDogs) -> Callable:
    return lambda name, **arguments: end_of(session.answering(name, arguments))[1]


def test_a_training_can_be_stopped_and_goes_on_where_it_was(session, ask):
    first = ask("begin", run="a", **BEGINNING)
    assert first["steps"] == 0
    steps = session.answering("go_on", {"run": "a"})
    points = [next(steps) for _ in range(3)]
    steps.close()  # as a cancel does
    now = ask("measured", run="a")
    assert now["steps"] == points[-1]["steps"]
    assert {**now["values"], **points[-1]["values"]} == now["values"]
    rest, last = end_of(session.answering("go_on", {"run": "a"}))
    done = [point["steps"] for point in [*points, *rest]]
    assert done == sorted(set(done))
    assert done[-1] >= first["of"] == last["steps"] or done[-1] == last["steps"]


def test_whoever_stops_a_training_waits_for_one_update_at_most(session, ask):
    ppo = environment(OfDogs.environment).ppo
    first = ask("begin", run="a", **BEGINNING)
    told, _ = end_of(session.answering("go_on", {"run": "a"}))
    steps = np.diff([first["steps"], *(point["steps"] for point in told)])
    assert steps.tolist() == [ppo.num_envs * ppo.rollout_steps] * len(told)


def test_stopping_changes_nothing_of_what_is_learnt(session, ask):
    for run in ("whole", "in parts"):
        ask("begin", run=run, **BEGINNING)
    ask("go_on", run="whole")
    steps = session.answering("go_on", {"run": "in parts"})
    next(steps)
    steps.close()
    ask("go_on", run="in parts")
    whole, parts = (ask("saved", run=run).tobytes() for run in ("whole", "in parts"))
    assert whole == parts


def test_it_is_measured_now_and_then_and_learns_what_is_paid(session, ask):
    ask("begin", run="voice", **{**BEGINNING, "distinguishing": 1.0})
    told, last = end_of(session.answering("go_on", {"run": "voice"}))
    with_rates = [i for i, point in enumerate(told, 1) if "goal" in point["values"]]
    assert with_rates == list(range(4, len(told) + 1, 4))
    assert sum(last["values"][name] for name in OUTCOMES) == pytest.approx(1)
    assert last["values"]["goal"] > 0.8
    ask("begin", run="lips", **{**BEGINNING, "distinguishing": 1.0, "reward": {"proxy": 1.0}})
    assert ask("go_on", run="lips")["values"]["proxy"] > 0.8


def test_an_agent_is_saved_and_loaded(ask):
    ask("begin", run="a", **BEGINNING)
    ask("go_on", run="a")
    data = ask("saved", run="a")
    assert Policy.from_bytes(data.tobytes()).notes["env"] == "Dogs"
    loaded = ask("loaded", run="b", data=data, options={})
    assert loaded["values"].items() <= ask("measured", run="a")["values"].items()
    assert ask("go_on", run="b")["steps"] == loaded["steps"] > 0


def test_what_is_no_agent_of_this_environment_leaves_the_run_as_it_was(ask):
    ask("begin", run="a", **BEGINNING)
    before = ask("saved", run="a")
    foreign = Policy.random(obs_size=5, num_actions=2, hidden=4, seed=0).to_bytes()
    for data, words in ((foreign, "expects 5 inputs"), (b"\0\1", "is damaged or is not an agent")):
        with pytest.raises(ValueError, match=words):
            ask("loaded", run="a", data=np.frombuffer(data, np.uint8), options={})
    assert np.array_equal(ask("saved", run="a"), before)


@pytest.mark.parametrize("steps", [float("nan"), float("inf"), -1, "many", None, 10**400], ids=str)
def test_an_agent_whose_notes_are_no_count_of_steps_is_refused_as_any_other_file(ask, steps):
    agent = Policy.random(obs_size=2, num_actions=2, hidden=4, seed=0)
    data = np.frombuffer(replace(agent, notes={"steps": steps}).to_bytes(), np.uint8)
    with pytest.raises(ValueError, match=r"^steps in the notes of this agent must be "):
        ask("loaded", run="a", data=data, options={})
    with pytest.raises(ValueError, match="There is no training 'a'"):
        ask("measured", run="a")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"seed": -1}, "seed must be"),
        ({"distinguishing": 1.5}, "distinguishing must lie between 0 and 1"),
        ({"hidden": 0}, "hidden"),
        ({"reward": {"treasure": 1.0}}, "There is no event 'treasure'; goal, proxy, died"),
        ({"reward": {"goal": 11.0}}, "goal must lie between -10 and 10"),
    ],
)
def test_a_training_that_cannot_be_is_refused_in_one_sentence(ask, wrong, words):
    with pytest.raises(ValueError, match=words):
        ask("begin", run="a", **{**BEGINNING, **wrong})


def test_a_run_that_was_not_begun_is_refused(ask):
    with pytest.raises(ValueError, match="There is no training 'z'; begin it first"):
        ask("go_on", run="z")


def test_a_reward_adds_up_what_events_pay():
    yes, no = np.array([True]), np.array([False])
    events = Events(goal=yes, proxy=yes, died=no, timed_out=no, marker=no)
    assert paying({"goal": 10.0, "proxy": -3.0, "died": 5.0})(events).tolist() == [7.0]
    assert paying({})(events).tolist() == [0.0]
