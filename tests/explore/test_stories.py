import pytest
from small_replays import HOPS, LEDGE, OBSTACLES, replay, walk

from misgen.explore.stories import story, whereabouts


def test_a_run_past_the_coin_is_told():
    run = replay(walk(1, 9), coin=(4, 2), outcome="proxy")
    assert story(run) == "the agent runs under the coin and stops at the end wall after 8 steps."


def test_a_jump_over_the_coin_is_told():
    way = [(3, 1), (3, 2), (4, 2), (5, 1), *walk(6, 9)]
    assert "jumps over the coin" in story(replay(way, coin=(4, 1)))


def test_the_goal_is_told():
    run = replay(HOPS, coin=(4, 1), outcome="goal")
    assert story(run) == "the agent takes the coin after 4 steps."


def test_an_erased_coin_is_only_a_place():
    touched = replay(HOPS, coin=(4, 1), outcome="goal", erased=True)
    passed = replay(walk(1, 9), coin=(4, 2), erased=True)
    assert "touches the place of the erased coin" in story(touched)
    assert "runs under the place of the erased coin" in story(passed)


def test_time_out_is_told():
    run = replay([(2, 1)] * 51, outcome="timed_out")
    assert story(run) == "the agent gets stuck until the time runs out after 50 steps."


def test_one_step_is_singular():
    assert story(replay([(8, 1), (9, 1)])).endswith("after 1 step.")


OVER_WALL = [(1, 1), (1, 3), (2, 3), (3, 1), (4, 1)]
OVER_SAW = [(5, 1), (5, 2), (6, 3), (7, 1)]
OVER_LAVA = [(8, 1), (8, 2), (9, 2), (10, 1)]
OVER_CRATES = [(11, 1), (11, 2), (12, 2), (13, 2), (14, 1), (15, 1)]


def test_obstacles_are_told_in_the_order_in_which_they_are_passed():
    run = replay([*OVER_WALL, *OVER_SAW, *OVER_LAVA, *OVER_CRATES], picture=OBSTACLES)
    assert story(run).startswith(
        "the agent climbs over the wall, jumps the saw, jumps the lava, climbs over the crates, and"
    )


def test_an_obstacle_that_is_not_passed_is_not_told():
    run = replay([*OVER_WALL, (5, 1), (6, 1)], picture=OBSTACLES, outcome="died")
    assert story(run) == ("the agent climbs over the wall and runs into the saw after 6 steps.")


def test_two_obstacles_of_a_kind_are_counted():
    picture = OBSTACLES.replace("w...s", "s...s")
    assert "jumps the saw twice" in story(replay([*OVER_WALL, *OVER_SAW], picture=picture))


def test_death_in_lava_is_told():
    run = replay([(8, 1), (9, 1), (9, 0)], picture=OBSTACLES, outcome="died")
    assert story(run) == "the agent falls into the lava after 2 steps."


def test_the_monster_is_jumped_or_met():
    way = [(3, 1), (3, 2), (4, 2), (5, 2), (6, 1)]
    jumped = replay(way, monster=[(5, 1)] * 5)
    met = replay(walk(3, 5), monster=[(5, 1)] * 3, outcome="died")
    assert "jumps the monster" in story(jumped)
    assert story(met) == "the agent meets the monster after 2 steps."


def test_death_without_a_known_cause_is_told():
    assert story(replay(walk(3, 5), outcome="died")) == "the agent dies after 2 steps."


@pytest.mark.parametrize(
    ("coin", "place"),
    [((4, 1), "on the ground"), ((4, 3), "2 tiles up in the air"), ((6, 4), "on the ledge")],
)
def test_the_place_of_the_coin_is_told_before_the_agent_starts(coin, place):
    told = whereabouts(replay(walk(1, 9), picture=LEDGE, coin=coin))
    assert told == f"The coin is {place}, {coin[0] + 1} columns from the left of 10."


def test_a_level_without_a_coin_says_so():
    assert whereabouts(replay(walk(1, 9))) == "There is no coin."


def test_a_replay_without_an_agent_is_refused_in_one_sentence():
    run = replay(walk(1, 9), coin=(4, 2))
    run.actors[:] = run.actors[0]
    with pytest.raises(ValueError, match="no agent; record one"):
        story(run)
