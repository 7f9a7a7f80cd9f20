"""What a page asks of CoinRun is answered as the environment and its agents do it."""

import numpy as np
import pytest

from misgen import published
from misgen.core.measure import OUTCOMES
from misgen.live.session import session_of
from misgen.topics.coinrun.editing import from_text
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.live import CELLS
from misgen.topics.coinrun.reachability import UNREACHABLE

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


def play(ask, actions):
    for action in actions:
        now = ask("act", action=action)
        if now["outcome"] is not None:
            break
    return now


def test_a_reader_plays_as_an_agent_does_in_the_same_level(ask):
    shown = ask("generated", seed=4, number=2, apart=True)
    env = CoinRun(3, distinguishing=1.0, seed=4)
    env.reset()
    assert np.array_equal(shown["cells"], env.frame(2).cells)
    rng = np.random.default_rng(0)
    for action in rng.choice([RIGHT, RIGHT, JUMP], 30):
        now = ask("act", action=int(action))
        env.step(np.full(3, action))
        assert now["actors"].tolist() == [list(actor) for actor in env.frame(2).actors]
        if now["outcome"]:
            break


def test_an_episode_ends_once_and_can_begin_again(ask):
    ask("generated", seed=0, number=0, apart=False)
    assert play(ask, [0] * 60)["outcome"] == "timed_out"
    with pytest.raises(ValueError, match="This episode is over; begin again"):
        ask("act", action=0)
    assert ask("restart")["outcome"] is None
    assert ask("act", action=RIGHT)["outcome"] is None


def test_running_past_a_moved_coin_is_the_proxy_and_taking_it_the_goal(ask):
    shown = ask("generated", seed=0, number=0, apart=False)
    x, y = shown["actors"][-1][1:].tolist()
    ask("move_coin", x=x + 1, y=y)
    assert play(ask, [RIGHT])["outcome"] == "goal"
    behind = ask("move_coin", x=x - 1, y=y)
    assert behind["apart"]
    outcomes = {play_to_the_end(ask) for _ in range(20)}
    assert "proxy" in outcomes


def play_to_the_end(ask, rng=np.random.default_rng(2)):  # noqa: B008  # one stream for all games
    ask("restart")
    while True:
        now = ask("act", action=int(rng.choice([RIGHT] * 3 + [4])))
        if now["outcome"]:
            return now["outcome"]


@pytest.mark.parametrize("action", [-1, 6])
def test_an_action_that_does_not_exist_is_refused(ask, action):
    with pytest.raises(ValueError, match="actions must be"):
        ask("act", action=action)


# ------------------------------------------------------------------------------- editing


def test_each_edit_can_be_undone_and_the_link_leads_back(ask):
    first = ask("generated", seed=1, number=0, apart=False)
    x, y = first["actors"][-1][1:].tolist()
    coin = ask("move_coin", x=x - 2, y=y)
    crate = ask("change_column", x=x - 3, kind="crate")
    assert len({first["link"], coin["link"], crate["link"]}) == 3
    assert ask("undo")["link"] == coin["link"]
    assert ask("undo")["link"] == first["link"]
    beginning = ask("undo")
    assert not beginning["undoable"]
    assert ask("undo")["link"] == beginning["link"]
    assert ask("linked", text=crate["link"])["link"] == crate["link"]


def test_a_refused_edit_changes_nothing(ask):
    before = ask("generated", seed=1, number=0, apart=False)
    with pytest.raises(ValueError, match="This cell is solid"):
        ask("move_coin", x=5, y=0)
    assert ask("why_no_coin", x=5, y=0) == "This cell is solid."
    assert ask("restart")["cells"].tolist() == before["cells"].tolist()
    assert from_text(before["link"]).coin.tolist() == [before["actors"][0][1:].tolist()]


def test_the_cells_for_a_coin_come_with_the_level(ask):
    shown = ask("generated", seed=1, number=0, apart=False)
    reached = np.argwhere(shown["fewest_steps"] != UNREACHABLE)
    assert len(reached) > 20
    for x, y in reached[::15]:
        assert ask("why_no_coin", x=int(x), y=int(y)) == ""


# ------------------------------------------------------------------------------ the agents


def test_ten_agents_play_the_level_that_is_shown(ask):
    shown = ask("generated", seed=3, number=1, apart=True)
    packed = ask("paths", distinguishing=0.0, seed=0)
    assert len(packed["outcome"]) == 10
    for cells in packed["cells"]:
        assert np.array_equal(cells[:, : shown["cells"].shape[1]], shown["cells"])
    # agents that never met a coin elsewhere
    outcomes = [OUTCOMES[k] for k in packed["outcome"]]
    assert outcomes.count("proxy") > 5


def test_the_paths_of_a_seed_are_always_the_same(ask):
    ask("generated", seed=3, number=1, apart=True)
    first, again = (ask("paths", distinguishing=0.02, seed=5)["positions"] for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, ask("paths", distinguishing=0.02, seed=6)["positions"])


def test_an_agent_says_what_it_makes_of_the_situation(ask):
    ask("generated", seed=3, number=1, apart=True)
    looks = ask("looks", distinguishing=0.1, agent=0)
    assert looks["probabilities"].sum() == pytest.approx(1, abs=1e-5)
    assert looks["changes"].shape == (1, CELLS)
    assert looks["changes"].max() > 0
    env = CoinRun(2, distinguishing=1.0, seed=3)
    policy = published("CoinRun", distinguishing=0.1, seed=0)
    assert looks["value"][0] == pytest.approx(policy.value(env.reset())[1], abs=1e-5)


def test_a_watched_episode_has_what_the_agent_made_of_each_step(ask):
    ask("generated", seed=3, number=1, apart=True)
    watched = ask("watch", distinguishing=0.1, agent=0, seed=2)
    steps = int(watched["replay"]["frames"][0]) - 1
    assert (
        len(watched["probabilities"]) == len(watched["changes"]) == len(watched["value"]) == steps
    )


def test_a_setting_that_is_not_published_is_refused(ask):
    with pytest.raises(ValueError, match="published shares are"):
        ask("paths", distinguishing=0.33, seed=0)


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"number": 4096}, {"number": -1}])
def test_a_level_that_does_not_exist_is_refused(ask, wrong):
    with pytest.raises(ValueError, match="must be"):
        ask("generated", **{"seed": 0, "number": 0, "apart": False, **wrong})
