"""What a page asks of CoinRun is answered as the environment and its agents do it."""

import numpy as np
import pytest

from misgen import published
from misgen.core.measure import OUTCOMES
from misgen.core.population import Population
from misgen.core.replay import record, to_arrays
from misgen.live.session import session_of
from misgen.topics.coinrun.editing import from_text
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.live import CELLS, NEVER

RIGHT, JUMP = 2, 3


@pytest.fixture
def ask():
    """Asks a new session as an explorer does."""
    session = session_of("coinrun")

    def answer(name, **arguments):
        steps = session.answering(name, arguments)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value

    return answer


def test_a_reader_plays_as_an_agent_does_in_the_same_level(ask):
    shown = ask("generated", seed=4, number=2, apart=True)
    env = CoinRun(3, distinguishing=1.0, seed=4)
    env.reset()
    assert np.array_equal(shown["cells"], env.frame(2).cells)
    actions = np.random.default_rng(0).choice([RIGHT, RIGHT, JUMP], 30).tolist()
    played = ask("play", level=shown["level"], actions=actions)
    assert len(played["actors"]) > 5
    assert played["actors"][0].tolist() == shown["actors"].tolist()
    for action, actors in zip(actions, played["actors"][1:], strict=False):
        env.step(np.full(3, action))
        assert actors.tolist() == [list(actor) for actor in env.frame(2).actors]


def test_an_episode_ends_and_what_is_played_after_its_end_is_ignored(ask):
    level = ask("generated", seed=0, number=0, apart=False)["level"]
    assert ask("play", level=level, actions=[0] * 49)["outcome"] is None
    ended = ask("play", level=level, actions=[0] * 60)
    assert ended["outcome"] == "timed_out"
    assert len(ended["actors"]) == 51
    assert len(ask("play", level=level, actions=[])["actors"]) == 1


def test_running_past_a_moved_coin_is_the_proxy_and_taking_it_the_goal(ask):
    shown = ask("generated", seed=0, number=0, apart=False)
    x, y = shown["actors"][-1][1:].tolist()
    ahead = ask("move_coin", level=shown["level"], x=x + 1, y=y)
    assert ask("play", level=ahead["level"], actions=[RIGHT])["outcome"] == "goal"
    behind = ask("move_coin", level=shown["level"], x=x - 1, y=y)
    assert behind["apart"]
    rng, moves = np.random.default_rng(2), [RIGHT] * 3 + [4]
    outcomes = {
        ask("play", level=behind["level"], actions=rng.choice(moves, 50).tolist())["outcome"]
        for _ in range(20)
    }
    assert "proxy" in outcomes


@pytest.mark.parametrize("action", [-1, 6, "right", 1.5, None])
def test_an_action_that_does_not_exist_is_refused(ask, action):
    level = ask("generated", seed=0, number=0, apart=False)["level"]
    with pytest.raises(ValueError, match="actions must be"):
        ask("play", level=level, actions=[action])


# ------------------------------------------------------------------------------- editing


def test_each_edit_is_a_new_level_and_a_link_leads_back(ask):
    first = ask("generated", seed=1, number=0, apart=False)
    x, y = first["actors"][-1][1:].tolist()
    coin = ask("move_coin", level=first["level"], x=x - 2, y=y)
    crate = ask("change_column", level=coin["level"], x=x - 3, kind="crate")
    assert len({first["level"], coin["level"], crate["level"]}) == 3
    again = ask("level", level=crate["level"])
    assert again["level"] == crate["level"]
    assert np.array_equal(again["cells"], crate["cells"])
    monster = ask("move_monster", level=crate["level"], x=None)
    assert from_text(monster["level"]).monster.max() == -1


def test_a_refused_edit_says_why(ask):
    level = ask("generated", seed=1, number=0, apart=False)["level"]
    with pytest.raises(ValueError, match="This cell is solid"):
        ask("move_coin", level=level, x=5, y=0)
    with pytest.raises(ValueError, match="This link does not hold a level"):
        ask("move_coin", level=level[:-3], x=5, y=4)


def test_the_cells_for_a_coin_come_with_the_level(ask):
    shown = ask("generated", seed=1, number=0, apart=False)
    reached = np.argwhere(shown["fewest_steps"] != NEVER)
    assert len(reached) > 20
    for x, y in reached[::15].tolist():
        assert ask("move_coin", level=shown["level"], x=x, y=y)["actors"][0, 1:].tolist() == [x, y]


# ------------------------------------------------------------------------------ the agents


def test_ten_agents_play_the_level_that_is_shown(ask):
    shown = ask("generated", seed=3, number=1, apart=True)
    packed = ask("paths", level=shown["level"], distinguishing=0.0, seed=0)
    assert len(packed["outcome"]) == 10
    for cells in packed["cells"]:
        assert np.array_equal(cells[:, : shown["cells"].shape[1]], shown["cells"])
    # agents that never met a coin elsewhere
    outcomes = [OUTCOMES[k] for k in packed["outcome"]]
    assert outcomes.count("proxy") > 5


def test_the_paths_of_a_seed_are_always_the_same(ask):
    level = ask("generated", seed=3, number=1, apart=True)["level"]
    first, again, other = (
        ask("paths", level=level, distinguishing=0.02, seed=seed)["positions"] for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_agents_that_have_played_before_play_as_if_it_were_the_first_time(ask):
    shown = ask("generated", seed=3, number=1, apart=False)
    agents = [published("CoinRun", distinguishing=0.02, seed=seed) for seed in range(10)]
    x, y = shown["actors"][-1][1:].tolist()
    for ahead in (1, 2, 1):
        level = ask("move_coin", level=shown["level"], x=x + ahead, y=y)["level"]
        env = CoinRun(10, levels=from_text(level), seed=0)
        fresh = to_arrays(record(Population(agents), env, 5))
        asked = ask("paths", level=level, distinguishing=0.02, seed=5)
        for name, array in fresh.items():
            assert np.array_equal(asked[name], array), (ahead, name)


def test_an_agent_says_what_it_makes_of_the_situation(ask):
    level = ask("generated", seed=3, number=1, apart=True)["level"]
    looks = ask("looks", level=level, actions=[], distinguishing=0.1, agent=0)
    assert looks["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    assert looks["changes"].shape == (1, CELLS)
    assert looks["changes"].max() > 0
    env = CoinRun(2, distinguishing=1.0, seed=3)
    policy = published("CoinRun", distinguishing=0.1, seed=0)
    assert looks["value"][0] == pytest.approx(policy.value(env.reset())[1], abs=1e-5)


def test_a_watched_episode_has_what_the_agent_made_of_each_step(ask):
    level = ask("generated", seed=3, number=1, apart=True)["level"]
    watched = ask("watch", level=level, distinguishing=0.1, agent=0, seed=2)
    steps = int(watched["replay"]["frames"][0]) - 1
    assert (
        len(watched["probabilities"]) == len(watched["changes"]) == len(watched["value"]) == steps
    )


def test_a_setting_that_is_not_published_is_refused(ask):
    level = ask("generated", seed=0, number=0, apart=False)["level"]
    with pytest.raises(ValueError, match="published shares are"):
        ask("paths", level=level, distinguishing=0.33, seed=0)


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"number": 4096}, {"number": -1}])
def test_a_level_that_does_not_exist_is_refused(ask, wrong):
    with pytest.raises(ValueError, match="must be"):
        ask("generated", **{"seed": 0, "number": 0, "apart": False, **wrong})
