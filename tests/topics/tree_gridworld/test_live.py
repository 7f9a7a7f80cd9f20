"""What a page asks of the forest is answered as the environment and its agents do it."""

from dataclasses import replace

import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.live.session import session_of
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.film import NOWHERE, record
from misgen.topics.tree_gridworld.live import (
    FORESTS,
    LAST_STEPS,
    RUN_SEED,
    START_TREES,
    WORLD,
    packed,
)
from misgen.topics.tree_gridworld.published import frozen_agents

STAY = 0


@pytest.fixture
def session():
    return session_of("tree_gridworld")


@pytest.fixture
def ask(session):
    """Asks a session as an explorer does."""

    def answer(name, **arguments):
        steps = session.answering(name, arguments)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value

    return answer


class Script:
    """Does what is written down."""

    def __init__(self, actions):
        self.left = list(actions)

    def act(self, obs, rng):
        return np.array([self.left.pop(0)])


def test_a_reader_walks_and_chops_as_an_agent_does(ask):
    actions = np.random.default_rng(0).integers(0, 5, LAST_STEPS).tolist()
    played = ask("play", forest=2, actions=actions)
    run = record(
        Script(actions), trees=START_TREES, steps=LAST_STEPS, seed=FORESTS + 2,
        options=WORLD.options,
    )  # fmt: skip
    assert run.chopped > 3
    assert (run.grown != NOWHERE).any()
    for name, expected in packed([run]).items():
        assert np.array_equal(played[name], expected)


def test_a_run_goes_on_step_by_step_and_after_a_restart(ask):
    actions = np.random.default_rng(1).integers(0, 5, 40).tolist()
    for count in range(len(actions) + 1):
        in_parts = ask("play", forest=0, actions=actions[:count])
    other = [STAY, *actions[1:]]
    ask("play", forest=0, actions=other)  # another run between
    again = ask("play", forest=0, actions=actions)
    assert all(np.array_equal(in_parts[name], again[name]) for name in again)
    assert in_parts["path"].shape == (1, 41)


def test_what_comes_after_the_last_step_is_ignored(ask):
    assert ask("play", forest=0, actions=[STAY] * 310)["grown"].shape == (1, LAST_STEPS)


@pytest.mark.parametrize("action", [-1, 5, "up", None])
def test_an_action_that_does_not_exist_is_refused_and_nothing_is_lost(ask, action):
    before = ask("play", forest=0, actions=[1, 2])
    with pytest.raises(ValueError, match="actions must be"):
        ask("play", forest=0, actions=[1, 2, action])
    after = ask("play", forest=0, actions=[1, 2])
    assert np.array_equal(before["path"], after["path"])


def test_an_agent_begins_where_the_reader_does(ask):
    mine, agents = ask("play", forest=1, actions=[]), ask("agent", forest=1, moment=11)
    assert np.array_equal(mine["start"], agents["start"])
    assert mine["path"][0, 0] == agents["path"][0, 0]
    assert agents["path"].shape == (1, LAST_STEPS + 1)


def test_the_agents_are_those_of_the_published_run():
    agents = frozen_agents(WORLD, RUN_SEED)
    env = TreeGridworld(4, seed=0, **WORLD.options)
    assert len(agents) == 12
    assert all(agent.probabilities(env.reset()).shape == (4, 5) for agent in agents)
    with pytest.raises(ValueError, match=r"The agents of seed 9 of .* are not published"):
        frozen_agents(WORLD, 9)


@pytest.mark.parametrize(
    "wrong", [{"forest": -1}, {"moment": 12}, {"moment": -1}, {"forest": 2_000_000}]
)
def test_a_forest_or_an_agent_that_does_not_exist_is_refused(ask, wrong):
    with pytest.raises(ValueError, match="must be"):
        ask("agent", **{"forest": 0, "moment": 0, **wrong})


# --------------------------------------------------------------------------- a training

LIFE = {"seed": 0, "distinguishing": 0.0, "discount": 0.98, "hidden": 32, "options": WORLD.options}


def points(session, count):
    going = session.answering("go_on", {"run": "a"})
    return [next(going) for _ in range(count)]


def test_an_agent_learns_without_end_and_is_seen_in_a_thin_forest(session, ask):
    first = ask("begin", run="a", **LIFE)
    assert first["values"] == {}
    assert first["of"] == 11_718
    assert first["replay"]["path"].shape == (1, 41)
    told = points(session, 16)
    assert [point["steps"] for point in told] == [32 * (k + 1) for k in range(16)]
    assert told[-1]["values"]["chopped"] > 1.5 * told[0]["values"]["chopped"]
    assert told[-1]["values"]["trees"] < told[0]["values"]["trees"] <= 1
    assert [k for k, point in enumerate(told, 1) if "replay" in point] == [4, 8, 12, 16]


@pytest.mark.parametrize(("pays", "chops"), [(0.5, True), (0.0, False), (-1.0, False)])
def test_what_a_tree_pays_decides_whether_it_is_chopped_and_trees_are_counted(
    session, ask, pays, chops
):
    ask("begin", run="a", **LIFE, reward={"chopped": pays})
    first, *_, last = (point["values"]["chopped"] for point in points(session, 16))
    assert first == pytest.approx(0.05, abs=0.01)  # of an untrained agent, whatever a tree pays
    assert last > 1.5 * first if chops else last < 1.2 * first


def test_what_does_not_happen_in_a_forest_pays_nothing(ask):
    with pytest.raises(ValueError, match=r"There is no event 'felled'; .*, chopped can be paid"):
        ask("begin", run="a", **LIFE, reward={"felled": 1.0})


def test_such_an_agent_is_saved_and_loaded_with_its_step(session, ask):
    ask("begin", run="a", **LIFE)
    points(session, 4)
    data = ask("saved", run="a")
    loaded = ask("loaded", run="b", data=data, options=WORLD.options)
    assert loaded["steps"] == 128
    again = ask("measured", run="a")["replay"]
    assert all(np.array_equal(loaded["replay"][name], again[name]) for name in again)


def test_an_agent_that_sees_otherwise_is_refused(session, ask):
    ask("begin", run="a", **LIFE)
    data = ask("saved", run="a")
    with pytest.raises(ValueError, match="expects 100 inputs"):
        ask("loaded", run="b", data=data, options={**WORLD.options, "view": "image"})


@pytest.mark.parametrize("settings", [None, [128], {"num_envs": 0}, {"num_envs": 2.5}])
def test_an_agent_whose_notes_do_not_count_its_forests_is_refused(session, ask, settings):
    ask("begin", run="a", **LIFE)
    agent = Policy.from_bytes(ask("saved", run="a").tobytes())
    data = replace(agent, notes={**agent.notes, "settings": settings}).to_bytes()
    with pytest.raises(ValueError, match="num_envs in the notes of this agent must be a whole"):
        ask("loaded", run="b", data=np.frombuffer(data, np.uint8), options=WORLD.options)
