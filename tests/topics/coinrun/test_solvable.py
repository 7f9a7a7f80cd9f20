"""Every generated level can be solved: a search over all that an agent can do in time."""

import numpy as np
import pytest
from topics.coinrun.coinrun_reference import ReferenceLevel

from misgen.topics.coinrun.levels import PLACEMENTS, VIEW_X, VIEW_Y, generate
from misgen.topics.coinrun.reachability import (
    UNREACHABLE,
    at_places,
    fewest_steps,
    pack,
    reachable,
    unpack,
)

LEVELS = 10_000


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_coin_and_end_of_each_of_10000_levels_can_be_reached_alive(placement):
    levels = generate(np.random.default_rng(0), LEVELS, distinguishing=1.0, placement=placement)
    x = np.arange(-VIEW_X, 32 + VIEW_X)
    at_end = pack(np.broadcast_to((x[:, None] == levels.length - 1)[:, None], (len(x), 18, LEVELS)))
    coin, end = at_places(levels.coin), at_end
    got_coin = got_end = np.uint64(0)
    for alive in reachable(levels):
        here = np.bitwise_or.reduce(alive)
        got_coin = got_coin | np.bitwise_or.reduce(here & coin, axis=(0, 1))
        got_end = got_end | np.bitwise_or.reduce(here & end, axis=(0, 1))
    assert unpack(got_coin, LEVELS).all()
    assert unpack(got_end, LEVELS).all()


def test_the_search_finds_exactly_what_the_slow_reference_can_reach():
    levels = generate(np.random.default_rng(7), 24, distinguishing=1.0)
    slow = [ReferenceLevel(levels, i) for i in range(24)]
    for level in slow:
        level.coin = (-9, -9)  # the search does not end at the coin
    frontier = [{level.start()} for level in slow]
    for tick, alive in enumerate(reachable(levels)):
        bits = unpack(alive, 24)
        for i in range(24):
            found = {(r, x - VIEW_X, y - VIEW_Y) for r, x, y in np.argwhere(bits[..., i])}
            assert found == {(s.rise, s.x, s.y) for s in frontier[i]}, (tick, i)
        frontier = [
            {t for s in states for a in range(6) if (t := level.step(s, a)).outcome != "died"}
            for level, states in zip(slow, frontier, strict=True)
        ]
        if tick == 22:
            break


def test_fewest_steps_are_the_first_tick_at_which_the_slow_reference_is_there():
    levels = generate(np.random.default_rng(11), 6, distinguishing=1.0)
    steps = fewest_steps(levels)
    for i in range(6):
        level = ReferenceLevel(levels, i)
        level.coin = (-9, -9)  # the search does not end at the coin
        states, found = {level.start()}, {}
        for tick in range(20):
            for state in states:
                found.setdefault((state.x, state.y), tick)
            states = {
                t for s in states for a in range(6) if (t := level.step(s, a)).outcome != "died"
            }
        near = {
            (int(x), int(y)): int(steps[i, x, y])
            for x, y in np.argwhere(steps[i] < 20)
            if steps[i, x, y] != UNREACHABLE
        }
        assert near == found
