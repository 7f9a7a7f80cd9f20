"""Every generated level can be solved: a search over all that an agent can do in time."""

from dataclasses import replace

import numpy as np
import pytest
from topics.coinrun.coinrun_reference import ReferenceLevel

from misgen.topics.coinrun import editing, reachability
from misgen.topics.coinrun.levels import PLACEMENTS, VIEW_X, VIEW_Y, generate
from misgen.topics.coinrun.reachability import (
    UNREACHABLE,
    at_places,
    fewest_steps,
    fewest_steps_on,
    pack,
    reachable,
    unpack,
)

LEVELS = 10_000


def one_of(levels, i: int):
    return levels.take(np.array([i]))


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


def test_what_is_remembered_of_a_level_is_what_a_search_finds():
    levels = generate(np.random.default_rng(5), 12, distinguishing=1.0)
    both = [levels, replace(levels, monster=np.full_like(levels.monster, -1))]
    for these in [*both, *both]:  # now they are all known, and differ by their monster only
        steps = fewest_steps(these)
        for i in range(12):
            assert np.array_equal(fewest_steps_on(one_of(these, i)), steps[i])


def test_what_is_remembered_of_a_level_cannot_be_spoilt():
    steps = fewest_steps_on(generate(np.random.default_rng(5), 1))
    with pytest.raises(ValueError, match="read-only"):
        steps[0, 0] = 3


def test_a_level_whose_coin_is_moved_is_not_searched_again(monkeypatch):
    searched = []

    def search(levels):
        searched.append(levels)
        return fewest_steps(levels)

    monkeypatch.setattr(reachability, "fewest_steps", search)
    level = generate(np.random.default_rng(6), 1)
    cells = np.argwhere(fewest_steps(level)[0] != UNREACHABLE)
    for x, y in cells[::20]:
        moved = editing.with_coin(level, x, y)
        editing.from_text(editing.to_text(moved))
    assert len(searched) <= 2  # as it is, and while a link is read, without its monster
